#include "common/text/wipe.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "common/http/forget.h"

using namespace maintenance;

BOOST_AUTO_TEST_SUITE(wipe_test)

BOOST_AUTO_TEST_CASE(nothing_is_left_of_a_string) {
  for (const std::size_t size : {0UL, 5UL, 15UL, 16UL, 5000UL}) {
    std::string secret(size, 'x');
    secret.resize(size / 2);
    text::wipe(secret);
    BOOST_TEST(secret.empty());
    // The memory is still the string's.
    const std::string_view memory(secret.data(), size);
    BOOST_TEST(std::count(memory.begin(), memory.end(), 'x') == 0);
  }
}

BOOST_AUTO_TEST_CASE(it_ends_with_the_scope) {
  std::string secret = "a token";
  {
    const text::WipeAtEnd end(secret);
    BOOST_TEST(secret == "a token");
  }
  BOOST_TEST(secret == "");
}

BOOST_AUTO_TEST_CASE(of_headers_only_what_logs_in_is_forgotten) {
  std::vector<http::Header> headers{{"authorization", "Bearer abc"}, {"Accept", "*/*"}};
  {
    const http::ForgetAtEnd end(headers);
    BOOST_TEST(headers[0].value == "Bearer abc");
  }
  BOOST_TEST(headers[0].value == "");
  BOOST_TEST(headers[1].value == "*/*");
}

BOOST_AUTO_TEST_SUITE_END()
