#pragma once

#include <Poco/JSON/Object.h>

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "common/http/transport.h"
#include "common/text/json.h"

namespace maintenance::testing {

using Answer = Result<http::Response>;

/// A JSON answer from its text.
[[nodiscard]] inline Answer json_answer(int status, std::string body) {
  return http::Response{status, {{"Content-Type", "application/json"}}, std::move(body)};
}

/// A text/plain answer, as proxies and the API server's own rate limiting give.
[[nodiscard]] inline Answer text_answer(int status, std::string body) {
  return http::Response{status, {{"Content-Type", "text/plain"}}, std::move(body)};
}

/// An API server's Status object with status=Failure; `code` 0 means the same as the HTTP status.
[[nodiscard]] inline Answer status_answer(int http_status, const std::string& reason,
                                          const std::string& message, int code = 0) {
  Poco::JSON::Object status;
  status.set("kind", "Status");
  status.set("apiVersion", "v1");
  status.set("status", "Failure");
  status.set("reason", reason);
  status.set("message", message);
  status.set("code", code == 0 ? http_status : code);
  return json_answer(http_status, text::to_json(status));
}

/// The answer of a transport that failed.
[[nodiscard]] inline Answer transport_error(ErrorKind kind, std::string cause) {
  return Error{kind, "sending", std::move(cause)};
}

/// A Transport without a network: records requests and answers from a queue (first), then from a
/// handler, then with an `internal` error that names the request. Owned by a test; thread-safe,
/// and a handler may itself ask for requests().
class ScriptedTransport final : public http::Transport {
 public:
  using Handler = std::function<Answer(const http::Request& request)>;

  ScriptedTransport() = default;
  explicit ScriptedTransport(Handler handler) : handler_(std::move(handler)) {}

  /// Queues one answer; calls can be chained.
  ScriptedTransport& then(Answer answer) {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(answer));
    return *this;
  }
  /// Answers everything that the queue does not.
  void handle_with(Handler handler) {
    const std::lock_guard lock(mutex_);
    handler_ = std::move(handler);
  }

  [[nodiscard]] Answer send(const http::Request& request, Deadline deadline) override {
    Handler handler;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      deadlines_.push_back(deadline);
      if (!queue_.empty()) {
        Answer answer = std::move(queue_.front());
        queue_.pop_front();
        return answer;
      }
      handler = handler_;
    }
    if (handler) return handler(request);
    return Error{ErrorKind::internal, "ScriptedTransport",
                 "no answer is scripted for " + request.method + " " + request.target};
  }

  /// Everything sent so far, in order.
  [[nodiscard]] std::vector<http::Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  /// The deadlines that came with requests().
  [[nodiscard]] std::vector<Deadline> deadlines() const {
    const std::lock_guard lock(mutex_);
    return deadlines_;
  }
  /// Answers that nobody fetched: a test that expects an exact number of calls asks for 0.
  [[nodiscard]] std::size_t unused() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
  }

 private:
  mutable std::mutex mutex_;
  Handler handler_;
  std::deque<Answer> queue_;
  std::vector<http::Request> requests_;
  std::vector<Deadline> deadlines_;
};

}  // namespace maintenance::testing
