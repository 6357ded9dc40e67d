#include "common/http/watchdog.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/eventually.h"
#include "tests/unit/common/link.h"

using maintenance::ErrorKind;
using maintenance::http::Request;
using maintenance::http::Watchdog;
using namespace maintenance::testing;
using std::chrono::milliseconds;

namespace {

/// Longer than the deadlines below by far: a drip that is not cut goes on for a minute.
const std::string long_text(600, 'x');
constexpr milliseconds limit{600};
/// When a cut counts as having come at the deadline, also on a busy machine.
constexpr milliseconds tolerance{5000};

struct Drip {
  std::string sentence;
  Script script;
};

std::vector<Drip> drips() {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: ";
  return {
      {"a body of known length",
       {step::AwaitRequest{}, step::Send{head + "text/plain\r\nContent-Length: 600\r\n\r\n"},
        step::Drip{long_text}}},
      {"a body in chunks",
       {step::AwaitRequest{},
        step::Send{head + "text/plain\r\nTransfer-Encoding: chunked\r\n\r\n258\r\n"},
        step::Drip{long_text}}},
      {"a body that ends with its connection",
       {step::AwaitRequest{}, step::Send{head + "text/plain\r\n\r\n"}, step::Drip{long_text}}},
      {"a header", {step::AwaitRequest{}, step::Send{head}, step::Drip{long_text}}},
      {"a status line", {step::AwaitRequest{}, step::Drip{"HTTP/1.1 200 " + long_text}}},
  };
}

void check_cut(bool write) {
  for (const Drip& drip : drips()) {
    BOOST_TEST_CONTEXT(drip.sentence) {
      Link link({drip.script});
      const auto from = std::chrono::steady_clock::now();
      const auto answer = write ? link.patch(limit) : link.get("/", limit);
      const auto took = std::chrono::steady_clock::now() - from;
      BOOST_TEST(kind_of(answer) == (write ? ErrorKind::unknown_outcome : ErrorKind::timeout));
      BOOST_TEST((took >= limit));
      BOOST_TEST((took < limit + tolerance));
      BOOST_TEST(!link.connection->usable());
    }
  }
}

/// A bare socket to a server that never says anything.
struct SilentLink {
  ScriptedServer server{{}, {step::Hold{}}};
  Poco::Net::StreamSocket socket{Poco::Net::SocketAddress("127.0.0.1", server.port())};

  SilentLink() { socket.setReceiveTimeout(Poco::Timespan(patience.count(), 0)); }
  /// Blocks until the socket is cut; the number of bytes read, 0 for a cut.
  int read() {
    char byte = 0;
    return socket.receiveBytes(&byte, 1);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(watchdog_test)

BOOST_AUTO_TEST_CASE(a_read_that_drips_is_cut_at_the_total_deadline) {
  check_cut(false);
}

BOOST_AUTO_TEST_CASE(a_write_whose_answer_drips_is_cut_and_its_outcome_unknown) {
  check_cut(true);
}

BOOST_AUTO_TEST_CASE(a_server_that_never_shakes_hands_is_cut_at_the_deadline) {
  const ScriptedServer server({}, {step::Hold{}});
  auto endpoint = plain_endpoint(server);
  endpoint.tls = true;
  const auto context = maintenance::http::make_client_context({});
  REQUIRE_OK(context);
  Watchdog watchdog;
  const auto from = std::chrono::steady_clock::now();
  const auto failure =
      failure_of(maintenance::http::Connection::open(endpoint, *context, watchdog, in(limit)));
  const auto took = std::chrono::steady_clock::now() - from;
  BOOST_TEST(failure.kind == ErrorKind::timeout, failure.message());
  BOOST_TEST((took >= limit));
  BOOST_TEST((took < limit + tolerance));
}

BOOST_AUTO_TEST_CASE(a_blocked_read_ends_and_the_guard_says_why) {
  SilentLink link;
  Watchdog watchdog;
  const Watchdog::Guard guard(watchdog, link.socket, in(milliseconds(50)));
  BOOST_TEST(!guard.expired());
  BOOST_TEST(link.read() == 0);
  BOOST_TEST(guard.expired());
}

BOOST_AUTO_TEST_CASE(a_guard_that_has_ended_no_longer_cuts) {
  SilentLink kept;
  SilentLink later;
  Watchdog watchdog;
  { const Watchdog::Guard ended(watchdog, kept.socket, in(milliseconds(20))); }
  const Watchdog::Guard guard(watchdog, later.socket, in(milliseconds(100)));
  BOOST_TEST(later.read() == 0);  // 100 ms have passed, so the first deadline has too
  kept.socket.sendBytes("x", 1);
  BOOST_TEST(eventually(patience, [&] { return kept.server.received() == "x"; }));
}

BOOST_AUTO_TEST_CASE(a_nearer_deadline_that_comes_later_is_kept) {
  SilentLink far;
  SilentLink near;
  Watchdog watchdog;
  const Watchdog::Guard far_guard(watchdog, far.socket, in(patience));
  const auto from = std::chrono::steady_clock::now();
  const Watchdog::Guard near_guard(watchdog, near.socket, in(milliseconds(50)));
  BOOST_TEST(near.read() == 0);
  BOOST_TEST((std::chrono::steady_clock::now() - from < tolerance));
  BOOST_TEST(near_guard.expired());
  BOOST_TEST(!far_guard.expired());
}

BOOST_AUTO_TEST_CASE(a_deadline_that_has_passed_cuts_at_once) {
  SilentLink link;
  Watchdog watchdog;
  const Watchdog::Guard guard(watchdog, link.socket, in(milliseconds(-1)));
  BOOST_TEST(link.read() == 0);
  BOOST_TEST(eventually(patience, [&] { return guard.expired(); }));
}

BOOST_AUTO_TEST_CASE(calling_off_cuts_everything_now_and_later) {
  SilentLink now;
  SilentLink later;
  Watchdog watchdog;
  const Watchdog::Guard guard(watchdog, now.socket, in(patience));
  std::thread canceller([&] { watchdog.cancel(); });
  BOOST_TEST(now.read() == 0);
  canceller.join();
  BOOST_TEST(guard.expired());
  const Watchdog::Guard late_guard(watchdog, later.socket, in(patience));
  BOOST_TEST(late_guard.expired());
  BOOST_TEST(later.read() == 0);
}

BOOST_AUTO_TEST_CASE(many_connections_that_end_at_their_deadlines_do_no_harm) {
  // For the thread sanitizer: exchanges that fail while the watchdog cuts them.
  constexpr int threads = 4;
  constexpr int rounds = 25;
  ScriptedServer server({}, {step::AwaitRequest{}, step::Send{"HTTP/1.1 200 OK\r\nX: "},
                             step::Drip{"yyyyyyyyyy", milliseconds(1)}, step::Reset{}});
  Watchdog watchdog;
  maintenance::http::ConnectingTransport transport(plain_endpoint(server), nullptr, watchdog);
  std::array<int, threads> failures{};
  std::vector<std::thread> workers;
  for (int worker = 0; worker < threads; ++worker) {
    workers.emplace_back([&, worker] {
      for (int i = 0; i < rounds; ++i) {
        const auto answer = transport.send(Request{}, in(milliseconds(5 + i)));
        if (!answer.ok()) ++failures.at(static_cast<std::size_t>(worker));
      }
    });
  }
  for (std::thread& worker : workers)
    worker.join();
  for (const int count : failures)
    BOOST_TEST(count == rounds);
}

BOOST_AUTO_TEST_SUITE_END()
