#include "common/http/tls.h"

#include <Poco/Crypto/X509Certificate.h>
#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/RejectCertificateHandler.h>
#include <Poco/Net/SSLManager.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <sstream>

#include "common/http/system_roots.h"

namespace maintenance::http {
namespace {

using Poco::Net::Context;

constexpr std::string_view doing = "preparing TLS";

/// Making a context leaves refusals of its own defaults in OpenSSL's error queue of this thread,
/// and whatever is in there makes OpenSSL misreport the next failure of any connection.
struct CleanErrorQueue {
  CleanErrorQueue() { ERR_clear_error(); }
  ~CleanErrorQueue() { ERR_clear_error(); }
  CleanErrorQueue(const CleanErrorQueue&) = delete;
  CleanErrorQueue& operator=(const CleanErrorQueue&) = delete;
};

Error unusable(const std::string& what, const std::string& why) {
  return Error{ErrorKind::invalid, std::string(doing), what + ": " + why};
}

Poco::Crypto::X509Certificate read_certificate(const std::string& pem) {
  std::istringstream in(pem);
  return Poco::Crypto::X509Certificate(in);
}

using PrivateKey = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;

/// A pass phrase would be asked for on the terminal; nobody is there to answer.
int no_pass_phrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*context*/) {
  return -1;
}

/// The private key in `pem`, or null. Not by Poco, which leaks a key that it cannot read.
PrivateKey read_key(const std::string& pem) {
  const std::unique_ptr<BIO, int (*)(BIO*)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  return {PEM_read_bio_PrivateKey(bio.get(), nullptr, no_pass_phrase, nullptr), EVP_PKEY_free};
}

/// Poco offers X448 first, which Go servers do not have: each handshake would cost one more round
/// trip. What is left is what every API server of today speaks.
Result<void> offer_common_groups(Context& context) {
  if (SSL_CTX_set1_groups_list(context.sslContext(), "X25519:P-256:P-384:P-521") == 1) return {};
  return unusable("key exchange", "OpenSSL has none of the usual groups");
}

/// Poco sends the name that it checks the certificate for as SNI, also when that is an address,
/// which must not be in there (RFC 6066 section 3): some gateways hang up. A callback at the start
/// of the handshake is early enough to take it out again.
void leave_out_address(const SSL* ssl, int where, int /*result*/) {
  if ((where & SSL_CB_HANDSHAKE_START) == 0) return;
  const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  Poco::Net::IPAddress address;
  if (name == nullptr || !Poco::Net::IPAddress::tryParse(name, address)) return;
  // The connection is ours; OpenSSL only lends it as const.
  SSL_ctrl(const_cast<SSL*>(ssl), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, nullptr);
}

Result<void> add_authorities(Context& context, const std::string& pem) {
  // Poco reads only the first certificate of a stream, so a bundle is split here.
  const auto blocks = pem_blocks(pem, "CERTIFICATE");
  if (blocks.empty()) return unusable("certificate authority", "holds no PEM certificate");
  for (const std::string& block : blocks) {
    context.addCertificateAuthority(read_certificate(block));
  }
  return {};
}

/// `whose` is "client" or "server".
Result<void> use_certificate(Context& context, const std::string& whose,
                             const std::string& cert_pem, const std::string& key_pem) {
  const std::string the_key = whose + " key";
  if (is_encrypted_key(key_pem)) {
    return unusable(the_key, "it is encrypted; decrypt it, for example with 'openssl pkey'");
  }
  const auto blocks = pem_blocks(cert_pem, "CERTIFICATE");
  if (blocks.empty()) return unusable(whose + " certificate", "holds no PEM certificate");
  if (key_pem.empty()) return unusable(the_key, "it is missing");
  const auto certificate = read_certificate(blocks.front());
  const PrivateKey key = read_key(key_pem);
  if (!key) return unusable(the_key, "holds no private key that OpenSSL can read");
  if (X509_check_private_key(certificate.certificate(), key.get()) != 1) {
    return unusable(the_key, "it does not belong to the " + whose + " certificate");
  }
  context.useCertificate(certificate);
  for (std::size_t i = 1; i < blocks.size(); ++i) {
    context.addChainCertificate(read_certificate(blocks[i]));
  }
  if (SSL_CTX_use_PrivateKey(context.sslContext(), key.get()) != 1) {
    return unusable(the_key, "OpenSSL does not accept it");
  }
  return {};
}

/// A connection that is silent has no buffers: 40 KiB for each that is kept for later, watched or
/// held by a stranger. What was read in them (a token, in short) is wiped first.
void keep_nothing_read(Context& context) {
  SSL_CTX_set_mode(context.sslContext(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(context.sslContext(), SSL_OP_CLEANSE_PLAINTEXT);
}

/// Each connection is for one request, so resuming gains nothing; and a session that is kept is
/// memory that strangers fill. Suites of TLS 1.3 are all good and not named here.
Result<void> keep_it_strict(Context& context) {
  SSL_CTX* const raw = context.sslContext();
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                               SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(raw, 0);
  if (SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1) return {};
  return unusable("ciphers", "OpenSSL has none of the usual ones");
}

}  // namespace

std::vector<std::string> pem_blocks(const std::string& pem, const std::string& kind) {
  const std::string begin = "-----BEGIN " + kind + "-----";
  const std::string end = "-----END " + kind + "-----";
  std::vector<std::string> blocks;
  std::size_t from = pem.find(begin);
  while (from != std::string::npos) {
    const std::size_t to = pem.find(end, from);
    if (to == std::string::npos) break;
    blocks.push_back(pem.substr(from, to + end.size() - from) + "\n");
    from = pem.find(begin, to);
  }
  return blocks;
}

bool is_encrypted_key(const std::string& pem) {
  return pem.find("BEGIN ENCRYPTED PRIVATE KEY") != std::string::npos ||
         pem.find("Proc-Type: 4,ENCRYPTED") != std::string::npos;
}

Result<Context::Ptr> make_client_context(const TlsSettings& settings) {
  const CleanErrorQueue clean;
  try {
    const auto mode = settings.insecure_skip_verify ? Context::VERIFY_NONE : Context::VERIFY_STRICT;
    // The system's bundle costs about 20 ms to load: only when no CA is given.
    const bool system_roots = settings.ca_pem.empty() && !settings.insecure_skip_verify;
    Context::Ptr context = new Context(Context::TLS_CLIENT_USE, "", mode, 9, false);
    if (system_roots) add_system_roots(*context->sslContext());
    context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
    if (auto offered = offer_common_groups(*context); !offered) return offered.error();
    SSL_CTX_set_info_callback(context->sslContext(), leave_out_address);
    keep_nothing_read(*context);
    context->enableExtendedCertificateVerification(!settings.insecure_skip_verify);
    context->setInvalidCertificateHandler(new Poco::Net::RejectCertificateHandler(false));
    if (!settings.ca_pem.empty() && !settings.insecure_skip_verify) {
      if (auto added = add_authorities(*context, settings.ca_pem); !added) return added.error();
    }
    if (!settings.client_cert_pem.empty() || !settings.client_key_pem.empty()) {
      auto used =
          use_certificate(*context, "client", settings.client_cert_pem, settings.client_key_pem);
      if (!used) return used.error();
    }
    return context;
  } catch (const Poco::Exception& failure) {
    // The text of OpenSSL's failure names no key material, only what could not be parsed.
    return unusable("certificate or key", failure.displayText());
  }
}

Result<Context::Ptr> make_server_context(const ServerTlsSettings& settings) {
  const CleanErrorQueue clean;
  try {
    const bool ask = !settings.client_ca_pem.empty();
    Context::Ptr context = new Context(
        Context::TLS_SERVER_USE, "", ask ? Context::VERIFY_STRICT : Context::VERIFY_NONE, 9, false);
    context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
    if (auto offered = offer_common_groups(*context); !offered) return offered.error();
    if (auto strict = keep_it_strict(*context); !strict) return strict.error();
    keep_nothing_read(*context);
    // It would look for the client's address in the client's certificate.
    context->enableExtendedCertificateVerification(false);
    context->setInvalidCertificateHandler(new Poco::Net::RejectCertificateHandler(true));
    if (ask) {
      if (auto added = add_authorities(*context, settings.client_ca_pem); !added)
        return added.error();
    }
    auto used = use_certificate(*context, "server", settings.cert_pem, settings.key_pem);
    if (!used) return used.error();
    return context;
  } catch (const Poco::Exception& failure) {
    return unusable("certificate or key", failure.displayText());
  }
}

Result<std::chrono::system_clock::time_point> certificate_end(const std::string& pem) {
  const CleanErrorQueue clean;
  try {
    const auto blocks = pem_blocks(pem, "CERTIFICATE");
    if (blocks.empty()) return unusable("certificate", "holds no PEM certificate");
    const auto microseconds = read_certificate(blocks.front()).expiresOn().timestamp();
    return std::chrono::system_clock::from_time_t(microseconds.epochTime());
  } catch (const Poco::Exception& failure) {
    return unusable("certificate", failure.displayText());
  }
}

}  // namespace maintenance::http
