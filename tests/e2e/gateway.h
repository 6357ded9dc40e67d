#pragma once

#include <string>

#include "tests/e2e/nginx.h"

namespace maintenance::e2e {

/// nginx in front of the API server, as companies have one: HTTPS with a certificate of its own,
/// the API server below a path, and another path below which connections that want to be more than
/// HTTP are answered with 400. It passes the caller's bearer token on and has no credentials
/// itself. Owned by a test case; ends with it.
class Gateway {
 public:
  static constexpr const char* path = "/k8s/clusters/c-1";
  static constexpr const char* mangling_path = "/mangling";

  /// `api_server` is the URL that kubectl uses, `ca_file` what vouches for it.
  Gateway(const std::string& api_server, const std::string& ca_file);

  [[nodiscard]] std::string url(const std::string& below) const {
    return "https://127.0.0.1:" + nginx_.port() + below;
  }
  /// What vouches for the gateway itself.
  [[nodiscard]] std::string ca_file() const { return nginx_.ca_file(); }
  [[nodiscard]] std::string log() const { return nginx_.log(); }

 private:
  Nginx nginx_;
};

}  // namespace maintenance::e2e
