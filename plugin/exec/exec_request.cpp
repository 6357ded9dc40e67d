#include "plugin/exec/exec_request.h"

#include "plugin/tunnel/handshake.h"

namespace maintenance::plugin {

std::vector<std::string_view> exec_protocols(const ExecRequest& request) {
  if (request.input && !request.tty) return {exec_protocol_v5};
  return {exec_protocol_v5, exec_protocol_v4};
}

http::Request exec_http_request(const std::string& namespace_name, const ExecRequest& request,
                                const std::string& key) {
  http::Request out;
  out.target = "/api/v1/namespaces/" + http::percent_encode(namespace_name) + "/pods/" +
               http::percent_encode(request.pod) +
               "/exec?container=" + http::percent_encode(request.container);
  for (const std::string& word : request.command)
    out.target += "&command=" + http::percent_encode(word);
  out.target += "&stdout=true";
  if (request.input) out.target += "&stdin=true";
  // A terminal has one stream for both; asking for two is refused.
  out.target += request.tty ? "&tty=true" : "&stderr=true";
  out.headers = upgrade_headers(key, exec_protocols(request));
  return out;
}

}  // namespace maintenance::plugin
