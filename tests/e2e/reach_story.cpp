#include <csignal>
#include <string>

#include "tests/e2e/gateway.h"
#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct Reach {
  static constexpr const char* name = "reach";
};

std::string namespace_name() {
  return field("pod/" + agent_pod(), "{.metadata.namespace}");
}

/// A service account with what the printed Role grants, for one way to the agent.
class Somebody {
 public:
  explicit Somebody(const std::string& name) : name_(name) {
    succeeds("kubectl create serviceaccount " + name);
  }
  ~Somebody() {
    (void)testing::shell("kubectl delete serviceaccount/" + name_ +
                         " role/maintenance-user rolebinding/maintenance-user --ignore-not-found");
  }
  Somebody(const Somebody&) = delete;
  Somebody& operator=(const Somebody&) = delete;

  [[nodiscard]] std::string token() const {
    return trimmed(succeeds("kubectl create token " + name_).out);
  }
  [[nodiscard]] std::string full_name() const {
    return "system:serviceaccount:" + namespace_name() + ":" + name_;
  }

 private:
  std::string name_;
};

/// A kubeconfig of its own: this server, perhaps with more of its fields, and a user with these
/// lines of YAML.
class OwnKubeconfig {
 public:
  OwnKubeconfig(const std::string& server, const std::string& ca_file, const std::string& user,
                const std::string& more = {}) {
    file_ = folder_.write("kubeconfig",
                          "apiVersion: v1\nkind: Config\ncurrent-context: own\n"
                          "clusters:\n- name: own\n  cluster: {server: '" +
                              server + "', certificate-authority: '" + ca_file + "'" + more +
                              "}\nusers:\n- name: own\n  user: " + user +
                              "\ncontexts:\n- name: own\n  context: {cluster: own, "
                              "user: own, namespace: " +
                              namespace_name() + "}\n");
  }
  /// In front of a command.
  [[nodiscard]] std::string env() const { return "KUBECONFIG=" + file_ + " "; }

 private:
  testing::TempFolder folder_;
  std::string file_;
};

std::string of_kubeconfig(const std::string& jsonpath) {
  return trimmed(succeeds("kubectl config view --minify --raw -o jsonpath='" + jsonpath + "'").out);
}

/// The cluster that the tests use, as another kubeconfig would name it.
struct Cluster {
  testing::TempFolder folder;
  std::string server = of_kubeconfig("{.clusters[0].cluster.server}");
  std::string ca_file = folder.write(
      "ca.crt",
      succeeds("kubectl config view --minify --raw "
               "-o jsonpath='{.clusters[0].cluster.certificate-authority-data}' | base64 -d")
          .out);
};

class ConnectProxy {
 public:
  /// With a certificate and its key, files both, it speaks TLS.
  explicit ConnectProxy(const std::vector<std::string>& identity = {})
      : scheme_(identity.empty() ? "http" : "https"), process_(command(identity)) {
    until("the proxy", 10s, [&] { return process_.out().find('\n') != std::string::npos; });
  }
  [[nodiscard]] std::string url() const {
    return scheme_ + "://127.0.0.1:" + process_.out().substr(0, process_.out().find('\n'));
  }
  [[nodiscard]] std::string log() const { return process_.out(); }

 private:
  static std::vector<std::string> command(const std::vector<std::string>& identity) {
    std::vector<std::string> all{MAINTENANCE_E2E_DIR "/connect_proxy.py"};
    all.insert(all.end(), identity.begin(), identity.end());
    return all;
  }

  std::string scheme_;
  Background process_;
};

void shows_the_pods(const Outcome& status) {
  has_line(status, story_pod(0) + " .* normal .*");
}

/// Runs a command that is refused, and does what the refusal says.
void grant_what_is_missing(const std::string& refused_command) {
  const auto refused = testing::shell(refused_command);
  BOOST_REQUIRE_MESSAGE(refused.exit_code == 5, refused);
  says(refused, "may not ");
  const auto from = refused.err.find("kubectl apply -f - <<'EOF'");
  BOOST_REQUIRE_MESSAGE(from != std::string::npos, refused);
  succeeds(refused.err.substr(from));
}

/// Changes one variable of the agent, in kubectl's words, and waits until it alone runs with it.
void set_agent(const std::string& change) {
  succeeds("kubectl set env deployment/maintenance-agent " + change +
               " && kubectl rollout status deployment maintenance-agent --timeout=60s",
           90s);
  until("the end of the agent before", 60s, [] {
    return trimmed(succeeds("kubectl get pods -l app.kubernetes.io/name=maintenance-agent "
                            "--no-headers | wc -l")
                       .out) == "1";
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reach_story, *boost::unit_test::fixture<OwnStage<Reach>>())

BOOST_AUTO_TEST_CASE(nothing_but_the_printed_role) {
  const Cluster cluster;
  for (const std::string way : {"tunnel", "proxy"}) {
    given("a user who may do nothing, and the way " + way);
    const Somebody user("newcomer");
    const OwnKubeconfig own(cluster.server, cluster.ca_file, "{token: '" + user.token() + "'}");
    const std::string plugin = own.env() + "kubectl maintenance ";
    when("the refusal's own text is pasted by somebody who may");
    grant_what_is_missing(plugin + "status --transport " + way);
    then("status works");
    shows_the_pods(succeeds(plugin + "status --transport " + way));
    if (way == "proxy") {
      then("and a write is not for callers whom the agent cannot know");
      says(fails(5, plugin + "enable pod " + story_pod(0) + " --transport proxy"),
           "needs a bearer token, or a port-forward");
      BOOST_TEST(is_ready(story_pod(0)));
      continue;
    }
    then("enable and disable work");
    succeeds(plugin + "enable pod " + story_pod(0) + " --transport " + way);
    BOOST_TEST(is_held(story_pod(0)));
    succeeds(plugin + "disable pod " + story_pod(0) + " --transport " + way);
    BOOST_TEST(is_ready(story_pod(0)));
  }
}

BOOST_AUTO_TEST_CASE(a_gateway_with_a_path) {
  given("a gateway in front of the API server, below a path");
  const Cluster cluster;
  const Gateway gateway(cluster.server, cluster.ca_file);
  const Somebody user("behind");
  const OwnKubeconfig own(gateway.url(Gateway::path), gateway.ca_file(),
                          "{token: '" + user.token() + "'}");
  const std::string plugin = own.env() + "kubectl maintenance ";
  grant_what_is_missing(plugin + "status");
  then("the tunnel goes through it");
  shows_the_pods(succeeds(plugin + "status"));
  const std::string log = gateway.log();
  BOOST_TEST(log.find(std::string(Gateway::path) + "/api/v1/namespaces/") != std::string::npos,
             log);
  BOOST_TEST(log.find("/portforward?ports=8889 101") != std::string::npos, log);
}

BOOST_AUTO_TEST_CASE(a_gateway_that_answers_400_to_upgrades) {
  given("a gateway that does not pass upgrades on");
  const Cluster cluster;
  const Gateway gateway(cluster.server, cluster.ca_file);
  const Somebody user("mangled");
  const OwnKubeconfig own(gateway.url(Gateway::mangling_path), gateway.ca_file(),
                          "{token: '" + user.token() + "'}");
  const std::string plugin = own.env() + "kubectl maintenance ";
  grant_what_is_missing(plugin + "status --transport proxy");
  when("nothing is said about the way");
  const auto status = succeeds(plugin + "status -v 1");
  then("the plugin goes through the pod proxy, and says why");
  shows_the_pods(status);
  says(status, "does not pass tunnels on (it answered 400 to the upgrade)");
  says(status, "pod proxy to agent pod ");
  BOOST_TEST(gateway.log().find("/portforward?ports=8889 400") != std::string::npos);
  then("a write needs an agent that is open to everybody");
  says(fails(5, plugin + "enable pod " + story_pod(0)), "needs a bearer token, or a port-forward");
  set_agent("MAINTENANCE_AUTH_ANONYMOUS=write");
  succeeds(plugin + "enable pod " + story_pod(0));
  BOOST_TEST(is_held(story_pod(0)));
  succeeds(plugin + "disable pod " + story_pod(0));
  set_agent("MAINTENANCE_AUTH_ANONYMOUS-");
  then("who wants the tunnel only is told in one sentence");
  is_one_sentence_about(fails(6, plugin + "status --transport tunnel"), "does not pass tunnels on");
}

BOOST_AUTO_TEST_CASE(an_exec_plugin) {
  given("a kubeconfig whose user is a program that gives out a token");
  const Cluster cluster;
  const Somebody user("executed");
  const testing::TempFolder folder;
  const std::string program = folder.write(
      "login", "#!/bin/sh\necho run >>" + folder.file("runs") +
                   "\nprintf '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":"
                   "\"ExecCredential\",\"status\":{\"token\":\"%s\"}}' \"$(cat " +
                   folder.file("token") + ")\"\n");
  folder.write("token", user.token());
  succeeds("chmod +x " + program);
  const OwnKubeconfig own(cluster.server, cluster.ca_file,
                          "{exec: {apiVersion: client.authentication.k8s.io/v1, command: '" +
                              program + "', interactiveMode: Never}}");
  const std::string plugin = own.env() + "kubectl maintenance ";
  grant_what_is_missing(plugin + "status");
  succeeds("rm " + folder.file("runs"));
  then("it is run once for one command");
  shows_the_pods(succeeds(plugin + "status"));
  BOOST_TEST(succeeds("cat " + folder.file("runs")).out == "run\n");
}

BOOST_AUTO_TEST_CASE(an_http_proxy) {
  given("an HTTP proxy, and an API server that is not on this machine's loopback");
  ConnectProxy proxy;
  const Cluster cluster;
  const std::string address =
      trimmed(succeeds("kubectl get endpoints kubernetes -n default -o "
                       "jsonpath='{.subsets[0].addresses[0].ip}:{.subsets[0].ports[0].port}'")
                  .out);
  const Somebody user("proxied");
  const OwnKubeconfig own("https://" + address, cluster.ca_file, "{token: '" + user.token() + "'}");
  const std::string plugin = "kubectl maintenance ";
  grant_what_is_missing(own.env() + plugin + "status");
  when("HTTPS_PROXY names it");
  const std::string wish = "HTTPS_PROXY=" + proxy.url() + " " + own.env();
  shows_the_pods(succeeds(wish + plugin + "status"));
  then("the connection goes through it");
  BOOST_TEST(proxy.log().find("CONNECT " + address) != std::string::npos, proxy.log());
  const std::string before = proxy.log();
  when("NO_PROXY has the API server's network");
  const std::string network = address.substr(0, address.rfind('.')) + ".0/24";
  shows_the_pods(succeeds("NO_PROXY=" + network + " " + wish + plugin + "status"));
  then("it does not");
  BOOST_TEST(proxy.log() == before);
}

BOOST_AUTO_TEST_CASE(a_proxy_that_speaks_tls) {
  given("a proxy whose certificate the kubeconfig's authorities vouch for");
  const testing::TempFolder folder;
  const std::string certificate = folder.file("proxy.crt");
  const std::string key = folder.file("proxy.key");
  succeeds(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=proxy"
      " -addext subjectAltName=IP:127.0.0.1 -keyout " +
      key + " -out " + certificate);
  const Cluster cluster;
  const std::string bundle = folder.file("ca.crt");
  succeeds("cat " + cluster.ca_file + " " + certificate + " >" + bundle);
  ConnectProxy proxy({certificate, key});
  const Somebody user("proxied-by-tls");
  const OwnKubeconfig own(cluster.server, bundle, "{token: '" + user.token() + "'}",
                          ", proxy-url: '" + proxy.url() + "'");
  const std::string plugin = own.env() + "kubectl maintenance ";
  grant_what_is_missing(plugin + "status");
  then("the tunnel and the pod proxy go through it, TLS inside TLS");
  shows_the_pods(succeeds(plugin + "status"));
  grant_what_is_missing(plugin + "status --transport proxy");
  shows_the_pods(succeeds(plugin + "status --transport proxy"));
  BOOST_TEST(proxy.log().find("CONNECT ") != std::string::npos, proxy.log());
  when("nobody vouches for it");
  const OwnKubeconfig other(cluster.server, cluster.ca_file, "{token: '" + user.token() + "'}",
                            ", proxy-url: '" + proxy.url() + "'");
  const auto refused = testing::shell(other.env() + "kubectl maintenance status");
  BOOST_TEST(refused.exit_code == 6, refused);
  says(refused, "by the proxy https://127.0.0.1:");
  says(refused, "certificate verify failed");
}

BOOST_AUTO_TEST_CASE(tab_through_kubectl) {
  given("the link by which kubectl asks a plugin for completions");
  const testing::TempFolder folder;
  succeeds("ln -s $(command -v kubectl-maintenance) " +
           folder.file("kubectl_complete-maintenance"));
  const std::string tab =
      "PATH=" + folder.path().string() + ":$PATH kubectl __complete maintenance ";
  then("kubectl's TAB knows commands, flags, and the pods of the cluster");
  has_line(succeeds(tab + "di"), "disable\t.*");
  has_line(succeeds(tab + "enable --overr"), "--override\t.*");
  has_line(succeeds(tab + "enable pod ''"), story_pod(0) + "\tnormal");
  has_line(succeeds(tab + "status dc ''"), "dc1");
  const auto none = succeeds(tab + "disable pod ''");
  BOOST_TEST(none.out.find(story_pod(0)) == std::string::npos, none);
}

BOOST_AUTO_TEST_CASE(check_stops_where_the_way_ends) {
  given("somebody who may do nothing");
  const Cluster cluster;
  const Somebody user("checked");
  const OwnKubeconfig own(cluster.server, cluster.ca_file, "{token: '" + user.token() + "'}");
  const std::string check = own.env() + "kubectl maintenance check";
  const auto refused = testing::shell(check);
  then("the first step that fails is named, with what helps");
  BOOST_TEST(refused.exit_code == 5, refused);
  has_line(refused, "ok    login +user \"" + user.full_name() + "\"");
  has_line(refused, "fail  permissions +see below");
  says_nothing_of(refused, "agent pod");
  when("that is pasted");
  succeeds(refused.err.substr(refused.err.find("kubectl apply")));
  const auto all = succeeds(check);
  then("everything is well");
  has_line(all, "ok    agent +answers in .*");
  has_line(all, "ok    policy +StatefulSet story-cassandra-dc1 is Parallel");
  has_line(all, "note  drain .*");
  has_line(all, "ok    gate .*");
  then("without a kubeconfig that is the step");
  has_line(fails(1, "KUBECONFIG=/dev/null kubectl maintenance check --context nowhere"),
           "fail  kubeconfig .*");
}

BOOST_AUTO_TEST_CASE(the_agents_of_all_namespaces) {
  const auto all = succeeds("kubectl maintenance status -A");
  has_line(all, namespace_name() + " +story +" + story_pod(0) + " .*normal.*");
  has_line(all, "cassandra +demo +demo-cassandra-dc1-0 .*");
  has_line(all, "cassandra +ordered +ordered-cassandra-dc1-0 .*");
}

BOOST_AUTO_TEST_CASE(a_forwarded_port_survives_the_agent) {
  given("a forwarded port");
  Background forward({"kubectl-maintenance", "port-forward", "0"});
  until("the port", 20s, [&] { return forward.out().find(" -> 8889\n") != std::string::npos; });
  const std::string out = forward.out();
  const auto from = out.find("127.0.0.1:");
  const std::string url = "http://" + out.substr(from, out.find(' ', from) - from);
  when("ten ask at once");
  const std::string ask = "seq 10 | xargs -P 10 -I{} curl -sf -o /dev/null " + url + "/v1/status";
  then("all are answered");
  succeeds(ask);
  when("the agent's pod is replaced");
  const std::string before = agent_pod();
  succeeds("kubectl delete pod " + before);
  until("another agent", 60s, [&] {
    return !agent_pod().empty() && agent_pod() != before &&
           testing::shell("kubectl maintenance status").ok();
  });
  then("the same port leads to it");
  until("an answer", 20s, [&] { return testing::shell(ask).ok(); });
  BOOST_TEST(forward.running());
  forward.signal(SIGINT);
  BOOST_TEST(forward.wait().exit_code == 130);
}

BOOST_AUTO_TEST_CASE(a_client_certificate) {
  given("the administrator's certificate and key in files of their own");
  const testing::TempFolder folder;
  const Cluster cluster;
  const auto file_of = [&](const std::string& field) {
    return folder.write(field, succeeds("kubectl config view --minify --raw -o "
                                        "jsonpath='{.users[0].user." +
                                        field + "-data}' | base64 -d")
                                   .out);
  };
  const OwnKubeconfig own(cluster.server, cluster.ca_file,
                          "{client-certificate: '" + file_of("client-certificate") +
                              "', client-key: '" + file_of("client-key") + "'}");
  then("they serve");
  shows_the_pods(succeeds(own.env() + "kubectl maintenance status"));
}

BOOST_AUTO_TEST_CASE(impersonation) {
  given("an administrator who takes somebody else's part");
  const Somebody user("impersonated");
  const std::string as = " --as " + user.full_name();
  grant_what_is_missing("kubectl maintenance status" + as);
  then("the Role of that user decides, for the list and for the upgrade");
  shows_the_pods(succeeds("kubectl maintenance status" + as));
  then("the record names that user");
  succeeds("kubectl maintenance enable pod " + story_pod(0) + as);
  BOOST_TEST(record_of(story_pod(0)).value_or("").find(user.full_name()) != std::string::npos);
  succeeds("kubectl maintenance disable pod " + story_pod(0) + as);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
