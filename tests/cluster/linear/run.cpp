#include "tests/cluster/linear/run.h"

#include <algorithm>
#include <memory>
#include <random>
#include <thread>

#include "tests/cluster/linear/client.h"
#include "tests/cluster/linear/world.h"
#include "tests/support/eventually.h"

namespace maintenance::testing {
namespace {

const std::string config_map = "demo-maintenance-configmap";

/// A rolling update has two agents at once; one more does not make it easier for them.
constexpr int agents_min = 2;
constexpr int agents_max = 3;

/// How long the agents under test wait for one answer; the real ones wait 10 s. Ten and more times
/// as long as an answer takes, so that what is late was meant to be late, also on a busy machine.
constexpr int answers_per_patience = 15;
constexpr std::chrono::milliseconds call_patience_min{100};
constexpr std::chrono::milliseconds call_patience_max{2000};
/// For a whole request, in answers that are waited for in vain; the real agent has room for one.
constexpr int calls_per_request = 8;

std::vector<SetShape> choose_sets(std::uint64_t choice) {
  const SetShape parallel{.replicas = 3};
  const SetShape parallel2{.dc = "dc2", .replicas = 2};
  const SetShape parallel1{.replicas = 2};
  const SetShape ordered{.policy = "OrderedReady", .replicas = 3};
  const SetShape ordered1{.policy = "OrderedReady", .replicas = 2};
  switch (choice % 4) {
    case 0:
      return {ordered};
    case 1:
      return {ordered1, parallel2};
    case 2:
      return {parallel1, parallel2};
    default:
      return {parallel};
  }
}

bool is_ordered(const SetShape& set) {
  return set.policy == "OrderedReady";
}

/// Everything of one run, in the order in which it has to end.
class Theatre {
 public:
  explicit Theatre(const RunSettings& settings)
      : random_(settings.seed),
        stage_(settings.cluster),
        sets_(choose_sets(random_())),
        reader_(pods_of(sets_), clock_),
        proxy_(FaultProxy::Parts{settings.upstream, clock_.epoch(), random_(),
                                 settings.drop_resource_versions}) {}

  Run play() {
    prepare();
    Observer observer(stage_, config_map, reader_);
    if (!eventually(patience, [&] { return !observer.versions().empty(); })) {
      problems_.add("the ConfigMap was not seen");
      return finish({});
    }
    {
      const PodKeeper keeper(stage_, sets_, observer, problems_, progress_);
      Foreigner foreigner(
          {stage_, config_map, clock_, problems_, progress_, random_(), any_ordered()});
      ask_agents();
      proxy_.finish();
      foreign_commits_ = foreigner.finish();
    }
    const std::string last = stage_.api()
                                 .get(stage_.core("configmaps/" + config_map))
                                 .object("metadata")
                                 .text("resourceVersion");
    if (!eventually(patience, [&] { return observer.has_reached(last); })) {
      problems_.add("the last state of the ConfigMap was not seen");
    }
    if (observer.has_gap()) problems_.add("the watch of the ConfigMap has missed something");
    return finish(observer.versions());
  }

 private:
  [[nodiscard]] bool any_ordered() const {
    return std::any_of(sets_.begin(), sets_.end(), is_ordered);
  }

  void prepare() {
    const auto began = clock_.steady_now();
    stage_.make_config_map(config_map);
    stage_.api().patch(stage_.core("configmaps/" + config_map),
                       R"({"metadata":{"annotations":{"somebody/edited":"w0"}}})");
    for (const SetShape& set : sets_)
      stage_.make_dc(set);
    // The set, its status, and both of each pod, and the two above.
    const auto calls = static_cast<std::int64_t>(2 + 2 * sets_.size() + 2 * pods_of(sets_).size());
    const auto one =
        std::chrono::ceil<std::chrono::milliseconds>(clock_.steady_now() - began) / calls;
    limits_.one_call = std::clamp(one * answers_per_patience, call_patience_min, call_patience_max);
    limits_.request = limits_.one_call * calls_per_request;
  }

  /// All requests, to their answers; then the agents end as after a SIGTERM.
  void ask_agents() {
    const int count = agents_min + static_cast<int>(random_() % (agents_max - agents_min + 1));
    std::vector<std::unique_ptr<ProxiedAgent>> agents;
    Client::Parts parts{{}, sets_, reader_, clock_, progress_};
    for (int i = 0; i < count; ++i) {
      agents.push_back(std::make_unique<ProxiedAgent>(stage_, proxy_, clock_, limits_, progress_));
      parts.agents.push_back(&agents.back()->agent());
    }
    std::vector<Client> clients;
    for (parts.number = 0; parts.number < clients_per_run; ++parts.number) {
      parts.seed = random_();
      clients.emplace_back(parts);
    }
    {
      std::vector<std::jthread> threads;
      for (Client& client : clients)
        threads.emplace_back([&client] { client.run(operations_per_client); });
    }
    for (const Client& client : clients) {
      const auto& some = client.operations();
      operations_.insert(operations_.end(), some.begin(), some.end());
    }
  }

  // --- what was seen, put together ---

  Run finish(std::vector<Version> versions) {
    Run run;
    run.faults = proxy_.faults();
    const auto writes = proxy_.writes();
    run.conflicts = static_cast<std::size_t>(
        std::count_if(writes.begin(), writes.end(),
                      [](const ForwardedWrite& write) { return write.status == 409; }));
    if (proxy_.upstream_failures() > 0) problems_.add("the API server did not answer the proxy");
    if (!versions.empty()) date(versions, writes);
    let_land(writes);
    run.history.versions = std::move(versions);
    run.history.operations = std::move(operations_);
    for (const SetShape& set : sets_) {
      if (is_ordered(set)) run.history.ordered_pods.merge(pods_of(set));
    }
    run.problems = problems_.texts();
    return run;
  }

  /// When each version was committed, and by whom. More than one write may have been answered with
  /// the same version, when all but one of them changed nothing: then it is the first that counts.
  void date(std::vector<Version>& versions, const std::vector<ForwardedWrite>& writes) {
    std::map<std::string, Span> commits;
    for (const ForwardedWrite& write : writes) {
      if (write.resource_version.empty()) continue;
      Span& span = commits.emplace(write.resource_version, write.at_server).first->second;
      span.from = std::min(span.from, write.at_server.from);
      span.to = std::min(span.to, write.at_server.to);
    }
    versions.front().committed = Span{0, 0};
    for (std::size_t i = 1; i < versions.size(); ++i) {
      const std::string& name = versions[i].resource_version;
      const auto foreign = foreign_commits_.find(name);
      const auto ours = commits.find(name);
      versions[i].by_foreigner = foreign != foreign_commits_.end();
      if (versions[i].by_foreigner) {
        versions[i].committed = foreign->second;
      } else if (ours != commits.end()) {
        versions[i].committed = ours->second;
      } else {
        problems_.add("nobody has written version " + name);
      }
    }
  }

  /// A write of an operation whose outcome is unknown may be on its way when it is answered.
  void let_land(const std::vector<ForwardedWrite>& writes) {
    for (Operation& operation : operations_) {
      if (operation.outcome != Outcome::unknown) continue;
      for (const ForwardedWrite& write : writes) {
        if (write.arrived > operation.span.to) continue;
        operation.lands_until = std::max(operation.lands_until, write.at_server.to);
      }
    }
  }

  std::mt19937_64 random_;
  RunClock clock_;
  Problems problems_;
  Progress progress_;
  Stage stage_;
  std::vector<SetShape> sets_;
  TestAgent::Patience limits_;
  StateReader reader_;
  FaultProxy proxy_;
  std::map<std::string, Span> foreign_commits_;
  std::vector<Operation> operations_;
};

}  // namespace

Run run_history(const RunSettings& settings) {
  return Theatre(settings).play();
}

}  // namespace maintenance::testing
