#include "plugin/credentials/exec_credential.h"
#include "tests/fuzz/require.h"

using namespace maintenance;

/// Whatever a plugin prints is a credential that logs in, or an error that repeats nothing of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string version = "client.authentication.k8s.io/v1";
  const auto given = plugin::parse_exec_credential(text, version);
  if (!given) {
    testing::require(given.error().kind == ErrorKind::protocol);
    return 0;
  }
  testing::require(!given->token.empty() || !given->client_cert_pem.empty());
  testing::require(given->client_cert_pem.empty() == given->client_key_pem.empty());
  return 0;
}
