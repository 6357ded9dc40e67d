// Many clients, several agents and somebody with kubectl on one ConfigMap, through a network that
// loses, delays, cuts and invents answers: a checker that knows nothing of agents finds nothing
// wrong in what was committed and answered, and finds the bug that was planted to prove it can.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "common/http/tls.h"
#include "tests/cluster/linear/checker.h"
#include "tests/cluster/linear/run.h"
#include "tests/cluster/support/pooled_transport.h"
#include "tests/support/sanitized.h"

namespace maintenance::testing {
namespace {

/// In every run of the tests; MAINTENANCE_LINEAR_HISTORIES says another number (`./dev bench
/// linear`: 1,000). A sanitizer looks for other mistakes, which show in any of them.
constexpr std::uint64_t histories_usual = sanitized ? 25 : 50;
/// So that somebody who waits for 1,000 of them sees that they go on.
constexpr std::size_t histories_between_news = 100;
/// Histories at once: their agents mostly wait for answers that do not come.
constexpr int lanes = 3;
/// The planted bug shows in nearly every history; after this many without it the checker is blind.
constexpr std::uint64_t canaries_max = 10;
/// Texts of one history's violations that are shown; one bug breaks many rules many times.
constexpr std::size_t shown_max = 6;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* given = std::getenv(variable);
  return given == nullptr ? otherwise : std::strtoull(given, nullptr, 10);
}

/// What many histories came to.
struct Tally {
  std::size_t histories = 0;
  std::map<Outcome, std::size_t> operations;
  std::size_t commits = 0;
  std::size_t foreign_commits = 0;
  std::size_t conflicts = 0;
  FaultCounts faults;
  std::map<std::string, std::size_t> violations;  ///< by rule
  std::map<std::uint64_t, std::string> bad;       ///< seed -> what was wrong

  void add(std::uint64_t seed, const Run& run) {
    ++histories;
    std::string text;
    for (const Operation& operation : run.history.operations) {
      // No fault of the network is the agent's own.
      if (operation.status == 500) text += "\n  a defect of the agent: " + operation.name;
      // An agent's own look before an answer is none of the client's operations.
      if (!operation.id.empty()) ++operations[operation.outcome];
    }
    commits += run.history.versions.size();
    for (const Version& version : run.history.versions)
      foreign_commits += version.by_foreigner ? 1 : 0;
    conflicts += run.conflicts;
    for (const auto& [fault, count] : run.faults)
      faults[fault] += count;
    for (const std::string& problem : run.problems)
      text += "\n  no history: " + problem;
    std::size_t shown = 0;
    for (const Violation& violation : check(run.history)) {
      ++violations[violation.rule];
      if (++shown <= shown_max) text += "\n  " + violation.rule + ": " + violation.text;
    }
    if (!text.empty()) bad.emplace(seed, text);
  }

  [[nodiscard]] std::string summary() const {
    std::string out = std::to_string(histories) + " histories, operations:";
    const std::map<Outcome, std::string> names{
        {Outcome::done, "done"}, {Outcome::refused, "refused"}, {Outcome::unknown, "unknown"}};
    for (const auto& [outcome, count] : operations)
      out += " " + std::to_string(count) + " " + names.at(outcome);
    out += "\ncommits: " + std::to_string(commits) + ", by somebody else " +
           std::to_string(foreign_commits) + "; conflicts: " + std::to_string(conflicts) +
           "\nrequests by fault:";
    for (const auto& [fault, count] : faults)
      out += " " + std::string(to_string(fault)) + " " + std::to_string(count);
    out += "\nviolations:" + std::string(violations.empty() ? " none" : "");
    for (const auto& [rule, count] : violations)
      out += " " + rule + " " + std::to_string(count);
    return out;
  }
};

class Histories {
 public:
  Histories()
      : cluster_(local_cluster()),
        tls_(http::make_client_context(cluster_.admin.endpoint.tls_settings).value()),
        upstream_(cluster_.admin.endpoint, tls_, watchdog_) {}

  /// Histories with the seeds from `first` on, several at once, until `enough`.
  Tally run(std::uint64_t first, std::uint64_t count, bool drop_resource_versions) {
    Tally tally;
    std::mutex mutex;
    std::atomic<std::uint64_t> next{0};
    std::vector<std::jthread> threads;
    for (int lane = 0; lane < lanes; ++lane) {
      threads.emplace_back([&] {
        for (std::uint64_t i = next++; i < count; i = next++) {
          const Run run = one(first + i, drop_resource_versions);
          const std::lock_guard lock(mutex);
          tally.add(first + i, run);
          if (tally.histories % histories_between_news == 0) {
            BOOST_TEST_MESSAGE("  " << tally.histories << " of " << count << ", bad "
                                    << tally.bad.size());
          }
        }
      });
    }
    threads.clear();
    return tally;
  }

  Run one(std::uint64_t seed, bool drop_resource_versions) {
    try {
      return run_history({cluster_, upstream_, seed, drop_resource_versions});
    } catch (const std::exception& failure) {
      Run run;
      run.problems.emplace_back(failure.what());
      return run;
    }
  }

 private:
  ClusterAccess cluster_;
  http::Watchdog watchdog_;
  Poco::Net::Context::Ptr tls_;
  PooledTransport upstream_;
};

std::uint64_t first_seed() {
  // Far below 2^53, so that it can be typed, and with room for the seeds that follow it.
  const std::uint64_t seed = number_from("MAINTENANCE_TEST_SEED", std::random_device{}());
  BOOST_TEST_MESSAGE("repeat with MAINTENANCE_TEST_SEED=" << seed);
  return seed;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(linear_test, Histories)

BOOST_AUTO_TEST_CASE(no_history_shows_a_violation) {
  const std::uint64_t count = number_from("MAINTENANCE_LINEAR_HISTORIES", histories_usual);
  const Tally tally = run(first_seed(), count, false);
  BOOST_TEST_MESSAGE(tally.summary());
  for (const auto& [seed, text] : tally.bad) {
    BOOST_ERROR("repeat with MAINTENANCE_LINEAR_HISTORIES=1 MAINTENANCE_TEST_SEED=" << seed
                                                                                    << text);
  }
  // Otherwise nothing was put to the test.
  BOOST_TEST(tally.histories == count);
  BOOST_TEST(tally.conflicts > 0U);
  BOOST_TEST(tally.commits > 20 * count);
}

BOOST_AUTO_TEST_CASE(writes_without_a_resource_version_are_found_out) {
  const std::uint64_t first = first_seed();
  Tally tally;
  for (std::uint64_t i = 0; i < canaries_max && tally.violations.empty(); ++i)
    tally.add(first + i, one(first + i, true));
  BOOST_TEST_MESSAGE(tally.summary());
  BOOST_TEST(!tally.violations.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
