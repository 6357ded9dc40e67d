#pragma once

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <functional>
#include <string>

#include "tests/support/shell.h"

/// How a story is told: sentences, commands as a person would type them, and what must be true
/// afterwards. Each function ends the test case with the whole output of the command when the world
/// is not as it should be.
namespace maintenance::e2e {

using std::chrono::milliseconds;
using testing::Background;
using testing::Outcome;
using namespace std::chrono_literals;

/// The sentences show in the test's output, each with the time since the test program started.
void given(const std::string& sentence);
void when(const std::string& sentence);
void then(const std::string& sentence);
/// One measured time, for docs/performance.md.
void measured(const std::string& what, milliseconds time);

/// Runs a line of bash that must succeed.
Outcome succeeds(const std::string& line, milliseconds limit = testing::command_limit);
/// Runs a line of bash that must end with exactly this exit code.
Outcome fails(int exit_code, const std::string& line, milliseconds limit = testing::command_limit);
/// A failure for a program to rely on: nothing on stdout, one line on stderr that is about `what`.
void is_one_sentence_about(const Outcome& outcome, const std::string& what);

/// stdout or stderr contains this text.
void says(const Outcome& outcome, const std::string& text);
void says_nothing_of(const Outcome& outcome, const std::string& text);
/// One line of stdout matches this regular expression.
void has_line(const Outcome& outcome, const std::string& pattern);

/// Waits for a condition with a deadline, looking a few times a second: each look usually is a
/// program that runs. Returns how long it took.
milliseconds until(const std::string& what, milliseconds limit, const std::function<bool()>& holds);

/// `text` without blanks and line breaks around it.
[[nodiscard]] std::string trimmed(const std::string& text);

}  // namespace maintenance::e2e
