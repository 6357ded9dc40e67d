#include "agent/server/exchange.h"

#include <Poco/Net/HTTPResponse.h>

#include "common/text/json.h"

namespace maintenance::agent {

ApiResponse json_response(int status, const Poco::JSON::Object& body) {
  return ApiResponse{status, "application/json", text::to_json(body), {}};
}

ApiResponse json_response(int status, const Poco::JSON::Array& body) {
  return ApiResponse{status, "application/json", text::to_json(body), {}};
}

ApiResponse text_response(int status, std::string body) {
  return ApiResponse{status, "text/plain; charset=utf-8", std::move(body), {}};
}

ApiResponse error_response(int status, const std::string& message) {
  Poco::JSON::Object body;
  body.set("error", message);
  return json_response(status, body);
}

std::string status_title(int status) {
  // Poco 1.11 knows it under its older name.
  if (status == 413) return "Content Too Large";
  return Poco::Net::HTTPResponse::getReasonForStatus(
      static_cast<Poco::Net::HTTPResponse::HTTPStatus>(status));
}

}  // namespace maintenance::agent
