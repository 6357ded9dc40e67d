#include "agent/auth/keyed_hash.h"

#include <boost/test/unit_test.hpp>
#include <set>

namespace maintenance::testing {
namespace {

using agent::KeyedHash;

std::string hex(const std::string& bytes) {
  constexpr const char* digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) / 16];
    out += digits[static_cast<unsigned char>(c) % 16];
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(keyed_hash_test)

BOOST_AUTO_TEST_CASE(it_is_hmac_sha256_of_the_framed_texts) {
  // printf '3:abc' | openssl dgst -sha256 -hmac key
  BOOST_TEST(hex(KeyedHash("key").of({"abc"})) ==
             "b1276469aae36eb2925729bb524bcab9ddaa14554df0124c6aa43df8ae063e51");
}

BOOST_AUTO_TEST_CASE(lists_that_read_alike_differ) {
  const KeyedHash hash;
  const std::set<std::string> all{hash.of({"ab", "c"}), hash.of({"a", "bc"}), hash.of({"abc"}),
                                  hash.of({"abc", ""}), hash.of({}),          hash.of({"1:a"}),
                                  hash.of({"a"})};
  BOOST_TEST(all.size() == 7U);
  BOOST_TEST(hash.of({"ab", "c"}) == hash.of({"ab", "c"}));
}

BOOST_AUTO_TEST_CASE(no_two_processes_share_a_key) {
  BOOST_TEST(KeyedHash().of({"abc"}) != KeyedHash().of({"abc"}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
