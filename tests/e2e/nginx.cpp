#include "tests/e2e/nginx.h"

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

std::string configuration(const std::string& folder, const std::string& port,
                          const std::string& locations, const std::string& globals) {
  return "daemon off;\nuser root;\nworker_processes 1;\npid " + folder +
         "/pid;\nerror_log stderr;\n" +
         "events {}\nhttp {\nlog_format short '$request_method $request_uri $status';\n" +
         "access_log " + folder + "/access.log short;\n" + "client_body_temp_path " + folder +
         "/body;\nproxy_temp_path " + folder + "/proxy;\nfastcgi_temp_path " + folder +
         "/fastcgi;\nuwsgi_temp_path " + folder + "/uwsgi;\nscgi_temp_path " + folder + "/scgi;\n" +
         globals + "server {\nlisten 127.0.0.1:" + port + " ssl;\nssl_certificate " + folder +
         "/server.crt;\nssl_certificate_key " + folder + "/server.key;\n" + locations + "}\n}\n";
}

/// Writes certificate and configuration, and gives back the command that starts nginx with them.
std::vector<std::string> prepared(const testing::TempFolder& folder, const std::string& port,
                                  const std::string& locations, const std::string& globals) {
  succeeds(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "
      "/CN=nginx -addext subjectAltName=IP:127.0.0.1,DNS:" +
      std::string(Nginx::host) + " -keyout " + folder.file("server.key") + " -out " +
      folder.file("server.crt"));
  const std::string file =
      folder.write("nginx.conf", configuration(folder.path().string(), port, locations, globals));
  return {"nginx", "-c", file};
}

}  // namespace

Nginx::Nginx(const std::string& locations, const std::string& globals)
    : port_(free_port()), nginx_(prepared(folder_, port_, locations, globals)) {
  until("nginx", 10s, [&] {
    BOOST_REQUIRE_MESSAGE(nginx_.running(), nginx_.err());
    return testing::shell("curl -s --cacert " + ca_file() +
                          " -o /dev/null https://127.0.0.1:" + port_)
        .ok();
  });
}

std::string Nginx::log() const {
  return succeeds("cat " + folder_.file("access.log")).out;
}

}  // namespace maintenance::e2e
