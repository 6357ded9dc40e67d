#include "common/http/system_roots.h"

#include <openssl/ssl.h>

#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>

#include "tests/support/certificates.h"
#include "tests/support/environment_variable.h"
#include "tests/support/temp_folder.h"

using maintenance::http::add_bundle_if_needed;
using maintenance::http::add_first_bundle;
using maintenance::http::add_system_roots;
using maintenance::http::RootPlaces;
using namespace maintenance::testing;

namespace {

using Context = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;

Context client_context() {
  return {SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
}

/// How many authorities a handshake would find without looking into a folder.
int trusted(const Context& context) {
  return sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context.get())));
}

std::string certificate() {
  return Authority("somebody's authority").pem();
}

/// How many authorities a context has after it was offered a bundle of one.
int added(const RootPlaces& places) {
  const auto context = client_context();
  add_bundle_if_needed(*context, places);
  return trusted(context);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(system_roots_test)

BOOST_AUTO_TEST_CASE(takes_all_of_the_first_bundle_that_can_be_read) {
  const TempFolder folder;
  const std::string two = folder.write("two", certificate() + certificate());
  const std::string one = folder.write("one", certificate());
  const auto context = client_context();
  BOOST_TEST(add_first_bundle(
      *context, {folder.file("none"), folder.write("empty", "no certificate"), two, one}));
  BOOST_TEST(trusted(context) == 2);
}

BOOST_AUTO_TEST_CASE(says_when_there_is_no_bundle) {
  const TempFolder folder;
  const auto context = client_context();
  BOOST_TEST(!add_first_bundle(*context, {folder.file("none")}));
  BOOST_TEST(trusted(context) == 0);
}

BOOST_AUTO_TEST_CASE(a_bundle_is_for_those_whose_openssl_finds_nobody) {
  const TempFolder hashed;
  hashed.write("5ed36f99.0", certificate());
  const TempFolder others;
  const std::string bundle = others.write("bundle.pem", certificate());
  const std::string none = others.file("none");
  BOOST_TEST(added({false, none, none, {bundle}}) == 1);
  BOOST_TEST(added({false, none, others.path(), {bundle}}) == 1);
  BOOST_TEST(added({false, bundle, none, {bundle}}) == 0);
  BOOST_TEST(added({false, none, hashed.path(), {bundle}}) == 0);
  BOOST_TEST(added({true, none, none, {bundle}}) == 0);
}

BOOST_AUTO_TEST_CASE(takes_the_file_that_the_environment_names) {
  const TempFolder folder;
  const std::string file = folder.write("one", certificate());
  const EnvironmentVariable named("SSL_CERT_FILE", file);
  const auto context = client_context();
  add_system_roots(*context);
  BOOST_TEST(trusted(context) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
