#include "plugin/commands/url_link.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"
#include "tests/support/scripted_server.h"

using namespace maintenance;
using namespace maintenance::testing;
using namespace std::chrono_literals;

namespace {

const http::Request get_status{"GET", "/v1/status", {}, ""};

Result<std::string> read_nothing(const std::string& path) {
  return Error{ErrorKind::not_found, "reading " + path, "no such file"};
}

std::string no_variables(const std::string& /*name*/) {
  return {};
}

Deadline soon() {
  return std::chrono::steady_clock::now() + 10s;
}

step::Reply answering() {
  return step::Reply{[](const std::string&) { return http_answer(200, "{}"); }};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(url_link_test)

BOOST_AUTO_TEST_CASE(requests_go_to_the_address_with_its_path) {
  ScriptedServer server({{answering()}});
  plugin::UrlLink link({server.url() + "/agents/demo/"}, read_nothing, no_variables);
  REQUIRE_OK(link.check());
  const auto answer = link.transport().send(get_status, soon());
  REQUIRE_OK(answer);
  BOOST_TEST(answer->status == 200);
  BOOST_TEST(contains(server.received(0), "GET /agents/demo/v1/status HTTP/1.1\r\n"));
  BOOST_TEST(!contains(server.received(0), "Authorization"));
}

BOOST_AUTO_TEST_CASE(a_token_never_travels_in_the_clear) {
  ScriptedServer server({{answering()}});
  plugin::UrlLink link({server.url(), "secret"}, read_nothing, no_variables);
  const auto checked = link.check();
  BOOST_REQUIRE(!checked.ok());
  BOOST_TEST(checked.error().kind == ErrorKind::invalid);
  BOOST_TEST(!contains(checked.error().message(), "secret"));
  BOOST_TEST(server.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_redirect_is_not_followed) {
  ScriptedServer elsewhere({{answering()}});
  const std::string location = elsewhere.url() + "/v1/status";
  ScriptedServer server({{step::Reply{[&](const std::string&) {
    return "HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n";
  }}}});
  plugin::UrlLink link({server.url()}, read_nothing, no_variables);
  REQUIRE_OK(link.check());
  const auto answer = link.transport().send(get_status, soon());
  REQUIRE_OK(answer);
  BOOST_TEST(answer->status == 302);
  BOOST_TEST(elsewhere.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_certificate_authority_that_cannot_be_read_is_named) {
  plugin::UrlLink link({"https://agent.example", {}, {}, "/nowhere/ca.crt"}, read_nothing,
                       no_variables);
  const auto checked = link.check();
  BOOST_REQUIRE(!checked.ok());
  BOOST_TEST(contains(checked.error().message(), "--agent-certificate-authority"));
  BOOST_TEST(contains(checked.error().message(), "/nowhere/ca.crt"));
}

BOOST_AUTO_TEST_CASE(cancelling_makes_a_blocked_request_return) {
  ScriptedServer server({{step::AwaitRequest{}, step::Hold{}}});
  plugin::UrlLink link({server.url()}, read_nothing, no_variables);
  REQUIRE_OK(link.check());
  link.cancel();
  BOOST_TEST(!link.transport().send(get_status, soon()).ok());
}

BOOST_AUTO_TEST_SUITE_END()
