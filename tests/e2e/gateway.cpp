#include "tests/e2e/gateway.h"

namespace maintenance::e2e {
namespace {

/// One path below which everything goes to the API server. `more` are directives. nginx checks no
/// addresses in certificates, hence the name.
std::string location(const std::string& below, const std::string& api_server,
                     const std::string& ca_file, const std::string& more) {
  return "location " + below + "/ {\n" + more + "proxy_pass " + api_server +
         "/;\nproxy_ssl_verify on;\nproxy_ssl_trusted_certificate " + ca_file +
         ";\nproxy_ssl_name kubernetes;\nproxy_http_version 1.1;\nproxy_buffering off;\n}\n";
}

std::string locations(const std::string& api_server, const std::string& ca_file) {
  const std::string passes_upgrades =
      "proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection $connection_wish;\n";
  const std::string refuses_upgrades = "if ($http_upgrade) { return 400; }\n";
  return location(Gateway::path, api_server, ca_file, passes_upgrades) +
         location(Gateway::mangling_path, api_server, ca_file, refuses_upgrades);
}

constexpr const char* wish = "map $http_upgrade $connection_wish { default upgrade; '' ''; }\n";

}  // namespace

Gateway::Gateway(const std::string& api_server, const std::string& ca_file)
    : nginx_(locations(api_server, ca_file), wish) {}

}  // namespace maintenance::e2e
