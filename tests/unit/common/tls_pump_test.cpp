#include "common/http/tls_pump.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/certificates.h"
#include "tests/support/eventually.h"
#include "tests/unit/common/link.h"

using namespace maintenance;
using namespace maintenance::http;
using namespace maintenance::testing;
using std::chrono::milliseconds;

namespace {

/// Many blocks of the pump, and more than sockets hold.
constexpr std::size_t many_bytes = 9'000'000;
const std::string yes = "HTTP/1.1 200 Connection established\r\n\r\n";

/// An https:// proxy that follows a script, and what a caller who knows its authority sees.
struct World {
  explicit World(Script script, const std::string& names = "IP:127.0.0.1", long days = 10)
      : authority("a proxy's authority"),
        proxy({std::move(script)}, {}, server_context(authority.issue("p", names, days))) {
    settings.ca_pem = authority.pem();
  }

  Result<std::unique_ptr<Connection>> open(milliseconds limit = patience) {
    Endpoint endpoint;
    endpoint.tls = false;
    endpoint.host = "api.invalid";
    endpoint.port = 6443;
    endpoint.proxy.emplace();
    endpoint.proxy->kind = Proxy::Kind::https;
    endpoint.proxy->host = "127.0.0.1";
    endpoint.proxy->port = port == 0 ? proxy.port() : port;
    endpoint.proxy->origin = "proxy-url";
    const auto context = make_client_context(settings);
    REQUIRE_OK(context);
    return Connection::open(endpoint, *context, watchdog, in(limit));
  }

  Authority authority;
  ScriptedServer proxy;
  TlsSettings settings;
  Watchdog watchdog;
  std::uint16_t port = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(tls_pump_test)

BOOST_AUTO_TEST_CASE(exchanges_through_a_proxy_that_speaks_tls) {
  World world({step::AwaitRequest{}, step::Send{yes}, step::AwaitRequest{},
               step::Send{http_answer(200, "one")}, step::AwaitRequest{},
               step::Send{http_answer(200, "two")}, step::Hold{}});
  auto connection = world.open();
  REQUIRE_OK(connection);
  for (const char* body : {"one", "two"}) {
    const auto answer = (*connection)->exchange({"GET", "/version", {}, ""}, in(patience));
    REQUIRE_OK(answer);
    BOOST_TEST(answer->body == body);
  }
  BOOST_TEST(contains(world.proxy.received(0), "CONNECT api.invalid:6443 HTTP/1.1\r\n"));
}

BOOST_AUTO_TEST_CASE(many_bytes_arrive_whole_both_ways) {
  const std::string head =
      "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(many_bytes) + "\r\n\r\n";
  World world({step::AwaitRequest{}, step::Send{yes}, step::AwaitRequest{}, step::Send{head},
               step::Fill{'y', many_bytes}, step::Hold{}});
  std::string body(many_bytes, ' ');
  for (std::size_t at = 0; at < body.size(); ++at)
    body[at] = static_cast<char>('a' + at % 23);
  auto connection = world.open();
  REQUIRE_OK(connection);
  const auto answer = (*connection)->exchange({"PUT", "/x", {}, body}, in(patience));
  REQUIRE_OK(answer);
  BOOST_TEST((answer->body == std::string(many_bytes, 'y')));
  BOOST_TEST(world.proxy.received(0).ends_with(body));
}

BOOST_AUTO_TEST_CASE(the_proxy_must_be_who_it_says) {
  struct Row {
    const char* name;
    const char* names;
    long days;
    bool known;
    bool checked;
    const char* says;  ///< empty: accepted
  };
  for (const Row& row : {Row{"right", "IP:127.0.0.1", 10, true, true, ""},
                         Row{"another address", "IP:127.0.0.2", 10, true, true, "mismatch"},
                         Row{"a name alone", "DNS:localhost", 10, true, true, "mismatch"},
                         Row{"expired", "IP:127.0.0.1", -1, true, true, "expired"},
                         Row{"unknown", "IP:127.0.0.1", 10, false, true, "unable to get"},
                         Row{"nobody looks", "DNS:x", -1, false, false, ""}}) {
    BOOST_TEST_CONTEXT(row.name) {
      World world({step::AwaitRequest{}, step::Send{yes}, step::Hold{}}, row.names, row.days);
      if (!row.known) world.settings.ca_pem = Authority("another").pem();
      world.settings.insecure_skip_verify = !row.checked;
      const auto opened = world.open();
      if (*row.says == '\0') {
        REQUIRE_OK(opened);
        continue;
      }
      const Error failure = failure_of(opened);
      BOOST_TEST(failure.kind == ErrorKind::unreachable);
      BOOST_TEST(contains(failure.message(), row.says), failure.message());
      BOOST_TEST(contains(failure.message(), "by the proxy https://127.0.0.1:"), failure.message());
      BOOST_TEST(contains(failure.message(), "(proxy-url)"), failure.message());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_proxy_without_tls_or_without_a_word) {
  ScriptedServer plain({{step::Await{10}, step::Send{"HTTP/1.1 400 Bad Request\r\n\r\n"}}},
                       {step::Hold{}});
  World world({});
  world.port = plain.port();
  const Error wrong = failure_of(world.open());
  BOOST_TEST(wrong.kind == ErrorKind::unreachable);
  BOOST_TEST(contains(wrong.message(), "wrong version number"), wrong.message());
  const Error silent = failure_of(world.open(milliseconds(300)));
  BOOST_TEST(silent.kind == ErrorKind::timeout);
  BOOST_TEST(contains(silent.message(), "no TLS handshake in time"), silent.message());
}

BOOST_AUTO_TEST_CASE(an_end_in_between_is_seen) {
  World world({step::AwaitRequest{}, step::Send{yes}, step::AwaitRequest{},
               step::Send{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"}, step::Close{}});
  auto connection = world.open();
  REQUIRE_OK(connection);
  const Error failure =
      failure_of((*connection)->exchange({"GET", "/version", {}, ""}, in(patience)));
  BOOST_TEST(failure.kind == ErrorKind::unreachable);
}

BOOST_AUTO_TEST_CASE(who_does_not_read_keeps_nobody) {
  World world({step::AwaitRequest{}, step::Send{yes}, step::Pause{patience}});
  auto connection = world.open();
  REQUIRE_OK(connection);
  const auto began = std::chrono::steady_clock::now();
  const Error failure = failure_of(
      (*connection)
          ->exchange({"PUT", "/x", {}, std::string(many_bytes, 'x')}, in(milliseconds(300))));
  BOOST_TEST(failure.kind == ErrorKind::unknown_outcome);
  connection->reset();
  BOOST_TEST((std::chrono::steady_clock::now() - began < patience / 2));
}

BOOST_AUTO_TEST_CASE(the_proxy_learns_that_we_have_gone) {
  World world({step::AwaitRequest{}, step::Send{yes}, step::Hold{}});
  auto connection = world.open();
  REQUIRE_OK(connection);
  connection->reset();
  BOOST_TEST(eventually(patience, [&] { return world.proxy.finished(0); }));
}

BOOST_AUTO_TEST_SUITE_END()
