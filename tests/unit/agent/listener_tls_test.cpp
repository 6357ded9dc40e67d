// The API's port with TLS, from outside.
#include <Poco/Net/NetworkInterface.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>

#include <boost/test/unit_test.hpp>
#include <thread>

#include "agent/server/listener.h"
#include "common/http/connection.h"
#include "common/http/tls.h"
#include "tests/support/certificates.h"
#include "tests/support/check.h"
#include "tests/support/eventually.h"
#include "tests/unit/agent/raw_connection.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

using Poco::Net::StreamSocket;

constexpr std::chrono::seconds patience{10};
constexpr std::chrono::milliseconds short_read_time{300};
const std::string p0 = pod_name("dc1", 0);

/// An address of this machine that is not loopback; empty when there is none.
std::string own_address() {
  for (const auto& [index, interface] : Poco::Net::NetworkInterface::map(true, true)) {
    if (interface.isLoopback()) continue;
    for (const auto& tuple : interface.addressList()) {
      const auto& address = tuple.get<Poco::Net::NetworkInterface::IP_ADDRESS>();
      if (address.family() == Poco::Net::AddressFamily::IPv4) return address.toString();
    }
  }
  return {};
}

struct TlsStage : AgentStage {
  Authority authority{"test authority"};
  http::Watchdog watchdog;
  Poco::Net::Context::Ptr context;
  std::unique_ptr<agent::Listener> listener;

  TlsStage() {
    cluster.add_dc("dc1", 2);
    context = made({});
    listen(patience);
  }
  Poco::Net::Context::Ptr made(const std::string& client_ca_pem) {
    const Identity identity = authority.issue("agent", "IP:127.0.0.1,DNS:localhost");
    auto ready = http::make_server_context({identity.cert_pem, identity.key_pem, client_ca_pem});
    REQUIRE_OK(ready);
    return *ready;
  }
  void listen(std::chrono::milliseconds read_time_max) {
    agent::Listener::Settings where{"any", 0};
    where.limits.threads_max = 8;
    where.limits.read_time_max = read_time_max;
    where.tls = [this] { return context; };
    auto opened = agent::Listener::open(
        where, [this](const agent::ApiRequest& request) { return api->handle(request); });
    REQUIRE_OK(opened);
    listener = std::move(*opened);
    listener->start();
  }
  /// What a client of `tls` gets.
  Result<http::Response> ask(const http::TlsSettings& tls, const std::string& method = "GET",
                             const std::string& target = "/v1/status") {
    http::Endpoint endpoint{true, "127.0.0.1", listener->port(), {}, tls};
    auto ready = http::make_client_context(tls);
    REQUIRE_OK(ready);
    http::ConnectingTransport transport(endpoint, *ready, watchdog);
    return transport.send({method, target, {}, {}}, std::chrono::steady_clock::now() + patience);
  }
  [[nodiscard]] http::TlsSettings trusting() const {
    http::TlsSettings tls;
    tls.ca_pem = authority.pem();
    return tls;
  }
  /// Sends `bytes` in the clear to `address`; what comes back until the end.
  std::string plain(const std::string& address, const std::string& bytes) {
    StreamSocket socket(Poco::Net::SocketAddress(address, listener->port()));
    socket.setReceiveTimeout(Poco::Timespan(patience.count(), 0));
    send_all(socket, bytes);
    return read_to_end(socket);
  }
};

const std::string plain_put = "PUT /pods/" + p0 + " HTTP/1.1\r\nHost: a\r\n\r\n";

/// What OpenSSL itself agrees on with the listener, for versions and ciphers that our client has
/// not.
std::string negotiated(std::uint16_t port, int version_max, const char* ciphers = nullptr) {
  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_client_method()),
                                                             SSL_CTX_free);
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context.get(), version_max);
  if (ciphers != nullptr) SSL_CTX_set_cipher_list(context.get(), ciphers);
  StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", port));
  const std::unique_ptr<SSL, void (*)(SSL*)> ssl(SSL_new(context.get()), SSL_free);
  SSL_set_fd(ssl.get(), static_cast<int>(socket.impl()->sockfd()));
  if (SSL_connect(ssl.get()) != 1) return "refused";
  return std::string(SSL_get_version(ssl.get())) + " " + SSL_get_cipher_name(ssl.get());
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(listener_tls_test, TlsStage)

BOOST_AUTO_TEST_CASE(a_client_that_trusts_the_authority_is_answered) {
  const auto answer = ask(trusting());
  REQUIRE_OK(answer);
  BOOST_TEST(answer->status == 200);
  BOOST_TEST(contains(answer->body, p0));
  Authority another{"another"};
  http::TlsSettings distrusting;
  distrusting.ca_pem = another.pem();
  BOOST_TEST(!ask(distrusting).ok());
}

BOOST_AUTO_TEST_CASE(a_whole_change_goes_through_it) {
  const auto answer = ask(trusting(), "PUT", "/pods/" + p0);
  REQUIRE_OK(answer);
  BOOST_TEST(answer->status == 200);
  BOOST_TEST(cluster.data.contains(p0));
}

BOOST_AUTO_TEST_CASE(old_versions_and_weak_ciphers_are_refused) {
  BOOST_TEST(negotiated(listener->port(), TLS1_VERSION) == "refused");
  BOOST_TEST(negotiated(listener->port(), TLS1_1_VERSION) == "refused");
  BOOST_TEST(negotiated(listener->port(), TLS1_2_VERSION).starts_with("TLSv1.2 ECDHE-"));
  BOOST_TEST(negotiated(listener->port(), TLS1_3_VERSION).starts_with("TLSv1.3 TLS_"));
  for (const char* weak : {"AES128-GCM-SHA256", "AES256-SHA", "ECDHE-ECDSA-AES128-SHA", "NULL",
                           "aNULL", "DHE-RSA-AES128-GCM-SHA256"})
    BOOST_TEST(negotiated(listener->port(), TLS1_2_VERSION, weak) == "refused", weak);
}

BOOST_AUTO_TEST_CASE(with_client_authorities_only_their_clients_come_in) {
  context = made(authority.pem());
  BOOST_TEST(!ask(trusting()).ok());
  http::TlsSettings tls = trusting();
  const Identity stranger = Authority("another").issue("stranger", "");
  tls.client_cert_pem = stranger.cert_pem;
  tls.client_key_pem = stranger.key_pem;
  BOOST_TEST(!ask(tls).ok());
  const Identity friendly = authority.issue("friend", "");
  tls.client_cert_pem = friendly.cert_pem;
  tls.client_key_pem = friendly.key_pem;
  REQUIRE_OK(ask(tls));
  BOOST_TEST(cluster.requests("PATCH").empty());
}

BOOST_AUTO_TEST_CASE(a_new_certificate_is_shown_to_the_next_connection) {
  REQUIRE_OK(ask(trusting()));
  const Authority renewed("renewed");
  const Identity identity = renewed.issue("agent", "IP:127.0.0.1");
  auto next = http::make_server_context({identity.cert_pem, identity.key_pem, {}});
  REQUIRE_OK(next);
  context = *next;
  BOOST_TEST(!ask(trusting()).ok());
  http::TlsSettings tls;
  tls.ca_pem = renewed.pem();
  REQUIRE_OK(ask(tls));
}

BOOST_AUTO_TEST_CASE(loopback_may_speak_plainly) {
  BOOST_TEST(plain("127.0.0.1", plain_put).starts_with("HTTP/1.1 200 OK\r\n"));
}

BOOST_AUTO_TEST_CASE(from_afar_plain_http_is_told_to_speak_tls_and_not_looked_at) {
  const std::string address = own_address();
  if (address.empty()) {
    BOOST_TEST_MESSAGE("skipped: this machine has no address but loopback");
    return;
  }
  settings.auth.anonymous = agent::AnonymousAccess::write;
  const std::string answer = plain(address, plain_put);
  BOOST_TEST(answer.starts_with("HTTP/1.1 400 "), answer);
  BOOST_TEST(contains(answer, "this port speaks TLS"), answer);
  BOOST_TEST(cluster.data.empty());
}

BOOST_AUTO_TEST_CASE(without_a_certificate_nobody_is_served_but_loopback) {
  context = nullptr;
  BOOST_TEST(!ask(trusting()).ok());
  BOOST_TEST(plain("127.0.0.1", plain_put).starts_with("HTTP/1.1 200 OK\r\n"));
}

BOOST_AUTO_TEST_CASE(a_handshake_that_stops_ends_at_the_deadline) {
  listen(short_read_time);
  // Nothing, the first byte, and the first half of a hello.
  for (const std::string& begun : {std::string(), std::string("\x16"),
                                   std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 9)}) {
    const auto from = std::chrono::steady_clock::now();
    (void)plain("127.0.0.1", begun);
    BOOST_TEST((std::chrono::steady_clock::now() - from < patience / 2));
  }
  BOOST_TEST(eventually(patience, [&] { return listener->in_flight() == 0; }));
  REQUIRE_OK(ask(trusting()));
}

BOOST_AUTO_TEST_CASE(nonsense_after_the_first_byte_hurts_nobody) {
  std::mt19937 engine(7);
  for (int round = 0; round < 50; ++round) {
    std::string bytes = "\x16";
    for (int i = 0; i < round * 7; ++i)
      bytes += static_cast<char>(engine() % 256);
    StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", listener->port()));
    socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
  }
  // More came at once than threads and queue have room for; those are gone soon.
  BOOST_TEST(eventually(patience, [&] { return ask(trusting()).ok(); }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
