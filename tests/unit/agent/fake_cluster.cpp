#include "tests/unit/agent/fake_cluster.h"

#include "common/text/json.h"

namespace maintenance::testing {
namespace {

const std::string core = "/api/v1/namespaces/cassandra/";
const std::string apps = "/apis/apps/v1/namespaces/cassandra/statefulsets";

std::string quote(const std::string& raw) {
  Poco::JSON::Array array;
  array.add(raw);
  const std::string json = text::to_json(array);
  return json.substr(1, json.size() - 2);
}

std::string object_json(const std::map<std::string, std::string>& members) {
  std::string out = "{";
  for (const auto& [key, value] : members)
    out += (out.size() == 1 ? "" : ",") + quote(key) + ":" + quote(value);
  return out + "}";
}

std::string spec_json(bool gate, bool pre_stop = true) {
  const std::string init =
      gate ? R"([{"name":"maintenance-gate-copy"},)"
             R"({"name":"maintenance-mode","volumeMounts":[{"name":"maintenance"}]}])"
           : "[]";
  const std::string lifecycle = pre_stop ? R"(,"lifecycle":{"preStop":{"exec":{}}})" : "";
  return R"({"containers":[{"name":"cassandra")" + lifecycle + R"(}],"initContainers":)" + init +
         R"(,"volumes":[{"name":"maintenance","configMap":{"name":"demo-maintenance-configmap"}}]})";
}

std::string gate_state(FakePhase phase) {
  if (phase == FakePhase::held) return R"({"running":{"startedAt":"2026-01-01T00:00:00Z"}})";
  if (phase == FakePhase::pending) return R"({"waiting":{"reason":"PodInitializing"}})";
  return R"({"terminated":{"exitCode":0}})";
}

std::string cassandra_state(FakePhase phase) {
  const bool runs =
      phase == FakePhase::ready || phase == FakePhase::running || phase == FakePhase::terminating;
  if (runs) return R"({"running":{"startedAt":"2026-01-01T00:00:00Z"}})";
  if (phase == FakePhase::crashing) return R"({"waiting":{"reason":"CrashLoopBackOff"}})";
  return R"({"waiting":{"reason":"PodInitializing"}})";
}

std::string pod_phase(FakePhase phase) {
  if (phase == FakePhase::held || phase == FakePhase::pending) return "Pending";
  return phase == FakePhase::failed ? "Failed" : "Running";
}

bool selected(const std::map<std::string, std::string>& labels) {
  const auto component = labels.find("app.kubernetes.io/component");
  return component != labels.end() && component->second == "database";
}

std::map<std::string, std::string> labels_of(const std::string& dc) {
  return {{"app.kubernetes.io/component", "database"},
          {"cassandra-cluster-instance", "demo"},
          {"cassandra-cluster-dc", dc}};
}

std::string list_json(const std::string& items) {
  return R"({"kind":"List","metadata":{},"items":[)" + items + "]}";
}

void append_item(std::string& items, const std::string& item) {
  items += (items.empty() ? "" : ",") + item;
}

text::JsonView parsed(const std::string& body) {
  return text::JsonView(*text::parse_json_object(body, "a test's request"));
}

void merge(std::map<std::string, std::string>& into, const text::JsonView& patch) {
  if (patch.raw().isNull()) return;
  for (const auto& [key, value] : *patch.raw()) {
    if (value.isEmpty()) {
      into.erase(key);
    } else {
      into[key] = value.extract<std::string>();
    }
  }
}

}  // namespace

std::string pod_name(const std::string& dc, int ordinal) {
  return "demo-cassandra-" + dc + "-" + std::to_string(ordinal);
}

std::string pod_json(const std::string& name, const FakePod& pod) {
  std::string metadata = R"({"name":)" + quote(name) + R"(,"namespace":"cassandra","uid":)" +
                         quote(pod.uid) + R"(,"labels":)" + object_json(pod.labels);
  if (!pod.set.empty()) {
    metadata += R"(,"ownerReferences":[{"kind":"StatefulSet","controller":true,"name":)" +
                quote(pod.set) + "}]";
  }
  if (pod.phase == FakePhase::terminating) {
    metadata += R"(,"deletionTimestamp":"2026-01-01T00:00:00Z")";
  }
  const std::string ready = pod.phase == FakePhase::ready ? "true" : "false";
  const std::string statuses = R"("initContainerStatuses":[{"name":"maintenance-mode","state":)" +
                               gate_state(pod.phase) +
                               R"(}],"containerStatuses":[{"name":"cassandra","ready":)" + ready +
                               R"(,"state":)" + cassandra_state(pod.phase) + "}]";
  return R"({"kind":"Pod","metadata":)" + metadata + R"(},"spec":)" +
         spec_json(pod.gate, pod.pre_stop) + R"(,"status":{"phase":")" + pod_phase(pod.phase) +
         R"(","conditions":[{"type":"Ready","status":")" +
         (pod.phase == FakePhase::ready ? "True" : "False") + R"("}],)" + statuses + "}}";
}

std::string set_json(const std::string& name, const FakeSet& set) {
  return R"({"metadata":{"name":)" + quote(name) + R"(},"spec":{"replicas":)" +
         std::to_string(set.replicas) + R"(,"podManagementPolicy":)" + quote(set.policy) +
         R"(,"template":{"metadata":{"labels":)" + object_json(labels_of(set.dc)) + R"(},"spec":)" +
         spec_json(set.gate) + R"(}},"status":{"currentRevision":"r1","updateRevision":)" +
         (set.rolling ? R"("r2"}})" : R"("r1"}})");
}

std::string budget_json(const std::string& name, const FakeBudget& budget) {
  return R"({"metadata":{"name":)" + quote(name) + R"(},"spec":{"selector":{"matchLabels":)" +
         object_json(budget.match_labels) + R"(}},"status":{"disruptionsAllowed":)" +
         std::to_string(budget.disruptions_allowed) + "}}";
}

FakeCluster::FakeCluster()
    : transport_([this](const http::Request& request) {
        const std::lock_guard lock(mutex_);
        if (intercept) {
          if (auto given = intercept(request)) return std::move(*given);
        }
        return locked_answer(request);
      }) {}

void FakeCluster::add_dc(const std::string& dc, int replicas, const std::string& policy,
                         bool gate) {
  const std::string set = "demo-cassandra-" + dc;
  sets[set] = FakeSet{dc, policy, replicas, gate};
  for (int i = 0; i < replicas; ++i) {
    FakePod pod;
    pod.set = set;
    pod.labels = labels_of(dc);
    pod.gate = gate;
    add_pod(pod_name(dc, i), pod);
  }
}

void FakeCluster::add_pod(const std::string& name, FakePod pod) {
  if (pod.uid.empty()) pod.uid = "uid-" + std::to_string(next_uid_++);
  pods[name] = std::move(pod);
}

std::vector<std::string> FakeCluster::requests(const std::string& method) const {
  std::vector<std::string> out;
  for (const http::Request& request : transport_.requests()) {
    if (method.empty() || request.method == method) {
      out.push_back(request.method + " " + request.target);
    }
  }
  return out;
}

Answer FakeCluster::answer(const http::Request& request) {
  const std::lock_guard lock(mutex_);
  return locked_answer(request);
}

Answer FakeCluster::locked_answer(const http::Request& request) {
  const std::string path = request.target.substr(0, request.target.find('?'));
  std::string items;
  if (path == apps) {
    for (const auto& [name, set] : sets)
      append_item(items, set_json(name, set));
    return json_answer(200, list_json(items));
  }
  if (path == "/apis/policy/v1/namespaces/cassandra/poddisruptionbudgets") {
    for (const auto& [name, budget] : budgets)
      append_item(items, budget_json(name, budget));
    return json_answer(200, list_json(items));
  }
  if (path == core + "pods") {
    for (const auto& [name, pod] : pods) {
      if (selected(pod.labels)) append_item(items, pod_json(name, pod));
    }
    return json_answer(200, list_json(items));
  }
  if (path == "/apis/authentication.k8s.io/v1/tokenreviews") return token_review(request);
  if (path == "/apis/authorization.k8s.io/v1/subjectaccessreviews") return access_review(request);
  if (path == core + "configmaps/" + config_map) return config_map_answer(request);
  if (path.starts_with(core + "pods/")) {
    return pod_answer(request, path.substr(core.size() + 5));
  }
  return status_answer(404, "NotFound", "the server could not find " + request.target);
}

/// As the API server does it: only those of the token's audiences that were asked for come back.
Answer FakeCluster::token_review(const http::Request& request) const {
  const text::JsonView spec = parsed(request.body).object("spec");
  const auto known = tokens.find(spec.text("token"));
  if (known == tokens.end()) {
    return json_answer(201, R"({"status":{"error":"invalid bearer token"}})");
  }
  std::string shared;
  for (const std::string& wanted : spec.texts("audiences")) {
    for (const std::string& own : known->second.audiences)
      if (own == wanted) append_item(shared, quote(own));
  }
  if (spec.has("audiences") && shared.empty()) {
    return json_answer(201, R"({"status":{"error":"token audiences are invalid"}})");
  }
  return json_answer(201, R"({"status":{"authenticated":true,"user":{"username":)" +
                              quote(known->second.user) +
                              R"(,"uid":"u-1","groups":["system:authenticated"],)"
                              R"("extra":{"credential-id":["c-1"]}},"audiences":[)" +
                              shared + "]}}");
}

Answer FakeCluster::access_review(const http::Request& request) const {
  const text::JsonView spec = parsed(request.body).object("spec");
  const text::JsonView what = spec.object("resourceAttributes");
  const std::string right = spec.text("user") + " " + what.text("verb") + " " +
                            what.text("resource") + "/" + what.text("subresource") + " ";
  const bool allowed = what.text("namespace") == "cassandra" &&
                       (rights.contains(right + "*") || rights.contains(right + what.text("name")));
  return json_answer(201,
                     std::string(R"({"status":{"allowed":)") + (allowed ? "true" : "false") + "}}");
}

std::string FakeCluster::config_map_json() const {
  return R"({"kind":"ConfigMap","metadata":{"name":"demo-maintenance-configmap",)"
         R"("managedFields":[{"manager":"kubectl"}],"resourceVersion":")" +
         std::to_string(version) + R"(","annotations":)" + object_json(annotations) +
         R"(},"data":)" + object_json(data) + "}";
}

Answer FakeCluster::config_map_answer(const http::Request& request) {
  if (!has_config_map) return status_answer(404, "NotFound", "configmaps not found");
  if (request.method == "GET") return json_answer(200, config_map_json());
  const text::JsonView patch = parsed(request.body);
  const std::string expected = patch.object("metadata").text("resourceVersion");
  if (expected != std::to_string(version)) {
    return status_answer(409, "Conflict", "the object has been modified");
  }
  merge(data, patch.object("data"));
  merge(annotations, patch.object("metadata").object("annotations"));
  ++version;
  return json_answer(200, config_map_json());
}

Answer FakeCluster::evict(const http::Request& request, const std::string& name) {
  const text::JsonView body = parsed(request.body);
  const text::JsonView options = request.method == "DELETE" ? body : body.object("deleteOptions");
  const std::string uid = options.object("preconditions").text("uid");
  if (uid != pods.at(name).uid) return status_answer(409, "Conflict", "the UID does not match");
  pods.at(name).phase = FakePhase::terminating;
  return json_answer(201, R"({"kind":"Status","status":"Success"})");
}

Answer FakeCluster::pod_answer(const http::Request& request, const std::string& rest) {
  const std::string name = rest.substr(0, rest.find('/'));
  const auto found = pods.find(name);
  if (found == pods.end()) return status_answer(404, "NotFound", "pods \"" + name + "\" not found");
  if (rest == name + "/eviction") return evict(request, name);
  if (request.method == "DELETE") return evict(request, name);
  if (request.method == "PATCH") {
    found->second.touched = parsed(request.body)
                                .object("metadata")
                                .object("annotations")
                                .text("cassandra-maintenance/touched");
  }
  return json_answer(200, pod_json(name, found->second));
}

}  // namespace maintenance::testing
