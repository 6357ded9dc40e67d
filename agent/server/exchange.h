#pragma once

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/http/message.h"

namespace maintenance::agent {

/// Largest body that a request may have; ours are a few hundred bytes.
inline constexpr std::size_t request_body_bytes_max = 64UL * 1024;

/// Who is calling, as far as it is known before any credential is looked at.
struct Caller {
  std::string address;  ///< of the peer, without port
};

/// Why a request must not be carried out, nor even looked at.
struct Unfit {
  int status = 400;
  std::string why;
};

/// One request, complete and checked for being unambiguous HTTP, without a socket. `target` is the
/// path and query as they were sent. One that is `unfit` has no body, and may lack everything else;
/// it is only answered.
struct ApiRequest {
  std::string method = "GET";
  std::string target = "/";
  std::vector<http::Header> headers;
  std::string body;
  Caller caller;
  std::optional<Unfit> unfit = {};
};

struct ApiResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<http::Header> headers;
};

/// What answers requests. Must be thread-safe and must not throw.
using Handler = std::function<ApiResponse(const ApiRequest& request)>;

[[nodiscard]] ApiResponse json_response(int status, const Poco::JSON::Object& body);
[[nodiscard]] ApiResponse json_response(int status, const Poco::JSON::Array& body);
[[nodiscard]] ApiResponse text_response(int status, std::string body);
/// {"error": "…"}, as at the root of the API.
[[nodiscard]] ApiResponse error_response(int status, const std::string& message);

/// The name that goes with an HTTP status.
[[nodiscard]] std::string status_title(int status);

}  // namespace maintenance::agent
