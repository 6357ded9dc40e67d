#include "agent/reconcile/cluster_view.h"

#include "agent/reconcile/ordered_note.h"

namespace maintenance::agent {
namespace {

constexpr std::uint64_t jitter_steps = 1000;

}  // namespace

Snapshot empty_snapshot(const Settings& settings, Records records) {
  Snapshot snapshot;
  snapshot.records = std::move(records);
  snapshot.config_map = settings.config_map;
  snapshot.selector = settings.selector;
  snapshot.dc_label = settings.dc_label;
  snapshot.containers = settings.containers;
  snapshot.hold_limits = HoldLimits{settings.hint_window, settings.gc_grace};
  return snapshot;
}

ClusterView::ClusterView(const Parts& parts)
    : parts_(parts),
      distrusted_until_(Deadline::min().time_since_epoch().count()),
      pods_(events("pods")),
      stateful_sets_(events("statefulsets")),
      config_maps_(events("configmaps")),
      pod_watch_(
          watch({kube::core_api, "pods", parts.settings.selector.text(), {}, &kube::pod_members()},
                pods_)),
      stateful_set_watch_(watch(
          {kube::apps_api, "statefulsets", {}, {}, &kube::stateful_set_members()}, stateful_sets_)),
      config_map_watch_(watch({kube::core_api,
                               "configmaps",
                               {},
                               "metadata.name=" + parts.settings.config_map,
                               &kube::config_map_members()},
                              config_maps_)) {}

kube::MirrorEvents ClusterView::events(const std::string& resource) {
  const auto lost = [&log = parts_.log, resource](const std::string& why) {
    log.warn("watch_lost", {{"resource", resource}, {"cause", why}});
  };
  const auto current = [&log = parts_.log, resource] {
    log.info("watch_current", {{"resource", resource}});
  };
  return kube::MirrorEvents{[this] { note_change(); }, lost, current};
}

kube::Watcher::Parts ClusterView::watch(kube::Collection collection, kube::WatchSink& sink) const {
  const auto jitter = [&random = parts_.random] {
    return static_cast<double>(random.below(jitter_steps)) / jitter_steps;
  };
  return kube::Watcher::Parts{parts_.client, parts_.streamer, parts_.watchdog,
                              parts_.clock,  jitter,          std::move(collection),
                              sink};
}

std::optional<Snapshot> ClusterView::snapshot(bool even_distrusted) const {
  const Deadline now = parts_.clock.steady_now();
  const bool distrusted = now.time_since_epoch().count() < distrusted_until_.load();
  if (distrusted && !even_distrusted) return std::nullopt;
  const Deadline oldest = now - view_silence_max;
  auto pods = pods_.objects(oldest);
  const auto stateful_sets = stateful_sets_.objects(oldest);
  const auto config_maps = config_maps_.objects(oldest);
  if (!pods || !stateful_sets || !config_maps || config_maps->empty()) return std::nullopt;
  const kube::ConfigMap& config_map = *config_maps->begin()->second;
  Snapshot snapshot = empty_snapshot(parts_.settings, parse_records(config_map.data));
  snapshot.config_map_version = config_map.metadata.resource_version;
  snapshot.ordered_note = ordered_note_of(config_map);
  snapshot.pods = std::move(*pods);
  for (const auto& [name, set] : *stateful_sets)
    snapshot.stateful_sets.emplace(name, *set);
  return snapshot;
}

bool ClusterView::is_current() const {
  const Deadline oldest = parts_.clock.steady_now() - view_silence_max;
  return pods_.is_current(oldest) && stateful_sets_.is_current(oldest) &&
         config_maps_.is_current(oldest);
}

void ClusterView::note_change() {
  {
    const std::lock_guard lock(mutex_);
    ++version_;
  }
  changed_.notify_all();
  if (parts_.changed) parts_.changed();
}

std::uint64_t ClusterView::version() const {
  const std::lock_guard lock(mutex_);
  return version_;
}

void ClusterView::wait_for_change(std::uint64_t seen, Deadline until) const {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, until, [&] { return version_ != seen || stopping_; });
}

void ClusterView::distrust() {
  distrusted_until_ = (parts_.clock.steady_now() + view_catch_up).time_since_epoch().count();
}

void ClusterView::request_stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  pod_watch_.request_stop();
  stateful_set_watch_.request_stop();
  config_map_watch_.request_stop();
}

bool ClusterView::stopped() const noexcept {
  return pod_watch_.stopped() && stateful_set_watch_.stopped() && config_map_watch_.stopped();
}

}  // namespace maintenance::agent
