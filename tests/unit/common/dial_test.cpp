#include "common/http/dial.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/common/link.h"

using namespace maintenance;
using namespace maintenance::http;
using namespace maintenance::testing;
using std::chrono::milliseconds;

namespace {

/// An endpoint that only the proxy knows.
Endpoint behind(const ScriptedServer& proxy, Proxy::Kind kind) {
  Endpoint endpoint;
  endpoint.tls = false;
  endpoint.host = "api.invalid";
  endpoint.port = 6443;
  endpoint.proxy.emplace();
  endpoint.proxy->kind = kind;
  endpoint.proxy->host = "127.0.0.1";
  endpoint.proxy->port = proxy.port();
  endpoint.proxy->origin = "HTTPS_PROXY";
  return endpoint;
}

const std::string yes = "HTTP/1.1 200 Connection established\r\n\r\n";

Result<std::unique_ptr<Connection>> open(const Endpoint& endpoint, Watchdog& watchdog,
                                         milliseconds limit = patience) {
  return Connection::open(endpoint, nullptr, watchdog, in(limit));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dial_test)

BOOST_AUTO_TEST_CASE(an_exchange_through_an_http_proxy) {
  ScriptedServer proxy({{step::AwaitRequest{}, step::Send{yes}, step::AwaitRequest{},
                         step::Send{http_answer(200, "{}")}, step::Hold{}}});
  Watchdog watchdog;
  auto connection = open(behind(proxy, Proxy::Kind::http), watchdog);
  REQUIRE_OK(connection);
  const auto answer = (*connection)->exchange({"GET", "/version", {}, ""}, in(patience));
  REQUIRE_OK(answer);
  BOOST_TEST(answer->body == "{}");
  const std::string all = proxy.received(0);
  BOOST_TEST(all.rfind("CONNECT api.invalid:6443 HTTP/1.1\r\n", 0) == 0U, all);
  BOOST_TEST(contains(all, "GET /version HTTP/1.1\r\nHost: api.invalid:6443\r\n"), all);
}

BOOST_AUTO_TEST_CASE(an_exchange_through_a_socks_proxy) {
  const std::string method("\5\0", 2);
  const std::string reply("\5\0\0\1\1\2\3\4\0\0", 10);
  ScriptedServer proxy({{step::Await{3}, step::Send{method}, step::Await{18}, step::Send{reply},
                         step::AwaitRequest{}, step::Send{http_answer(200, "{}")}, step::Hold{}}});
  Watchdog watchdog;
  auto connection = open(behind(proxy, Proxy::Kind::socks5), watchdog);
  REQUIRE_OK(connection);
  const auto answer = (*connection)->exchange({"GET", "/version", {}, ""}, in(patience));
  REQUIRE_OK(answer);
  BOOST_TEST(contains(proxy.received(0), "api.invalid"));
}

BOOST_AUTO_TEST_CASE(failures_name_the_proxy_and_who_wants_it) {
  struct Row {
    const char* name;
    Script script;
    ErrorKind kind;
    const char* says;
  };
  for (const Row& row :
       {Row{"refused",
            {step::AwaitRequest{}, step::Send{http_answer(403, "no")}, step::Close{}},
            ErrorKind::unreachable,
            "it answered 403 Scripted to CONNECT"},
        Row{"closed", {step::AwaitRequest{}, step::Close{}}, ErrorKind::unreachable, "closed"},
        Row{"reset", {step::AwaitRequest{}, step::Reset{}}, ErrorKind::unreachable, ""},
        Row{"cut",
            {step::AwaitRequest{}, step::Send{"HTTP/1.1 200 OK\r\n"}, step::Close{}},
            ErrorKind::unreachable,
            "closed"},
        Row{"endless",
            {step::AwaitRequest{}, step::Fill{'x', 1'000'000}, step::Hold{}},
            ErrorKind::protocol,
            "its answer has no end"},
        Row{"something else",
            {step::AwaitRequest{}, step::Send{"SSH-2.0-x\r\n\r\n"}, step::Hold{}},
            ErrorKind::protocol,
            "it is no HTTP"}}) {
    BOOST_TEST_CONTEXT(row.name) {
      ScriptedServer proxy({row.script});
      Watchdog watchdog;
      const Error failure = failure_of(open(behind(proxy, Proxy::Kind::http), watchdog));
      BOOST_TEST(failure.kind == row.kind);
      BOOST_TEST(contains(failure.message(), "by the proxy http://127.0.0.1:"), failure.message());
      BOOST_TEST(contains(failure.message(), "(HTTPS_PROXY)"), failure.message());
      BOOST_TEST(contains(failure.message(), row.says), failure.message());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_silent_proxy_ends_at_the_deadline) {
  for (const Proxy::Kind kind : {Proxy::Kind::http, Proxy::Kind::socks5}) {
    for (const Script& script :
         {Script{step::Hold{}}, Script{step::Drip{std::string(9000, 'x'), milliseconds(20)}}}) {
      ScriptedServer proxy({script});
      Watchdog watchdog;
      const auto began = std::chrono::steady_clock::now();
      BOOST_TEST(!open(behind(proxy, kind), watchdog, milliseconds(300)).ok());
      BOOST_TEST((std::chrono::steady_clock::now() - began < patience / 2));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_proxy_that_is_away) {
  ScriptedServer nobody({});
  Endpoint endpoint = behind(nobody, Proxy::Kind::http);
  endpoint.proxy->port = 1;
  Watchdog watchdog;
  const Error failure = failure_of(open(endpoint, watchdog));
  BOOST_TEST(failure.kind == ErrorKind::unreachable);
  BOOST_TEST(failure.message() ==
             "connecting by the proxy http://127.0.0.1:1 (HTTPS_PROXY): connection refused");
}

BOOST_AUTO_TEST_SUITE_END()
