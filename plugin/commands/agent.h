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
#include "plugin/cli/command.h"

namespace maintenance::plugin {

/// What goes with a wish to hold pods.
struct EnableWish {
  std::string reason;
  std::string requested_by;   ///< empty when unknown
  std::string duration = {};  ///< empty: until it is ended
  std::vector<std::string> overrides = {};
};

/// What goes with a wish to let pods run.
struct Release {
  std::string requested_by = {};  ///< empty when unknown
  bool force = false;             ///< also restart a pod whose gate is kept busy
};

/// One pod or one datacenter.
struct Target {
  TargetKind kind = TargetKind::pod;
  std::string name;
};

/// Whether a wish is carried out, or only judged.
enum class Effect { real, dry_run };

/// What the agent made of a wish: the pods concerned, and what guards had to say. When the verdict
/// refuses nothing was changed and there are no pods.
struct Changed {
  std::vector<PodReport> pods;
  Verdict verdict;
};

/// The agent's report, and the same as it came: members that this version does not know included.
struct StatusAnswer {
  ClusterReport report;
  Poco::JSON::Object::Ptr raw;
};

/// The agent's /v1 API in types. Errors carry sentences for people; a refusal is `policy` with the
/// guards, what is in their way and the next command, where a command cannot go on with a verdict.
/// Borrows transport and clock; as thread-safe as the transport.
class Agent {
 public:
  Agent(http::Transport& transport, const Clock& clock, std::chrono::milliseconds request_timeout);

  /// A refusal by the policy is no error but a verdict that refuses.
  [[nodiscard]] Result<Changed> enable(const Target& target, const EnableWish& wish,
                                       Effect effect = Effect::real);
  [[nodiscard]] Result<Changed> disable(const Target& target, const Release& release = {},
                                        Effect effect = Effect::real);
  /// Nothing when the agent knows no such pod. Never waits past `until`.
  [[nodiscard]] Result<std::optional<PodReport>> pod(const std::string& name, Deadline until);
  [[nodiscard]] Result<StatusAnswer> status(Deadline until);
  /// The maintenance ConfigMap as it is now.
  [[nodiscard]] Result<text::JsonView> config_map(Deadline until);
  /// The end of one request that starts now.
  [[nodiscard]] Deadline soon() const { return clock_.steady_now() + request_timeout_; }

 private:
  [[nodiscard]] Result<http::Response> send(const std::string& method, const std::string& path,
                                            const std::string& body, Deadline until);
  [[nodiscard]] Result<Changed> change(const std::string& method, const Target& target,
                                       const std::string& body, Effect effect);

  http::Transport& transport_;
  const Clock& clock_;
  std::chrono::milliseconds request_timeout_;
};

/// The answer to a wish for a pod was lost. Whether it was recorded is not ours to guess: reads the
/// state again, and gives back `lost` with what is known when that does not settle it.
[[nodiscard]] Result<Changed> settle_doubt(Agent& agent, Wish wish, const std::string& pod,
                                           const Error& lost);

/// A refusal for people: one line per guard, what is in the way, and what to do next.
[[nodiscard]] std::string describe_refusal(const Verdict& verdict);

}  // namespace maintenance::plugin
