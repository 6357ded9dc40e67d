#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/http/transport.h"
#include "common/kube/collection.h"
#include "common/kube/disruption_budget.h"
#include "common/kube/event.h"
#include "common/kube/objects.h"
#include "common/kube/reviews.h"
#include "common/result.h"
#include "common/text/json_list.h"

namespace maintenance::kube {

/// A merge patch of a ConfigMap's data: a text sets the key, no value removes it.
using DataChange = std::map<std::string, std::optional<std::string>>;

/// Something that a role may allow. A plain value.
struct Permission {
  std::string verb;
  std::string resource;
  std::string subresource = {};
};

/// Longest wait for one answer. The API server itself cuts changes at 34 s; a person waits less.
inline constexpr std::chrono::seconds request_timeout{10};

/// One namespace's view of the Kubernetes API: the few calls this project needs. Names are checked
/// (RFC 1123) before they become part of a URL. Reads carry no resourceVersion, so they are
/// consistent, unless the caller asks for a list that may be old. Writes are conditional.
/// Borrows its transport and clock; as thread-safe as the transport.
class Client {
 public:
  /// `timeout` bounds each request. With `all_namespaces` it lists in all of them, and can do
  /// nothing else.
  Client(http::Transport& transport, const Clock& clock, std::string namespace_name,
         std::chrono::milliseconds timeout = request_timeout);
  /// The same view for one piece of work: no request lasts longer than `deadline`, however many
  /// of them the work needs.
  [[nodiscard]] Client until(Deadline deadline) const;
  [[nodiscard]] Deadline deadline() const noexcept { return deadline_; }

  /// Hands over all of a collection as of one moment, page by page and object by object; keeps
  /// none of it. Gives back the resourceVersion that a watch goes on from. After a failure some may
  /// have been handed over, and are not to be used.
  [[nodiscard]] Result<std::string> list(const Collection& collection, const text::EachObject& each,
                                         Freshness freshness = Freshness::current);
  [[nodiscard]] Result<Pod> get_pod(const std::string& name);
  /// The pod, or nothing when it does not exist.
  [[nodiscard]] Result<std::optional<Pod>> find_pod(const std::string& name);
  [[nodiscard]] Result<std::vector<Pod>> list_pods(const std::string& label_selector,
                                                   Freshness freshness = Freshness::current);
  [[nodiscard]] Result<std::vector<StatefulSet>> list_stateful_sets(
      const std::string& label_selector = {});
  [[nodiscard]] Result<std::vector<DisruptionBudget>> list_disruption_budgets();
  [[nodiscard]] Result<ConfigMap> get_config_map(const std::string& name);
  /// Compare-and-swap: fails with `conflict` when the object is no longer at `resource_version`.
  [[nodiscard]] Result<ConfigMap> patch_config_map(const std::string& name,
                                                   const std::string& resource_version,
                                                   const DataChange& change);
  /// Sets one annotation of a ConfigMap, or removes it when there is no value. Compare-and-swap, as
  /// for its data.
  [[nodiscard]] Result<void> annotate_config_map(const std::string& name,
                                                 const std::string& resource_version,
                                                 const std::string& key,
                                                 const std::optional<std::string>& value);
  /// Evicts exactly the pod with this uid with its full grace period. `too_many` when a disruption
  /// budget says no, `conflict` when the uid is another pod's, `not_found` when it is gone.
  [[nodiscard]] Result<void> evict(const std::string& pod, const std::string& uid);
  /// Deletes exactly the pod with this uid with its full grace period, past any budget.
  [[nodiscard]] Result<void> delete_pod(const std::string& pod, const std::string& uid);
  /// Sets one annotation of a pod; with a uid, of exactly this pod (`conflict` when it is another).
  [[nodiscard]] Result<void> annotate_pod(const std::string& pod, const std::string& key,
                                          const std::string& value, const std::string& uid = {});
  /// Reports an Event; success too when one of that name is there already.
  [[nodiscard]] Result<void> create_event(const Event& event);
  /// Every Event of this reason that is still kept (by default for an hour).
  [[nodiscard]] Result<std::vector<SeenEvent>> list_events(const std::string& reason);

  /// The name under which the API server knows the caller (SelfSubjectReview, Kubernetes 1.28).
  [[nodiscard]] Result<std::string> user_name();
  /// Whether the caller is allowed this in our namespace (SelfSubjectAccessReview). Every caller
  /// that is logged in may ask, by Kubernetes' own default roles.
  [[nodiscard]] Result<bool> is_allowed(const Permission& permission);
  /// Whose token that is, and whether it is good for `audience` (empty: the API server's own). Who
  /// asks needs `create` on tokenreviews, as the ClusterRole system:auth-delegator has it.
  [[nodiscard]] Result<TokenReview> review_token(const std::string& token,
                                                 const std::string& audience);
  /// Whether that user may do that. Needs `create` on subjectaccessreviews.
  [[nodiscard]] Result<AccessReview> review_access(const User& user, const ResourceAccess& access);

  [[nodiscard]] const std::string& namespace_name() const noexcept { return namespace_; }

 private:
  enum class Namespaces { one, one_or_all };
  [[nodiscard]] Result<http::Response> send(const http::Request& request, const std::string& doing,
                                            Namespaces namespaces = Namespaces::one);
  [[nodiscard]] Result<text::JsonView> ask(const http::Request& request, const std::string& doing,
                                           const text::Members& wanted = {});
  [[nodiscard]] std::string object_name(const std::string& resource, const std::string& name) const;

  http::Transport& transport_;
  const Clock& clock_;
  std::string namespace_;
  std::chrono::milliseconds timeout_;
  Deadline deadline_ = Deadline::max();
};

/// Pages of one list; beyond 50,000 objects something is wrong with the selector.
inline constexpr int list_pages_max = 200;

}  // namespace maintenance::kube
