#include "plugin/credentials/identity.h"

#include <boost/test/unit_test.hpp>

using namespace maintenance;
using namespace maintenance::plugin;

namespace {

std::vector<std::string> lines(const Impersonation& as) {
  std::vector<std::string> out;
  for (const http::Header& header : impersonation_headers(as))
    out.push_back(header.name + ": " + header.value);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(identity_test)

BOOST_AUTO_TEST_CASE(nobody_is_impersonated_without_a_user) {
  BOOST_TEST(lines({}).empty());
  BOOST_TEST(lines({"", "1", {"g"}, {{"k", {"v"}}}}).empty());
}

BOOST_AUTO_TEST_CASE(each_group_and_value_has_a_header_of_its_own) {
  const std::vector<std::string> expected{"Impersonate-User: jane",
                                          "Impersonate-Uid: u1",
                                          "Impersonate-Group: g1",
                                          "Impersonate-Group: g2",
                                          "Impersonate-Extra-a: v1",
                                          "Impersonate-Extra-a: v2",
                                          "Impersonate-Extra-acme.com%2fproject: x"};
  BOOST_TEST(
      lines({"jane", "u1", {"g1", "g2"}, {{"a", {"v1", "v2"}}, {"acme.com/Project", {"x"}}}}) ==
          expected,
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_no_part_of_a_name_is_encoded) {
  const auto headers = impersonation_headers({"u", "", {}, {{"a%b c:\xC3\xA4", {"v"}}}});
  BOOST_TEST(headers[1].name == "Impersonate-Extra-a%25b%20c%3a%c3%a4");
}

BOOST_AUTO_TEST_CASE(name_and_password_are_one_text) {
  const http::Header header = basic_header("Aladdin", "open sesame");
  BOOST_TEST(header.name == "Authorization");
  BOOST_TEST(header.value == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

BOOST_AUTO_TEST_SUITE_END()
