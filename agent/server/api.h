#pragma once

#include <atomic>
#include <string>

#include "agent/auth/access_control.h"
#include "agent/config/settings.h"
#include "agent/observe/log.h"
#include "agent/observe/metrics.h"
#include "agent/reconcile/operations.h"
#include "agent/restart/release_worker.h"
#include "agent/server/departures.h"
#include "agent/server/exchange.h"
#include "agent/server/problem.h"
#include "agent/server/target.h"
#include "agent/server/telling.h"
#include "agent/server/wait.h"
#include "agent/store/random.h"
#include "agent/store/turn.h"
#include "common/clock.h"
#include "common/kube/client.h"
#include "common/maintenance/report.h"

namespace maintenance::agent {

/// Longest that a request may work, however many calls to the API server it needs.
inline constexpr std::chrono::seconds request_time_max{10};

/// The HTTP API without a socket: a request in, an answer out. Never throws. Owned by main or a
/// test; borrows everything; all calls are thread-safe.
class Api {
 public:
  struct Parts {
    const kube::Client& client;
    const Settings& settings;
    Clock& clock;
    Random& random;
    Log& log;
    Metrics& metrics;
    ReleaseTiming release_timing = {};
    ClusterView* view = nullptr;  ///< null: every answer is read anew
    Tell tell = {};
    std::chrono::milliseconds request_time = request_time_max;
  };
  explicit Api(const Parts& parts);

  [[nodiscard]] ApiResponse handle(const ApiRequest& request) noexcept;
  /// What the agent's own work has in common with that of requests.
  [[nodiscard]] Operations::Parts shared(kube::Client& client) {
    return {client, parts_.settings, parts_.clock, parts_.random, turn_, releases_, parts_.view};
  }
  /// One method of one path, as docs/openapi.yaml has it: "GET", "/v1/pods/{pod}".
  struct Endpoint {
    std::string_view method;
    std::string_view path;
  };
  /// Everything that there is; HEAD and OPTIONS come with each path.
  [[nodiscard]] static std::vector<Endpoint> endpoints();
  /// Ends the background work after the call it is in; returns at once.
  void request_stop() {
    stopping_ = true;
    releases_.request_stop();
  }
  /// True when no background work is going on, which is soon after request_stop().
  [[nodiscard]] bool background_is_idle() const noexcept { return releases_.stopped(); }
  [[nodiscard]] const ReleaseWorker& releases() const noexcept { return releases_; }

 private:
  /// What a handler of one route gets.
  struct Call {
    const ApiRequest& request;
    const ParsedTarget& target;
    std::string name;  ///< the checked pod or dc of the path, or empty
    std::string id;
    Operations& operations;
    std::string user;                                   ///< the verified one, or empty
    std::optional<std::set<std::string>> allowed = {};  ///< of a dc: no other pods
  };
  using RouteHandler = ApiResponse (Api::*)(const Call& call);
  struct Route {
    std::string_view method;
    std::string_view path;  ///< "/v1/pods/{pod}"
    std::string_view verb;  ///< as roles know it: get, list, update, delete; empty: for everybody
    RouteHandler handler;
  };
  /// What is known of a request when it has been answered.
  struct Trace {
    std::string id;
    std::string user = {};
  };
  static const std::vector<Route>& routes();

  [[nodiscard]] ApiResponse answer(const ApiRequest& request, Trace& trace);
  [[nodiscard]] ApiResponse dispatch(const Route& route, const ApiRequest& request,
                                     const ParsedTarget& target, Trace& trace);
  /// Whether the caller of `call` may have that. Puts into it who it is and what it is limited to.
  [[nodiscard]] Result<void> authorize(const Route& route, kube::Client& client, Call& call);
  [[nodiscard]] Result<void> authorize_dc(std::string_view verb, kube::Client& client,
                                          const Admission& admission, Call& call);
  /// Puts what has been found out about the caller into what it wants.
  static void sign(const Call& call, Intent& intent);
  [[nodiscard]] static ApiResponse no_such_path(ErrorStyle style);
  void account(const ApiRequest& request, const ApiResponse& response, const Trace& trace,
               std::chrono::milliseconds took);

  [[nodiscard]] ApiResponse seed_get_pod(const Call& call);
  [[nodiscard]] ApiResponse seed_put_pod(const Call& call);
  [[nodiscard]] ApiResponse seed_delete_pod(const Call& call);
  [[nodiscard]] ApiResponse seed_get_dc(const Call& call);
  [[nodiscard]] ApiResponse seed_put_dc(const Call& call);
  [[nodiscard]] ApiResponse seed_delete_dc(const Call& call);
  [[nodiscard]] ApiResponse seed_config(const Call& call);
  [[nodiscard]] ApiResponse contract(const Call& call);
  [[nodiscard]] ApiResponse v1_status(const Call& call);
  [[nodiscard]] ApiResponse v1_get_pod(const Call& call);
  [[nodiscard]] ApiResponse v1_wait_pod(const Call& call, const Wait& wait);
  void wait_for_change(std::uint64_t seen, Deadline until);
  /// A pod as it is, and who has let it go.
  [[nodiscard]] PodReport report_of(const Snapshot& snapshot, const std::string& pod) const;
  [[nodiscard]] PodReport outcome_report(const Snapshot& snapshot, const PodOutcome& outcome) const;
  void add_departure(PodReport& report) const;
  [[nodiscard]] ApiResponse v1_put_pod(const Call& call);
  [[nodiscard]] ApiResponse v1_delete_pod(const Call& call);
  [[nodiscard]] ApiResponse v1_get_dc(const Call& call);
  [[nodiscard]] ApiResponse v1_put_dc(const Call& call);
  [[nodiscard]] ApiResponse v1_delete_dc(const Call& call);
  [[nodiscard]] ApiResponse v1_pod_answer(const Call& call, const Result<Outcome>& outcome,
                                          bool dry_run);
  [[nodiscard]] ApiResponse v1_dc_answer(const Call& call, const Result<Outcome>& outcome,
                                         bool dry_run);
  [[nodiscard]] Result<Intent> seed_intent(const Call& call) const;
  [[nodiscard]] Result<Intent> v1_intent(const Call& call) const;
  void log_outcome(const Call& call, const Intent& intent, std::string_view event,
                   const Result<Outcome>& outcome);
  void tell_outcome(Direction direction, const Target& target, const Intent& intent,
                    const Result<Outcome>& outcome);
  [[nodiscard]] Result<Outcome> enter(const Call& call, bool whole_dc,
                                      const Result<Intent>& intent);
  [[nodiscard]] Result<Outcome> leave(const Call& call, bool whole_dc,
                                      const Result<Intent>& intent);

  Parts parts_;
  AccessControl access_;
  Turn turn_;
  ReleaseWorker releases_;
  Departures departures_;
  std::atomic<int> waits_{0};
  std::atomic<bool> stopping_{false};
};

}  // namespace maintenance::agent
