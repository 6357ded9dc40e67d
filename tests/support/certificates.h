#pragma once

#include <Poco/Crypto/EVPPKey.h>
#include <Poco/Crypto/X509Certificate.h>
#include <Poco/Net/Context.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>

namespace maintenance::testing {

/// A certificate and its private key, as PEM texts.
struct Identity {
  std::string cert_pem;
  std::string key_pem;
};

namespace openssl {
using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;

inline void check(bool worked, const char* what) {
  if (!worked) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

inline Key new_key() {
  Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  check(key != nullptr, "making a key");
  return key;
}

/// Runs `write` on a memory BIO and gives back what it wrote.
template <class Write>
std::string to_pem(Write write) {
  const std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), BIO_free);
  check(write(bio.get()) == 1, "writing PEM");
  char* bytes = nullptr;
  const long count = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<std::size_t>(count)};
}

inline std::string key_pem(const Key& key, const std::string& pass_phrase = {}) {
  return to_pem([&](BIO* bio) {
    if (pass_phrase.empty()) {
      return PEM_write_bio_PKCS8PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    }
    return PEM_write_bio_PKCS8PrivateKey(bio, key.get(), EVP_aes_256_cbc(), pass_phrase.data(),
                                         static_cast<int>(pass_phrase.size()), nullptr, nullptr);
  });
}

inline void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, void (*)(X509_EXTENSION*)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()), X509_EXTENSION_free);
  check(extension != nullptr, value.c_str());
  check(X509_add_ext(certificate, extension.get(), -1) == 1, "adding an extension");
}

/// An unsigned certificate for `common_name`, valid from yesterday until `days` from now.
inline Certificate new_certificate(const std::string& common_name, const Key& key, long days) {
  constexpr long day_s = 24L * 60 * 60;
  Certificate certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  static long serial = 1;  // only ever one thread makes certificates
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), (days < 0 ? 2 * days : -1) * day_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * day_s);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const auto* bytes = reinterpret_cast<const unsigned char*>(common_name.c_str());
  check(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes, -1, -1, 0) == 1, "naming");
  return certificate;
}
}  // namespace openssl

/// A certificate authority that lives as long as a test. Not thread-safe.
class Authority {
 public:
  explicit Authority(const std::string& name)
      : key_(openssl::new_key()), certificate_(openssl::new_certificate(name, key_, 30)) {
    X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
    X509* self = certificate_.get();
    openssl::add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE");
    openssl::add_extension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign");
    openssl::check(X509_sign(self, key_.get(), EVP_sha256()) != 0, "signing");
  }

  [[nodiscard]] std::string pem() const { return pem_of(certificate_); }

  /// A certificate for the subject alternative names in OpenSSL's words, "DNS:localhost" or
  /// "IP:127.0.0.1,IP:::1"; none when empty. A negative `days` makes one that has expired.
  [[nodiscard]] Identity issue(const std::string& common_name, const std::string& names,
                               long days = 10) const {
    const openssl::Key key = openssl::new_key();
    const openssl::Certificate leaf = openssl::new_certificate(common_name, key, days);
    X509_set_issuer_name(leaf.get(), X509_get_subject_name(certificate_.get()));
    if (!names.empty()) {
      openssl::add_extension(leaf.get(), certificate_.get(), NID_subject_alt_name, names);
    }
    openssl::check(X509_sign(leaf.get(), key_.get(), EVP_sha256()) != 0, "signing");
    return Identity{pem_of(leaf), openssl::key_pem(key)};
  }

 private:
  static std::string pem_of(const openssl::Certificate& certificate) {
    return openssl::to_pem([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate.get()); });
  }

  openssl::Key key_;
  openssl::Certificate certificate_;
};

/// A new private key that needs `pass_phrase`.
[[nodiscard]] inline std::string encrypted_key_pem(const std::string& pass_phrase) {
  return openssl::key_pem(openssl::new_key(), pass_phrase);
}

/// A TLS context for a ScriptedServer that presents `identity`; with `client_ca_pem` it demands a
/// client certificate of that authority.
[[nodiscard]] inline Poco::Net::Context::Ptr server_context(const Identity& identity,
                                                            const std::string& client_ca_pem = {}) {
  using Poco::Net::Context;
  const auto mode = client_ca_pem.empty() ? Context::VERIFY_NONE : Context::VERIFY_STRICT;
  Context::Ptr context = new Context(Context::TLS_SERVER_USE, "", mode, 9, false);
  std::istringstream certificate(identity.cert_pem);
  context->useCertificate(Poco::Crypto::X509Certificate(certificate));
  std::istringstream key(identity.key_pem);
  context->usePrivateKey(Poco::Crypto::EVPPKey(nullptr, &key));
  // Poco would compare the client certificate's names with the client's address.
  context->enableExtendedCertificateVerification(false);
  if (!client_ca_pem.empty()) {
    std::istringstream authority(client_ca_pem);
    context->addCertificateAuthority(Poco::Crypto::X509Certificate(authority));
  }
  return context;
}

}  // namespace maintenance::testing
