#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "agent/config/settings.h"
#include "agent/observe/log.h"
#include "agent/policy/snapshot.h"
#include "agent/store/random.h"
#include "common/clock.h"
#include "common/http/stream.h"
#include "common/http/watchdog.h"
#include "common/kube/client.h"
#include "common/kube/mirror.h"

namespace maintenance::agent {

/// Longest silence of a watch after which it is still believed: a little longer than it lives,
/// since the server ends it in good order then. Bookmarks do not come for a kind of which nothing
/// changes in the whole cluster, and a peer that is gone is noticed by TCP long before.
inline constexpr std::chrono::seconds view_silence_max{300};
/// After a change of our own the watch is not asked for this long: it may not have seen it yet.
inline constexpr std::chrono::seconds view_catch_up{2};

/// What the watches have seen of one Cassandra cluster: its pods, the namespace's StatefulSets and
/// the maintenance ConfigMap. For answers that change nothing; a decision is always taken on what
/// was read for it. Borrows everything; owned by main or a test; all calls are thread-safe.
class ClusterView {
 public:
  struct Parts {
    const kube::Client& client;
    http::Streamer& streamer;
    http::Watchdog& watchdog;  ///< of the streamer, and of nobody else: cancelled at the end
    const Settings& settings;
    const Clock& clock;
    Random& random;
    Log& log;
    std::function<void()> changed = {};  ///< called after each change, by any of its threads
  };
  explicit ClusterView(const Parts& parts);

  /// Everything about the cluster as of a moment ago, or nothing when it may be out of date, or
  /// when there is no ConfigMap. With `even_distrusted` also when it may not have seen a change of
  /// our own yet: for whoever looks again before acting.
  [[nodiscard]] std::optional<Snapshot> snapshot(bool even_distrusted = false) const;
  /// Whether all three watches are up to date.
  [[nodiscard]] bool is_current() const;
  /// Grows with each change that is seen.
  [[nodiscard]] std::uint64_t version() const;
  /// Returns when the version is not `seen` any more, at `until`, or when the watches are to end.
  void wait_for_change(std::uint64_t seen, Deadline until) const;
  /// Called after a change of our own.
  void distrust();

  /// Ends the watches soon; returns at once.
  void request_stop();
  [[nodiscard]] bool stopped() const noexcept;

 private:
  using Pods = kube::Mirror<kube::Pod, kube::read_pod>;
  using StatefulSets = kube::Mirror<kube::StatefulSet, kube::read_stateful_set>;
  using ConfigMaps = kube::Mirror<kube::ConfigMap, kube::read_config_map>;

  [[nodiscard]] kube::MirrorEvents events(const std::string& resource);
  [[nodiscard]] kube::Watcher::Parts watch(kube::Collection collection,
                                           kube::WatchSink& sink) const;

  Parts parts_;
  void note_change();

  std::atomic<Deadline::rep> distrusted_until_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::uint64_t version_ = 0;
  bool stopping_ = false;
  Pods pods_;
  StatefulSets stateful_sets_;
  ConfigMaps config_maps_;
  kube::Watcher pod_watch_;  ///< from here on: threads that use what is above
  kube::Watcher stateful_set_watch_;
  kube::Watcher config_map_watch_;
};

/// A snapshot without any pod: what the settings say, and these records.
[[nodiscard]] Snapshot empty_snapshot(const Settings& settings, Records records);

}  // namespace maintenance::agent
