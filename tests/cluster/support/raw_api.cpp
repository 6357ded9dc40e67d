#include "tests/cluster/support/raw_api.h"

#include <chrono>
#include <stdexcept>

namespace maintenance::testing {
namespace {

/// Far above what any request of a test takes, also on a loaded machine and under sanitizers.
constexpr std::chrono::seconds answer_within{20};

}  // namespace

http::Response RawApi::send(const std::string& method, const std::string& path,
                            const std::string& body, const std::string& content_type) {
  http::Request request{method, path, {{"Accept", "application/json"}}, body};
  if (!body.empty()) request.headers.push_back({"Content-Type", content_type});
  auto answer = transport_.send(request, std::chrono::steady_clock::now() + answer_within);
  if (!answer) throw std::runtime_error(method + " " + path + ": " + answer.error().message());
  return std::move(*answer);
}

text::JsonView RawApi::object(const http::Response& answer, const std::string& doing) {
  if (!answer.successful()) {
    throw std::runtime_error(doing + ": HTTP " + std::to_string(answer.status) + " " + answer.body);
  }
  auto parsed = text::parse_json_object(answer.body, doing);
  if (!parsed) throw std::runtime_error(parsed.error().message());
  return text::JsonView(*parsed);
}

text::JsonView RawApi::get(const std::string& path) {
  return object(send("GET", path), "GET " + path);
}

text::JsonView RawApi::create(const std::string& path, const std::string& yaml) {
  return object(send("POST", path, yaml), "POST " + path);
}

text::JsonView RawApi::patch(const std::string& path, const std::string& json) {
  return object(send("PATCH", path, json, "application/merge-patch+json"), "PATCH " + path);
}

void RawApi::destroy(const std::string& path) {
  object(send("DELETE", path + "?gracePeriodSeconds=0"), "DELETE " + path);
}

bool RawApi::exists(const std::string& path) {
  const http::Response answer = send("GET", path);
  if (answer.status == 404) return false;
  object(answer, "GET " + path);
  return true;
}

}  // namespace maintenance::testing
