#pragma once

#include <string>
#include <vector>

/// OpenSSL's SSL_CTX.
struct ssl_ctx_st;

namespace maintenance::http {

/// Lets a client context trust whom this machine trusts. What cannot be read is left out: the
/// handshake then says that the server's certificate is from somebody unknown.
void add_system_roots(ssl_ctx_st& context);

/// Where a system keeps whom it trusts.
struct RootPlaces {
  bool named = false;                ///< by the environment: then nowhere else
  std::string file;                  ///< where OpenSSL looks, as it was built
  std::string folder;                ///< the same, for files with hashed names
  std::vector<std::string> bundles;  ///< where distributions keep all of them in one file
};

/// Adds the first bundle when OpenSSL finds nobody in the places of its own.
void add_bundle_if_needed(ssl_ctx_st& context, const RootPlaces& places);

/// Adds the certificates of the first of these PEM files that can be read; false when there is
/// none.
bool add_first_bundle(ssl_ctx_st& context, const std::vector<std::string>& files);

}  // namespace maintenance::http
