#include "agent/server/request_check.h"

#include <boost/test/unit_test.hpp>

#include "agent/server/exchange.h"

namespace maintenance::testing {
namespace {

using http::Header;

/// The status of the refusal, or 0.
int refused(std::vector<Header> headers, const std::string& method = "PUT",
            const std::string& target = "/pods/a") {
  const auto unfit = agent::find_unfit(method, target, headers);
  return unfit ? unfit->status : 0;
}

const Header host{"Host", "localhost:8889"};

}  // namespace

BOOST_AUTO_TEST_SUITE(request_check_test)

BOOST_AUTO_TEST_CASE(usual_requests_are_fit) {
  BOOST_TEST(refused({host}) == 0);
  BOOST_TEST(refused({host, {"Content-Length", "0"}}) == 0);
  BOOST_TEST(refused({host, {"content-length", "65536"}, {"Accept", "*/*"}}) == 0);
  BOOST_TEST(refused({host, {"X-Note", "tab\tand \xc3\xa9"}}) == 0);
}

BOOST_AUTO_TEST_CASE(there_is_exactly_one_host) {
  BOOST_TEST(refused({}) == 400);
  BOOST_TEST(refused({host, {"HOST", "other"}}) == 400);
}

BOOST_AUTO_TEST_CASE(no_transfer_encoding_of_any_kind) {
  for (const char* value : {"chunked", "identity", "", "gzip, chunked"})
    BOOST_TEST(refused({host, {"Transfer-Encoding", value}}) == 400, value);
  BOOST_TEST(refused({host, {"Content-Length", "3"}, {"transfer-encoding", "x"}}) == 400);
}

BOOST_AUTO_TEST_CASE(a_content_length_is_digits_and_given_once) {
  for (const char* value :
       {"1,0", "+3", "-1", "abc", "3, 3", "", " 3", "0x3", "3 ", "99999999999999999999999"}) {
    BOOST_TEST(refused({host, {"Content-Length", value}}) == 400, value);
  }
  BOOST_TEST(refused({host, {"Content-Length", "3"}, {"Content-Length", "3"}}) == 400);
}

BOOST_AUTO_TEST_CASE(a_large_body_is_told_apart) {
  BOOST_TEST(refused({host, {"Content-Length", "65537"}}) == 413);
  BOOST_TEST(refused({host, {"Content-Length", "18446744073709551615"}}) == 413);
}

BOOST_AUTO_TEST_CASE(encoded_words_and_control_characters_are_refused) {
  BOOST_TEST(refused({host, {"X", "=?utf-8?q?a?="}}) == 400);
  BOOST_TEST(refused({host, {"X", "a\r\nForged: b"}}) == 400);
  BOOST_TEST(refused({host, {"X", std::string("a\0b", 3)}}) == 400);
  BOOST_TEST(refused({host, {"X Y", "a"}}) == 400);
  BOOST_TEST(refused({host, {"", "a"}}) == 400);
  BOOST_TEST(refused({host}, "P UT") == 400);
  BOOST_TEST(refused({host}, "PUT", "/pods/a\r\nX: y") == 400);
  BOOST_TEST(refused({host}, "PUT", "/pods/a b") == 400);
}

BOOST_AUTO_TEST_CASE(without_a_content_length_there_is_no_body) {
  BOOST_TEST(agent::body_length({host}) == 0U);
  BOOST_TEST(agent::body_length({host, {"content-LENGTH", "17"}}) == 17U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
