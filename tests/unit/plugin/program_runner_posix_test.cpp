#include <signal.h>
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "plugin/credentials/program_runner.h"
#include "tests/support/check.h"
#include "tests/support/temp_folder.h"

using namespace maintenance;
using namespace maintenance::plugin;
using maintenance::testing::failure_of;

namespace {

/// PATH as a test wants it, while this lives.
class Path {
 public:
  explicit Path(const std::string& path) : before_(std::getenv("PATH")) {
    setenv("PATH", path.c_str(), 1);
  }
  ~Path() { setenv("PATH", before_.c_str(), 1); }
  Path(const Path&) = delete;
  Path& operator=(const Path&) = delete;

 private:
  std::string before_;
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
  const auto end = programs->run({script("p", "wc -c | tr -d ' \\n'"), {}, {}, false});
  REQUIRE_OK(end);
  BOOST_TEST(end->output == "0");
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
  const Path path("/nowhere:" + folder.path().string());
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
    const Path search(path);
    BOOST_TEST(failure_of(programs->run({"word", {}, {}, false})).kind == ErrorKind::not_found);
  }
  BOOST_TEST(programs->run({"./word", {}, {}, false})->output == "found");
  std::filesystem::current_path(before);
}

BOOST_AUTO_TEST_SUITE_END()
