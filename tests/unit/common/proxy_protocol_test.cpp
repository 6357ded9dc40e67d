#include "common/http/proxy_protocol.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::http;
using maintenance::testing::contains;
using maintenance::testing::failure_of;

namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (const int value : values)
    out += static_cast<char>(value);
  return out;
}

/// A whole conversation with a proxy that answers like this, cut into what is wanted each time.
Result<void> converse(Socks5& socks, std::string answers, std::string& sent) {
  while (socks.wanted() > 0) {
    sent += socks.take_output();
    const std::size_t count = std::min(socks.wanted(), answers.size());
    const auto taken = socks.take(answers.substr(0, count));
    answers.erase(0, count);
    if (!taken) return taken.error();
  }
  return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(proxy_protocol_test)

BOOST_AUTO_TEST_CASE(a_connect_request_names_the_target) {
  const std::string plain = connect_request({}, "api.example", 6443);
  BOOST_TEST(plain.rfind("CONNECT api.example:6443 HTTP/1.1\r\nHost: api.example:6443\r\n", 0) ==
             0U);
  BOOST_TEST(plain.ends_with("\r\n\r\n"));
  BOOST_TEST(!contains(plain, "Proxy-Authorization"));
  BOOST_TEST(contains(connect_request({}, "::1", 1), "CONNECT [::1]:1 HTTP/1.1\r\n"));
  Proxy proxy;
  proxy.username = "Aladdin";
  proxy.password = "open sesame";
  BOOST_TEST(contains(connect_request(proxy, "a", 1),
                      "\r\nProxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"));
}

BOOST_AUTO_TEST_CASE(a_proxy_says_yes_or_why_not) {
  for (const char* head : {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 Connection established\r\n\r\n",
                           "HTTP/1.1 200\r\nX: y\r\n\r\n", "HTTP/1.1 204 \r\n\r\n"}) {
    REQUIRE_OK(check_connect_answer(head));
  }
  struct Row {
    const char* head;
    ErrorKind kind;
    const char* says;
  };
  for (const Row& row :
       {Row{"HTTP/1.1 403 Forbidden\r\n\r\n", ErrorKind::unreachable, "it answered 403 Forbidden"},
        Row{"HTTP/1.1 407 x\r\n\r\n", ErrorKind::unreachable, "wants a name and a password"},
        Row{"HTTP/1.1 101 x\r\n\r\n", ErrorKind::unreachable, "101"},
        Row{"HTTP/1.1 2000 x\r\n\r\n", ErrorKind::protocol, "no HTTP"},
        Row{"HTTP/1.1 x\r\n\r\n", ErrorKind::protocol, "no HTTP"},
        Row{"HTTP/2 200\r\n\r\n", ErrorKind::protocol, "no HTTP"},
        Row{"SSH-2.0-x 200 OK\r\n\r\n", ErrorKind::protocol, "no HTTP"},
        Row{"\r\n\r\n", ErrorKind::protocol, "no HTTP"}, Row{"", ErrorKind::protocol, "no HTTP"}}) {
    const Error failure = failure_of(check_connect_answer(row.head));
    BOOST_TEST(failure.kind == row.kind, row.head);
    BOOST_TEST(contains(failure.message(), row.says), failure.message());
  }
}

BOOST_AUTO_TEST_CASE(socks_without_a_login) {
  Socks5 socks({}, "api.example", 0x1234);
  std::string sent;
  REQUIRE_OK(converse(socks, bytes({5, 0, 5, 0, 0, 1, 1, 2, 3, 4, 0, 0}), sent));
  BOOST_TEST(sent == bytes({5, 1, 0, 5, 1, 0, 3, 11}) + "api.example" + bytes({0x12, 0x34}));
}

BOOST_AUTO_TEST_CASE(socks_with_addresses_of_each_kind) {
  for (const std::string& rest : {bytes({1, 1, 2, 3, 4, 0, 0}), bytes({3, 1, 'x', 0, 0}),
                                  bytes({3, 0, 0, 0}), bytes({4}) + std::string(18, '\0')}) {
    Socks5 socks({}, "10.0.0.1", 443);
    std::string sent;
    REQUIRE_OK(converse(socks, bytes({5, 0, 5, 0, 0}) + rest, sent));
    BOOST_TEST(sent == bytes({5, 1, 0, 5, 1, 0, 1, 10, 0, 0, 1, 1, 0xBB}));
  }
  Socks5 six({}, "fd00::1", 1);
  std::string sent;
  REQUIRE_OK(converse(six, bytes({5, 0, 5, 0, 0, 1, 1, 2, 3, 4, 0, 0}), sent));
  BOOST_TEST(sent.size() == 3U + 4U + 16U + 2U);
}

BOOST_AUTO_TEST_CASE(socks_with_a_login) {
  Proxy proxy;
  proxy.username = "u";
  proxy.password = "pw";
  Socks5 socks(proxy, "a", 1);
  std::string sent;
  REQUIRE_OK(converse(socks, bytes({5, 2, 1, 0, 5, 0, 0, 1, 1, 2, 3, 4, 0, 0}), sent));
  BOOST_TEST(sent == bytes({5, 2, 0, 2, 1, 1, 'u', 2, 'p', 'w', 5, 1, 0, 3, 1, 'a', 0, 1}));
}

BOOST_AUTO_TEST_CASE(socks_refusals) {
  struct Row {
    std::string answers;
    ErrorKind kind;
    const char* says;
  };
  for (const Row& row : {Row{bytes({4, 0}), ErrorKind::protocol, "does not speak SOCKS 5"},
                         Row{bytes({5, 2}), ErrorKind::unreachable, "logged in"},
                         Row{bytes({5, 0xFF}), ErrorKind::unreachable, "logged in"},
                         Row{bytes({5, 0, 5, 2, 0, 1}), ErrorKind::unreachable, "does not allow"},
                         Row{bytes({5, 0, 5, 5, 0, 1}), ErrorKind::unreachable, "refused"},
                         Row{bytes({5, 0, 5, 99, 0, 1}), ErrorKind::unreachable, "(99)"},
                         Row{bytes({5, 0, 5, 0, 0, 9}), ErrorKind::protocol, "unknown kind"},
                         Row{bytes({5, 0, 4, 0, 0, 1}), ErrorKind::protocol, "does not speak"}}) {
    Socks5 socks({}, "a", 1);
    std::string sent;
    const Error failure = failure_of(converse(socks, row.answers, sent));
    BOOST_TEST(failure.kind == row.kind);
    BOOST_TEST(contains(failure.message(), row.says), failure.message());
  }
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_cut_anywhere_is_an_error) {
  Proxy proxy;
  proxy.username = "u";
  const std::string whole = bytes({5, 2, 1, 0, 5, 0, 0, 3, 2, 'a', 'b', 0, 0});
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    Socks5 socks(proxy, "a", 1);
    std::string sent;
    BOOST_TEST(!converse(socks, whole.substr(0, cut), sent).ok(), cut);
  }
}

BOOST_AUTO_TEST_SUITE_END()
