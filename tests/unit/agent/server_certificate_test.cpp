#include "agent/server/server_certificate.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "tests/support/certificates.h"
#include "tests/support/check.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

struct Fixture {
  Authority authority{"test authority"};
  TempFolder folder;
  agent::TlsFiles files{folder.file("tls.crt"), folder.file("tls.key"), {}};
  FakeClock clock;
  std::shared_ptr<MemorySink> sink = std::make_shared<MemorySink>();
  agent::Log log{sink, clock, agent::LogFormat::json, agent::LogLevel::debug};
  agent::Metrics metrics{clock};
  agent::ServerCertificate certificate{files, log, metrics};

  Identity put(const std::string& name) {
    Identity identity = authority.issue(name, "DNS:" + name);
    (void)folder.write("tls.crt", identity.cert_pem);
    (void)folder.write("tls.key", identity.key_pem);
    return identity;
  }
  /// Whose certificate a new connection would see; empty for none.
  [[nodiscard]] std::string shown() const {
    const auto context = certificate.context();
    if (context.isNull()) return {};
    const X509* leaf = SSL_CTX_get0_certificate(context->sslContext());
    char name[64] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), NID_commonName, name, sizeof name);
    return name;
  }
  [[nodiscard]] bool counts_failures(int count) const {
    return contains(metrics.exposition(),
                    "maintenance_agent_certificate_failures_total " + std::to_string(count) + "\n");
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(server_certificate_test, Fixture)

BOOST_AUTO_TEST_CASE(without_files_there_is_none_and_it_is_said_once) {
  certificate.refresh();
  certificate.refresh();
  BOOST_TEST(shown().empty());
  BOOST_TEST(counts_failures(1));
  BOOST_TEST(contains(sink->text(), "nobody but loopback is served"));
  put("first.example");
  certificate.refresh();
  BOOST_TEST(shown() == "first.example");
}

BOOST_AUTO_TEST_CASE(a_changed_pair_is_taken) {
  put("first.example");
  certificate.refresh();
  const auto before = certificate.context();
  certificate.refresh();
  BOOST_TEST((certificate.context() == before));  // nothing new, nothing made anew
  put("second.example");
  certificate.refresh();
  BOOST_TEST(shown() == "second.example");
  BOOST_TEST(counts_failures(0));
}

BOOST_AUTO_TEST_CASE(half_of_a_new_pair_leaves_the_old_one_and_alarms) {
  put("first.example");
  certificate.refresh();
  const Identity next = authority.issue("second.example", "DNS:second.example");
  (void)folder.write("tls.crt", next.cert_pem);
  certificate.refresh();
  certificate.refresh();
  BOOST_TEST(shown() == "first.example");
  BOOST_TEST(counts_failures(1));
  BOOST_TEST(contains(sink->text(), "it does not belong to the server certificate"), sink->text());
  BOOST_TEST(contains(sink->text(), "the one before stays in use"));
  (void)folder.write("tls.key", next.key_pem);
  certificate.refresh();
  BOOST_TEST(shown() == "second.example");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_away_again_is_told_again) {
  const Identity identity = put("first.example");
  certificate.refresh();
  for (const int times : {1, 2}) {
    std::filesystem::remove(files.key_file);
    certificate.refresh();
    certificate.refresh();
    BOOST_TEST(counts_failures(times));
    (void)folder.write("tls.key", identity.key_pem);
    certificate.refresh();
    BOOST_TEST(shown() == "first.example");
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_used_leaves_the_old_one) {
  const Identity good = put("first.example");
  certificate.refresh();
  int failures = 0;
  for (const auto& [cert, key] : std::vector<std::pair<std::string, std::string>>{
           {"", good.key_pem},
           {good.cert_pem, ""},
           {good.cert_pem, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"},
           {good.cert_pem, encrypted_key_pem("secret")},
           {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", good.key_pem},
           {std::string(512UL * 1024, 'x'), good.key_pem}}) {
    (void)folder.write("tls.crt", cert);
    (void)folder.write("tls.key", key);
    certificate.refresh();
    BOOST_TEST(shown() == "first.example");
    BOOST_TEST(counts_failures(++failures));
  }
  BOOST_TEST(!contains(sink->text(), "PRIVATE KEY"));
  std::filesystem::remove(files.key_file);
  certificate.refresh();
  BOOST_TEST(shown() == "first.example");
}

BOOST_AUTO_TEST_CASE(a_secrets_volume_changes_by_one_link) {
  const Identity first = authority.issue("first.example", "DNS:first.example");
  const Identity second = authority.issue("second.example", "DNS:second.example");
  for (const auto& [name, identity] : {std::pair{"..1", first}, std::pair{"..2", second}}) {
    (void)folder.write(std::string(name) + "/tls.crt", identity.cert_pem);
    (void)folder.write(std::string(name) + "/tls.key", identity.key_pem);
  }
  namespace fs = std::filesystem;
  fs::create_directory_symlink("..1", folder.path() / "..data");
  fs::create_symlink("..data/tls.crt", files.cert_file);
  fs::create_symlink("..data/tls.key", files.key_file);
  certificate.refresh();
  BOOST_TEST(shown() == "first.example");
  fs::create_directory_symlink("..2", folder.path() / "..data_tmp");
  fs::rename(folder.path() / "..data_tmp", folder.path() / "..data");
  certificate.refresh();
  BOOST_TEST(shown() == "second.example");
}

BOOST_AUTO_TEST_CASE(an_empty_file_of_client_authorities_opens_no_door) {
  put("first.example");
  files.client_ca_file = folder.write("ca.crt", "\n");
  certificate.refresh();
  BOOST_TEST(shown().empty());
  BOOST_TEST(contains(sink->text(), "it holds no PEM certificate"));
  (void)folder.write("ca.crt", authority.pem());
  certificate.refresh();
  BOOST_TEST(shown() == "first.example");
}

BOOST_AUTO_TEST_CASE(when_it_ends_is_a_metric) {
  BOOST_TEST(contains(metrics.exposition(), "maintenance_agent_certificate_end_seconds 0\n"));
  const Identity identity = put("first.example");
  certificate.refresh();
  const auto end = http::certificate_end(identity.cert_pem);
  REQUIRE_OK(end);
  BOOST_TEST((*end > std::chrono::system_clock::now() + std::chrono::hours(9 * 24)));
  BOOST_TEST(!contains(metrics.exposition(), "maintenance_agent_certificate_end_seconds 0\n"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
