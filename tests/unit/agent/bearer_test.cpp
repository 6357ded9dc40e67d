#include "agent/auth/bearer.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"

namespace maintenance::testing {
namespace {

using agent::bearer_token;

std::vector<http::Header> authorization(const std::string& value) {
  return {{"Host", "agent"}, {"Authorization", value}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bearer_test)

BOOST_AUTO_TEST_CASE(the_header_is_read_however_its_words_are_written) {
  for (const std::string value :
       {"Bearer abc.DEF-_~+/09==", "bearer abc.DEF-_~+/09==", "BEARER   abc.DEF-_~+/09=="}) {
    const auto token = bearer_token(authorization(value));
    REQUIRE_OK(token);
    BOOST_TEST((*token == "abc.DEF-_~+/09=="), value);
  }
  const auto lower = bearer_token({{"authorization", "Bearer abc"}});
  REQUIRE_OK(lower);
  BOOST_TEST((*lower == "abc"));
}

BOOST_AUTO_TEST_CASE(without_the_header_there_is_none) {
  const auto token = bearer_token({{"Host", "agent"},
                                   {"X-Remote-User", "admin"},
                                   {"Proxy-Authorization", "Bearer abc"},
                                   {"X-Forwarded-User", "admin"}});
  REQUIRE_OK(token);
  BOOST_TEST(!token->has_value());
}

BOOST_AUTO_TEST_CASE(anything_else_in_the_header_is_refused_and_not_repeated) {
  for (const std::string value :
       {"", " ", "Bearer", "Bearer ", "Bearer se cret", "Bearer secret,", "Bearer =secret",
        "Bearer sec=ret", "Basic secret", "secret", "Bearer secret\t", "Bearersecret",
        "Bearer s\xc3\xa9"
        "secret",
        "Bearer secret\r\nX: y", "Bearer \"secret\""}) {
    const auto token = bearer_token(authorization(value));
    BOOST_TEST((kind_of(token) == ErrorKind::unauthorized), value);
    BOOST_TEST(!contains(failure_of(token).message(), "secret"));
  }
  const std::string largest(agent::token_bytes_max, 'a');
  REQUIRE_OK(bearer_token(authorization("Bearer " + largest)));
  BOOST_TEST(
      (kind_of(bearer_token(authorization("Bearer a" + largest))) == ErrorKind::unauthorized));
}

BOOST_AUTO_TEST_CASE(two_headers_are_none) {
  auto headers = authorization("Bearer abc");
  headers.push_back({"AUTHORIZATION", "Bearer abc"});
  BOOST_TEST((kind_of(bearer_token(headers)) == ErrorKind::unauthorized));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
