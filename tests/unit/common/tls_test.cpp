#include "common/http/tls.h"

#include <openssl/ssl.h>

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/certificates.h"
#include "tests/unit/common/link.h"

using maintenance::ErrorKind;
using maintenance::Result;
using maintenance::http::ConnectingTransport;
using maintenance::http::Endpoint;
using maintenance::http::is_encrypted_key;
using maintenance::http::make_client_context;
using maintenance::http::make_server_context;
using maintenance::http::pem_blocks;
using maintenance::http::Request;
using maintenance::http::Response;
using maintenance::http::TlsSettings;
using maintenance::http::Watchdog;
using namespace maintenance::testing;

namespace {

const Script answer_once{step::AwaitRequest{}, step::Send{http_answer(200, R"({"tls":true})")},
                         step::Hold{}};

/// Asks a server that presents `identity` once, as somebody with `settings` who dials `host`.
Result<Response> ask(const Identity& identity, const TlsSettings& settings,
                     const std::string& host = "127.0.0.1", const std::string& client_ca = {}) {
  const ScriptedServer server({}, answer_once, server_context(identity, client_ca));
  auto context = make_client_context(settings);
  if (!context) return context.error();
  Endpoint endpoint;
  endpoint.host = host;
  endpoint.port = server.port();
  endpoint.tls_settings = settings;
  Watchdog watchdog;
  return ConnectingTransport(endpoint, *context, watchdog).send(Request{}, in(patience));
}

TlsSettings trusting(const std::string& ca_pem) {
  TlsSettings settings;
  settings.ca_pem = ca_pem;
  return settings;
}

struct NameRow {
  std::string sentence;
  std::string host;
  std::string server_name;
  std::string common_name;
  std::string alternative_names;
  bool accepted;
};

const std::vector<NameRow> name_rows{
    {"the dialled address is among the addresses", "127.0.0.1", "", "x", "IP:127.0.0.1", true},
    {"the dialled name is among the names", "localhost", "", "x", "DNS:localhost", true},
    {"one of several", "127.0.0.1", "", "x", "DNS:a,IP:10.0.0.1,IP:127.0.0.1", true},
    {"another address, also on loopback", "127.0.0.1", "", "x", "IP:127.0.0.2", false},
    {"another name, also on loopback", "localhost", "", "x", "DNS:other.example", false},
    {"an address written as a name counts: an authority has vouched for it", "127.0.0.1", "", "x",
     "DNS:127.0.0.1", true},
    {"a name does not stand for its address", "127.0.0.1", "", "x", "DNS:localhost", false},
    {"no alternative name and another common name", "localhost", "", "other", "", false},
    {"the common name does not count beside alternative names", "localhost", "", "localhost",
     "DNS:other.example", false},
    {"a wildcard covers one label", "127.0.0.1", "a.example.org", "x", "DNS:*.example.org", true},
    {"a wildcard covers no second label", "127.0.0.1", "a.b.example.org", "x", "DNS:*.example.org",
     false},
    {"the name to verify counts instead of the dialled one", "127.0.0.1", "kubernetes.default", "x",
     "DNS:kubernetes.default", true},
    {"the dialled one does not count beside the name to verify", "127.0.0.1", "kubernetes.default",
     "x", "IP:127.0.0.1", false},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(tls_test)

BOOST_AUTO_TEST_CASE(the_name_is_verified_strictly_also_on_loopback) {
  const Authority authority("test authority");
  for (const NameRow& row : name_rows) {
    BOOST_TEST_CONTEXT(row.sentence) {
      TlsSettings settings = trusting(authority.pem());
      settings.server_name = row.server_name;
      const auto answer =
          ask(authority.issue(row.common_name, row.alternative_names), settings, row.host);
      if (row.accepted) {
        REQUIRE_OK(answer);
        BOOST_TEST(answer->body == R"({"tls":true})");
      } else {
        BOOST_TEST(kind_of(answer) == ErrorKind::unreachable);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_certificate_of_another_authority_is_refused) {
  const Authority trusted("one authority");
  const Authority other("one authority");  // the same name, another key
  BOOST_TEST(kind_of(ask(other.issue("x", "IP:127.0.0.1"), trusting(trusted.pem()))) ==
             ErrorKind::unreachable);
}

BOOST_AUTO_TEST_CASE(without_an_authority_only_the_systems_roots_count) {
  const Authority authority("test authority");
  BOOST_TEST(kind_of(ask(authority.issue("x", "IP:127.0.0.1"), TlsSettings{})) ==
             ErrorKind::unreachable);
}

BOOST_AUTO_TEST_CASE(an_expired_certificate_is_refused) {
  const Authority authority("test authority");
  BOOST_TEST(kind_of(ask(authority.issue("x", "IP:127.0.0.1", -1), trusting(authority.pem()))) ==
             ErrorKind::unreachable);
}

BOOST_AUTO_TEST_CASE(a_bundle_counts_with_all_its_authorities) {
  const Authority first("first");
  const Authority second("second");
  const TlsSettings settings = trusting(first.pem() + "comment between\n" + second.pem());
  REQUIRE_OK(ask(first.issue("x", "IP:127.0.0.1"), settings));
  REQUIRE_OK(ask(second.issue("x", "IP:127.0.0.1"), settings));
}

BOOST_AUTO_TEST_CASE(verification_is_off_only_when_asked_for) {
  const Authority authority("test authority");
  TlsSettings settings;
  settings.insecure_skip_verify = true;
  REQUIRE_OK(ask(authority.issue("x", "DNS:other.example"), settings));
}

BOOST_AUTO_TEST_CASE(a_client_certificate_is_presented) {
  const Authority authority("test authority");
  const Identity server = authority.issue("x", "IP:127.0.0.1");
  const Identity client = authority.issue("jane", "");
  TlsSettings settings = trusting(authority.pem());
  BOOST_TEST(!ask(server, settings, "127.0.0.1", authority.pem()).ok());
  settings.client_cert_pem = client.cert_pem;
  settings.client_key_pem = client.key_pem;
  REQUIRE_OK(ask(server, settings, "127.0.0.1", authority.pem()));
}

BOOST_AUTO_TEST_CASE(a_key_that_does_not_belong_to_the_certificate_is_refused) {
  const Authority authority("test authority");
  TlsSettings settings = trusting(authority.pem());
  settings.client_cert_pem = authority.issue("jane", "").cert_pem;
  settings.client_key_pem = authority.issue("joe", "").key_pem;
  const auto failure = failure_of(make_client_context(settings));
  BOOST_TEST(failure.kind == ErrorKind::invalid);
  BOOST_TEST(contains(failure.message(), "does not belong"), failure.message());
}

BOOST_AUTO_TEST_CASE(an_encrypted_key_is_refused_and_nobody_is_asked) {
  const Authority authority("test authority");
  TlsSettings settings = trusting(authority.pem());
  settings.client_cert_pem = authority.issue("jane", "").cert_pem;
  settings.client_key_pem = encrypted_key_pem("secret phrase");
  BOOST_TEST(is_encrypted_key(settings.client_key_pem));
  const auto failure = failure_of(make_client_context(settings));
  BOOST_TEST(failure.kind == ErrorKind::invalid);
  BOOST_TEST(contains(failure.message(), "encrypted"));
}

BOOST_AUTO_TEST_CASE(both_forms_of_encrypted_keys_are_recognised_and_plain_ones_are_not) {
  BOOST_TEST(is_encrypted_key("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"));
  BOOST_TEST(!is_encrypted_key(Authority("a").issue("x", "").key_pem));
  BOOST_TEST(!is_encrypted_key(""));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_used_is_refused_before_anything_is_dialled) {
  const Authority authority("test authority");
  const Identity client = authority.issue("jane", "");
  const std::string broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  const auto settings = [](const std::string& ca, const std::string& cert, const std::string& key) {
    TlsSettings out;
    out.ca_pem = ca;
    out.client_cert_pem = cert;
    out.client_key_pem = key;
    return out;
  };
  const std::vector<std::pair<std::string, TlsSettings>> rows{
      {"an authority that is no PEM", settings("hello", "", "")},
      {"an authority that is only a key", settings(client.key_pem, "", "")},
      {"an authority that is broken inside", settings(broken, "", "")},
      {"a bundle whose second is broken", settings(authority.pem() + broken, "", "")},
      {"half an authority", settings(authority.pem().substr(0, 200), "", "")},
      {"a client certificate without key", settings("", client.cert_pem, "")},
      {"a client certificate that is no PEM", settings("", "hello", client.key_pem)},
      {"a client key that is no PEM", settings("", client.cert_pem, "hello")},
      {"a client key without certificate", settings("", "", client.key_pem)},
  };
  for (const auto& [sentence, tls] : rows) {
    BOOST_TEST_CONTEXT(sentence) {
      const auto failure = failure_of(make_client_context(tls));
      BOOST_TEST(failure.kind == ErrorKind::invalid);
      BOOST_TEST(contains(failure.message(), "preparing TLS"));
      BOOST_TEST(!contains(failure.message(), client.key_pem.substr(30, 20)));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_silent_connection_keeps_neither_buffers_nor_what_was_read) {
  const auto client = make_client_context({});
  const Identity identity = Authority("an authority").issue("x", "IP:127.0.0.1");
  const auto server = make_server_context({identity.cert_pem, identity.key_pem, {}});
  REQUIRE_OK(client);
  REQUIRE_OK(server);
  for (const auto& context : {*client, *server}) {
    BOOST_TEST((SSL_CTX_get_mode(context->sslContext()) & SSL_MODE_RELEASE_BUFFERS) != 0);
    BOOST_TEST((SSL_CTX_get_options(context->sslContext()) & SSL_OP_CLEANSE_PLAINTEXT) != 0U);
  }
}

BOOST_AUTO_TEST_CASE(pem_blocks_are_found_among_other_text) {
  const std::string a = "-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----";
  const std::string key = "-----BEGIN PRIVATE KEY-----\nQQ==\n-----END PRIVATE KEY-----";
  BOOST_TEST(pem_blocks("", "CERTIFICATE").empty());
  BOOST_TEST(pem_blocks(key, "CERTIFICATE").empty());
  BOOST_TEST(pem_blocks("text\n" + a + "\n" + key + "\n" + a, "CERTIFICATE") ==
             (std::vector<std::string>{a + "\n", a + "\n"}));
  BOOST_TEST(pem_blocks(a.substr(0, 40), "CERTIFICATE").empty());
}

BOOST_AUTO_TEST_SUITE_END()
