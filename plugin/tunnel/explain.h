#pragma once

#include <optional>

#include "common/kube/client.h"
#include "common/result.h"
#include "plugin/tunnel/permissions.h"
#include "plugin/tunnel/way.h"

namespace maintenance::plugin {

class ApiServer;

/// An API server's failure in the words of somebody who wanted to reach an agent: who is not logged
/// in where; which permissions are missing, and a Role that grants them.
/// Borrows both; not thread-safe.
class Explainer {
 public:
  Explainer(ApiServer& api, kube::Client& client) : api_(api), client_(client) {}

  /// When something was forbidden, the API server is asked what exactly is not allowed by `way`.
  [[nodiscard]] Error explain(const Error& failure, Way way);
  /// The same, when all of `needed` was needed.
  [[nodiscard]] Error explain(const Error& failure, const Permissions& needed);
  /// The same for a permission that is known to be missing.
  [[nodiscard]] Error explain(const kube::Permission& denied, const Permissions& needed);
  /// Asks the API server about each of `asked`: the first that is not allowed, or nothing. Fails
  /// when a question gets no answer.
  [[nodiscard]] Result<std::optional<kube::Permission>> first_denied(const Permissions& asked);

 private:
  [[nodiscard]] Error explain_forbidden(const Error& failure, const Permissions& needed);

  ApiServer& api_;
  kube::Client& client_;
};

}  // namespace maintenance::plugin
