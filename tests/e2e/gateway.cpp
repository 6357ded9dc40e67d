#include "tests/e2e/gateway.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>

namespace maintenance::e2e {
namespace {

/// nginx itself cannot take any free port. Another program may be quicker than it; then the test
/// ends with nginx's complaint.
std::string free_port() {
  const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0));
  return std::to_string(socket.address().port());
}

/// One path below which everything goes to the API server. `more` are directives. nginx checks no
/// addresses in certificates, hence the name.
std::string location(const std::string& below, const std::string& api_server,
                     const std::string& ca_file, const std::string& more) {
  return "location " + below + "/ {\n" + more + "proxy_pass " + api_server +
         "/;\nproxy_ssl_verify on;\nproxy_ssl_trusted_certificate " + ca_file +
         ";\nproxy_ssl_name kubernetes;\nproxy_http_version 1.1;\nproxy_buffering off;\n}\n";
}

std::string configuration(const std::string& folder, const std::string& port,
                          const std::string& api_server, const std::string& ca_file) {
  const std::string passes_upgrades =
      "proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection $connection_wish;\n";
  const std::string refuses_upgrades = "if ($http_upgrade) { return 400; }\n";
  return "daemon off;\nuser root;\nworker_processes 1;\npid " + folder +
         "/pid;\nerror_log stderr;\n" +
         "events {}\nhttp {\nlog_format short '$request_method $request_uri $status';\n" +
         "access_log " + folder + "/access.log short;\n" + "client_body_temp_path " + folder +
         "/body;\nproxy_temp_path " + folder + "/proxy;\nfastcgi_temp_path " + folder +
         "/fastcgi;\nuwsgi_temp_path " + folder + "/uwsgi;\nscgi_temp_path " + folder + "/scgi;\n" +
         "map $http_upgrade $connection_wish { default upgrade; '' ''; }\n" +
         "server {\nlisten 127.0.0.1:" + port + " ssl;\nssl_certificate " + folder +
         "/gateway.crt;\nssl_certificate_key " + folder + "/gateway.key;\n" +
         location(Gateway::path, api_server, ca_file, passes_upgrades) +
         location(Gateway::mangling_path, api_server, ca_file, refuses_upgrades) + "}\n}\n";
}

/// Writes certificate and configuration, and gives back the command that starts nginx with them.
std::vector<std::string> prepared(const testing::TempFolder& folder, const std::string& port,
                                  const std::string& api_server, const std::string& ca_file) {
  succeeds(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "
      "/CN=gateway -addext subjectAltName=IP:127.0.0.1 -keyout " +
      folder.file("gateway.key") + " -out " + folder.file("gateway.crt"));
  const std::string file =
      folder.write("nginx.conf", configuration(folder.path().string(), port, api_server, ca_file));
  return {"nginx", "-c", file};
}

}  // namespace

Gateway::Gateway(const std::string& api_server, const std::string& ca_file)
    : port_(free_port()), nginx_(prepared(folder_, port_, api_server, ca_file)) {
  until("the gateway", 10s, [&] {
    BOOST_REQUIRE_MESSAGE(nginx_.running(), nginx_.err());
    return testing::shell("curl -s --cacert " + this->ca_file() + " -o /dev/null " + url("/")).ok();
  });
}

std::string Gateway::url(const std::string& below) const {
  return "https://127.0.0.1:" + port_ + below;
}

std::string Gateway::log() const {
  return succeeds("cat " + folder_.file("access.log")).out;
}

}  // namespace maintenance::e2e
