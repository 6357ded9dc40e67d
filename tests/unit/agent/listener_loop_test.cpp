// A listener under callers who do not mean it well: whoever comes with a request is served.
#include "agent/server/listener_loop.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <latch>
#include <thread>

#include "agent/server/listener.h"
#include "tests/support/check.h"
#include "tests/support/eventually.h"
#include "tests/support/sanitized.h"
#include "tests/unit/agent/raw_connection.h"

namespace maintenance::testing {
namespace {

using agent::ApiRequest;
using agent::ApiResponse;
using Poco::Net::StreamSocket;

constexpr std::chrono::seconds patience{sanitized ? 30 : 10};
const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// Ends a listener before what its handler uses.
using Open = std::unique_ptr<agent::Listener, std::function<void(agent::Listener*)>>;

/// A listener whose answers are made by the test.
struct LoopStage {
  agent::ListenerLimits limits;
  agent::Handler handler = [](const ApiRequest& request) {
    return request.unfit ? agent::error_response(request.unfit->status, request.unfit->why)
                         : agent::text_response(200, "served");
  };
  std::unique_ptr<agent::Listener> listener;

  LoopStage() { limits.threads_max = 4; }
  /// To be kept: what the handler borrows from the test must live longer.
  [[nodiscard]] Open listen() {
    agent::Listener::Settings where{"127.0.0.1", 0};
    where.limits = limits;
    auto opened = agent::Listener::open(
        where, [this](const ApiRequest& request) { return handler(request); });
    REQUIRE_OK(opened);
    listener = std::move(*opened);
    listener->start();
    return {listener.get(), [this](agent::Listener*) { listener.reset(); }};
  }
  /// From an address of the loopback network, so that callers differ.
  StreamSocket connect(const std::string& from = "127.0.0.1") {
    StreamSocket socket;
    socket.impl()->bind(Poco::Net::SocketAddress(from, 0));
    socket.connect(Poco::Net::SocketAddress("127.0.0.1", listener->port()));
    socket.setReceiveTimeout(Poco::Timespan(patience.count(), 0));
    return socket;
  }
  std::string ask(const std::string& from = "127.0.0.1") {
    StreamSocket socket = connect(from);
    send_all(socket, get);
    return read_to_end(socket);
  }
  [[nodiscard]] bool serves() { return ask().starts_with("HTTP/1.1 200 "); }
};

std::vector<StreamSocket> many(LoopStage& stage, int count, const std::string& from,
                               const std::string& bytes) {
  std::vector<StreamSocket> out;
  for (int i = 0; i < count; ++i) {
    out.push_back(stage.connect(from));
    if (!bytes.empty()) send_all(out.back(), bytes);
  }
  return out;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(listener_loop_test, LoopStage)

BOOST_AUTO_TEST_CASE(callers_who_say_nothing_or_half_of_it_take_no_thread) {
  const Open open = listen();
  for (const std::string& bytes :
       {std::string(), std::string("G"), get.substr(0, get.size() - 2)}) {
    const auto held = many(*this, 200, "127.0.0.1", bytes);
    BOOST_TEST(serves());
  }
  BOOST_TEST(listener->in_flight() == 0);
}

BOOST_AUTO_TEST_CASE(with_too_many_connections_the_oldest_of_the_greediest_leaves) {
  limits.connections_max = 20;
  limits.read_time_max = std::chrono::minutes(1);  // so that nobody leaves for being slow
  const Open open = listen();
  StreamSocket modest = connect("127.0.0.3");
  send_all(modest, get.substr(0, 5));
  BOOST_TEST(serves());  // the loop has seen it
  auto greedy = many(*this, 60, "127.0.0.2", "G");
  BOOST_TEST(serves());
  BOOST_TEST(!contains(read_to_end(greedy.front()), silence));
  send_all(modest, get.substr(5));
  BOOST_TEST(read_to_end(modest).starts_with("HTTP/1.1 200 "));
}

BOOST_AUTO_TEST_CASE(who_does_not_read_takes_no_thread) {
  const std::string large(4UL * 1024 * 1024, 'x');
  std::atomic<bool> huge{true};
  handler = [&](const ApiRequest&) {
    return agent::text_response(200, huge ? large : std::string("served"));
  };
  limits.unsent_bytes_max = 64UL * 1024 * 1024;
  const Open open = listen();
  const auto lazy = many(*this, 8, "127.0.0.2", get);
  BOOST_TEST(eventually(patience, [&] { return listener->in_flight() == 8; }));
  huge = false;
  BOOST_TEST(serves());
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_read_slowly_arrives_whole) {
  const std::string large(4UL * 1024 * 1024, 'x');
  handler = [&](const ApiRequest&) { return agent::text_response(200, large); };
  const Open open = listen();
  StreamSocket socket = connect();
  send_all(socket, get);
  std::string out;
  char block[64 * 1024];
  while (true) {
    const int n = socket.receiveBytes(block, sizeof block);
    if (n <= 0) break;
    out.append(block, static_cast<std::size_t>(n));
    std::this_thread::yield();
  }
  BOOST_TEST(out.ends_with(large));
}

BOOST_AUTO_TEST_CASE(an_answer_that_nobody_takes_is_given_up) {
  const std::string large(8UL * 1024 * 1024, 'x');
  handler = [&](const ApiRequest&) { return agent::text_response(200, large); };
  limits.write_time_max = std::chrono::milliseconds(200);
  limits.unsent_bytes_max = 64UL * 1024 * 1024;
  const Open open = listen();
  StreamSocket socket = connect();
  send_all(socket, get);
  BOOST_TEST(eventually(patience, [&] { return listener->in_flight() == 1; }));
  BOOST_TEST(eventually(patience, [&] { return listener->in_flight() == 0; }));
  BOOST_TEST(read_to_end(socket).size() < large.size());
}

BOOST_AUTO_TEST_CASE(answers_that_nobody_takes_have_a_bound_together) {
  const std::string large(16UL * 1024 * 1024, 'x');
  std::atomic<int> answers{0};
  handler = [&](const ApiRequest&) {
    ++answers;
    return agent::text_response(200, large);
  };
  limits.unsent_bytes_max = 40UL * 1024 * 1024;
  limits.write_time_max = std::chrono::minutes(1);
  const Open open = listen();
  const auto lazy = many(*this, 12, "127.0.0.2", get);
  BOOST_TEST(eventually(patience, [&] { return answers == 12; }));
  // The kernel takes up to 10 MB of each, so that 6 MB and more wait here: room for six at most.
  BOOST_TEST(eventually(patience, [&] { return listener->in_flight() <= 6; }));
}

BOOST_AUTO_TEST_CASE(callers_who_leave_while_answers_come_do_not_stop_it) {
  const std::string large(16UL * 1024 * 1024, 'x');
  std::atomic<bool> huge{true};
  std::atomic<int> answers{0};
  handler = [&](const ApiRequest&) {
    ++answers;
    return agent::text_response(200, huge ? large : std::string("served"));
  };
  limits.unsent_bytes_max = 20UL * 1024 * 1024;
  const Open open = listen();
  // A sanitizer takes a second and more for each large answer.
  for (int round = 1; round <= 12; round += sanitized ? 3 : 1) {
    answers = 0;
    const auto leaving = many(*this, 12, "127.0.0.2", get);
    // Some have an answer that they do not take, others are about to get theirs.
    BOOST_TEST(eventually(patience, [&] { return answers >= round - 1; }));
  }
  huge = false;
  BOOST_TEST(serves());
}

BOOST_AUTO_TEST_CASE(beyond_threads_and_queue_the_answer_is_503_at_once) {
  std::latch go_on{1};
  std::atomic<int> working{0};
  handler = [&](const ApiRequest& request) {
    if (request.unfit) return agent::error_response(request.unfit->status, request.unfit->why);
    ++working;
    go_on.wait();
    return agent::text_response(200, "served");
  };
  limits.threads_max = 2;
  limits.queue_max = 3;
  const Open open = listen();
  auto asking = many(*this, 2, "127.0.0.1", get);
  BOOST_TEST(eventually(patience, [&] { return working == 2; }));
  auto queued = many(*this, 3, "127.0.0.1", get);
  BOOST_TEST(eventually(patience, [&] { return listener->in_flight() == 5; }));
  const std::string answer = ask();
  BOOST_TEST(answer.starts_with("HTTP/1.1 503 "), answer);
  go_on.count_down();
  for (auto& socket : asking)
    BOOST_TEST(read_to_end(socket).starts_with("HTTP/1.1 200 "));
  for (auto& socket : queued)
    BOOST_TEST(read_to_end(socket).starts_with("HTTP/1.1 200 "));
}

BOOST_AUTO_TEST_CASE(garbage_is_answered_without_a_worker) {
  limits.threads_max = 1;
  limits.queue_max = 1;
  std::latch go_on{1};
  handler = [&](const ApiRequest& request) {
    if (request.unfit) return agent::error_response(request.unfit->status, request.unfit->why);
    go_on.wait();
    return agent::text_response(200, "served");
  };
  const Open open = listen();
  StreamSocket asking = connect();
  send_all(asking, get);
  StreamSocket garbage = connect();
  send_all(garbage, "\x16\x03\r\n\r\n");
  BOOST_TEST(read_to_end(garbage).starts_with("HTTP/1.1 400 "));
  go_on.count_down();
  BOOST_TEST(read_to_end(asking).starts_with("HTTP/1.1 200 "));
}

BOOST_AUTO_TEST_CASE(a_caller_who_leaves_while_the_answer_is_made_is_forgotten) {
  std::latch go_on{1};
  handler = [&](const ApiRequest&) {
    go_on.wait();
    return agent::text_response(200, "served");
  };
  const Open open = listen();
  {
    StreamSocket gone = connect();
    send_all(gone, get);
    BOOST_TEST(eventually(patience, [&] { return listener->in_flight() == 1; }));
  }
  go_on.count_down();
  BOOST_TEST(eventually(patience, [&] { return listener->in_flight() == 0; }));
  BOOST_TEST(serves());
}

BOOST_AUTO_TEST_CASE(a_handler_without_memory_ends_one_connection) {
  std::atomic<bool> exhausted{true};
  handler = [&](const ApiRequest&) -> ApiResponse {
    if (exhausted) throw std::bad_alloc();
    return agent::text_response(200, "served");
  };
  const Open open = listen();
  BOOST_TEST(ask().empty());
  exhausted = false;
  BOOST_TEST(serves());
  BOOST_TEST(eventually(patience, [&] { return listener->in_flight() == 0; }));
}

BOOST_AUTO_TEST_CASE(after_stop_accepting_nobody_comes_in_and_the_rest_is_answered) {
  std::latch go_on{1};
  handler = [&](const ApiRequest&) {
    go_on.wait();
    return agent::text_response(200, "served");
  };
  const Open open = listen();
  StreamSocket asking = connect();
  send_all(asking, get);
  BOOST_TEST(eventually(patience, [&] { return listener->in_flight() == 1; }));
  listener->stop_accepting();
  BOOST_CHECK_THROW((void)connect(), Poco::Exception);
  go_on.count_down();
  BOOST_TEST(read_to_end(asking).starts_with("HTTP/1.1 200 "));
}

BOOST_AUTO_TEST_CASE(a_storm_of_connections_is_weathered) {
  const Open open = listen();
  std::atomic<bool> storming{true};
  {
    const std::jthread storm([&] {
      while (storming) {
        try {
          StreamSocket socket = connect("127.0.0.2");
          send_all(socket, "\x16\x03");
        } catch (const Poco::Exception&) {
          // The storm itself may run out of ports.
        }
      }
    });
    for (int i = 0; i < 50; ++i)
      BOOST_TEST(serves());
    storming = false;
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
