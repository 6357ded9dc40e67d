#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/support/scripted_transport.h"

namespace maintenance::testing {

/// Where a pod of the fake cluster is.
enum class FakePhase { ready, running, held, pending, crashing, terminating, failed };

struct FakePod {
  std::string uid;
  std::string set;  ///< owning StatefulSet, or empty
  FakePhase phase = FakePhase::ready;
  std::map<std::string, std::string> labels;
  bool gate = true;
  std::string touched;
  bool pre_stop = true;
};

struct FakeBudget {
  std::map<std::string, std::string> match_labels;
  int disruptions_allowed = 0;
};

struct FakeSet {
  std::string dc;
  std::string policy = "Parallel";
  int replicas = 1;
  bool gate = true;
  bool rolling = false;
};

/// A bearer token that the fake API server knows.
struct FakeToken {
  std::string user;
  std::vector<std::string> audiences{"maintenance-agent"};
};

/// An API server in memory: one namespace "cassandra", a ConfigMap with compare-and-swap, pods,
/// StatefulSets and evictions. No controllers: what becomes of an evicted pod is for the test to
/// say. Owned by one test; thread-safe through its transport; the members are for one thread.
class FakeCluster {
 public:
  static constexpr const char* config_map = "demo-maintenance-configmap";
  /// Answers instead of the server when it gives something.
  using Intercept = std::function<std::optional<Answer>(const http::Request& request)>;

  FakeCluster();

  /// A StatefulSet "demo-cassandra-DC" with all of its pods Ready.
  void add_dc(const std::string& dc, int replicas, const std::string& policy = "Parallel",
              bool gate = true);
  void add_pod(const std::string& name, FakePod pod);

  [[nodiscard]] ScriptedTransport& transport() noexcept { return transport_; }
  /// What a request would get, past `intercept` and the list of requests.
  [[nodiscard]] Answer answer(const http::Request& request);
  /// Requests so far whose method is one of `methods` (or any), as "METHOD target".
  [[nodiscard]] std::vector<std::string> requests(const std::string& method = {}) const;

  std::map<std::string, FakePod> pods;
  std::map<std::string, FakeSet> sets;
  std::map<std::string, FakeBudget> budgets;  ///< what they allow; evictions do not ask them
  std::map<std::string, std::string> data;
  std::map<std::string, std::string> annotations;  ///< of the ConfigMap
  std::map<std::string, FakeToken> tokens;
  std::set<std::string> rights;  ///< "USER VERB pods/maintenance NAME"; NAME is * for all of them
  int version = 1;
  bool has_config_map = true;
  Intercept intercept;

 private:
  [[nodiscard]] Answer locked_answer(const http::Request& request);
  [[nodiscard]] Answer config_map_answer(const http::Request& request);
  [[nodiscard]] Answer pod_answer(const http::Request& request, const std::string& rest);
  [[nodiscard]] Answer evict(const http::Request& request, const std::string& name);
  [[nodiscard]] Answer token_review(const http::Request& request) const;
  [[nodiscard]] Answer access_review(const http::Request& request) const;
  [[nodiscard]] std::string config_map_json() const;

  std::recursive_mutex mutex_;
  int next_uid_ = 1;
  ScriptedTransport transport_;
};

/// "demo-cassandra-dc1-0"
[[nodiscard]] std::string pod_name(const std::string& dc, int ordinal);
[[nodiscard]] std::string pod_json(const std::string& name, const FakePod& pod);
[[nodiscard]] std::string budget_json(const std::string& name, const FakeBudget& budget);
[[nodiscard]] std::string set_json(const std::string& name, const FakeSet& set);

}  // namespace maintenance::testing
