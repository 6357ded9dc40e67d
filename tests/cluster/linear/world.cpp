#include "tests/cluster/linear/world.h"

#include <spdlog/sinks/null_sink.h>

#include <stdexcept>

namespace maintenance::testing {
namespace {

using std::chrono::milliseconds;

/// Much shorter than the real one's, so that it acts while requests are being carried out.
constexpr agent::ReconcilerTiming eager{milliseconds(200), milliseconds(200), milliseconds(400),
                                        milliseconds(120)};
/// Operations between two passes of an agent's reconciler, two looks at the pods, and at most
/// between two writes of somebody else. Often enough to be in the way of each request, and seldom
/// enough that most of a run's time goes into requests.
constexpr int reconciler_steps = 30;
constexpr int keeper_steps = 5;
constexpr unsigned foreigner_steps_max = 9;
/// Somebody else's writes are not tied to an answer.
constexpr unsigned foreigner_delay_ms = 20;
/// Pods that are made anew or made Ready between two looks.
constexpr int keeper_changes_max = 1;

agent::Log silent_log(Clock& clock) {
  return {std::make_shared<spdlog::sinks::null_sink_mt>(), clock, agent::LogFormat::text,
          agent::LogLevel::debug};
}

/// An eviction deletes a pod that runs nowhere at once, perhaps between its creation and its first
/// status; and the list that was looked at may be old. The next look sees what is so.
bool was_too_late(const std::string& failure) {
  return failure.find("HTTP 404") != std::string::npos ||
         failure.find("HTTP 409") != std::string::npos;
}

}  // namespace

ProxiedAgent::ProxiedAgent(Stage& stage, const FaultProxy& proxy, RunClock& clock,
                           TestAgent::Patience limits, Progress& progress)
    : transport_(proxy.endpoint(), {}, watchdog_, clock),
      agent_(stage, transport_, clock, "demo", limits),
      log_(silent_log(clock)),
      metrics_(clock),
      reconciler_(agent::Reconciler::Parts{agent_.client(), agent_.api().shared(agent_.client()),
                                           log_, metrics_, eager}),
      thread_([this, &progress](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          [[maybe_unused]] const Deadline next = reconciler_.pass();
          progress.wait(reconciler_steps, stop);
        }
      }) {}

/// Its background work may be in a call; the call ends by itself.
ProxiedAgent::~ProxiedAgent() {
  agent_.api().request_stop();
}

// --- somebody with kubectl ---

Foreigner::Foreigner(const Parts& parts)
    : parts_(parts),
      random_(parts.seed),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

std::map<std::string, Span> Foreigner::finish() {
  thread_.request_stop();
  thread_.join();
  return commits_;
}

void Foreigner::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      if (random_() % 4 == 0) {
        edit();
      } else {
        write();
      }
    } catch (const std::exception& failure) {
      return parts_.problems.add(failure.what());
    }
    parts_.progress.wait(1 + static_cast<int>(random_() % foreigner_steps_max), stop);
    std::this_thread::sleep_for(milliseconds(random_() % foreigner_delay_ms));
  }
}

/// Every value is new, so that each write is a commit.
std::string Foreigner::next_patch() {
  const std::string value = "\"w" + std::to_string(++writes_) + "\"";
  if (key_is_there_ && (parts_.few_keys || random_() % 3 == 0)) {
    key_is_there_ = false;
    return R"({"data":{"other-cassandra-dc9-0":null}})";
  }
  switch (random_() % 8) {
    case 0:
    case 1:
      return R"({"metadata":{"annotations":{"somebody/note":)" + value + "}}}";
    case 2:
      return R"({"metadata":{"labels":{"somebodys":)" + value + "}}}";
    case 3:
      return R"({"binaryData":{"blob":"AAE=","blob2":null},"metadata":{"labels":{"also":)" + value +
             "}}}";
    case 4:
      key_is_there_ = true;
      return R"({"data":{"other-cassandra-dc9-0":)" + value + "}}";
    default:
      if (parts_.few_keys) return R"({"metadata":{"annotations":{"another/note":)" + value + "}}}";
      return R"({"data":{"half-a.json":"{\"half","notes.txt":)" + value + "}}";
  }
}

void Foreigner::note(const http::Response& answer, Moment from) {
  if (!answer.successful()) return;
  const auto object = text::parse_json_object(answer.body, "reading an answer");
  if (!object) return;
  const text::JsonView metadata = text::JsonView(*object).object("metadata");
  commits_[metadata.text("resourceVersion")] = Span{from, parts_.clock.moment()};
}

/// kubectl patch, annotate, label: no condition.
void Foreigner::write() {
  const std::string patch = next_patch();
  const Moment from = parts_.clock.moment();
  note(parts_.stage.api().send("PATCH", parts_.stage.core("configmaps/" + parts_.config_map), patch,
                               "application/merge-patch+json"),
       from);
}

/// kubectl edit: the whole object goes back, with the resourceVersion that it had.
void Foreigner::edit() {
  const std::string path = parts_.stage.core("configmaps/" + parts_.config_map);
  const auto object = parts_.stage.api().get(path);
  auto annotations = object.raw()->getObject("metadata")->getObject("annotations");
  if (annotations.isNull()) return;
  annotations->set("somebody/edited", "w" + std::to_string(++writes_));
  const Moment from = parts_.clock.moment();
  note(parts_.stage.api().send("PUT", path, text::to_json(*object.raw()), "application/json"),
       from);
}

// --- controller and kubelet ---

PodKeeper::PodKeeper(Stage& stage, const std::vector<SetShape>& sets, const Observer& observer,
                     Problems& problems, Progress& progress)
    : stage_(stage),
      sets_(sets),
      observer_(observer),
      problems_(problems),
      progress_(progress),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void PodKeeper::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      look();
    } catch (const std::exception& failure) {
      return problems_.add(failure.what());
    }
    progress_.wait(keeper_steps, stop);
  }
}

void PodKeeper::look() {
  std::map<std::string, text::JsonView> pods;
  for (const text::JsonView& pod :
       stage_.api().get(stage_.core("pods?resourceVersion=0")).objects("items")) {
    pods.emplace(pod.object("metadata").text("name"), pod);
  }
  const auto recorded = observer_.recorded();
  changes_left_ = keeper_changes_max;
  for (const SetShape& set : sets_) {
    for (int ordinal = 0; ordinal < set.replicas; ++ordinal) {
      const std::string name = set.pod(ordinal);
      const auto pod = pods.find(name);
      keep(set, ordinal, pod == pods.end() ? nullptr : &pod->second, recorded.contains(name));
    }
  }
}

void PodKeeper::keep(const SetShape& set, int ordinal, const text::JsonView* pod, bool recorded) {
  if (changes_left_ == 0) return;
  const PodPhase fresh = recorded ? PodPhase::held : PodPhase::ready;
  const bool at_gate = pod != nullptr && pod->object("status").text("phase") == "Pending";
  try {
    if (pod == nullptr) {
      stage_.make_pod(set, ordinal, fresh);
    } else if (pod->object("metadata").has("deletionTimestamp")) {
      stage_.replace_pod(set, ordinal, fresh);
    } else if (at_gate && !recorded) {
      stage_.set_phase(set, ordinal, PodPhase::ready);
    } else {
      return;
    }
    --changes_left_;
  } catch (const std::exception& failure) {
    if (!was_too_late(failure.what())) throw;
  }
}

}  // namespace maintenance::testing
