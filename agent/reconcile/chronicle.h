#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "agent/observe/happening.h"
#include "agent/observe/log.h"
#include "agent/observe/metrics.h"
#include "agent/policy/snapshot.h"
#include "agent/reconcile/assess.h"

namespace maintenance::agent {

/// A hold that an agent finds when it starts is told by it when it is younger than this: the agent
/// before it may have died in between. What was told already is not told again (see Happening).
inline constexpr std::chrono::minutes untold_hold_max{10};

/// Watches what becomes of pods, for metrics, log and Events: which ones reached their gate, which
/// ones were let through and are back. Decides nothing. Compares each look with the one before.
/// Borrows everything; owned and used by the reconciler's thread.
class Chronicle {
 public:
  struct Parts {
    Log& log;
    Metrics& metrics;
    Tell tell;
  };
  explicit Chronicle(Parts parts) : parts_(std::move(parts)) {}

  void look(const Snapshot& snapshot, const Assessment& found, text::Timestamp now);

 private:
  struct Sight {
    State state = State::starting;
    std::string uid;
    std::optional<text::Timestamp> in_since;       ///< `since` of its record
    std::optional<text::Timestamp> leaving_since;  ///< its record was gone, its gate still there
    bool returning = false;                        ///< was in maintenance, and is not back yet
  };
  [[nodiscard]] Sight sight(const Snapshot& snapshot, const std::string& pod,
                            text::Timestamp now) const;
  void compare(const std::string& pod, const Sight* before, Sight& after, text::Timestamp now);
  void note_held(const std::string& pod, const Sight& after, text::Timestamp now, bool watched);
  void note_let_through(const Sight& before, text::Timestamp now);
  void note_back(const std::string& pod, const Sight& after);

  Parts parts_;
  std::map<std::string, Sight> sights_;
  std::optional<text::Timestamp> last_look_;
};

}  // namespace maintenance::agent
