#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace maintenance::testing {

/// Microseconds since the history began.
using Moment = std::int64_t;

/// From one moment to another, both included: when exactly is not known.
struct Span {
  Moment from = 0;
  Moment to = 0;
};

/// The value of a pod's key, and what of it a checker needs.
struct Entry {
  std::string value;
  std::string id;
  std::optional<Moment> until = {};  ///< from then on anybody may remove it
};

/// One committed state of the ConfigMap.
struct Version {
  std::string resource_version;
  Span committed;
  bool by_foreigner = false;                       ///< by somebody who is no agent
  std::map<std::string, Entry> records = {};       ///< the keys that are pods of the cluster
  std::map<std::string, std::string> others = {};  ///< all keys, annotations and labels of others
};

enum class Kind { enter, leave, read };
enum class Outcome {
  done,
  refused,  ///< the answer says that nothing stays changed
  unknown   ///< it may have happened, or not
};

/// What one client asked of one agent, and what it was told.
struct Operation {
  std::string name;  ///< for messages
  Kind kind = Kind::read;
  std::set<std::string> pods = {};
  Span span;               ///< from the request to its answer
  Moment lands_until = 0;  ///< when its last write may be committed: after the answer, when unknown
  Outcome outcome = Outcome::done;
  std::string id = {};                     ///< of the records that it writes
  std::map<std::string, bool> told = {};   ///< pod -> whether it has a record, all at one moment
  std::optional<bool> told_all_in = {};    ///< whether all of `pods` have one
  std::optional<Version> told_state = {};  ///< all of the ConfigMap
  int status = 0;                          ///< of the HTTP answer; nothing is judged by it
};

/// Everything that happened to one ConfigMap. A plain value.
struct History {
  std::set<std::string> ordered_pods;  ///< of StatefulSets with podManagementPolicy OrderedReady
  std::vector<Version> versions;      ///< in the order of their commits; the first was there before
  std::vector<Operation> operations;  ///< in any order
};

}  // namespace maintenance::testing
