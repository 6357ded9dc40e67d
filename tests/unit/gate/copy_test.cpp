#include "agent/gate/copy.h"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>

#include "tests/unit/gate/support.h"

namespace {

using namespace maintenance::gate;
using namespace maintenance::testing;
using namespace maintenance::gate::testing;
namespace fs = std::filesystem;

struct Fixture {
  TempFolder folder;
  std::string source = folder.file("source");
  std::string target = folder.file("target");

  Fixture() { fs::create_directory(target); }
  std::ptrdiff_t files() const {
    return std::distance(fs::directory_iterator(target), fs::directory_iterator());
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(copy_test)

BOOST_FIXTURE_TEST_CASE(the_copy_is_equal_and_executable_whatever_the_umask, Fixture) {
  const std::string content(200'001, 'x');
  write_file(source, content);
  const mode_t before = ::umask(077);
  const auto path = copy_program(source, target);
  ::umask(before);
  BOOST_REQUIRE(path.ok());
  BOOST_TEST(*path == target + "/maintenance-gate");
  BOOST_TEST((read_file(*path) == content));
  BOOST_TEST((fs::status(*path).permissions() == fs::perms(0755)));
  BOOST_TEST(files() == 1);
}

BOOST_FIXTURE_TEST_CASE(an_older_copy_and_an_unfinished_one_are_replaced, Fixture) {
  write_file(source, "new");
  write_file(target + "/maintenance-gate", "old and longer");
  write_file(target + "/.maintenance-gate.unfinished", "of a container that was killed");
  BOOST_REQUIRE(copy_program(source, target).ok());
  BOOST_TEST(read_file(target + "/maintenance-gate") == "new");
  BOOST_TEST(files() == 1);
}

BOOST_FIXTURE_TEST_CASE(a_link_in_the_target_is_not_followed, Fixture) {
  write_file(source, "new");
  write_file(folder.file("elsewhere"), "precious");
  fs::create_symlink(folder.file("elsewhere"), target + "/.maintenance-gate.unfinished");
  fs::create_symlink(folder.file("elsewhere"), target + "/maintenance-gate");
  BOOST_REQUIRE(copy_program(source, target).ok());
  BOOST_TEST(read_file(folder.file("elsewhere")) == "precious");
  BOOST_TEST(!fs::is_symlink(target + "/maintenance-gate"));
}

BOOST_FIXTURE_TEST_CASE(failures_are_told_and_leave_nothing_behind, Fixture) {
  const auto no_source = copy_program(source, target);
  BOOST_REQUIRE(!no_source.ok());
  BOOST_TEST(no_source.error().message() == "opening " + source + ": No such file or directory");
  write_file(source, "new");
  const auto no_target = copy_program(source, folder.file("nowhere"));
  BOOST_REQUIRE(!no_target.ok());
  BOOST_TEST(no_target.error().message().find("No such file or directory") != std::string::npos);
  fs::create_directory(target + "/maintenance-gate");
  BOOST_TEST(!copy_program(source, target).ok());
  BOOST_TEST(files() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
