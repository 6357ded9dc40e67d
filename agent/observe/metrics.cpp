#include "agent/observe/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>

namespace maintenance::agent {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Registry;

/// From a pod without data to a full drain and a grace period of minutes.
const Histogram::BucketBoundaries to_held_s{1, 2, 5, 10, 20, 40, 60, 120, 300, 600, 1800};
/// A gate ends within a tenth of a second of the kubelet's refresh; a command that still runs in it
/// keeps it for as long as that takes.
const Histogram::BucketBoundaries to_leave_s{0.25, 0.5, 1, 1.5, 2, 5, 10, 30, 90, 300};

double seconds_of(std::chrono::milliseconds took) {
  return std::chrono::duration<double>(took).count();
}

Family<Counter>& counters(Registry& registry, const std::string& name, const std::string& help) {
  return prometheus::BuildCounter().Name("maintenance_agent_" + name).Help(help).Register(registry);
}

Family<Gauge>& gauges(Registry& registry, const std::string& name, const std::string& help) {
  return prometheus::BuildGauge().Name("maintenance_agent_" + name).Help(help).Register(registry);
}

Histogram& histogram(Registry& registry, const std::string& name, const std::string& help,
                     const Histogram::BucketBoundaries& buckets) {
  return prometheus::BuildHistogram()
      .Name("maintenance_agent_" + name)
      .Help(help)
      .Register(registry)
      .Add({}, buckets);
}

}  // namespace

struct Metrics::Families {
  Registry registry;
  Family<Counter>& requests =
      counters(registry, "requests_total", "Requests to the agent's API, by method and status.");
  Family<Counter>& api_requests =
      counters(registry, "api_requests_total",
               "Requests of the agent to the API server, by method and status; error: no answer.");
  Family<Counter>& refusals =
      counters(registry, "refusals_total", "Requests that a guard refused, by guard.");
  Counter& conflicts =
      counters(registry, "conflicts_total",
               "Conditional writes that met somebody else's and were decided anew.")
          .Add({});
  Counter& lost_events =
      counters(registry, "lost_events_total", "Events that could not be reported.").Add({});
  Counter& certificate_failures =
      counters(registry, "certificate_failures_total",
               "Certificates or keys of the API's port that could not be used.")
          .Add({});
  Gauge& certificate_end =
      gauges(registry, "certificate_end_seconds",
             "When the certificate of the API's port ends, as Unix time; 0 without TLS.")
          .Add({});
  Gauge& build = gauges(registry, "build_info", "Version of the agent; always 1.")
                     .Add({{"version", MAINTENANCE_VERSION}});
  Family<Gauge>& pods = gauges(registry, "pods", "Pods of the Cassandra cluster, by state.");
  Gauge& oldest_hold = gauges(registry, "oldest_hold_seconds",
                              "Age of the oldest record; 0 when nothing is in maintenance.")
                           .Add({});
  Gauge& violations = gauges(registry, "records_in_violation",
                             "Hard guards that the records themselves break, edited by hand.")
                          .Add({});
  Gauge& view = gauges(registry, "view_current",
                       "1 while the watches are up to date; only then are the pods believable.")
                    .Add({});
  Histogram& to_held = histogram(registry, "time_to_held_seconds",
                                 "From the record to the pod held at its gate.", to_held_s);
  Histogram& to_leave =
      histogram(registry, "time_to_leave_seconds",
                "From the record's removal to the pod let through by its gate.", to_leave_s);

  std::mutex mutex;  ///< of what follows
  std::optional<text::Timestamp> oldest_since;
};

Metrics::Metrics(const Clock& clock) : clock_(clock), families_(std::make_unique<Families>()) {
  families_->build.Set(1);
  note_cluster({});
}

Metrics::~Metrics() = default;

void Metrics::count_request(const std::string& method, int status) {
  families_->requests.Add({{"method", method}, {"status", std::to_string(status)}}).Increment();
}

void Metrics::count_api_request(const std::string& method, std::optional<int> status) {
  const std::string text = status ? std::to_string(*status) : "error";
  families_->api_requests.Add({{"method", method}, {"status", text}}).Increment();
  constexpr int conflict = 409;
  if (method == "PATCH" && status == conflict) families_->conflicts.Increment();
}

void Metrics::count_refusal(const std::string& guard) {
  families_->refusals.Add({{"guard", guard}}).Increment();
}

void Metrics::count_lost_event() {
  families_->lost_events.Increment();
}

void Metrics::count_certificate_failure() {
  families_->certificate_failures.Increment();
}

void Metrics::note_certificate_end(text::Timestamp end) {
  families_->certificate_end.Set(
      seconds_of(std::chrono::duration_cast<std::chrono::milliseconds>(end.time_since_epoch())));
}

void Metrics::note_time_to_held(std::chrono::milliseconds took) {
  families_->to_held.Observe(seconds_of(took));
}

void Metrics::note_time_to_leave(std::chrono::milliseconds took) {
  families_->to_leave.Observe(seconds_of(took));
}

void Metrics::note_cluster(const ClusterFigures& figures) {
  for (std::size_t i = 0; i < figures.pods.size(); ++i) {
    const auto state = static_cast<State>(i);
    families_->pods.Add({{"state", std::string(to_string(state))}})
        .Set(static_cast<double>(figures.pods[i]));
  }
  families_->violations.Set(static_cast<double>(figures.violations));
  const std::lock_guard lock(families_->mutex);
  families_->oldest_since = figures.oldest_hold;
}

std::string Metrics::exposition() const {
  {
    const std::lock_guard lock(families_->mutex);
    const auto since = families_->oldest_since;
    const auto age = since ? clock_.now() - *since : text::Timestamp::duration::zero();
    families_->oldest_hold.Set(
        std::max(0.0, seconds_of(std::chrono::duration_cast<std::chrono::milliseconds>(age))));
  }
  families_->view.Set(view_is_current_ && view_is_current_() ? 1 : 0);
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace maintenance::agent
