#include "common/text/file.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

#include "tests/support/check.h"
#include "tests/support/temp_folder.h"

using maintenance::ErrorKind;
using maintenance::testing::contains;
using maintenance::testing::failure_of;
using maintenance::testing::kind_of;
using maintenance::testing::TempFolder;
namespace text = maintenance::text;

BOOST_AUTO_TEST_SUITE(file_test)

BOOST_AUTO_TEST_CASE(a_file_is_read_whole_with_every_byte) {
  const TempFolder folder;
  const std::string content("a\0\r\n\xff z", 7);
  const auto read = text::read_file(folder.write("file", content));
  REQUIRE_OK(read);
  BOOST_TEST(*read == content);
}

BOOST_AUTO_TEST_CASE(an_empty_file_reads_as_nothing) {
  const TempFolder folder;
  const auto read = text::read_file(folder.write("file", ""));
  REQUIRE_OK(read);
  BOOST_TEST(read->empty());
}

BOOST_AUTO_TEST_CASE(a_file_of_exactly_the_limit_is_read) {
  const TempFolder folder;
  const auto read = text::read_file(folder.write("f", std::string(text::file_bytes_max, 'x')));
  REQUIRE_OK(read);
  BOOST_TEST(read->size() == text::file_bytes_max);
}

BOOST_AUTO_TEST_CASE(a_file_over_the_limit_is_refused) {
  const TempFolder folder;
  const auto path = folder.write("f", std::string(text::file_bytes_max + 1, 'x'));
  BOOST_TEST(kind_of(text::read_file(path)) == ErrorKind::too_large);
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_named) {
  const TempFolder folder;
  const auto failure = failure_of(text::read_file(folder.file("absent")));
  BOOST_TEST(failure.kind == ErrorKind::not_found);
  BOOST_TEST(contains(failure.message(), folder.file("absent")));
}

BOOST_AUTO_TEST_CASE(a_folder_is_no_file) {
  const TempFolder folder;
  BOOST_TEST(kind_of(text::read_file(folder.path().string())) == ErrorKind::invalid);
}

BOOST_AUTO_TEST_CASE(a_link_is_followed_like_the_kubelets_volumes_need_it) {
  const TempFolder folder;
  folder.write("..data/token", "secret");
  std::filesystem::create_symlink("..data/token", folder.path() / "token");
  const auto read = text::read_file(folder.file("token"));
  REQUIRE_OK(read);
  BOOST_TEST(*read == "secret");
}

BOOST_AUTO_TEST_CASE(a_hostile_file_name_is_shown_without_control_bytes) {
  const auto failure = failure_of(text::read_file("/nowhere/\x1b[2J\n"));
  BOOST_TEST(!contains(failure.message(), "\x1b"));
  BOOST_TEST(!contains(failure.message(), "\n"));
}

BOOST_AUTO_TEST_CASE(white_space_around_a_text_goes_and_within_it_stays) {
  BOOST_TEST(text::trimmed(" \t\r\n a b \n") == "a b");
  BOOST_TEST(text::trimmed(" \n ").empty());
}

BOOST_AUTO_TEST_SUITE_END()
