#include "agent/server/request_head.h"

#include <boost/test/unit_test.hpp>

namespace maintenance::testing {
namespace {

/// The status of the refusal, or 0.
int refused(const std::string& bytes) {
  const auto unfit = agent::parse_head(bytes).unfit;
  return unfit ? unfit->status : 0;
}

const std::string line = "PUT /pods/a HTTP/1.1\r\n";
const std::string host = "Host: a\r\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(request_head_test)

BOOST_AUTO_TEST_CASE(a_head_is_read_byte_for_byte) {
  const auto head =
      agent::parse_head("GET /x?y=%20 HTTP/1.1\r\nHost:a\r\nX-Y:  b: c \r\nZ:\r\n\r\nbody\n");
  BOOST_REQUIRE(!head.unfit);
  BOOST_TEST(head.method == "GET");
  BOOST_TEST(head.target == "/x?y=%20");
  BOOST_REQUIRE(head.headers.size() == 3U);
  BOOST_TEST(head.headers[0].value == "a");
  BOOST_TEST(head.headers[1].name == "X-Y");
  BOOST_TEST(head.headers[1].value == "b: c");
  BOOST_TEST(head.headers[2].value == "");
}

BOOST_AUTO_TEST_CASE(of_a_refused_head_it_is_known_what_was_asked) {
  const auto head = agent::parse_head(line + host + "Content-Length: 1000000\r\n\r\n");
  BOOST_REQUIRE(head.unfit.has_value());
  BOOST_TEST(head.unfit->status == 413);
  BOOST_TEST(head.method == "PUT");
  BOOST_TEST(head.target == "/pods/a");
  const auto large = agent::parse_head(
      line + host + "X: " + std::string(agent::request_head_bytes_max, 'x') + "\r\n\r\n");
  BOOST_REQUIRE(large.unfit.has_value());
  BOOST_TEST(large.unfit->status == 431);
  BOOST_TEST(large.target == "/pods/a");
}

BOOST_AUTO_TEST_CASE(the_old_version_is_read_and_others_are_not) {
  BOOST_TEST(refused("GET / HTTP/1.0\r\nHost: a\r\n\r\n") == 0);
  for (const char* version : {"HTTP/2", "HTTP/1.2", "http/1.1", "HTTP/1.1 ", "", "HTTP/1.1 x"}) {
    BOOST_TEST(refused("GET / " + std::string(version) + "\r\n" + host + "\r\n") == 400, version);
  }
}

BOOST_AUTO_TEST_CASE(what_others_might_read_differently_is_refused) {
  for (const std::string& bytes : {line + host + "X : a\r\n\r\n",
                                   line + host + " X: a\r\n\r\n",
                                   line + host + "X: a\r\n b\r\n\r\n",
                                   line + host + "\tb\r\n\r\n",
                                   line + host + "X\r\n\r\n",
                                   line + host + ": a\r\n\r\n",
                                   line + host + "X: a\nY: b\r\n\r\n",
                                   line + host + "X: a\rY: b\r\n\r\n",
                                   line + host + "X: =?x\r\n\r\n",
                                   line + host + "Host: b\r\n\r\n",
                                   line + "\r\n",
                                   line + host + std::string("X: a\0b\r\n\r\n", 10),
                                   std::string("\r\n\r\n"),
                                   "\r\n" + line + host + "\r\n",
                                   std::string("PUT /a\r\nHost: a\r\n\r\n"),
                                   "PUT  /a HTTP/1.1\r\n" + host + "\r\n",
                                   "PUT /a b HTTP/1.1\r\n" + host + "\r\n",
                                   "PUT /a\tHTTP/1.1\r\n" + host + "\r\n",
                                   line + host,
                                   std::string()}) {
    BOOST_TEST(refused(bytes) == 400, bytes);
  }
}

BOOST_AUTO_TEST_CASE(a_head_has_a_size) {
  const std::string begin = line + host + "X: ";
  const std::size_t room = agent::request_head_bytes_max - begin.size() - 4;
  BOOST_TEST(refused(begin + std::string(room, 'x') + "\r\n\r\n") == 0);
  BOOST_TEST(refused(begin + std::string(room + 1, 'x') + "\r\n\r\n") == 431);
  BOOST_TEST(refused(begin + std::string(2 * room, 'x')) == 431);
  std::string many = line + host;
  for (std::size_t i = 0; i < agent::request_headers_max; ++i)
    many += "X: y\r\n";
  BOOST_TEST(refused(many + "\r\n") == 431);
}

BOOST_AUTO_TEST_CASE(what_can_never_become_a_head_is_known_early) {
  BOOST_TEST(!agent::is_no_head(""));
  BOOST_TEST(!agent::is_no_head("PUT /a"));
  BOOST_TEST(!agent::is_no_head("PUT /a HTTP/1.1\r\n"));
  BOOST_TEST(agent::is_no_head("PUT /a HTTP/1.1\n"));
  BOOST_TEST(agent::is_no_head("\x16\x03\x01"));
  BOOST_TEST(agent::is_no_head("\r\n"));
  BOOST_TEST(agent::is_no_head(std::string(agent::request_head_bytes_max + 1, 'A')));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
