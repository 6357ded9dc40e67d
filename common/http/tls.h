#pragma once

#include <Poco/Net/Context.h>

#include <string>
#include <vector>

#include "common/http/endpoint.h"
#include "common/result.h"

namespace maintenance::http {

/// A client context that verifies strictly (also loopback peers), speaks TLS 1.2 or newer and
/// never prompts. Fails with ErrorKind::invalid for certificates or keys that cannot be used.
[[nodiscard]] Result<Poco::Net::Context::Ptr> make_client_context(const TlsSettings& settings);

/// The PEM blocks of one kind ("CERTIFICATE") in `pem`, each with its BEGIN and END line.
[[nodiscard]] std::vector<std::string> pem_blocks(const std::string& pem, const std::string& kind);

/// True when a private key is encrypted: OpenSSL would ask for its pass phrase on the terminal.
[[nodiscard]] bool is_encrypted_key(const std::string& pem);

}  // namespace maintenance::http
