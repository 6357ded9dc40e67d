#include "plugin/commands/completion.h"

#include <boost/test/unit_test.hpp>

#include <filesystem>

#include "common/text/file.h"
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

  int run(const std::string& what, const ProgramName& called = {}) {
    return static_cast<int>(run_completion(
        {what}, io,
        [this](const std::string& name) {
          return name == "PATH" ? "/nonexistent:" + folder.file("bin") : std::string();
        },
        called));
  }
  [[nodiscard]] fs::path link() const { return folder.path() / "bin/kubectl_complete-maintenance"; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(completion_test, Stage)

BOOST_AUTO_TEST_CASE(a_link_beside_the_program) {
  folder.write("bin/kubectl-maintenance", "a program");
  BOOST_TEST(run("install") == 0);
  BOOST_TEST(contains(out.str(), link().string() + " created\n"), out.str());
  BOOST_TEST(fs::equivalent(link(), folder.path() / "bin/kubectl-maintenance"));
  BOOST_TEST(run("install") == 0);
  BOOST_TEST(contains(out.str(), " is already there\n"));
}

BOOST_AUTO_TEST_CASE(what_is_not_ours_is_not_replaced) {
  folder.write("bin/kubectl-maintenance", "a program");
  folder.write("bin/kubectl_complete-maintenance", "somebody else's");
  BOOST_TEST(run("install") == 1);
  BOOST_TEST(contains(err.str(), "make it by hand: ln -s "), err.str());
  BOOST_TEST(fs::is_regular_file(fs::symlink_status(link())));
}

BOOST_AUTO_TEST_CASE(manual_pages_where_man_looks_for_them) {
  folder.write("bin/kubectl-maintenance", "a program");
  BOOST_TEST(run("install") == 0);
  const auto page = text::read_file(folder.file("share/man/man1/kubectl-maintenance-enable.1"));
  REQUIRE_OK(page);
  BOOST_TEST(contains(*page, "\n.SH SYNOPSIS\n"), *page);
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_have_manual_pages_is_only_warned_of) {
  folder.write("bin/kubectl-maintenance", "a program");
  folder.write("share", "no folder");
  BOOST_TEST(run("install") == 0);
  BOOST_TEST(fs::is_symlink(link()));
  BOOST_TEST(contains(err.str(), "Warning: writing manual pages into "), err.str());
}

BOOST_AUTO_TEST_CASE(under_the_name_that_krews_index_has) {
  const ProgramName called = program_name_of("kubectl-cassandra_maintenance");
  folder.write("bin/kubectl-cassandra_maintenance", "a program");
  BOOST_TEST(run("install", called) == 0);
  BOOST_TEST(fs::is_symlink(folder.path() / "bin/kubectl_complete-cassandra_maintenance"));
  BOOST_TEST(fs::exists(folder.path() / "share/man/man1/kubectl-cassandra_maintenance-run.1"));
  Stage bash;
  BOOST_TEST(bash.run("bash", called) == 0);
  BOOST_TEST(contains(bash.out.str(), "kubectl-cassandra_maintenance __complete"), bash.out.str());
}

BOOST_AUTO_TEST_CASE(without_the_program_on_the_path) {
  BOOST_TEST(run("install") == 1);
  BOOST_TEST(contains(err.str(), "kubectl-maintenance is not on the PATH"), err.str());
}

/// A stand-in for the program shows what bash does with an answer.
BOOST_AUTO_TEST_CASE(the_bash_script_fills_in_what_the_program_says) {
  BOOST_TEST(run("bash") == 0);
  const std::string script = folder.write("script", out.str());
  folder.write("bin/kubectl-maintenance",
               "#!/bin/sh\nprintf '%s|' \"$@\" >&2\nprintf 'pod\\tx\\ndc\\n:4\\n'\n");
  fs::permissions(folder.path() / "bin/kubectl-maintenance", fs::perms::owner_all);
  const auto outcome =
      testing::shell("PATH=" + folder.file("bin") + ":$PATH bash -c '. " + script +
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
