#include "common/http/proxy_environment.h"

#include <boost/test/unit_test.hpp>
#include <map>

#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::http;
using maintenance::testing::contains;
using maintenance::testing::failure_of;

namespace {

using Environment = std::map<std::string, std::string>;

Variables lookup(const Environment& environment) {
  return [environment](const std::string& name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
  };
}

Endpoint endpoint_of(const std::string& url) {
  auto endpoint = parse_endpoint(url);
  REQUIRE_OK(endpoint);
  return *endpoint;
}

/// The proxy's URL, or an empty text.
std::string chosen(const std::string& url, const Environment& environment) {
  const auto proxy = proxy_from_environment(endpoint_of(url), lookup(environment));
  REQUIRE_OK(proxy);
  return *proxy ? (*proxy)->url() : "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(proxy_environment_test)

BOOST_AUTO_TEST_CASE(the_scheme_of_the_target_chooses_the_variable) {
  const Environment both{{"HTTPS_PROXY", "http://s:1"}, {"HTTP_PROXY", "http://p:2"}};
  BOOST_TEST(chosen("https://api", both) == "http://s:1");
  BOOST_TEST(chosen("http://api", both) == "http://p:2");
  BOOST_TEST(chosen("https://api", {{"HTTP_PROXY", "http://p:2"}}) == "");
  BOOST_TEST(chosen("https://api", {{"ALL_PROXY", "http://p:2"}}) == "");
  BOOST_TEST(chosen("https://api", {{"https_proxy", "http://l:3"}}) == "http://l:3");
  BOOST_TEST(chosen("https://api", {{"https_proxy", "http://l:3"},
                                    {"HTTPS_PROXY", "http://u:4"}}) == "http://u:4");
  BOOST_TEST(chosen("https://api", {{"HTTPS_PROXY", "p:3128"}}) == "http://p:3128");
  BOOST_TEST(chosen("https://api", {{"HTTPS_PROXY", "socks5://p"}}) == "socks5://p:1080");
}

BOOST_AUTO_TEST_CASE(this_machine_is_never_reached_by_a_proxy) {
  for (const char* url : {"https://localhost:6443", "https://127.0.0.1:6443", "https://127.1.2.3",
                          "https://[::1]:6443", "https://LOCALHOST"}) {
    BOOST_TEST(chosen(url, {{"HTTPS_PROXY", "http://p:1"}}) == "", url);
  }
}

BOOST_AUTO_TEST_CASE(exceptions) {
  struct Row {
    const char* no_proxy;
    const char* host;
    std::uint16_t port;
    bool excepted;
  };
  for (const Row& row : {
           Row{"", "a.example", 443, false},
           Row{"*", "a.example", 443, true},
           Row{"example", "a.example", 443, true},
           Row{"a.example", "a.example", 443, true},
           Row{"a.example", "b.a.example", 443, true},
           Row{"a.example", "ba.example", 443, false},
           Row{".a.example", "a.example", 443, false},
           Row{".a.example", "b.a.example", 443, true},
           Row{"*.a.example", "b.a.example", 443, true},
           Row{"*.a.example", "a.example", 443, false},
           Row{"A.Example", "a.eXample", 443, true},
           Row{"a.example:443", "a.example", 443, true},
           Row{"a.example:8443", "a.example", 443, false},
           Row{" x , a.example ,", "a.example", 443, true},
           Row{"10.0.0.0/8", "10.1.2.3", 443, true},
           Row{"10.0.0.0/8", "11.1.2.3", 443, false},
           Row{"10.0.0.0/8", "ten.example", 443, false},
           Row{"10.0.0.0/0", "11.1.2.3", 443, true},
           Row{"10.0.0.0/33", "10.0.0.0", 443, false},
           Row{"10.0.0.0/x", "10.0.0.0", 443, false},
           Row{"fd00::/8", "fd12::1", 443, true},
           Row{"fd00::/8", "fe12::1", 443, false},
           Row{"10.0.0.0/8", "fd12::1", 443, false},
           Row{"10.1.2.3", "10.1.2.3", 443, true},
           Row{"10.1.2.3:6443", "10.1.2.3", 443, false},
           Row{"10.1.2.3:6443", "10.1.2.3", 6443, true},
           Row{"[fd12::1]:6443", "fd12::1", 6443, true},
           Row{"fd12::1", "fd12:0::1", 6443, true},
           Row{":443", "a.example", 443, false},
       }) {
    BOOST_TEST(is_excepted(row.no_proxy, row.host, row.port) == row.excepted,
               row.no_proxy << " " << row.host);
  }
  BOOST_TEST(
      chosen("https://a.example", {{"HTTPS_PROXY", "http://p:1"}, {"no_proxy", "example"}}) == "");
}

BOOST_AUTO_TEST_CASE(a_bad_value_is_named_by_its_variable) {
  const auto endpoint = endpoint_of("https://api");
  const Error failure =
      failure_of(proxy_from_environment(endpoint, lookup({{"https_proxy", "ftp://s3cret@p"}})));
  BOOST_TEST(failure.kind == ErrorKind::invalid);
  BOOST_TEST(contains(failure.message(), "https_proxy"), failure.message());
  BOOST_TEST(!contains(failure.message(), "s3cret"), failure.message());
}

BOOST_AUTO_TEST_SUITE_END()
