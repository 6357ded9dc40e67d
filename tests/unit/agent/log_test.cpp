#include "agent/observe/log.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/agent/stage.h"

namespace maintenance::testing {

BOOST_AUTO_TEST_SUITE(log_test)

BOOST_AUTO_TEST_CASE(an_event_is_one_line) {
  using agent::LogFormat;
  using agent::LogLevel;
  BOOST_TEST(agent::format_event(LogFormat::json, "T", LogLevel::info, "enter",
                                 {{"pod", "p-0"}, {"empty", ""}, {"reason", "a \"b\""}}) ==
             R"({"time":"T","level":"info","event":"enter","pod":"p-0","reason":"a \"b\""})");
  BOOST_TEST(agent::format_event(LogFormat::text, "T", LogLevel::warn, "leave",
                                 {{"pod", "p-0"}, {"reason", "two words"}}) ==
             "T warn leave pod=p-0 reason=\"two words\"");
}

BOOST_AUTO_TEST_CASE(other_peoples_text_cannot_break_out_of_it) {
  for (const auto format : {agent::LogFormat::json, agent::LogFormat::text}) {
    const std::string line = agent::format_event(format, "T", agent::LogLevel::info, "enter",
                                                 {{"reason", "a\nb\r\x1b[31m\xff {fmt} {} %s"}});
    for (const char c : line)
      BOOST_TEST((static_cast<unsigned char>(c) >= 0x20 && c != '\x7f'));
    BOOST_TEST(has_all(line, {"{fmt} {} %s"}), line);
  }
}

BOOST_AUTO_TEST_CASE(the_level_decides_what_is_written) {
  FakeClock clock;
  auto sink = std::make_shared<MemorySink>();
  agent::Log log(sink, clock, agent::LogFormat::text, agent::LogLevel::warn);
  log.debug("a", {});
  log.info("b", {});
  log.warn("c", {{"x", "{}"}});
  log.error("d", {});
  BOOST_TEST(sink->text() == "2026-01-01T00:00:00Z warn c x={}\n2026-01-01T00:00:00Z error d\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
