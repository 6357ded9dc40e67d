#include "plugin/root_api/root_api.h"

#include <boost/test/unit_test.hpp>

#include "plugin/commands/change.h"
#include "plugin/commands/config.h"
#include "plugin/commands/status.h"
#include "tests/support/check.h"
#include "tests/unit/plugin/fakes.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;

namespace {

http::Response html(int status, const std::string& text) {
  return {status, {{"Content-Type", "text/html; charset=utf-8"}}, text};
}

/// A pod of the cluster: of StatefulSet demo-cassandra-DC, at its gate or running.
std::string pod_json(const std::string& name, const std::string& dc, bool held,
                     const std::string& gate = "maintenance-mode") {
  return R"({"metadata":{"name":")" + name + R"(","namespace":"cassandra","uid":"u","labels":{)" +
         R"("cassandra-cluster-dc":")" + dc + R"("},"ownerReferences":[{"controller":true,)" +
         R"("kind":"StatefulSet","name":"demo-cassandra-)" + dc + R"("}]},"spec":{)" +
         R"("initContainers":[{"name":")" + gate + R"("}],"containers":[{"name":"cassandra"}]},)" +
         R"("status":{"phase":")" + (held ? "Pending" : "Running") +
         R"(","conditions":[{"type":"Ready","status":")" + (held ? "False" : "True") +
         R"("}],"initContainerStatuses":[{"name":")" + gate + R"(","state":{)" +
         (held ? R"("running":{})" : R"("terminated":{"exitCode":0})") +
         R"(}}],"containerStatuses":[{"name":"cassandra","ready":)" + (held ? "false" : "true") +
         R"(,"state":{)" + (held ? R"("waiting":{})" : R"("running":{})") + "}}]}}";
}

/// The reference system's server and the objects around it, as far as a client sees them. What it
/// is asked for comes true at once.
struct Reference {
  std::map<std::string, std::string> pods;  ///< name to dc
  std::map<std::string, std::string> data;
  std::string policy = "Parallel";
  std::string gate = "maintenance-mode";
  bool may_list_sets = true;
  std::vector<std::string> writes;

  Answer server(const http::Request& request) {
    if (request.target.rfind("/v1/", 0) == 0) {
      return html(404, "<pre>Cannot GET " + request.target + "</pre>");
    }
    if (request.target == "/config") {
      std::string members;
      for (const auto& [name, value] : data)
        members += (members.empty() ? "\"" : ",\"") + name + "\":\"" + value + "\"";
      return json_answer(200, R"({"response":{"request":{"headers":{"Authorization":"Bearer )"
                              R"(secret"}}},"body":{"kind":"ConfigMap","metadata":{"name":)"
                              R"("demo-maintenance-configmap"},"data":{)" +
                                  members + "}}}");
    }
    const std::string name = request.target.substr(request.target.rfind('/') + 1);
    writes.push_back(request.method + " " + request.target);
    if (!pods.contains(name)) return html(404, "not found");
    if (request.method == "PUT") data[name] = "true";
    if (request.method == "DELETE") data.erase(name);
    return json_answer(200, "{\"" + name + "\":true}");
  }

  Answer api_server(const http::Request& request) {
    if (request.target.find("/statefulsets") != std::string::npos) return sets();
    if (request.target.find("maintenance-agent") != std::string::npos) {
      return json_answer(200, R"({"items":[]})");
    }
    if (request.target.find("prober") != std::string::npos) {
      return json_answer(200,
                         R"({"items":[{"metadata":{"name":"prober","labels":{)"
                         R"("cassandra-cluster-instance":"demo"}},"status":{"phase":"Running",)"
                         R"("conditions":[{"type":"Ready","status":"True"}]}}]})");
    }
    std::string items;
    for (const auto& [name, dc] : pods)
      items += (items.empty() ? "" : ",") + pod_json(name, dc, data.contains(name), gate);
    return json_answer(200, R"({"items":[)" + items + "]}");
  }

 private:
  [[nodiscard]] Answer sets() const {
    if (!may_list_sets) {
      return json_answer(403, R"({"kind":"Status","reason":"Forbidden","message":"no"})");
    }
    std::string items;
    for (const char* dc : {"dc1", "dc10"}) {
      items += (items.empty() ? "" : ",") + std::string(R"({"metadata":{"name":"demo-cassandra-)") +
               dc + R"("},"spec":{"replicas":2,"podManagementPolicy":")" + policy +
               R"(","template":{"metadata":{"labels":{"cassandra-cluster-dc":")" + dc + R"("}}}}})";
    }
    return json_answer(200, R"({"items":[)" + items + "]}");
  }
};

struct Stage : FakeSurroundings {
  Reference reference;
  ScriptedTransport server;
  ScriptedTransport kube_api;
  kube::Client client{kube_api, clock, "cassandra"};
  AgentFinder finder{client, {}};
  RootApi root{{server, client, finder}};
  ChangeOptions options;

  Stage() {
    reference.pods = {{"p-0", "dc1"}, {"p-1", "dc1"}, {"q-0", "dc10"}};
    server.handle_with([this](const http::Request& r) { return reference.server(r); });
    kube_api.handle_with([this](const http::Request& r) { return reference.api_server(r); });
    link.agent.handle_with(
        [this](const http::Request& r) { return root.send(r, Deadline::max()); });
    options.targets.names = {"p-0"};
    options.yes = true;
  }
  int enable(const WishOptions& wish = {}) {
    return static_cast<int>(run_enable({options, wish}, around));
  }
  int disable() { return static_cast<int>(run_disable({options, false}, around)); }
};

using Writes = std::vector<std::string>;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(root_api_test, Stage)

BOOST_AUTO_TEST_CASE(status_has_the_columns_that_can_be_filled) {
  reference.data = {{"p-1", "true"}, {"gone-0", "true"}};
  BOOST_TEST(static_cast<int>(run_status({.connection = {}, .targets = {}}, around)) == 0);
  BOOST_TEST(
      out() ==
      "NAME     DC       STATE     WISH   REALITY        BY       SINCE    AGE      REASON\n"
      "gone-0   <none>   missing   in     no pod         <none>   <none>   <none>   <none>\n"
      "p-0      dc1      normal    out    ready          <none>   <none>   <none>   <none>\n"
      "p-1      dc1      held      in     gate running   <none>   <none>   <none>   <none>\n"
      "q-0      dc10     normal    out    ready          <none>   <none>   <none>   <none>\n");
}

BOOST_AUTO_TEST_CASE(the_servers_own_connection_is_never_shown) {
  ConfigCommand command;
  command.format = Format::json;
  BOOST_TEST(static_cast<int>(run_config(command, around)) == 0);
  BOOST_TEST(contains(out(), "\"kind\": \"ConfigMap\""), out());
  BOOST_TEST(!contains(out(), "secret"), out());
}

BOOST_AUTO_TEST_CASE(a_pod_goes_in_and_out) {
  BOOST_TEST(enable({.reason = "r"}) == 0);
  BOOST_TEST(out() == "pod/p-0 held\n");
  BOOST_TEST(contains(err(), "[old-server]"), err());
  BOOST_TEST(disable() == 0);
  BOOST_TEST(reference.writes == (Writes{"PUT /pods/p-0", "DELETE /pods/p-0"}));
}

BOOST_AUTO_TEST_CASE(a_datacenter_is_its_pods_and_not_one_that_begins_alike) {
  options.targets = {TargetKind::dc, {"dc1"}};
  BOOST_TEST(enable() == 0);
  BOOST_TEST(reference.writes == (Writes{"PUT /pods/p-0", "PUT /pods/p-1"}));
}

BOOST_AUTO_TEST_CASE(the_policy_is_checked_for_the_server) {
  reference.policy = "OrderedReady";
  reference.data = {{"p-1", "true"}};
  BOOST_TEST(enable() == 3);
  BOOST_TEST(contains(err(), "ordered-ready: StatefulSet demo-cassandra-dc1"), err());
  BOOST_TEST(contains(err(), "next: kubectl maintenance disable pod p-1"), err());
  reference.data.clear();
  options.targets = {TargetKind::dc, {"dc1"}};
  BOOST_TEST(enable() == 3);
  BOOST_TEST(reference.writes.empty());
  options.targets = {TargetKind::dc, {"dc10"}};  // one pod
  BOOST_TEST(enable() == 0);
}

BOOST_AUTO_TEST_CASE(a_pod_without_a_gate_is_refused) {
  reference.gate = "init";
  BOOST_TEST(enable() == 3);
  BOOST_TEST(contains(err(), "no-gate"), err());
  BOOST_TEST(reference.writes.empty());
}

BOOST_AUTO_TEST_CASE(without_the_right_to_see_the_policy_nothing_is_done) {
  reference.may_list_sets = false;
  BOOST_TEST(enable() == 5);
  BOOST_TEST(contains(err(), "list on statefulsets.apps"), err());
  BOOST_TEST(reference.writes.empty());
  BOOST_TEST(static_cast<int>(run_status({.connection = {}, .targets = {}}, around)) == 0);
}

BOOST_AUTO_TEST_CASE(what_it_cannot_do_is_refused_and_not_left_out) {
  BOOST_TEST(enable({.reason = "", .hold_for = "1h"}) == 1);
  BOOST_TEST(contains(err(), "ends no maintenance by itself"), err());
  reference.data = {{"p-0", "true"}};
  BOOST_TEST(static_cast<int>(run_disable({options, true}, around)) == 1);
  BOOST_TEST(contains(err(), "restarts no held pod"), err());
  BOOST_TEST(reference.writes.empty());
}

BOOST_AUTO_TEST_CASE(a_dry_run_writes_nothing_and_so_does_what_is_so_already) {
  options.dry_run = true;
  BOOST_TEST(enable() == 0);
  BOOST_TEST(out() == "pod/p-0 would be put into maintenance (server dry run)\n");
  options.dry_run = false;
  reference.data = {{"p-0", "true"}};
  BOOST_TEST(enable() == 0);
  BOOST_TEST(contains(out(), "already in maintenance"), out());
  BOOST_TEST(reference.writes.empty());
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_not_found) {
  options.targets.names = {"nobody"};
  BOOST_TEST(enable() == 4);
  options.targets = {TargetKind::dc, {"dc2"}};
  BOOST_TEST(enable() == 4);
}

BOOST_AUTO_TEST_CASE(a_server_with_v1_is_left_alone) {
  server.handle_with([](const http::Request& request) -> Answer {
    if (request.target == "/v1/pods/p-0") {
      return json_answer(404, R"({"status":404,"detail":"there is no pod p-0"})");
    }
    return html(200, "?");
  });
  const auto answer = root.send(http::Request{"GET", "/v1/pods/p-0", {}, ""}, Deadline::max());
  REQUIRE_OK(answer);
  BOOST_TEST(answer->status == 404);
  BOOST_TEST(kube_api.requests().empty());
}

BOOST_AUTO_TEST_SUITE_END()
