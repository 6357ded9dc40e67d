#pragma once

#include <functional>
#include <string>

#include "tests/e2e/telling.h"
#include "tests/support/temp_folder.h"

namespace maintenance::e2e {

/// nginx as a reverse proxy of this machine: one HTTPS server with a certificate of its own, for
/// the name maintenance.example.com and the address 127.0.0.1. Owned by a test case; ends with it.
class Nginx {
 public:
  static constexpr const char* host = "maintenance.example.com";

  /// `locations` are what stands in the server's block; `globals` what stands beside it.
  explicit Nginx(const std::string& locations, const std::string& globals = {});

  [[nodiscard]] const std::string& port() const noexcept { return port_; }
  /// What vouches for its certificate.
  [[nodiscard]] std::string ca_file() const { return folder_.file("server.crt"); }
  /// The requests so far, "GET /path 200", one a line.
  [[nodiscard]] std::string log() const;

 private:
  testing::TempFolder folder_;
  std::string port_;
  Background nginx_;
};

}  // namespace maintenance::e2e
