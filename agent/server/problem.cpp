#include "agent/server/problem.h"

#include <array>
#include <utility>

#include "agent/policy/guards.h"
#include "common/text/json.h"
#include "common/text/printable.h"

namespace maintenance::agent {
namespace {

/// Guards whose refusal is not the usual 409 "the state of the cluster is in the way".
constexpr std::array<std::pair<std::string_view, int>, 3> guard_statuses{{
    {guard_id::not_a_member, 422},
    {guard_id::no_gate, 422},
    {guard_id::disruption_budget, 429},
}};

/// Longer ones lose their middle: proxies and clients limit a header to 4 to 8 KiB, and the warning
/// of a failed restart, with its cause and what it leaves behind, is about 500 bytes.
constexpr std::size_t warning_bytes_max = 1024;
/// What is looked at of a message; ours are far shorter.
constexpr std::size_t message_bytes_max = 4096;

constexpr const char* refused_type = "urn:kubectl-maintenance:refused-by-policy";

Poco::JSON::Object::Ptr problem_object(const std::string& type, int status,
                                       const std::string& detail) {
  Poco::JSON::Object::Ptr object = new Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER);
  object->set("type", type);
  object->set("title", status_title(status));
  object->set("status", status);
  object->set("detail", detail);
  return object;
}

ApiResponse problem_response(int status, const Poco::JSON::Object& body) {
  ApiResponse response = json_response(status, body);
  response.content_type = "application/problem+json";
  return response;
}

/// `text` without its middle when it is too long: the start says what happened, the end which
/// command to type.
std::string without_middle(const std::string& text) {
  constexpr std::string_view cut = " ... ";
  if (text.size() <= warning_bytes_max) return text;
  const std::size_t kept = warning_bytes_max - cut.size();
  const std::size_t start = kept / 3;
  return text.substr(0, start) + std::string(cut) + text.substr(text.size() - (kept - start));
}

}  // namespace

int status_of(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::invalid:
      return 400;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::conflict:
    case ErrorKind::policy:
      return 409;
    case ErrorKind::too_many:
      return 429;
    case ErrorKind::timeout:
    case ErrorKind::unknown_outcome:
      return 504;
    // The rest says that the API server, or the agent's rights there, are not what they should be.
    case ErrorKind::unauthorized:
    case ErrorKind::forbidden:
    case ErrorKind::unreachable:
    case ErrorKind::protocol:
    case ErrorKind::too_large:
    case ErrorKind::server:
    case ErrorKind::interrupted:
      return 503;
    case ErrorKind::internal:
      return 500;
  }
  return 500;
}

int status_of(const Verdict& verdict) noexcept {
  constexpr int in_the_way = 409;
  for (const Finding& finding : verdict.findings) {
    if (!finding.refuses) continue;
    for (const auto& [guard, status] : guard_statuses) {
      if (guard == finding.guard) return status;
    }
    return in_the_way;
  }
  return in_the_way;
}

ApiResponse failure(ErrorStyle style, int status, const std::string& detail) {
  if (style == ErrorStyle::seed) return error_response(status, detail);
  return problem_response(status, *problem_object("about:blank", status, detail));
}

ApiResponse failure(ErrorStyle style, const Error& error) {
  return failure(style, status_of(error.kind), error.message());
}

ApiResponse access_failure(ErrorStyle style, const Error& error) {
  if (error.kind == ErrorKind::forbidden) return failure(style, 403, error.message());
  if (error.kind != ErrorKind::unauthorized) return failure(style, error);
  ApiResponse response = failure(style, 401, error.message());
  response.headers.push_back({"WWW-Authenticate", "Bearer realm=\"maintenance-agent\""});
  return response;
}

std::string warning_text(const std::string& message) {
  std::string ascii;
  for (const char c : text::printable(message, message_bytes_max)) {
    const auto byte = static_cast<unsigned char>(c);
    // A header is ASCII: each other character becomes one "?", however many bytes it has.
    if (byte >= 0x20 && byte < 0x7F) ascii += c;
    if (byte >= 0xC0) ascii += '?';
  }
  std::string quoted;
  for (const char c : without_middle(ascii)) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return "299 - \"" + quoted + "\"";
}

ApiResponse refusal(ErrorStyle style, const Verdict& verdict) {
  const int status = status_of(verdict);
  if (style == ErrorStyle::seed) return error_response(status, verdict.summary());
  auto object = problem_object(refused_type, status, verdict.summary());
  object->set("title", "Refused by policy");
  object->set("verdict", verdict_to_json(verdict));
  return problem_response(status, *object);
}

}  // namespace maintenance::agent
