#include "common/text/wipe.h"

#include <openssl/crypto.h>

namespace maintenance::text {

void wipe(std::string& secret) noexcept {
  secret.resize(secret.capacity());  // all of it is there already, so nothing is allocated
  // An assignment that nobody reads would be left out by the compiler.
  OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
}

}  // namespace maintenance::text
