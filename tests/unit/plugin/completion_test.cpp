#include "plugin/commands/completion.h"

#include <boost/test/unit_test.hpp>

#include <filesystem>

#include "tests/support/check.h"
#include "tests/support/shell.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/plugin/fakes.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;
namespace fs = std::filesystem;

namespace {

struct Stage : FakeIo {
  TempFolder folder;

  int run(const std::string& what) {
    return static_cast<int>(run_completion({what}, io, [this](const std::string& name) {
      return name == "PATH" ? "/nonexistent:" + folder.path().string() : std::string();
    }));
  }
  [[nodiscard]] fs::path link() const { return folder.path() / "kubectl_complete-maintenance"; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(completion_test, Stage)

BOOST_AUTO_TEST_CASE(a_link_beside_the_program) {
  folder.write("kubectl-maintenance", "a program");
  BOOST_TEST(run("install") == 0);
  BOOST_TEST(out.str() == link().string() + " created\n");
  BOOST_TEST(fs::equivalent(link(), folder.path() / "kubectl-maintenance"));
  BOOST_TEST(run("install") == 0);
  BOOST_TEST(contains(out.str(), " is already there\n"));
}

BOOST_AUTO_TEST_CASE(what_is_not_ours_is_not_replaced) {
  folder.write("kubectl-maintenance", "a program");
  folder.write("kubectl_complete-maintenance", "somebody else's");
  BOOST_TEST(run("install") == 1);
  BOOST_TEST(contains(err.str(), "make it by hand: ln -s "), err.str());
  BOOST_TEST(fs::is_regular_file(fs::symlink_status(link())));
}

BOOST_AUTO_TEST_CASE(without_the_program_on_the_path) {
  BOOST_TEST(run("install") == 1);
  BOOST_TEST(contains(err.str(), "kubectl-maintenance is not on the PATH"), err.str());
}

/// A stand-in for the program shows what bash does with an answer.
BOOST_AUTO_TEST_CASE(the_bash_script_fills_in_what_the_program_says) {
  BOOST_TEST(run("bash") == 0);
  const std::string script = folder.write("script", out.str());
  folder.write("kubectl-maintenance",
               "#!/bin/sh\nprintf '%s|' \"$@\" >&2\nprintf 'pod\\tx\\ndc\\n:4\\n'\n");
  fs::permissions(folder.path() / "kubectl-maintenance", fs::perms::owner_all);
  const auto outcome =
      testing::shell("PATH=" + folder.path().string() + ":$PATH bash -c '. " + script +
                     "; COMP_WORDS=(kubectl-maintenance enable \"\"); COMP_CWORD=2; "
                     "__kubectl_maintenance; echo \"${COMPREPLY[@]}\"'");
  BOOST_TEST(outcome.out == "pod dc\n");
}

BOOST_AUTO_TEST_CASE(each_shell_has_a_script) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    Stage stage;
    BOOST_TEST(stage.run(shell) == 0);
    BOOST_TEST(contains(stage.out.str(), "kubectl-maintenance __complete"), stage.out.str());
  }
}

BOOST_AUTO_TEST_SUITE_END()
