#include "agent/gate/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <vector>

namespace {

using namespace maintenance;
using namespace maintenance::gate;

const text::Timestamp moment =
    *text::parse_timestamp("2026-11-23T08:15:00Z") + std::chrono::milliseconds(7);

std::string line(std::string_view message, std::vector<Field> fields) {
  return format_line(moment, Level::warn, message, fields);
}

/// A pipe as the container runtime gives it for stdout.
struct Pipe {
  Pipe() { BOOST_REQUIRE(::pipe2(ends.data(), O_NONBLOCK) == 0); }
  ~Pipe() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  std::string drain() {
    std::string all;
    std::array<char, 65536> part{};
    for (ssize_t n = 0; (n = ::read(ends[0], part.data(), part.size())) > 0;)
      all.append(part.data(), static_cast<std::size_t>(n));
    return all;
  }
  std::array<int, 2> ends{};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(log_test)

BOOST_AUTO_TEST_CASE(a_line_has_time_level_message_and_fields) {
  BOOST_TEST(line("holding", {{"pod", "demo-0"}, {"reason", "no such file"}}) ==
             "2026-11-23T08:15:00.007Z warn holding pod=demo-0 reason=\"no such file\"\n");
}

BOOST_AUTO_TEST_CASE(a_hostile_value_cannot_forge_a_line_or_a_field) {
  const std::string out = line("x", {{"processes", "1 (a\nb\x1b[31m\" pod=\"c)"}});
  BOOST_TEST(std::count(out.begin(), out.end(), '\n') == 1);
  BOOST_TEST(out.find('\x1b') == std::string::npos);
  BOOST_TEST(out.find("\\\" pod=\\\"c") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_empty_value_is_visible) {
  BOOST_TEST(line("x", {{"key", ""}}).ends_with("key=\"\"\n"));
}

BOOST_AUTO_TEST_CASE(no_line_is_longer_than_an_atomic_write) {
  std::vector<Field> fields(8, Field{"key", std::string(2000, 'a')});
  const std::string out = line("x", fields);
  BOOST_TEST(out.size() == log_line_bytes_max);
  BOOST_TEST(out.back() == '\n');
}

BOOST_AUTO_TEST_CASE(a_full_pipe_does_not_block_and_lost_lines_are_counted) {
  Pipe pipe;
  ::fcntl(pipe.ends[1], F_SETFL, 0);  // blocking, as stdout of a container is
  SystemClock clock;
  Log log(pipe.ends[1], clock);
  for (int i = 0; i < 2000; ++i)
    log.info("filling", {{"text", std::string(500, 'a')}});
  const std::string kept = pipe.drain();
  const auto lines = std::count(kept.begin(), kept.end(), '\n');
  BOOST_TEST(lines < 2000);
  log.info("after");
  const std::string later = pipe.drain();
  BOOST_TEST(later.find("log lines were dropped lines=" + std::to_string(2000 - lines)) !=
             std::string::npos);
  BOOST_TEST(later.ends_with("info after\n"));
}

BOOST_AUTO_TEST_SUITE_END()
