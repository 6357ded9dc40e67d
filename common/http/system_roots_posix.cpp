#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "common/http/system_roots.h"

namespace maintenance::http {
namespace {

/// Where distributions keep all of them in one file; Go programs like kubectl look there, too.
const std::vector<std::string>& bundles() {
  static const std::vector<std::string> files = {
      "/etc/ssl/certs/ca-certificates.crt",                 // NixOS, minimal images
      "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, RHEL
      "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL 7 and newer
  };
  return files;
}

/// OpenSSL finds an authority in a folder by a hash of its name, "5ed36f99.0"; such a folder costs
/// less than a bundle, which takes 20 ms to read.
bool has_hashed_names(const std::filesystem::path& folder) {
  std::error_code failure;
  const std::filesystem::directory_iterator entries(folder, failure);
  return std::any_of(begin(entries), end(entries),
                     [](const auto& entry) { return entry.path().extension() == ".0"; });
}

bool is_there(const std::filesystem::path& file) {
  std::error_code failure;
  return std::filesystem::exists(file, failure);
}

}  // namespace

void add_system_roots(ssl_ctx_st& context) {
  SSL_CTX_set_default_verify_paths(&context);
  const bool named = std::getenv(X509_get_default_cert_file_env()) != nullptr ||
                     std::getenv(X509_get_default_cert_dir_env()) != nullptr;
  if (named || is_there(X509_get_default_cert_file()) ||
      has_hashed_names(X509_get_default_cert_dir())) {
    return;
  }
  add_first_bundle(context, bundles());
}

}  // namespace maintenance::http
