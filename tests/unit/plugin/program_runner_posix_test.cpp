#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "plugin/credentials/program_runner.h"
#include "tests/support/check.h"
#include "tests/support/environment_variable.h"
#include "tests/support/temp_folder.h"

using namespace maintenance;
using namespace maintenance::plugin;
using maintenance::testing::failure_of;

namespace {

/// Standard input of this process with something to read, while this lives.
class TypedInput {
 public:
  explicit TypedInput(const std::string& text) : before_(dup(STDIN_FILENO)) {
    int ends[2] = {-1, -1};
    BOOST_REQUIRE(pipe(ends) == 0);
    BOOST_REQUIRE(write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
  }
  ~TypedInput() {
    dup2(before_, STDIN_FILENO);
    close(before_);
  }
  TypedInput(const TypedInput&) = delete;
  TypedInput& operator=(const TypedInput&) = delete;

 private:
  int before_;
};

struct Stage {
  testing::TempFolder folder;
  std::unique_ptr<ProgramRunner> programs = make_process_runner();

  std::string script(const std::string& name, const std::string& body) {
    const std::string path = folder.write(name, "#!/bin/sh\n" + body + "\n");
    chmod(path.c_str(), 0755);
    return path;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(program_runner_posix_test, Stage)

BOOST_AUTO_TEST_CASE(arguments_environment_and_output_arrive) {
  const std::string program = script("p", R"(printf '%s|%s|%s|%s' "$1" "$2" "$NEW" "$HOME")");
  const auto end = programs->run({program, {"a b", "$HOME"}, {{"NEW", "n"}, {"HOME", "h"}}, false});
  REQUIRE_OK(end);
  BOOST_TEST(end->exit_code == 0);
  BOOST_TEST(end->output == "a b|$HOME|n|h");
}

BOOST_AUTO_TEST_CASE(the_exit_code_is_given_back) {
  BOOST_TEST(programs->run({script("p", "exit 7"), {}, {}, false})->exit_code == 7);
  BOOST_TEST(programs->run({script("q", "kill -TERM $$"), {}, {}, false})->exit_code == 128 + 15);
}

BOOST_AUTO_TEST_CASE(without_input_there_is_none) {
  const TypedInput typed("abc");
  const std::string counts = script("p", "wc -c | tr -d ' \\n'");
  const auto end = programs->run({counts, {}, {}, false});
  REQUIRE_OK(end);
  BOOST_TEST(end->output == "0");
  const auto with_input = programs->run({counts, {}, {}, true});
  REQUIRE_OK(with_input);
  BOOST_TEST(with_input->output == "3");
}

BOOST_AUTO_TEST_CASE(a_program_that_does_not_stop_printing_is_killed) {
  const Error failure = failure_of(programs->run({script("p", "exec yes"), {}, {}, false}));
  BOOST_TEST(failure.kind == ErrorKind::too_large);
}

BOOST_AUTO_TEST_CASE(a_program_has_its_own_signals) {
  sigset_t ours;
  sigset_t before;
  sigemptyset(&ours);
  for (const int number : {SIGPIPE, SIGTERM, SIGINT})
    sigaddset(&ours, number);
  pthread_sigmask(SIG_BLOCK, &ours, &before);
  for (const int number : {SIGPIPE, SIGTERM}) {
    const std::string name = std::to_string(number);
    const auto end = programs->run({script("p" + name, "kill -" + name + " $$"), {}, {}, false});
    REQUIRE_OK(end);
    BOOST_TEST(end->exit_code == 128 + number);
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

BOOST_AUTO_TEST_CASE(a_bare_word_is_looked_up_in_path) {
  script("word", "printf found");
  folder.write("plain", "no program");
  const testing::EnvironmentVariable path("PATH", "/nowhere:" + folder.path().string());
  const auto end = programs->run({"word", {}, {}, false});
  REQUIRE_OK(end);
  BOOST_TEST(end->output == "found");
  for (const char* absent : {"nothing", "plain", ""})
    BOOST_TEST(failure_of(programs->run({absent, {}, {}, false})).kind == ErrorKind::not_found);
}

BOOST_AUTO_TEST_CASE(what_lies_in_the_working_directory_is_not_run) {
  script("word", "printf found");
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  for (const char* path : {"", ".", ":", ":."}) {
    const testing::EnvironmentVariable search("PATH", path);
    BOOST_TEST(failure_of(programs->run({"word", {}, {}, false})).kind == ErrorKind::not_found);
  }
  BOOST_TEST(programs->run({"./word", {}, {}, false})->output == "found");
  std::filesystem::current_path(before);
}

BOOST_AUTO_TEST_SUITE_END()
