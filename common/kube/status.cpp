#include "common/kube/status.h"

#include <optional>

#include "common/text/json.h"
#include "common/text/printable.h"

namespace maintenance::kube {
namespace {

/// As a Status this is a disruption budget's no; without one it is the server's own rate limit (or
/// a gateway's): it has not even looked at the request, which can be sent again.
constexpr int too_many_requests = 429;

ErrorKind kind_of(int code) noexcept {
  switch (code) {
    case 400:
    case 422:
      return ErrorKind::invalid;
    case 401:
      return ErrorKind::unauthorized;
    case 403:
      return ErrorKind::forbidden;
    case 404:
      return ErrorKind::not_found;
    case 409:
      return ErrorKind::conflict;
    case too_many_requests:
      return ErrorKind::too_many;
    case 504:
      return ErrorKind::timeout;
    default:
      return code >= 500 ? ErrorKind::server : ErrorKind::protocol;
  }
}

/// Largest body that is looked at: a Status is a few hundred bytes.
constexpr std::size_t status_bytes_max = 64UL * 1024;

/// The Status that an answer is. Most answers are none, and those are not parsed for it: a list of
/// pods would take hundreds of megabytes.
std::optional<text::JsonView> status_in(const std::string& body, const std::string& doing) {
  if (body.size() > status_bytes_max || body.find("\"Status\"") == std::string::npos) return {};
  const auto parsed = text::parse_json_object(body, doing);
  if (!parsed) return {};
  text::JsonView view(*parsed);
  if (view.text("kind") != "Status") return {};
  return view;
}

/// The server's sentence, without the full stop that would end up in the middle of ours, and with
/// what only the causes say: the name of the budget that refuses an eviction.
std::string text_of(const text::JsonView& status) {
  std::string out = status.text("message");
  if (out.ends_with('.')) out.pop_back();
  for (const text::JsonView& cause : status.object("details").objects("causes")) {
    if (cause.text("reason") == "DisruptionBudget") out += " (" + cause.text("message") + ")";
  }
  return out;
}

}  // namespace

bool is_status(const http::Response& answer) {
  return status_in(answer.body, "reading an answer").has_value();
}

Result<http::Response> check_status(Result<http::Response> answer, const std::string& doing) {
  if (!answer) return answer.error().within(doing);
  const auto status = status_in(answer->body, doing);
  if (answer->successful() && (!status || status->text("status") != "Failure")) return answer;
  if (!status) {
    // Priority and fairness, proxies and gateways answer in plain text.
    const std::string text = text::printable(answer->body, 200);
    const bool busy = answer->status == too_many_requests;
    return Error{busy ? ErrorKind::unreachable : kind_of(answer->status), doing,
                 "HTTP " + std::to_string(answer->status) + (text.empty() ? "" : ": " + text)};
  }
  const auto code = static_cast<int>(status->number("code", answer->status));
  // Two budgets for one pod: the server reports 500, but what it means is "no".
  const std::string message = text_of(*status);
  const bool two_budgets = message.find("more than one PodDisruptionBudget") != std::string::npos;
  return Error{two_budgets ? ErrorKind::too_many : kind_of(code), doing,
               message.empty() ? "HTTP " + std::to_string(code) : text::printable(message)};
}

}  // namespace maintenance::kube
