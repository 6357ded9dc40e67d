#include "tests/cluster/linear/observer.h"

#include "agent/reconcile/ordered_note.h"
#include "common/text/timestamp.h"

namespace maintenance::testing {

Entry StateReader::read_entry(const std::string& value) const {
  Entry entry{value, {}};
  const auto object = text::parse_json_object(value, "reading a record");
  if (!object) return entry;
  const text::JsonView record(*object);
  entry.id = record.text("id");
  if (const auto until = text::parse_timestamp(record.text("until"))) {
    entry.until = clock_.moment_of(*until);
  }
  return entry;
}

Version StateReader::read(const text::JsonView& object) const {
  const text::JsonView metadata = object.object("metadata");
  Version version;
  version.resource_version = metadata.text("resourceVersion");
  for (const auto& [key, value] : object.text_map("data")) {
    if (pods_.contains(key)) {
      version.records.emplace(key, read_entry(value));
    } else {
      version.others.emplace("data/" + key, value);
    }
  }
  for (const char* member : {"binaryData"}) {
    for (const auto& [key, value] : object.text_map(member))
      version.others.emplace(std::string(member) + "/" + key, value);
  }
  for (const char* member : {"annotations", "labels"}) {
    for (const auto& [key, value] : metadata.text_map(member))
      version.others.emplace(std::string(member) + "/" + key, value);
  }
  // The one annotation that is the agent's own.
  version.others.erase(std::string("annotations/") + agent::ordered_ready_annotation);
  return version;
}

Observer::Observer(Stage& stage, const std::string& config_map, const StateReader& reader)
    : reader_(reader),
      transport_(transport_for(stage.cluster().admin, watchdog_)),
      watcher_(kube::Watcher::Parts{
          kube::Client(transport_, stage.clock(), stage.namespace_name()), transport_, watchdog_,
          stage.clock(), [] { return 0.0; },
          kube::Collection{kube::core_api, "configmaps", {}, "metadata.name=" + config_map},
          *this}) {}

void Observer::replace() {
  const std::lock_guard lock(mutex_);
  // It lists once, to begin with; a second time it would have missed what was between.
  if (!versions_.empty() || listed_.size() != 1) gap_ = true;
  for (const text::JsonView& object : listed_)
    versions_.push_back(reader_.read(object));
}

void Observer::put(const text::JsonView& object) {
  Version version = reader_.read(object);
  const std::lock_guard lock(mutex_);
  versions_.push_back(std::move(version));
}

void Observer::remove(const text::JsonView& /*object*/) {
  const std::lock_guard lock(mutex_);
  gap_ = true;
}

std::vector<Version> Observer::versions() const {
  const std::lock_guard lock(mutex_);
  return versions_;
}

std::set<std::string> Observer::recorded() const {
  const std::lock_guard lock(mutex_);
  std::set<std::string> out;
  if (versions_.empty()) return out;
  for (const auto& [pod, entry] : versions_.back().records)
    out.insert(pod);
  return out;
}

bool Observer::has_reached(const std::string& resource_version) const {
  const std::lock_guard lock(mutex_);
  return !versions_.empty() && versions_.back().resource_version == resource_version;
}

bool Observer::has_gap() const {
  const std::lock_guard lock(mutex_);
  return gap_;
}

}  // namespace maintenance::testing
