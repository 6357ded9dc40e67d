#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>

#include "common/clock.h"
#include "common/http/connection.h"
#include "common/http/watchdog.h"
#include "common/kube/client.h"
#include "tests/cluster/support/cluster_access.h"
#include "tests/cluster/support/objects.h"
#include "tests/cluster/support/pooled_transport.h"
#include "tests/cluster/support/raw_api.h"

namespace maintenance::testing {

/// Far above what anything here takes, for slow machines and sanitizers.
inline constexpr std::chrono::seconds patience{20};

/// One test's own namespace on the real API server. There is neither a controller nor a kubelet:
/// the test plays them by making pods and writing their status through this class.
/// Owned by one test; calls are thread-safe except for those that make or replace sets.
class Stage {
 public:
  Stage() : Stage(local_cluster()) {}
  explicit Stage(ClusterAccess cluster);

  [[nodiscard]] const ClusterAccess& cluster() const noexcept { return cluster_; }
  [[nodiscard]] const std::string& namespace_name() const noexcept { return namespace_; }
  /// Everything below is as admin.
  [[nodiscard]] http::Transport& transport() noexcept { return transport_; }
  [[nodiscard]] http::Watchdog& watchdog() noexcept { return watchdog_; }
  [[nodiscard]] Clock& clock() noexcept { return clock_; }
  [[nodiscard]] RawApi& api() noexcept { return api_; }
  [[nodiscard]] kube::Client& client() noexcept { return client_; }

  /// "/api/v1/namespaces/NS/RESOURCE[/NAME[/SUBRESOURCE]]" and the same of other groups.
  [[nodiscard]] std::string core(const std::string& rest) const;
  [[nodiscard]] std::string group(const std::string& group, const std::string& rest) const;

  void make_config_map(const std::string& name);
  /// Makes or overwrites one key by force, as a person with kubectl would.
  void write_key(const std::string& config_map, const std::string& key, const std::string& value);
  [[nodiscard]] std::map<std::string, std::string> data_of(const std::string& config_map);

  void make_set(const SetShape& shape);
  /// The pod of the set made before; of nobody when there was none.
  void make_pod(const SetShape& shape, int ordinal, PodPhase phase);
  void set_phase(const SetShape& shape, int ordinal, PodPhase phase);
  /// Destroys the pod and makes one of the same name, which has another uid.
  void replace_pod(const SetShape& shape, int ordinal, PodPhase phase);
  void destroy_pod(const std::string& name);
  /// The set and all its pods, Ready.
  void make_dc(const SetShape& shape);
  void make_budget(const std::string& name, const SetShape& shape, const BudgetStatus& status);

  /// The pod's object as the server has it; for a member of which Pod knows nothing.
  [[nodiscard]] text::JsonView pod_object(const std::string& name);
  [[nodiscard]] bool pod_exists(const std::string& name);
  [[nodiscard]] bool terminating(const std::string& name);

 private:
  ClusterAccess cluster_;
  std::string namespace_;
  http::Watchdog watchdog_;
  SystemClock clock_;
  Poco::Net::Context::Ptr tls_;
  http::ConnectingTransport transport_;
  PooledTransport pool_;
  RawApi api_;
  kube::Client client_;
  std::map<std::string, std::string> set_uids_;
};

/// A transport for this access, with its own TLS context and a new connection for each request, as
/// the agent has it. Throws when the access is unusable.
[[nodiscard]] http::ConnectingTransport transport_for(const kube::Access& access,
                                                      http::Watchdog& watchdog);

/// The random numbers of one test; the seed is printed, and MAINTENANCE_TEST_SEED repeats a run.
[[nodiscard]] std::mt19937_64 seeded_random();

}  // namespace maintenance::testing
