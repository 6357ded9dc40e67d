#include "common/http/proxy.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::http;
using maintenance::testing::contains;
using maintenance::testing::failure_of;

BOOST_AUTO_TEST_SUITE(proxy_test)

BOOST_AUTO_TEST_CASE(reads_addresses) {
  struct Row {
    const char* url;
    Proxy::Kind kind;
    const char* host;
    std::uint16_t port;
    const char* shown;
    const char* username = "";
    const char* password = "";
  };
  for (const Row& row : {
           Row{"http://p.example", Proxy::Kind::http, "p.example", 80, "http://p.example:80"},
           Row{"http://p:3128/", Proxy::Kind::http, "p", 3128, "http://p:3128"},
           Row{"https://p", Proxy::Kind::https, "p", 443, "https://p:443"},
           Row{"socks5://p", Proxy::Kind::socks5, "p", 1080, "socks5://p:1080"},
           Row{"http://[::1]:8080", Proxy::Kind::http, "::1", 8080, "http://[::1]:8080"},
           Row{"http://jane:s%40cret%3A@p:1", Proxy::Kind::http, "p", 1, "http://p:1", "jane",
               "s@cret:"},
           Row{"http://jane@p:1", Proxy::Kind::http, "p", 1, "http://p:1", "jane"},
       }) {
    BOOST_TEST_CONTEXT(row.url) {
      const auto proxy = parse_proxy(row.url);
      REQUIRE_OK(proxy);
      BOOST_TEST((proxy->kind == row.kind));
      BOOST_TEST(proxy->host == row.host);
      BOOST_TEST(proxy->port == row.port);
      BOOST_TEST(proxy->username == row.username);
      BOOST_TEST(proxy->password == row.password);
      BOOST_TEST(proxy->url() == row.shown);
    }
  }
}

BOOST_AUTO_TEST_CASE(refuses_the_rest_without_repeating_it) {
  for (const char* url : {"", "p", "p:80", "ftp://s3cret@p", "socks5h://p", "socks4://p", "http://",
                          "http://s3cret:x@", "http://p:99999", "http://[::1"}) {
    const Error failure = failure_of(parse_proxy(url));
    BOOST_TEST(failure.kind == ErrorKind::invalid, url);
    BOOST_TEST(!contains(failure.message(), "s3cret"), failure.message());
  }
}

BOOST_AUTO_TEST_SUITE_END()
