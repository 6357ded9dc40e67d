// Callers from outside of the cluster: an ingress with a host name, TLS and bearer tokens.
#include "tests/e2e/forward.h"
#include "tests/e2e/look.h"
#include "tests/e2e/nginx.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct External {
  static constexpr const char* name = "external";
};

/// A kubelet looks at a changed Secret within a minute or so; the agent a few seconds later.
constexpr auto secret_arrives_within = 150s;

/// A certificate for the agent's Service, as the Secret that the component tls mounts.
class AgentCertificate {
 public:
  AgentCertificate() { renew(); }
  /// Another pair, in the same Secret.
  void renew() {
    succeeds(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "
        "/CN=agent -addext subjectAltName=DNS:maintenance-agent -keyout " +
        folder_.file("key") + " -out " + folder_.file("crt"));
    succeeds("kubectl create secret tls maintenance-agent-tls --dry-run=client -o yaml --cert " +
             folder_.file("crt") + " --key " + folder_.file("key") + " | kubectl apply -f -");
  }
  [[nodiscard]] std::string file() const { return folder_.file("crt"); }

 private:
  testing::TempFolder folder_;
};

std::string agent_address() {
  return trimmed(succeeds("kubectl get pods -l app.kubernetes.io/name=maintenance-agent "
                          "--field-selector=status.phase=Running "
                          "-o jsonpath='{.items[0].status.podIP}'")
                     .out);
}

/// Whether the agent's port answers at its address in TLS with that certificate.
bool agent_shows(const AgentCertificate& certificate) {
  return testing::shell("curl -s -o /dev/null --cacert " + certificate.file() +
                        " --connect-to maintenance-agent:8889:" + agent_address() +
                        ":8889 https://maintenance-agent:8889/openapi.yaml")
      .ok();
}

/// What an ingress controller makes of the Ingress of the component: HTTPS for the host, TLS again
/// to the agent, whose certificate it checks.
std::string to_agent(const AgentCertificate& certificate) {
  return "location / {\nproxy_pass https://" + agent_address() +
         ":8889;\nproxy_ssl_verify on;\nproxy_ssl_trusted_certificate " + certificate.file() +
         ";\nproxy_ssl_name maintenance-agent;\nproxy_http_version 1.1;\n}\n";
}

std::string token_for(const std::string& account, const std::string& audience) {
  return trimmed(succeeds("kubectl create token " + account + " --audience " + audience).out);
}

struct World {
  AgentCertificate certificate;
  std::optional<Nginx> ingress;

  /// The Secret is there from the beginning for the agent that starts now.
  World() {
    succeeds(
        "kubectl rollout restart deployment maintenance-agent && "
        "kubectl rollout status deployment maintenance-agent --timeout=60s",
        90s);
    until("the agent's certificate", secret_arrives_within,
          [&] { return agent_shows(certificate); });
    ingress.emplace(to_agent(certificate));
    succeeds(
        "kubectl create serviceaccount operator && kubectl create rolebinding operator "
        "--role=maintenance-caller --serviceaccount=external-story:operator && "
        "kubectl create serviceaccount stranger && kubectl create role one-pod "
        "--verb=update --resource=pods/maintenance --resource-name=" +
        story_pod(1) +
        " && kubectl create serviceaccount careful && kubectl create rolebinding careful "
        "--role=one-pod --serviceaccount=external-story:careful");
  }

  /// curl to the host name, from outside; the token is empty for none.
  Outcome ask(const std::string& token, const std::string& method, const std::string& path) {
    const std::string header = token.empty() ? "" : " -H 'Authorization: Bearer " + token + "'";
    return succeeds("curl -sS --cacert " + ingress->ca_file() + " --connect-to " + Nginx::host +
                    ":443:127.0.0.1:" + ingress->port() + " -w '\\n%{http_code}\\n'" + header +
                    " -X " + method + " https://" + Nginx::host + path);
  }
  void answers(const std::string& token, const std::string& method, const std::string& path,
               const std::string& status) {
    const auto outcome = ask(token, method, path);
    BOOST_TEST_CONTEXT(method << " " << path << ": " << outcome.out) {
      has_line(outcome, status);
    }
  }
};

/// docs/howto/external.md, with the names of this story. Its curl finds the ingress and what
/// vouches for it in its own settings, as if both were public.
void type_the_page(const Nginx& ingress) {
  testing::TempFolder folder;
  folder.write(".curlrc", "cacert = " + ingress.ca_file() + "\nconnect-to = " + Nginx::host +
                              ":443:127.0.0.1:" + ingress.port() + "\n");
  succeeds("cd " MAINTENANCE_SOURCE_DIR " && CURL_HOME=" + folder.path().string() +
               " python3 tests/docs/run_page.py --as demo-cassandra=story-cassandra "
               "--as demo-maintenance-caller=maintenance-caller "
               "--as cassandra:backup=external-story:backup --as '-n cassandra=-n external-story' "
               "docs/howto/external.md",
           120s);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(external_story, *boost::unit_test::fixture<OwnStage<External>>())

BOOST_AUTO_TEST_CASE(an_ingress_with_a_host_name_and_a_bearer_token) {
  given("an agent with the components tls, auth-delegator and ingress, and an ingress");
  World world;
  const std::string pod = "/pods/" + story_pod(0);

  when("somebody follows the page about callers from outside");
  then("it is as written");
  type_the_page(*world.ingress);

  when("somebody comes without a token, or with one that is not for the agent");
  then("nothing is told and nothing is done");
  world.answers("", "GET", "/v1/status", "401");
  world.answers("", "PUT", pod, "401");
  world.answers("nonsense", "PUT", pod, "401");
  world.answers(token_for("operator", "somebody-else"), "PUT", pod, "401");
  world.answers(trimmed(succeeds("kubectl create token operator").out), "PUT", pod, "401");

  when("somebody comes whom no role lets");
  then("the answer says what is missing");
  const std::string stranger = token_for("stranger", "maintenance-agent");
  world.answers(stranger, "GET", "/v1/status", "403");
  const auto refused = world.ask(stranger, "PUT", pod);
  has_line(refused, "403");
  says(refused, "system:serviceaccount:external-story:stranger may not update pods/maintenance");

  when("a role names one pod");
  const std::string careful = token_for("careful", "maintenance-agent");
  then("that pod can be held, and no other one, and no whole datacenter");
  world.answers(careful, "PUT", pod, "403");
  world.answers(careful, "PUT", "/dcs/dc1", "403");
  world.answers(careful, "PUT", "/pods/" + story_pod(1) + "?dryRun=true", "200");
  world.answers(careful, "DELETE", "/pods/" + story_pod(1), "403");

  when("the operator's token comes");
  const std::string token = token_for("operator", "maintenance-agent");
  world.answers(token, "PUT", pod + "?reason=backup", "200");
  then("the pod is held, and the record says who was verified");
  until("the hold", 60s, [&] {
    return testing::shell("kubectl maintenance status pod " + story_pod(0) +
                          " -o json | "
                          "grep -q '\"state\": \"held\"'")
        .ok();
  });
  const auto record = succeeds("kubectl get configmap story-maintenance-configmap -o yaml");
  says(record, R"("by":"system:serviceaccount:external-story:operator","verified":true)");
  says(succeeds("kubectl logs deployment/maintenance-agent"),
       R"("user":"system:serviceaccount:external-story:operator")");
  then("no token is in the agent's log");
  says_nothing_of(succeeds("kubectl logs deployment/maintenance-agent"), token.substr(0, 40));

  when("the plugin goes the same way");
  testing::TempFolder folder;
  const std::string url = " --agent-url https://127.0.0.1:" + world.ingress->port() +
                          " --agent-certificate-authority " + world.ingress->ca_file() +
                          " --agent-token-file " + folder.write("token", token + "\n");
  has_line(succeeds("kubectl maintenance status" + url), story_pod(0) + " .*held.*");
  succeeds("kubectl maintenance disable pod " + story_pod(0) + url, 120s);
  then("it is back in the ring");

  when("the certificate is renewed");
  world.certificate.renew();
  const auto took = until("the new certificate", secret_arrives_within,
                          [&] { return agent_shows(world.certificate); });
  measured("from the Secret's change to its certificate at the port", took);
  then("the agent was not restarted for it");
  BOOST_TEST(trimmed(succeeds("kubectl get pods -l app.kubernetes.io/name=maintenance-agent -o "
                              "jsonpath='{.items[0].status.containerStatuses[0].restartCount}'")
                         .out) == "0");

  when("somebody comes past the ingress without TLS");
  then("there is no answer but that");
  const auto plain = succeeds("curl -s http://" + agent_address() + ":8889/v1/status");
  says(plain, "this port speaks TLS");
  then("a port-forward needs neither certificate nor token");
  has_line(succeeds("kubectl maintenance status"), story_pod(0) + " .*normal.*");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
