#include "plugin/root_api/root_api.h"

#include <Poco/String.h>

#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

using Poco::JSON::Object;
using text::JsonView;

constexpr const char* cassandra_selector = "cassandra-cluster-component=cassandra";
constexpr std::string_view v1 = "/v1/";

http::Response json_response(int status, const Object& body) {
  const char* type = status < 400 ? "application/json" : "application/problem+json";
  return http::Response{status, {{"Content-Type", type}}, text::to_json(body)};
}

http::Response problem(int status, const std::string& detail) {
  Object body;
  body.set("title", "the server knows the root API only");
  body.set("status", status);
  body.set("detail", detail);
  return json_response(status, body);
}

http::Response refusal(const Verdict& verdict) {
  Object body;
  body.set("title", "refused by the policy");
  body.set("status", 409);
  body.set("verdict", verdict_to_json(verdict));
  return json_response(409, body);
}

bool is_json(const http::Response& answer) {
  const std::string type(http::find_header(answer.headers, "Content-Type"));
  return Poco::toLower(type).find("json") != std::string::npos;
}

/// The reference system shows its own connection around the ConfigMap, its token included: that is
/// nobody's business.
http::Response only_config_map(http::Response answer) {
  const auto parsed = text::parse_json_object(answer.body, "reading the ConfigMap");
  if (!parsed) return answer;
  const JsonView view(*parsed);
  if (view.text("kind").empty() && view.object("body").text("kind") == "ConfigMap") {
    answer.body = text::to_json(*view.object("body").raw());
  }
  return answer;
}

/// "pods", "a" of "/v1/pods/a?dryRun=true".
std::pair<std::string, std::string> parts_of(const std::string& target) {
  const std::string path = target.substr(0, target.find('?')).substr(v1.size());
  const auto slash = path.find('/');
  if (slash == std::string::npos) return {path, ""};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

}  // namespace

Result<http::Response> RootApi::send(const http::Request& request, Deadline deadline) {
  if (request.target == "/config") return config(deadline);
  if (is_old_) return translate(request, deadline);
  auto answer = parts_.server.send(request, deadline);
  if (!answer || answer->status != 404 || is_json(*answer)) return answer;
  if (request.target.rfind(v1, 0) != 0) return answer;
  is_old_ = true;
  return translate(request, deadline);
}

Result<http::Response> RootApi::config(Deadline deadline) {
  auto answer = parts_.server.send(http::Request{"GET", "/config", {}, ""}, deadline);
  if (!answer) return answer;
  return only_config_map(std::move(*answer));
}

Result<RootWorld> RootApi::look(Deadline deadline) {
  RootWorld world;
  const auto agent = parts_.finder.find();
  if (!agent) return agent.error();
  world.cluster = agent->instance;
  kube::Client client = parts_.client.until(deadline);
  world.namespace_name = client.namespace_name();
  const auto answer = config(deadline);
  if (!answer) return answer.error();
  const auto parsed = text::parse_json_object(answer->body, "reading the server's ConfigMap");
  if (!parsed || !answer->successful()) {
    return Error{ErrorKind::protocol, "reading the server's ConfigMap",
                 "it answered " + std::to_string(answer->status)};
  }
  const kube::ConfigMap map = kube::read_config_map(JsonView(*parsed));
  world.config_map = map.metadata.name;
  world.records = parse_records(map.data);
  std::string selector = cassandra_selector;
  if (!agent->instance.empty())
    selector += std::string(",") + instance_label + "=" + agent->instance;
  auto pods = client.list_pods(selector);
  if (!pods) return pods.error();
  world.pods = std::move(*pods);
  auto sets = client.list_stateful_sets();
  if (sets) world.stateful_sets = std::move(*sets);
  if (!sets && sets.error().kind != ErrorKind::forbidden) return sets.error();
  return world;
}

Result<http::Response> RootApi::translate(const http::Request& request, Deadline deadline) {
  const auto [what, name] = parts_of(request.target);
  if (request.method == "GET") return get(what, name, deadline);
  return change(what, name, request, deadline);
}

Result<http::Response> RootApi::get(const std::string& what, const std::string& name,
                                    Deadline deadline) {
  const auto world = look(deadline);
  if (!world) return world.error();
  if (what == "status") return json_response(200, *report_to_json(root_cluster_report(*world)));
  const auto report = root_pod_report(*world, name);
  if (!report) return problem(404, "there is no pod " + name + " in this Cassandra cluster");
  return json_response(200, *report_to_json(*report));
}

Result<http::Response> RootApi::change(const std::string& what, const std::string& name,
                                       const http::Request& request, Deadline deadline) {
  Wish wish{request.method == "PUT", request.target.find("dryRun=true") != std::string::npos};
  if (!request.body.empty()) {
    const auto parsed = text::parse_json_object(request.body, "reading the wish");
    if (!parsed) return parsed.error();
    const JsonView body(*parsed);
    // Left out, either would come to something else than was asked for.
    if (body.has("duration"))
      return problem(400, "--for: this server ends no maintenance by itself");
    if (body.flag("force")) return problem(400, "--force: this server restarts no held pod");
  }
  const auto world = look(deadline);
  if (!world) return world.error();
  const bool is_dc = what == "dcs";
  const std::set<std::string> pods = is_dc ? world->pods_of_dc(name) : std::set<std::string>{name};
  const bool known =
      is_dc ? !pods.empty()
            : world->find_pod(name) != nullptr || (!wish.in && world->records.contains(name));
  if (!known) {
    return problem(404, "there is no " + std::string(is_dc ? "datacenter " : "pod ") + name +
                            " in this Cassandra cluster");
  }
  if (wish.in) {
    if (!world->stateful_sets) {
      return problem(403,
                     "this server has no policy of its own, and without list on "
                     "statefulsets.apps in namespace " +
                         world->namespace_name + " it cannot be checked for it");
    }
    const Verdict verdict = root_verdict(*world, pods);
    if (verdict.refuses()) return refusal(verdict);
  }
  return carry_out(pods, *world, is_dc, wish, deadline);
}

Result<void> RootApi::send_wish(const std::string& pod, bool in, Deadline deadline) {
  const auto answer = parts_.server.send(
      http::Request{in ? "PUT" : "DELETE", "/pods/" + http::percent_encode(pod), {}, ""}, deadline);
  if (!answer) return answer.error();
  if (answer->successful()) return {};
  return Error{ErrorKind::server, "",
               "the server answered " + std::to_string(answer->status) + ": " +
                   text::printable(answer->body, 200)};
}

Result<http::Response> RootApi::carry_out(const std::set<std::string>& pods,
                                          const RootWorld& before, bool is_dc, Wish wish,
                                          Deadline deadline) {
  std::map<std::string, std::string> failures;
  for (const std::string& pod : pods) {
    if (wish.dry_run || before.records.contains(pod) == wish.in) continue;
    // One pod after the other, never the server's own dcs: dc1 would be dc10 as well.
    const auto sent = send_wish(pod, wish.in, deadline);
    if (!sent && !is_dc) return sent.error();
    if (!sent) failures[pod] = sent.error().message();
  }
  const auto after = wish.dry_run ? Result<RootWorld>(before) : look(deadline);
  if (!after) return after.error();
  Poco::JSON::Array::Ptr list = new Poco::JSON::Array;
  for (const std::string& pod : pods) {
    PodReport report = root_pod_report(*after, pod).value_or(PodReport{});
    report.name = pod;
    report.changed = before.records.contains(pod) != wish.in;
    if (failures.contains(pod)) report.error = failures.at(pod);
    list->add(report_to_json(report));
  }
  Object::Ptr body = new Object;
  if (is_dc) {
    body->set("pods", list);
  } else {
    body = list->getObject(0);
  }
  if (wish.in) body->set("verdict", verdict_to_json(root_verdict(before, pods)));
  if (wish.dry_run) body->set("dryRun", true);
  return json_response(200, *body);
}

}  // namespace maintenance::plugin
