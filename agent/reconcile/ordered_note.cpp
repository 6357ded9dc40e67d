#include "agent/reconcile/ordered_note.h"

namespace maintenance::agent {

std::string wanted_ordered_note(const Snapshot& snapshot) {
  std::string note;
  for (const std::string& set : snapshot.ordered_sets())
    note += (note.empty() ? "" : ",") + set;
  return note;
}

std::string ordered_note_of(const kube::ConfigMap& config_map) {
  const auto found = config_map.metadata.annotations.find(ordered_ready_annotation);
  return found == config_map.metadata.annotations.end() ? std::string() : found->second;
}

void OrderedNote::keep(kube::Client& client, const Snapshot& snapshot, Deadline now) {
  const std::string wanted = wanted_ordered_note(snapshot);
  if (wanted == snapshot.ordered_note || now < next_) return;
  next_ = now + ordered_note_rest;
  const auto value = wanted.empty() ? std::nullopt : std::optional(wanted);
  const auto written = client.annotate_config_map(snapshot.config_map, snapshot.config_map_version,
                                                  ordered_ready_annotation, value);
  if (written) {
    said_.clear();
    log_.info("ordered_ready_noted", {{"stateful_sets", wanted}});
    return;
  }
  // Somebody was quicker, which is no failure; a later pass tries again.
  if (written.error().kind == ErrorKind::conflict) return;
  const std::string cause = written.error().message();
  if (cause != said_) log_.warn("ordered_ready_unnoted", {{"cause", cause}});
  said_ = cause;
}

}  // namespace maintenance::agent
