#include "tests/e2e/telling.h"

#include <algorithm>
#include <cstdio>
#include <regex>
#include <sstream>
#include <thread>

namespace maintenance::e2e {
namespace {

using std::chrono::duration_cast;
using std::chrono::steady_clock;

/// Between two looks at a condition: each costs about 60 ms of one of the machine's few cores.
constexpr milliseconds between_looks{200};

const steady_clock::time_point program_start = steady_clock::now();

std::string seconds_text(milliseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f s", static_cast<double>(time.count()) / 1000.0);
  return text;
}

void tell(const char* word, const std::string& sentence) {
  const auto now = duration_cast<milliseconds>(steady_clock::now() - program_start);
  char time[32];
  std::snprintf(time, sizeof time, "%8.2f s  ", static_cast<double>(now.count()) / 1000.0);
  BOOST_TEST_MESSAGE(time << word << " " << sentence);
}

bool any_line_matches(const std::string& text, const std::regex& pattern) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_search(line, pattern)) return true;
  }
  return false;
}

}  // namespace

void given(const std::string& sentence) {
  tell("Given", sentence);
}

void when(const std::string& sentence) {
  tell(" When", sentence);
}

void then(const std::string& sentence) {
  tell(" Then", sentence);
}

void measured(const std::string& what, milliseconds time) {
  tell("     ", what + ": " + seconds_text(time));
}

Outcome succeeds(const std::string& line, milliseconds limit) {
  return fails(0, line, limit);
}

Outcome fails(int exit_code, const std::string& line, milliseconds limit) {
  Outcome outcome = testing::shell(line, limit);
  BOOST_REQUIRE_MESSAGE(outcome.exit_code == exit_code && !outcome.timed_out,
                        "exit code " << exit_code << " was expected" << outcome);
  return outcome;
}

void is_one_sentence_about(const Outcome& outcome, const std::string& what) {
  BOOST_REQUIRE_MESSAGE(outcome.out.empty(), "stdout should be empty" << outcome);
  BOOST_REQUIRE_MESSAGE(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1,
                        "one line on stderr was expected" << outcome);
  BOOST_REQUIRE_MESSAGE(outcome.err.find(what) != std::string::npos,
                        "stderr should say '" << what << "'" << outcome);
}

void says(const Outcome& outcome, const std::string& text) {
  BOOST_REQUIRE_MESSAGE(
      outcome.out.find(text) != std::string::npos || outcome.err.find(text) != std::string::npos,
      "the output should contain '" << text << "'" << outcome);
}

void says_nothing_of(const Outcome& outcome, const std::string& text) {
  BOOST_REQUIRE_MESSAGE(
      outcome.out.find(text) == std::string::npos && outcome.err.find(text) == std::string::npos,
      "the output should not contain '" << text << "'" << outcome);
}

void has_line(const Outcome& outcome, const std::string& pattern) {
  BOOST_REQUIRE_MESSAGE(any_line_matches(outcome.out, std::regex(pattern)),
                        "a line of stdout should match /" << pattern << "/" << outcome);
}

milliseconds until(const std::string& what, milliseconds limit,
                   const std::function<bool()>& holds) {
  const auto start = steady_clock::now();
  const auto passed = [start] { return duration_cast<milliseconds>(steady_clock::now() - start); };
  while (!holds()) {
    BOOST_REQUIRE_MESSAGE(passed() < limit,
                          what << " did not come true within " << seconds_text(limit));
    std::this_thread::sleep_for(between_looks);
  }
  return passed();
}

std::string trimmed(const std::string& text) {
  constexpr const char* blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace maintenance::e2e
