#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <windows.h>
// Last: it has macros with the names of OpenSSL's types.
#include <wincrypt.h>

#include "common/http/system_roots.h"

namespace maintenance::http {

void add_system_roots(ssl_ctx_st& context) {
  // SSL_CERT_FILE and SSL_CERT_DIR work here, too.
  SSL_CTX_set_default_verify_paths(&context);
  const HCERTSTORE roots = CertOpenSystemStoreA(0, "ROOT");
  if (roots == nullptr) return;
  // Each call frees the entry before; the last one gives null.
  const CERT_CONTEXT* entry = nullptr;
  while ((entry = CertEnumCertificatesInStore(roots, entry)) != nullptr) {
    const unsigned char* bytes = entry->pbCertEncoded;
    X509* const certificate = d2i_X509(nullptr, &bytes, static_cast<long>(entry->cbCertEncoded));
    if (certificate == nullptr) continue;
    X509_STORE_add_cert(SSL_CTX_get_cert_store(&context), certificate);
    X509_free(certificate);
  }
  CertCloseStore(roots, 0);
}

}  // namespace maintenance::http
