#include "common/http/system_roots.h"

#include <openssl/ssl.h>

#include <algorithm>

namespace maintenance::http {

bool add_first_bundle(ssl_ctx_st& context, const std::vector<std::string>& files) {
  return std::any_of(files.begin(), files.end(), [&](const std::string& file) {
    return SSL_CTX_load_verify_locations(&context, file.c_str(), nullptr) == 1;
  });
}

}  // namespace maintenance::http
