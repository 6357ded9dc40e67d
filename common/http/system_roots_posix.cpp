#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdlib>

#include "common/http/system_roots.h"

namespace maintenance::http {

void add_system_roots(ssl_ctx_st& context) {
  SSL_CTX_set_default_verify_paths(&context);
  // Go programs like kubectl look at the same bundles.
  add_bundle_if_needed(
      context, {.named = std::getenv(X509_get_default_cert_file_env()) != nullptr ||
                         std::getenv(X509_get_default_cert_dir_env()) != nullptr,
                .file = X509_get_default_cert_file(),
                .folder = X509_get_default_cert_dir(),
                .bundles = {
                    "/etc/ssl/certs/ca-certificates.crt",                 // NixOS, minimal images
                    "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, RHEL
                    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL 7 and newer
                }});
}

}  // namespace maintenance::http
