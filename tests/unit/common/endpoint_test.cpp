#include "common/http/endpoint.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/support/check.h"

using maintenance::ErrorKind;
using maintenance::http::Endpoint;
using maintenance::http::parse_endpoint;
using maintenance::testing::contains;
using maintenance::testing::failure_of;
using maintenance::testing::kind_of;

namespace {

struct Row {
  std::string sentence;
  std::string url;
  bool tls;
  std::string host;
  int port;
  std::string prefix;
  std::string again;
};

const std::vector<Row> rows{
    {"https has its own port", "https://api.example", true, "api.example", 443, "",
     "https://api.example:443"},
    {"http has its own port", "http://api.example", false, "api.example", 80, "",
     "http://api.example:80"},
    {"a port is kept", "https://api.example:6443", true, "api.example", 6443, "",
     "https://api.example:6443"},
    {"an IPv4 address", "https://10.0.0.1:6443", true, "10.0.0.1", 6443, "",
     "https://10.0.0.1:6443"},
    {"an IPv6 address loses its brackets and gets them back", "https://[fd00::1]:6443", true,
     "fd00::1", 6443, "", "https://[fd00::1]:6443"},
    {"a path becomes the prefix", "https://rancher.example/k8s/clusters/c-1", true,
     "rancher.example", 443, "/k8s/clusters/c-1", "https://rancher.example:443/k8s/clusters/c-1"},
    {"slashes at the end go", "https://a.example//", true, "a.example", 443, "",
     "https://a.example:443"},
    {"a slash after the prefix goes", "https://a.example/p/", true, "a.example", 443, "/p",
     "https://a.example:443/p"},
    {"query and fragment go", "https://a.example/p?x=y#z", true, "a.example", 443, "/p",
     "https://a.example:443/p"},
    {"a query without path goes", "https://a.example?x=/y", true, "a.example", 443, "",
     "https://a.example:443"},
    {"the scheme may be in upper case", "HTTPS://a.example", true, "a.example", 443, "",
     "https://a.example:443"},
    {"an encoded prefix stays encoded", "https://a.example/a%20b", true, "a.example", 443, "/a%20b",
     "https://a.example:443/a%20b"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(endpoint_test)

BOOST_AUTO_TEST_CASE(an_address_is_read_into_its_parts) {
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.sentence) {
      const auto endpoint = parse_endpoint(row.url);
      REQUIRE_OK(endpoint);
      BOOST_TEST(endpoint->tls == row.tls);
      BOOST_TEST(endpoint->host == row.host);
      BOOST_TEST(endpoint->port == row.port);
      BOOST_TEST(endpoint->path_prefix == row.prefix);
      BOOST_TEST(endpoint->url() == row.again);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_server_address_is_refused) {
  const std::vector<std::string> urls{
      "",
      "api.example:6443",
      "ftp://a.example",
      "unix:///run/x.sock",
      "https://",
      "https:///path",
      "https://a.example:99999",
      "https://a.example:0",
      "https://a.example:x",
      "https://a.example:-1",
      "https://[::1",
      "file:///etc/passwd",
  };
  for (const std::string& url : urls) {
    BOOST_TEST_CONTEXT(url) {
      BOOST_TEST(kind_of(parse_endpoint(url)) == ErrorKind::invalid);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_prefix_cannot_smuggle_a_line_into_a_request) {
  const auto endpoint = parse_endpoint("https://a.example/%0d%0aX-Evil:%201");
  REQUIRE_OK(endpoint);
  BOOST_TEST(!contains(endpoint->path_prefix, "\r"));
  BOOST_TEST(!contains(endpoint->path_prefix, "\n"));
  BOOST_TEST(!contains(endpoint->path_prefix, " "));
}

BOOST_AUTO_TEST_CASE(a_refusal_shows_the_address_without_control_bytes) {
  const auto failure = failure_of(parse_endpoint("ftp://\x1b[2J\n"));
  BOOST_TEST(contains(failure.message(), "ftp://"));
  BOOST_TEST(!contains(failure.message(), "\x1b"));
  BOOST_TEST(!contains(failure.message(), "\n"));
}

BOOST_AUTO_TEST_SUITE_END()
