#include "agent/server/health.h"

namespace maintenance::agent {

ApiResponse Health::handle(const ApiRequest& request) const {
  if (request.unfit) return error_response(request.unfit->status, request.unfit->why);
  if (request.method != "GET" && request.method != "HEAD") {
    ApiResponse response = error_response(405, "this port is only for reading");
    response.headers.push_back({"Allow", "GET, HEAD"});
    return response;
  }
  const std::string path = request.target.substr(0, request.target.find('?'));
  if (path == "/livez") return text_response(200, "ok\n");
  if (path == "/readyz") {
    return is_ready_() ? text_response(200, "ok\n") : text_response(503, "not accepting\n");
  }
  if (path == "/version") {
    Poco::JSON::Object body;
    body.set("version", std::string(MAINTENANCE_VERSION));
    return json_response(200, body);
  }
  if (path == "/metrics") {
    ApiResponse response = text_response(200, metrics_.exposition());
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    return response;
  }
  return error_response(404, "no such path; there are /livez, /readyz, /metrics, /version");
}

}  // namespace maintenance::agent
