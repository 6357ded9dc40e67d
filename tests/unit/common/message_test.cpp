#include "common/http/message.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

namespace http = maintenance::http;

BOOST_AUTO_TEST_SUITE(message_test)

BOOST_AUTO_TEST_CASE(a_header_is_found_whatever_its_case) {
  const std::vector<http::Header> headers{{"Content-Type", "a"}, {"content-type", "b"}, {"X", ""}};
  BOOST_TEST(http::find_header(headers, "CONTENT-TYPE") == "a");
  BOOST_TEST(http::find_header(headers, "content-typ").empty());
  BOOST_TEST(http::find_header(headers, "content-type2").empty());
  BOOST_TEST(http::find_header(headers, "").empty());
  BOOST_TEST(http::find_header({}, "a").empty());
}

BOOST_AUTO_TEST_CASE(only_methods_that_change_nothing_are_reads) {
  BOOST_TEST(http::is_read("GET"));
  BOOST_TEST(http::is_read("HEAD"));
  for (const std::string method : {"PUT", "POST", "PATCH", "DELETE", "get", ""})
    BOOST_TEST(!http::is_read(method), method);
}

BOOST_AUTO_TEST_CASE(everything_but_unreserved_characters_is_percent_encoded) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", ""},
      {"azAZ09-._~", "azAZ09-._~"},
      {"a/b?c=d&e#f g+%", "a%2Fb%3Fc%3Dd%26e%23f%20g%2B%25"},
      {"\r\n", "%0D%0A"},
      {std::string("\0", 1), "%00"},
      {"\xc3\xa9\xff", "%C3%A9%FF"},
  };
  for (const auto& [raw, encoded] : rows)
    BOOST_TEST(http::percent_encode(raw) == encoded);
}

BOOST_AUTO_TEST_CASE(only_what_cannot_break_a_line_may_be_sent) {
  struct Row {
    std::string sentence;
    http::Request request;
    bool sendable;
  };
  const std::vector<Row> rows{
      {"an ordinary request", {"GET", "/api/v1?a=b%20c", {{"Accept", "a/b; q=1"}}, "\r\n"}, true},
      {"a value outside ASCII", {"GET", "/", {{"X", "caf\xc3\xa9"}}, {}}, true},
      {"an empty value", {"GET", "/", {{"X", ""}}, {}}, true},
      {"a tab in a value", {"GET", "/", {{"X", "a\tb"}}, {}}, true},
      {"no method", {"", "/", {}, {}}, false},
      {"a method of two words", {"GET /x", "/", {}, {}}, false},
      {"no target", {"GET", "", {}, {}}, false},
      {"a target that is no path", {"GET", "evil.example/", {}, {}}, false},
      {"a blank in the target", {"GET", "/a b", {}, {}}, false},
      {"a line break in the target", {"GET", "/a\r\nX: y", {}, {}}, false},
      {"a raw byte in the target", {"GET", "/\xff", {}, {}}, false},
      {"DEL in the target", {"GET", "/\x7f", {}, {}}, false},
      {"no header name", {"GET", "/", {{"", "a"}}, {}}, false},
      {"a colon in a header name", {"GET", "/", {{"X:", "a"}}, {}}, false},
      {"a line break in a header name", {"GET", "/", {{"X\r\nY", "a"}}, {}}, false},
      {"a line feed in a value", {"GET", "/", {{"X", "a\nY: b"}}, {}}, false},
      {"a carriage return in a value", {"GET", "/", {{"X", "a\rb"}}, {}}, false},
      {"NUL in a value", {"GET", "/", {{"X", std::string("a\0b", 3)}}, {}}, false},
  };
  for (const Row& row : rows)
    BOOST_TEST(http::check_sendable(row.request).ok() == row.sendable, row.sentence);
}

BOOST_AUTO_TEST_CASE(a_refused_header_is_named_and_its_value_is_not) {
  const auto refusal = http::check_sendable({"GET", "/", {{"Authorization", "secret\n"}}, {}});
  BOOST_REQUIRE(!refusal.ok());
  BOOST_TEST(refusal.error().message().find("Authorization") != std::string::npos);
  BOOST_TEST(refusal.error().message().find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(only_2xx_is_successful) {
  const std::vector<std::pair<int, bool>> rows{{0, false},   {101, false}, {199, false},
                                               {200, true},  {299, true},  {300, false},
                                               {404, false}, {500, false}};
  for (const auto& [status, successful] : rows)
    BOOST_TEST((http::Response{status, {}, {}}.successful()) == successful, status);
}

BOOST_AUTO_TEST_SUITE_END()
