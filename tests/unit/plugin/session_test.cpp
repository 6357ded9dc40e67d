#include "plugin/exec/session.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <thread>

#include "plugin/exec/exec_request.h"
#include "tests/support/certificates.h"
#include "tests/support/check.h"
#include "tests/support/eventually.h"
#include "tests/unit/plugin/tunnel_server.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;
using namespace std::chrono_literals;

namespace {

/// One of our own streams, as the other end sees it.
class Pipe {
 public:
  Pipe() { BOOST_REQUIRE(pipe(ends_.data()) == 0); }
  ~Pipe() {
    close_reader();
    close_writer();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  [[nodiscard]] int reader() const { return ends_[0]; }
  [[nodiscard]] int writer() const { return ends_[1]; }
  void close_reader() { close_end(0); }
  void close_writer() { close_end(1); }
  void put(const std::string& bytes) {
    BOOST_REQUIRE(write(writer(), bytes.data(), bytes.size()) ==
                  static_cast<ssize_t>(bytes.size()));
  }
  /// Everything up to now.
  [[nodiscard]] std::string take() {
    close_writer();
    return take_all();
  }
  [[nodiscard]] std::string take_all() const {
    std::string out;
    std::array<char, 4096> block{};
    for (ssize_t got = 0; (got = read(reader(), block.data(), block.size())) > 0;)
      out.append(block.data(), static_cast<std::size_t>(got));
    return out;
  }

 private:
  void close_end(std::size_t end) {
    if (ends_.at(end) >= 0) close(ends_.at(end));
    ends_.at(end) = -1;
  }
  std::array<int, 2> ends_{-1, -1};
};

std::string out_frame(const std::string& bytes) {
  return binary_frame("\x01" + bytes);
}
std::string err_frame(const std::string& bytes) {
  return binary_frame("\x02" + bytes);
}
const std::string success = binary_frame("\x03{\"status\":\"Success\"}");
const std::string exit_7 = binary_frame(
    "\x03{\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{"
    "\"reason\":\"ExitCode\",\"message\":\"7\"}]}}");

step::Reply switching_to_v5(std::string tail = {}) {
  const step::Reply v4 = switching(std::move(tail));
  return step::Reply{[v4](const std::string& request) {
    std::string answer = v4.answer(request);
    const std::string old = "v4.channel";
    return answer.replace(answer.find(old), old.size(), "v5.channel");
  }};
}

/// A session against a scripted API server; our streams are pipes.
struct Stage {
  Pipe in;
  Pipe out;
  Pipe err;
  Session::Setup setup;
  http::Watchdog watchdog;
  std::ostringstream said;
  Trace trace{said, 0};
  SystemClock clock;
  SystemRandom random;
  FakePrograms programs;
  FakeTerminal terminal;

  Result<ExecEnd> run(const ScriptedServer& server, const std::string& ca_pem = {}) {
    auto access = TunnelStage::access(server.url());
    access.access.endpoint.tls_settings.ca_pem = ca_pem;
    Credentials credentials(access, {clock, programs, terminal});
    ApiServer api(credentials, watchdog, trace);
    auto answer = api.upgrade(exec_http_request("ns", {"a", "gate", {"cat"}}, "key"),
                              std::chrono::steady_clock::now() + 10s);
    REQUIRE_OK(answer);
    BOOST_REQUIRE(answer->upgraded);
    LocalStreams local({in.reader(), out.writer(), err.writer()});
    const http::Watchdog::Guard guard(watchdog, answer->upgraded->plain_socket, Deadline::max());
    return Session(*answer->upgraded, random, local, setup).run();
  }

  /// The session ends as interrupted when it is called off while the server does nothing more.
  void call_off_during(const step::Send& sent) {
    std::atomic<bool> off{false};
    std::atomic<bool> asked{false};
    setup.called_off = [&] {
      asked = true;
      return off.load();
    };
    const ScriptedServer server({{switching_to_v5(), sent, step::Hold{}}});
    std::thread signal([&] {
      (void)eventually(10s, [&] { return asked.load(); });
      off = true;
      watchdog.cancel();
    });
    const auto end = run(server);
    signal.join();
    BOOST_TEST(kind_of(end) == ErrorKind::interrupted);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(session_test, Stage)

BOOST_AUTO_TEST_CASE(each_stream_and_the_exit_code_arrive) {
  const ScriptedServer server(
      {{switching_to_v5(out_frame("") + out_frame("one ")),
        step::Send{err_frame("oops") + out_frame("two") + exit_7 + close_frame()}, step::Hold{}}});
  const auto end = run(server);
  REQUIRE_OK(end);
  BOOST_TEST(end->exit_code == 7);
  BOOST_TEST(out.take() == "one two");
  BOOST_TEST(err.take() == "oops");
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_close_is_not_waited_for) {
  const ScriptedServer server({{switching_to_v5(out_frame("x") + success), step::Hold{}}});
  REQUIRE_OK(run(server));
  BOOST_TEST(out.take() == "x");
}

BOOST_AUTO_TEST_CASE(input_and_its_end_are_sent) {
  setup.input = true;
  setup.can_end_input = true;
  in.put("hello");
  in.close_writer();
  // Two frames: 6 + (1 + 5) and 6 + 2 bytes.
  const ScriptedServer server(
      {{switching_to_v5(), step::Await{20}, step::Send{success + close_frame()}, step::Hold{}}});
  REQUIRE_OK(run(server));
  const std::string request = server.received();
  const std::string sent = request.substr(request.find("\r\n\r\n") + 4);
  BOOST_TEST(unmasked(sent, 0x2) == std::string("\0hello\xFF\0", 8));
}

BOOST_AUTO_TEST_CASE(input_that_nobody_wants_is_left_alone) {
  in.put("hello");
  const ScriptedServer server({{switching_to_v5(success + close_frame()), step::Hold{}}});
  REQUIRE_OK(run(server));
  in.close_writer();
  BOOST_TEST(in.take_all() == "hello");
}

BOOST_AUTO_TEST_CASE(much_output_over_tls_is_whole_however_slowly_it_is_taken) {
  const Authority authority("ca");
  std::string frames;
  std::string expected;
  for (int i = 0; i < 200; ++i) {
    std::string piece(32UL * 1024 - static_cast<std::size_t>(i), static_cast<char>('a' + i % 26));
    frames += out_frame(piece);
    expected += piece;
  }
  const ScriptedServer server(
      {{switching_to_v5(), step::Send{frames + success + close_frame()}, step::Hold{}}}, {},
      server_context(authority.issue("server", "IP:127.0.0.1")));
  std::string taken;
  std::thread reader([&] { taken = out.take_all(); });
  const auto end = run(server, authority.pem());
  out.close_writer();
  reader.join();
  REQUIRE_OK(end);
  BOOST_TEST(taken.size() == expected.size());
  BOOST_TEST((taken == expected));
}

BOOST_AUTO_TEST_CASE(much_input_and_output_at_once_over_tls_do_not_block_each_other) {
  const Authority authority("ca");
  setup.input = true;
  setup.can_end_input = true;
  constexpr std::size_t bytes = 4UL * 1024 * 1024;
  // The server writes for as long as it likes before it reads a single byte.
  std::string frames;
  for (int i = 0; i < 128; ++i)
    frames += out_frame(std::string(32UL * 1024, 'o'));
  const ScriptedServer server({{switching_to_v5(), step::Send{frames}, step::Await{bytes},
                                step::Send{success}, step::Send{close_frame()}, step::Hold{}}},
                              {}, server_context(authority.issue("server", "IP:127.0.0.1")));
  std::thread writer([&] {
    const std::string block(64UL * 1024, 'i');
    for (std::size_t done = 0; done < bytes; done += block.size()) {
      if (write(in.writer(), block.data(), block.size()) < 0) break;
    }
    in.close_writer();
  });
  std::string taken;
  std::thread reader([&] { taken = out.take_all(); });
  const auto end = run(server, authority.pem());
  out.close_writer();
  writer.join();
  reader.join();
  REQUIRE_OK(end);
  BOOST_TEST(taken.size() == 128UL * 32 * 1024);
}

BOOST_AUTO_TEST_CASE(a_lost_connection_is_no_end) {
  for (const Step& step : {Step(step::Close{}), Step(step::Reset{})}) {
    const ScriptedServer server({{switching_to_v5(out_frame("half")), step}});
    const auto end = run(server);
    BOOST_TEST(kind_of(end) == ErrorKind::unreachable);
    BOOST_TEST(contains(end.error().message(), "the connection to the command was lost"));
  }
}

BOOST_AUTO_TEST_CASE(silence_is_a_lost_connection) {
  setup.ping_every = 20ms;
  setup.silent_at_most = 300ms;
  const ScriptedServer server({{switching_to_v5(), step::Hold{}}});
  const auto end = run(server);
  BOOST_TEST(kind_of(end) == ErrorKind::unreachable);
  const std::string request = server.received();
  // We have asked whether anybody is there.
  BOOST_TEST(contains(request.substr(request.find("\r\n\r\n")), "\x89\x80"));
}

BOOST_AUTO_TEST_CASE(a_ping_is_answered) {
  const ScriptedServer server({{switching_to_v5(ping_frame("there?")), step::Await{12},
                                step::Send{success + close_frame()}, step::Hold{}}});
  REQUIRE_OK(run(server));
  const std::string request = server.received();
  BOOST_TEST(unmasked(request.substr(request.find("\r\n\r\n") + 4), 0xA) == "there?");
}

BOOST_AUTO_TEST_CASE(it_can_be_called_off_while_nothing_comes) {
  call_off_during(step::Send{""});
}

BOOST_AUTO_TEST_CASE(it_can_be_called_off_while_nobody_takes_the_output) {
  call_off_during(step::Send{out_frame(std::string(512UL * 1024, 'x'))});
}

BOOST_AUTO_TEST_CASE(output_that_nobody_reads_any_more_ends_it) {
  out.close_reader();
  const ScriptedServer server({{switching_to_v5(out_frame("x")), step::Hold{}}});
  const auto end = run(server);
  BOOST_TEST(kind_of(end) == ErrorKind::internal);
  BOOST_TEST(contains(end.error().message(), "writing standard output: Broken pipe"));
}

BOOST_AUTO_TEST_CASE(what_is_no_protocol_ends_it) {
  for (const std::string& bytes : {binary_frame(std::string("\0to us", 6)),
                                   std::string("\xF1\x02"
                                               "ab"),
                                   binary_frame("\x03" + std::string(100'000, 'x'))}) {
    const ScriptedServer server({{switching_to_v5(bytes), step::Hold{}}});
    BOOST_TEST(kind_of(run(server)) == ErrorKind::protocol);
  }
}

BOOST_AUTO_TEST_SUITE_END()
