#include "plugin/exec/local_streams.h"

#include <Poco/Net/ServerSocket.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>

#include "tests/support/check.h"
#include "tests/support/temp_folder.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;
using namespace std::chrono_literals;

namespace {

/// A pseudo-terminal: what we call our terminal, and the person in front of it.
struct Terminal {
  int person = posix_openpt(O_RDWR | O_NOCTTY);
  int ours = -1;

  Terminal() {
    BOOST_REQUIRE(person >= 0);
    BOOST_REQUIRE(grantpt(person) == 0);
    BOOST_REQUIRE(unlockpt(person) == 0);
    ours = open(ptsname(person), O_RDWR | O_NOCTTY);
    BOOST_REQUIRE(ours >= 0);
    resize(100, 30);
  }
  ~Terminal() {
    close(ours);
    close(person);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void resize(unsigned short columns, unsigned short rows) const {
    winsize size{};
    size.ws_col = columns;
    size.ws_row = rows;
    BOOST_REQUIRE(ioctl(person, TIOCSWINSZ, &size) == 0);
  }
  [[nodiscard]] bool is_raw() const {
    termios now{};
    BOOST_REQUIRE(tcgetattr(ours, &now) == 0);
    return (now.c_lflag & static_cast<tcflag_t>(ICANON | ECHO | ISIG)) == 0;
  }
};

/// A socket that nothing happens on.
struct Quiet {
  Poco::Net::ServerSocket listener{Poco::Net::SocketAddress("127.0.0.1", 0)};
  Poco::Net::StreamSocket socket{listener.address()};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(local_streams_posix_test)

BOOST_AUTO_TEST_CASE(a_terminal_is_raw_for_a_while_and_put_back) {
  const Terminal terminal;
  {
    LocalStreams local({terminal.ours, terminal.ours, terminal.ours});
    BOOST_TEST(local.input_is_terminal());
    BOOST_TEST((local.window() == WindowSize{100, 30}));
    local.make_raw();
    BOOST_TEST(terminal.is_raw());
    local.restore();
    BOOST_TEST(!terminal.is_raw());
    local.make_raw();
  }
  BOOST_TEST(!terminal.is_raw());  // whatever comes between
}

BOOST_AUTO_TEST_CASE(what_is_no_terminal_has_no_size_and_is_never_raw) {
  const TempFolder folder;
  const int file = open(folder.write("file", "abc").c_str(), O_RDWR);
  LocalStreams local({file, file, file});
  BOOST_TEST(!local.input_is_terminal());
  BOOST_TEST(!local.window().has_value());
  local.make_raw();
  std::array<char, 8> bytes{};
  BOOST_TEST(**local.read(bytes.data(), bytes.size()) == 3U);
  BOOST_TEST(**local.read(bytes.data(), bytes.size()) == 0U);
  close(file);
}

BOOST_AUTO_TEST_CASE(input_that_somebody_else_took_is_not_its_end) {
  std::array<int, 2> ends{};
  BOOST_REQUIRE(pipe2(ends.data(), O_NONBLOCK) == 0);
  LocalStreams local({ends[0], 1, 2});
  std::array<char, 8> bytes{};
  const auto got = local.read(bytes.data(), bytes.size());
  REQUIRE_OK(got);
  BOOST_TEST(!got->has_value());
  close(ends[0]);
  close(ends[1]);
}

BOOST_AUTO_TEST_CASE(a_new_size_ends_the_wait) {
  const Terminal terminal;
  const Quiet quiet;
  LocalStreams local({terminal.ours, terminal.ours, terminal.ours});
  terminal.resize(120, 40);
  std::raise(SIGWINCH);
  const auto events = local.wait(quiet.socket, Events{}, 10s);
  REQUIRE_OK(events);
  BOOST_TEST(events->resized);
  BOOST_TEST((local.window() == WindowSize{120, 40}));
  BOOST_TEST(!local.wait(quiet.socket, Events{}, 1ms)->resized);  // said once
}

BOOST_AUTO_TEST_CASE(a_full_pipe_has_no_room_and_an_empty_one_takes_without_blocking) {
  std::array<int, 2> pipe_ends{};
  BOOST_REQUIRE(pipe(pipe_ends.data()) == 0);
  const Quiet quiet;
  LocalStreams local({0, pipe_ends[1], pipe_ends[1]});
  Events wanted;
  wanted.output = true;
  const std::string much(1024UL * 1024, 'x');
  std::size_t taken = 0;
  while (local.wait(quiet.socket, wanted, 0ms)->output) {
    const auto written = local.write(Sink::output, much);
    REQUIRE_OK(written);
    BOOST_REQUIRE(*written > 0);
    taken += *written;
    BOOST_REQUIRE(taken <= much.size());
  }
  BOOST_TEST(taken > 0);
  close(pipe_ends[0]);
  BOOST_TEST(local.wait(quiet.socket, wanted, 10s)->output);
  BOOST_TEST(kind_of(local.write(Sink::output, much)) == ErrorKind::internal);  // no signal
  close(pipe_ends[1]);
}

BOOST_AUTO_TEST_CASE(the_signals_are_as_they_were_found) {
  struct sigaction before {};
  struct sigaction after {};
  sigaction(SIGPIPE, nullptr, &before);
  { const LocalStreams local; }
  sigaction(SIGPIPE, nullptr, &after);
  BOOST_TEST((before.sa_handler == after.sa_handler));
}

BOOST_AUTO_TEST_SUITE_END()
