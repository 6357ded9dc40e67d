#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "agent/store/random.h"
#include "agent/store/turn.h"
#include "common/clock.h"
#include "common/kube/client.h"
#include "common/maintenance/record.h"
#include "common/result.h"

namespace maintenance::agent {

/// Writes that meet somebody else's write are decided again this often, then given up: the others
/// clearly are quicker.
inline constexpr int write_tries_max = 20;

/// The maintenance ConfigMap. Every write is a merge patch of our own keys with the
/// resourceVersion of what was read: the write is the admission, and values that other people
/// wrote are never touched, parsed or not.
/// Borrows everything; made anew for each request; not thread-safe itself.
class RecordStore {
 public:
  struct Parts {
    kube::Client& client;
    std::string config_map;
    Clock& clock;
    Random& random;
    Turn& turn;
  };
  explicit RecordStore(Parts parts) : parts_(std::move(parts)) {}

  /// What to write, given what is there. Called anew after each conflict. An empty change writes
  /// nothing and ends the loop in success.
  using Decide = std::function<Result<kube::DataChange>(const kube::ConfigMap& current)>;

  /// Fails with `server` and the command that creates it when the ConfigMap does not exist.
  [[nodiscard]] Result<kube::ConfigMap> read();
  /// Read, decide, write; again on conflict. Gives back the ConfigMap as the last decision left
  /// it. A lost answer is looked up before anything is claimed: from then on only what was seen in
  /// the ConfigMap is a success, and every failure is `unknown_outcome`, because the write may
  /// arrive later than what we have read.
  [[nodiscard]] Result<kube::ConfigMap> change(const Decide& decide);
  /// Removes the records of these pods, those only whose id is still `id`.
  [[nodiscard]] Result<void> take_back(const std::set<std::string>& pods, const std::string& id);

 private:
  /// A write that was sent and whose answer was lost. It can still arrive as long as the ConfigMap
  /// has this version, and never after that.
  struct InDoubt {
    kube::DataChange change;
    std::string resource_version;
  };
  [[nodiscard]] Result<kube::ConfigMap> change_in_turn(const Decide& decide);
  [[nodiscard]] Result<kube::ConfigMap> try_to_change(const Decide& decide,
                                                      std::optional<InDoubt>& in_doubt);
  [[nodiscard]] Error explained(const Error& error) const;
  void back_off(int attempt);

  Parts parts_;
};

/// True when `current` proves that `change` was written. Only values can: they carry the id of
/// their request. That a key is gone may be somebody else's doing, who may have added others
/// meanwhile; so after a removal in doubt the decision is made anew.
[[nodiscard]] bool shows(const kube::ConfigMap& current, const kube::DataChange& change);

}  // namespace maintenance::agent
