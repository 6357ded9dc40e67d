#pragma once

#include <Poco/Net/Context.h>

#include <chrono>
#include <string>
#include <vector>

#include "common/http/endpoint.h"
#include "common/result.h"

namespace maintenance::http {

/// A client context that verifies strictly (also loopback peers), speaks TLS 1.2 or newer and
/// never prompts. Fails with ErrorKind::invalid for certificates or keys that cannot be used.
[[nodiscard]] Result<Poco::Net::Context::Ptr> make_client_context(const TlsSettings& settings);

/// What a server shows of itself, and whom it lets in. A plain value; holds a secret, so it is
/// never printed.
struct ServerTlsSettings {
  std::string cert_pem;       ///< its certificate and those between it and its authority
  std::string key_pem;        ///< not encrypted
  std::string client_ca_pem;  ///< when given, clients must show a certificate of these authorities
};

/// A server context that speaks TLS 1.2 or newer with forward secrecy, does not renegotiate,
/// resumes no sessions and never prompts. Fails with ErrorKind::invalid for certificates or keys
/// that cannot be used, also for a key that belongs to another certificate.
[[nodiscard]] Result<Poco::Net::Context::Ptr> make_server_context(
    const ServerTlsSettings& settings);

/// When the first certificate in `pem` ends. Fails with ErrorKind::invalid when there is none.
[[nodiscard]] Result<std::chrono::system_clock::time_point> certificate_end(const std::string& pem);

/// The PEM blocks of one kind ("CERTIFICATE") in `pem`, each with its BEGIN and END line.
[[nodiscard]] std::vector<std::string> pem_blocks(const std::string& pem, const std::string& kind);

/// True when a private key is encrypted: OpenSSL would ask for its pass phrase on the terminal.
[[nodiscard]] bool is_encrypted_key(const std::string& pem);

}  // namespace maintenance::http
