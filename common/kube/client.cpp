#include "common/kube/client.h"

#include <algorithm>

#include "common/kube/status.h"
#include "common/text/names.h"
#include "common/text/wipe.h"

namespace maintenance::kube {
namespace {

using http::Request;
using Poco::JSON::Object;
using text::JsonView;

Request json_request(std::string method, std::string target, const Object& body,
                     const std::string& content_type) {
  return Request{
      std::move(method), std::move(target), {{"Content-Type", content_type}}, text::to_json(body)};
}

/// A write that says itself when it is not to happen (a uid, a name that must be free), that only
/// sets what it sets, or that is only a question.
Request repeatable(Request request) {
  request.idempotent = true;
  return request;
}

/// A server that failed at a write, or a gateway that lost its answer, may have done it all the
/// same: etcd can time out after it has committed.
bool may_have_happened(int status) {
  return status == 500 || status == 502 || status == 504;
}

/// In a merge patch null removes the member.
void set_or_remove(Object& object, const std::string& key,
                   const std::optional<std::string>& value) {
  if (value) {
    object.set(key, *value);
  } else {
    object.set(key, Poco::Dynamic::Var());
  }
}

/// A merge patch that is refused when the object is no longer at `resource_version`.
Request conditional_patch(const std::string& path, const std::string& resource_version,
                          Object::Ptr metadata, Object& body) {
  metadata->set("resourceVersion", resource_version);
  body.set("metadata", metadata);
  return json_request("PATCH", path, body, "application/merge-patch+json");
}

Object::Ptr uid_precondition(const std::string& uid) {
  Object::Ptr preconditions = new Object;
  preconditions->set("uid", uid);
  return preconditions;
}

/// A write without its condition would undo what others have done meanwhile: a defect of ours.
Error unconditional(const std::string& doing, const std::string& missing) {
  return Error{ErrorKind::internal, doing, "nothing was sent: the " + missing + " is unknown"};
}

}  // namespace

Client::Client(http::Transport& transport, const Clock& clock, std::string namespace_name,
               std::chrono::milliseconds timeout)
    : transport_(transport),
      clock_(clock),
      namespace_(std::move(namespace_name)),
      timeout_(timeout) {}

Client Client::until(Deadline deadline) const {
  Client bounded = *this;
  bounded.deadline_ = deadline;
  return bounded;
}

std::string Client::object_name(const std::string& resource, const std::string& name) const {
  return resource + " " + namespace_ + "/" + name;
}

Result<http::Response> Client::send(const Request& request, const std::string& doing,
                                    Namespaces namespaces) {
  if (namespaces == Namespaces::one || namespace_ != all_namespaces) {
    if (auto valid = text::check_label("namespace", namespace_); !valid) return valid.error();
  }
  Request full = request;
  full.headers.push_back({"Accept", "application/json"});
  const Deadline deadline = std::min(deadline_, clock_.steady_now() + timeout_);
  auto sent = transport_.send(full, deadline);
  const bool unclear = sent && !http::is_read(request.method) && may_have_happened(sent->status);
  auto answer = check_status(std::move(sent), doing);
  if (answer) return answer;
  Error failure = answer.error();
  const bool failed = failure.kind == ErrorKind::server || failure.kind == ErrorKind::timeout;
  if (unclear && failed) failure.kind = ErrorKind::unknown_outcome;
  return failure;
}

Result<JsonView> Client::ask(const Request& request, const std::string& doing,
                             const text::Members& wanted) {
  const auto answer = send(request, doing);
  if (!answer) return answer.error();
  return text::parse_json_members(answer->body, wanted, doing);
}

Result<Pod> Client::get_pod(const std::string& name) {
  if (auto valid = text::check_subdomain("pod", name); !valid) return valid.error();
  auto object = ask(Request{"GET", object_path(core_api, namespace_, "pods", name), {}, {}},
                    "reading " + object_name("pod", name), pod_members());
  if (!object) return object.error();
  return read_pod(*object);
}

Result<std::optional<Pod>> Client::find_pod(const std::string& name) {
  auto pod = get_pod(name);
  if (pod) return std::optional<Pod>(std::move(*pod));
  if (pod.error().kind == ErrorKind::not_found) return std::optional<Pod>();
  return pod.error();
}

Result<std::string> Client::list(const Collection& collection, const text::EachObject& each,
                                 Freshness freshness) {
  const std::string where =
      namespace_ == all_namespaces ? " in all namespaces" : " in namespace " + namespace_;
  const std::string doing = "listing " + collection.resource + where;
  static const text::Members everything;
  const text::Members& wanted = collection.members ? *collection.members : everything;
  std::string next;
  for (int page = 0; page < list_pages_max; ++page) {
    const auto answer =
        send(Request{"GET", list_target(collection, namespace_, next, freshness), {}, {}}, doing,
             Namespaces::one_or_all);
    if (!answer) return answer.error();
    const auto listed = text::parse_json_list(answer->body, wanted, each, doing);
    if (!listed) return listed.error();
    const JsonView metadata = listed->object("metadata");
    next = metadata.text("continue");
    if (next.empty()) return metadata.text("resourceVersion");
  }
  return Error{ErrorKind::too_large, doing, "there are too many"};
}

Result<std::vector<Pod>> Client::list_pods(const std::string& label_selector, Freshness freshness) {
  std::vector<Pod> pods;
  const auto listed = list(
      Collection{core_api, "pods", label_selector, {}, &pod_members()},
      [&](const JsonView& item) { pods.push_back(read_pod(item)); }, freshness);
  if (!listed) return listed.error();
  return pods;
}

Result<std::vector<StatefulSet>> Client::list_stateful_sets(const std::string& label_selector) {
  std::vector<StatefulSet> sets;
  const auto listed =
      list(Collection{apps_api, "statefulsets", label_selector, {}, &stateful_set_members()},
           [&](const JsonView& item) { sets.push_back(read_stateful_set(item)); });
  if (!listed) return listed.error();
  return sets;
}

Result<std::vector<DisruptionBudget>> Client::list_disruption_budgets() {
  std::vector<DisruptionBudget> budgets;
  const auto listed =
      list(Collection{policy_api, "poddisruptionbudgets"},
           [&](const JsonView& item) { budgets.push_back(read_disruption_budget(item)); });
  if (!listed) return listed.error();
  return budgets;
}

Result<ConfigMap> Client::get_config_map(const std::string& name) {
  if (auto valid = text::check_subdomain("ConfigMap", name); !valid) return valid.error();
  auto object = ask(Request{"GET", object_path(core_api, namespace_, "configmaps", name), {}, {}},
                    "reading " + object_name("ConfigMap", name));
  if (!object) return object.error();
  return read_config_map(*object);
}

Result<ConfigMap> Client::patch_config_map(const std::string& name,
                                           const std::string& resource_version,
                                           const DataChange& change) {
  if (auto valid = text::check_subdomain("ConfigMap", name); !valid) return valid.error();
  const std::string doing = "writing " + object_name("ConfigMap", name);
  if (resource_version.empty()) return unconditional(doing, "resourceVersion");
  Object::Ptr data = new Object;
  for (const auto& [key, value] : change)
    set_or_remove(*data, key, value);
  Object body;
  body.set("data", data);
  auto object = ask(conditional_patch(object_path(core_api, namespace_, "configmaps", name),
                                      resource_version, new Object, body),
                    doing);
  if (!object) return object.error();
  return read_config_map(*object);
}

Result<void> Client::evict(const std::string& pod, const std::string& uid) {
  if (auto valid = text::check_subdomain("pod", pod); !valid) return valid.error();
  const std::string doing = "evicting " + object_name("pod", pod);
  if (uid.empty()) return unconditional(doing, "uid");
  Object::Ptr metadata = new Object;
  metadata->set("name", pod);
  metadata->set("namespace", namespace_);
  Object::Ptr options = new Object;
  options->set("preconditions", uid_precondition(uid));
  Object body;
  body.set("apiVersion", "policy/v1");
  body.set("kind", "Eviction");
  body.set("metadata", metadata);
  body.set("deleteOptions", options);
  auto answer = ask(
      repeatable(json_request("POST", object_path(core_api, namespace_, "pods", pod, "eviction"),
                              body, "application/json")),
      doing);
  if (!answer) return answer.error();
  return {};
}

Result<void> Client::delete_pod(const std::string& pod, const std::string& uid) {
  if (auto valid = text::check_subdomain("pod", pod); !valid) return valid.error();
  const std::string doing = "deleting " + object_name("pod", pod);
  if (uid.empty()) return unconditional(doing, "uid");
  Object body;
  body.set("apiVersion", "v1");
  body.set("kind", "DeleteOptions");
  body.set("preconditions", uid_precondition(uid));
  auto answer =
      ask(repeatable(json_request("DELETE", object_path(core_api, namespace_, "pods", pod), body,
                                  "application/json")),
          doing);
  if (!answer) return answer.error();
  return {};
}

Result<void> Client::annotate_config_map(const std::string& name,
                                         const std::string& resource_version,
                                         const std::string& key,
                                         const std::optional<std::string>& value) {
  if (auto valid = text::check_subdomain("ConfigMap", name); !valid) return valid.error();
  const std::string doing = "annotating " + object_name("ConfigMap", name);
  if (resource_version.empty()) return unconditional(doing, "resourceVersion");
  Object::Ptr annotations = new Object;
  set_or_remove(*annotations, key, value);
  Object::Ptr metadata = new Object;
  metadata->set("annotations", annotations);
  Object body;
  auto answer = ask(conditional_patch(object_path(core_api, namespace_, "configmaps", name),
                                      resource_version, metadata, body),
                    doing);
  if (!answer) return answer.error();
  return {};
}

Result<void> Client::annotate_pod(const std::string& pod, const std::string& key,
                                  const std::string& value, const std::string& uid) {
  if (auto valid = text::check_subdomain("pod", pod); !valid) return valid.error();
  Object::Ptr annotations = new Object;
  annotations->set(key, value);
  Object::Ptr metadata = new Object;
  if (!uid.empty()) metadata->set("uid", uid);
  metadata->set("annotations", annotations);
  Object body;
  body.set("metadata", metadata);
  auto answer = ask(repeatable(json_request("PATCH", object_path(core_api, namespace_, "pods", pod),
                                            body, "application/merge-patch+json")),
                    "annotating " + object_name("pod", pod));
  if (!answer) return answer.error();
  return {};
}

Result<void> Client::create_event(const Event& event) {
  if (auto valid = text::check_subdomain("Event", event.name); !valid) return valid.error();
  auto answer = ask(repeatable(json_request("POST", object_path(events_api, namespace_, "events"),
                                            *event_to_json(event, namespace_), "application/json")),
                    "reporting " + object_name("Event", event.name));
  if (answer || answer.error().kind == ErrorKind::conflict) return {};
  return answer.error();
}

Result<std::vector<SeenEvent>> Client::list_events(const std::string& reason) {
  std::vector<SeenEvent> events;
  const auto listed = list(Collection{core_api, "events", {}, "reason=" + reason},
                           [&](const JsonView& item) { events.push_back(read_event(item)); });
  if (!listed) return listed.error();
  return events;
}

Result<std::string> Client::user_name() {
  Object body;
  body.set("apiVersion", "authentication.k8s.io/v1");
  body.set("kind", "SelfSubjectReview");
  const std::string target = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  const std::string doing = "asking the API server who we are";
  auto object = ask(repeatable(json_request("POST", target, body, "application/json")), doing);
  if (!object) return object.error();
  return object->object("status").object("userInfo").text("username");
}

Result<bool> Client::is_allowed(const Permission& permission) {
  Object attributes;
  attributes.set("namespace", namespace_);
  attributes.set("verb", permission.verb);
  attributes.set("resource", permission.resource);
  if (!permission.subresource.empty()) attributes.set("subresource", permission.subresource);
  Object spec;
  spec.set("resourceAttributes", attributes);
  Object body;
  body.set("apiVersion", "authorization.k8s.io/v1");
  body.set("kind", "SelfSubjectAccessReview");
  body.set("spec", spec);
  const std::string target = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const std::string doing = "asking the API server what we may do";
  auto object = ask(repeatable(json_request("POST", target, body, "application/json")), doing);
  if (!object) return object.error();
  return object->object("status").flag("allowed");
}

Result<TokenReview> Client::review_token(const std::string& token, const std::string& audience) {
  const std::string target = "/apis/authentication.k8s.io/v1/tokenreviews";
  Request request = repeatable(
      json_request("POST", target, *token_review_request(token, audience), "application/json"));
  const text::WipeAtEnd end(request.body);
  auto object = ask(request, "asking the API server whose token it is");
  if (!object) return object.error();
  return read_token_review(*object);
}

Result<AccessReview> Client::review_access(const User& user, const ResourceAccess& access) {
  const std::string target = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
  auto object = ask(repeatable(json_request("POST", target, *access_review_request(user, access),
                                            "application/json")),
                    "asking the API server what a caller may do");
  if (!object) return object.error();
  return read_access_review(*object);
}

}  // namespace maintenance::kube
