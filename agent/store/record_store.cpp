#include "agent/store/record_store.h"

#include <algorithm>

namespace maintenance::agent {
namespace {

using std::chrono::milliseconds;

/// A write takes some 10 ms; the first wait is of that order, the last keeps the sum of all waits
/// (3 s) below the deadline of a request.
constexpr milliseconds back_off_first{10};
constexpr milliseconds back_off_max{200};

/// Longest wait for other requests of this process; shorter than the deadline of a request, so that
/// the caller gets an answer that says why.
constexpr milliseconds turn_wait_max{8000};

/// etcd's and the API server's limit for the data of one ConfigMap.
constexpr std::size_t config_map_bytes_max = 1024UL * 1024;

std::size_t bytes_after(const kube::ConfigMap& current, const kube::DataChange& change) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : current.data) {
    if (!change.contains(key)) bytes += key.size() + value.size();
  }
  for (const auto& [key, value] : change) {
    if (value) bytes += key.size() + value->size();
  }
  return bytes;
}

}  // namespace

bool shows(const kube::ConfigMap& current, const kube::DataChange& change) {
  return std::all_of(change.begin(), change.end(), [&](const auto& entry) {
    const auto found = current.data.find(entry.first);
    return entry.second && found != current.data.end() && found->second == *entry.second;
  });
}

Error RecordStore::explained(const Error& error) const {
  const std::string& ns = parts_.client.namespace_name();
  Error out = error;
  if (error.kind == ErrorKind::not_found) {
    out.cause = "it does not exist; create it with: kubectl create configmap " + parts_.config_map +
                " -n " + ns;
  }
  // What the API server dislikes about our request is no fault of our caller's.
  if (error.kind == ErrorKind::not_found || error.kind == ErrorKind::invalid) {
    out.kind = ErrorKind::server;
  }
  return out;
}

Result<kube::ConfigMap> RecordStore::read() {
  auto current = parts_.client.get_config_map(parts_.config_map);
  if (!current) return explained(current.error());
  return current;
}

void RecordStore::back_off(int attempt) {
  const milliseconds full = std::min(back_off_first * (1 << std::min(attempt, 10)), back_off_max);
  // From nothing on: an agent that always waits loses every time to one that has many to write.
  const auto bound = static_cast<std::uint64_t>(full.count()) + 1;
  parts_.clock.sleep_for(milliseconds(parts_.random.below(bound)));
}

Result<kube::ConfigMap> RecordStore::change(const Decide& decide) {
  const Turn::Holder turn(parts_.turn, turn_wait_max);
  if (!turn.taken()) {
    return Error{ErrorKind::timeout, "writing ConfigMap " + parts_.config_map,
                 "other changes are still being written"};
  }
  return change_in_turn(decide);
}

Result<kube::ConfigMap> RecordStore::change_in_turn(const Decide& decide) {
  std::optional<InDoubt> in_doubt;
  Error last;
  for (int attempt = 0; attempt < write_tries_max; ++attempt) {
    if (attempt > 0) back_off(attempt - 1);
    auto changed = try_to_change(decide, in_doubt);
    if (changed) return changed;
    last = changed.error();
    // Once a write is in doubt no failure of a later step may be told as one of the whole.
    if (!in_doubt && last.kind != ErrorKind::conflict) return last;
  }
  if (!in_doubt) return last;
  return Error{ErrorKind::unknown_outcome, "writing ConfigMap " + parts_.config_map,
               "the answer was lost, and it may have been written or be written yet (" +
                   last.message() + "); look at it before you repeat the request"};
}

Result<kube::ConfigMap> RecordStore::try_to_change(const Decide& decide,
                                                   std::optional<InDoubt>& in_doubt) {
  auto current = read();
  if (!current) return current;
  const std::string& version = current->metadata.resource_version;
  if (in_doubt && shows(*current, in_doubt->change)) return current;
  auto change = decide(*current);
  if (!change) return change.error();
  if (change->empty()) {
    // As long as its condition holds, the write in doubt may arrive after we have said "no".
    if (!in_doubt || in_doubt->resource_version != version) return current;
    return Error{ErrorKind::unknown_outcome, "writing ConfigMap " + parts_.config_map,
                 "an earlier write may be on its way"};
  }
  if (const std::size_t bytes = bytes_after(*current, *change); bytes > config_map_bytes_max) {
    return Error{ErrorKind::too_large, "writing ConfigMap " + parts_.config_map,
                 "it would have " + std::to_string(bytes) + " bytes, and Kubernetes allows " +
                     std::to_string(config_map_bytes_max) +
                     "; take pods out of maintenance, or remove what is not ours from it"};
  }
  auto written = parts_.client.patch_config_map(parts_.config_map, version, *change);
  if (written) return written;
  if (written.error().kind == ErrorKind::unknown_outcome) in_doubt = InDoubt{*change, version};
  return explained(written.error());
}

Result<void> RecordStore::take_back(const std::set<std::string>& pods, const std::string& id) {
  auto written = change([&](const kube::ConfigMap& current) -> Result<kube::DataChange> {
    kube::DataChange change;
    for (const auto& [pod, record] : parse_records(current.data)) {
      if (pods.contains(pod) && record.id == id) change.emplace(pod, std::nullopt);
    }
    return change;
  });
  if (!written) return written.error();
  return {};
}

}  // namespace maintenance::agent
