#pragma once

#include <Poco/JSON/Object.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/http/transport.h"
#include "common/maintenance/report.h"
#include "common/maintenance/verdict.h"

namespace maintenance::plugin {

/// What goes with a wish to hold pods.
struct EnableWish {
  std::string reason;
  std::string requested_by;   ///< empty when unknown
  std::string duration = {};  ///< empty: until it is ended
  std::vector<std::string> overrides = {};
};

/// The agent's report, and the same as it came: members that this version does not know included.
struct StatusAnswer {
  ClusterReport report;
  Poco::JSON::Object::Ptr raw;
};

/// The agent's /v1 API in types. Errors carry sentences for people; a refusal is `policy` with the
/// guards, what is in their way and the next command.
/// Borrows transport and clock; as thread-safe as the transport.
class Agent {
 public:
  Agent(http::Transport& transport, const Clock& clock, std::chrono::milliseconds request_timeout);

  [[nodiscard]] Result<PodReport> enable_pod(const std::string& name, const EnableWish& wish);
  [[nodiscard]] Result<PodReport> disable_pod(const std::string& name);
  [[nodiscard]] Result<std::vector<PodReport>> enable_dc(const std::string& name,
                                                         const EnableWish& wish);
  [[nodiscard]] Result<std::vector<PodReport>> disable_dc(const std::string& name);
  /// Nothing when the agent knows no such pod. Never waits past `until`.
  [[nodiscard]] Result<std::optional<PodReport>> pod(const std::string& name, Deadline until);
  [[nodiscard]] Result<StatusAnswer> status(Deadline until);
  /// The end of one request that starts now.
  [[nodiscard]] Deadline soon() const { return clock_.steady_now() + request_timeout_; }

 private:
  [[nodiscard]] Result<http::Response> send(const std::string& method, const std::string& path,
                                            const std::string& body, Deadline until);
  [[nodiscard]] Result<PodReport> change_pod(const std::string& method, const std::string& name,
                                             const std::string& body);
  [[nodiscard]] Result<std::vector<PodReport>> change_dc(const std::string& method,
                                                         const std::string& name,
                                                         const std::string& body);

  http::Transport& transport_;
  const Clock& clock_;
  std::chrono::milliseconds request_timeout_;
};

/// A refusal for people: one line per guard, what is in the way, and what to do next.
[[nodiscard]] std::string describe_refusal(const Verdict& verdict);

}  // namespace maintenance::plugin
