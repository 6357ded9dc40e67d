#include "tests/cluster/linear/checker.h"

#include <algorithm>

namespace maintenance::testing {
namespace {

class Checker {
 public:
  explicit Checker(const History& history)
      : history_(history), versions_(history.versions), operations_(history.operations) {}

  std::vector<Violation> run() {
    if (!narrow_commits()) return std::move(violations_);
    for (const Version& version : versions_)
      check_ordered(version);
    for (std::size_t i = 1; i < versions_.size(); ++i)
      check_step(versions_[i - 1], versions_[i]);
    for (const Operation& operation : operations_) {
      check_told(operation);
      check_undone(operation);
    }
    return std::move(violations_);
  }

 private:
  void report(const std::string& rule, const std::string& text) {
    violations_.push_back(Violation{rule, text});
  }

  /// No version was committed before the one before it: that narrows down when each one was.
  bool narrow_commits() {
    if (versions_.empty()) report("order", "there is no state at all");
    for (std::size_t i = 1; i < versions_.size(); ++i) {
      Span& now = versions_[i].committed;
      now.from = std::max(now.from, versions_[i - 1].committed.from);
    }
    for (std::size_t i = versions_.size(); i-- > 1;) {
      Span& before = versions_[i - 1].committed;
      before.to = std::min(before.to, versions_[i].committed.to);
    }
    const auto crossed = std::find_if(
        versions_.begin(), versions_.end(),
        [](const Version& version) { return version.committed.from > version.committed.to; });
    if (crossed == versions_.end()) return violations_.empty();
    report("order", "version " + crossed->resource_version + " was committed out of order");
    return false;
  }

  // --- states ---

  void check_ordered(const Version& version) {
    const auto is_ordered = [&](const auto& record) {
      return history_.ordered_pods.contains(record.first);
    };
    if (version.records.size() < 2) return;
    if (std::any_of(version.records.begin(), version.records.end(), is_ordered)) {
      report("ordered", "version " + version.resource_version + " has " +
                            std::to_string(version.records.size()) +
                            " pods in maintenance: " + version.records.begin()->first + ", " +
                            std::next(version.records.begin())->first);
    }
  }

  // --- steps from one state to the next ---

  void check_step(const Version& before, const Version& after) {
    const std::string step = "version " + after.resource_version;
    if (!after.by_foreigner && before.others != after.others) {
      report("foreign", step + ": an agent changed a key that is not its own");
    }
    std::set<std::string> pods;
    for (const Version* version : {&before, &after}) {
      for (const auto& [pod, entry] : version->records)
        pods.insert(pod);
    }
    for (const std::string& pod : pods) {
      const Entry* was = find(before, pod);
      const Entry* is = find(after, pod);
      if (was != nullptr && is != nullptr && was->value == is->value) continue;
      if (after.by_foreigner) {
        report("foreign", step + ": somebody else changed the record of " + pod);
      } else if (was != nullptr && is != nullptr) {
        report("lost",
               step + ": the record " + was->id + " of " + pod + " was overwritten by " + is->id);
      } else if (is != nullptr) {
        check_added(pod, *is, after);
      } else {
        check_removed(pod, *was, after);
      }
    }
  }

  void check_added(const std::string& pod, const Entry& entry, const Version& after) {
    for (const Operation& operation : operations_) {
      const bool asks = operation.kind == Kind::enter && operation.id == entry.id &&
                        operation.pods.contains(pod) && may_write(operation, after);
      if (!asks) continue;
      const bool whole = std::all_of(operation.pods.begin(), operation.pods.end(),
                                     [&](const auto& one) { return find(after, one) != nullptr; });
      if (!whole) {
        report("partial",
               "version " + after.resource_version + " has only some pods of " + operation.name);
      }
      return;
    }
    report("lost", moment_of(after) + ": record " + entry.id + " of " + pod +
                       " was written while nobody asked for it" + author(entry));
  }

  void check_removed(const std::string& pod, const Entry& entry, const Version& after) {
    if (entry.until && *entry.until <= after.committed.to) return;
    for (const Operation& operation : operations_) {
      if (!operation.pods.contains(pod) || !may_write(operation, after)) continue;
      if (operation.kind == Kind::leave && operation.outcome != Outcome::refused) return;
      const bool takes_back = operation.kind == Kind::enter && operation.id == entry.id;
      if (takes_back && !promises(operation, pod)) return;
    }
    report("lost", moment_of(after) + ": record " + entry.id + " of " + pod +
                       " was removed while nobody asked for it" + author(entry));
  }

  /// Whether a commit of this version may be a write of the operation.
  static bool may_write(const Operation& operation, const Version& version) {
    return operation.span.from <= version.committed.to &&
           operation.lands_until >= version.committed.from;
  }

  /// Whether the answer says that the pod was brought into maintenance and stays there.
  static bool promises(const Operation& operation, const std::string& pod) {
    const auto told = operation.told.find(pod);
    return operation.outcome == Outcome::done && told != operation.told.end() && told->second;
  }

  static std::string moment_of(const Version& version) {
    return "version " + version.resource_version + ", committed from " +
           std::to_string(version.committed.from) + " to " + std::to_string(version.committed.to);
  }

  std::string author(const Entry& entry) const {
    for (const Operation& operation : operations_) {
      if (operation.kind == Kind::enter && operation.id == entry.id) {
        return "; it is of " + operation.name;
      }
    }
    return {};
  }

  static const Entry* find(const Version& version, const std::string& pod) {
    const auto found = version.records.find(pod);
    return found == version.records.end() ? nullptr : &found->second;
  }

  // --- answers ---

  /// True when `holds` is true of a version that may have been the current one within the span.
  template <class Predicate>
  bool any_current(Span span, const Predicate& holds) const {
    // The last one that surely was there when the span began ...
    const auto first = std::upper_bound(
        versions_.begin() + 1, versions_.end(), span.from,
        [](Moment moment, const Version& version) { return moment < version.committed.to; });
    // ... up to the last one that may have come before the span ended.
    const auto end = std::upper_bound(
        first, versions_.end(), span.to,
        [](Moment moment, const Version& version) { return moment < version.committed.from; });
    return std::any_of(first - 1, end, holds);
  }

  bool agrees(const Operation& operation, const Version& version) const {
    for (const auto& [pod, in] : operation.told) {
      // What an enter could not do it has taken back, later than it did the rest.
      if (operation.kind == Kind::enter && !in) continue;
      if ((find(version, pod) != nullptr) != in) return false;
    }
    if (operation.told_all_in) {
      const bool all_in = std::all_of(operation.pods.begin(), operation.pods.end(),
                                      [&](const auto& pod) { return find(version, pod); });
      if (all_in != *operation.told_all_in) return false;
    }
    return !operation.told_state || same_state(*operation.told_state, version);
  }

  static bool same_state(const Version& a, const Version& b) {
    const auto same_entry = [](const auto& x, const auto& y) {
      return x.first == y.first && x.second.value == y.second.value;
    };
    return a.resource_version == b.resource_version && a.others == b.others &&
           std::equal(a.records.begin(), a.records.end(), b.records.begin(), b.records.end(),
                      same_entry);
  }

  void check_told(const Operation& operation) {
    if (operation.outcome != Outcome::done) return;
    const bool honest = any_current(
        operation.span, [&](const Version& version) { return agrees(operation, version); });
    if (!honest) report("answer", "nothing was ever as it is told by " + operation.name);
  }

  /// When an answer says that the operation did nothing to a pod, then nothing of it stays.
  void check_undone(const Operation& operation) {
    if (operation.kind != Kind::enter || operation.outcome == Outcome::unknown) return;
    const auto stays = [&](const Version& version) {
      return std::any_of(version.records.begin(), version.records.end(), [&](const auto& record) {
        return record.second.id == operation.id && !promises(operation, record.first);
      });
    };
    const Span at_answer{operation.span.to, operation.span.to};
    if (!any_current(at_answer, [&](const Version& version) { return !stays(version); })) {
      report("answer", "a record stays behind " + operation.name);
    }
  }

  const History& history_;
  std::vector<Version> versions_;
  const std::vector<Operation>& operations_;
  std::vector<Violation> violations_;
};

}  // namespace

std::vector<Violation> check(const History& history) {
  return Checker(history).run();
}

}  // namespace maintenance::testing
