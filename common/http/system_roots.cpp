#include "common/http/system_roots.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <filesystem>

namespace maintenance::http {
namespace {

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

void add_bundle_if_needed(ssl_ctx_st& context, const RootPlaces& places) {
  if (places.named || is_there(places.file) || has_hashed_names(places.folder)) return;
  add_first_bundle(context, places.bundles);
}

bool add_first_bundle(ssl_ctx_st& context, const std::vector<std::string>& files) {
  return std::any_of(files.begin(), files.end(), [&](const std::string& file) {
    return SSL_CTX_load_verify_locations(&context, file.c_str(), nullptr) == 1;
  });
}

}  // namespace maintenance::http
