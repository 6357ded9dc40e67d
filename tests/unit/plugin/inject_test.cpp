#include "plugin/manifest/inject.h"

#include <boost/test/unit_test.hpp>

#include "plugin/manifest/lint.h"
#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;

namespace {

/// As somebody may have written it, with what a program would not keep.
const std::string plain = R"(# our ring
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ring-dc1}   # one for each dc
spec:
  podManagementPolicy: "Parallel"
  template:
    metadata:
      labels: {cassandra-cluster-instance: ring}
    spec:
      terminationGracePeriodSeconds: 600

      # the database itself
      containers:
        - image: 'cassandra:4.1'
          name: cassandra
          lifecycle: {preStop: {exec: {command: [nodetool, drain]}}}
          resources:
            limits: {memory: 4Gi}
          volumeMounts:
            - name: data
              mountPath: /var/lib/cassandra
            - {name: logs, mountPath: /var/log/cassandra}
        - name: exporter
          image: exporter:1
  volumeClaimTemplates:
  - metadata: {name: data}
)";

InjectOptions options() {
  return {"example.com/maintenance-agent:1"};
}

std::string injected(const std::string& text, const InjectOptions& how = options()) {
  const auto plan = plan_injection(text, how);
  REQUIRE_OK(plan);
  return apply_edits(plan->before, plan->edits);
}

InjectOptions removal() {
  InjectOptions out = options();
  out.remove = true;
  return out;
}

void replace(std::string& text, const std::string& what, const std::string& to) {
  const auto from = text.find(what);
  BOOST_REQUIRE_MESSAGE(from != std::string::npos, what);
  text.replace(from, what.size(), to);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(inject_test)

BOOST_AUTO_TEST_CASE(everything_that_was_there_stays_as_it_was) {
  const std::string now = injected(plain);
  BOOST_TEST(now.find(R"(      terminationGracePeriodSeconds: 600

      initContainers:
        - name: maintenance-gate-copy
          image: example.com/maintenance-agent:1
          command: [/maintenance-gate, --copy-to, /copied]
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {memory: 32Mi}}
          volumeMounts:
          - {name: maintenance-gate, mountPath: /copied}
        - name: maintenance-mode
          image: "cassandra:4.1"
          command: [/maintenance-gate/maintenance-gate]
          env:
          - name: POD_NAME
            valueFrom: {fieldRef: {fieldPath: metadata.name}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          resources: {"limits":{"memory":"4Gi"}}
          volumeMounts:
          - {name: maintenance-gate, mountPath: /maintenance-gate, readOnly: true}
          - {name: maintenance, mountPath: /etc/maintenance, readOnly: true}
          - {"mountPath":"/var/lib/cassandra","name":"data"}
      volumes:
        - {name: maintenance-gate, emptyDir: {}}
        - name: maintenance
          configMap: {name: ring-maintenance-configmap}
      # the database itself
      containers:
)") != std::string::npos,
             now);
  // Nothing but lines that were added.
  std::size_t at = 0;
  for (const std::string& line : split_lines(plain)) {
    at = now.find(line + "\n", at);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, line);
  }
}

BOOST_AUTO_TEST_CASE(what_it_makes_has_nothing_that_check_would_find) {
  const auto before = lint_manifest(plain, {});
  REQUIRE_OK(before);
  BOOST_TEST(before->findings.size() == 1U);
  const auto after = lint_manifest(injected(plain), {});
  REQUIRE_OK(after);
  BOOST_TEST(after->objects == 1);
  for (const LintFinding& finding : after->findings)
    BOOST_TEST(finding.rule == "", finding.message);
}

BOOST_AUTO_TEST_CASE(twice_is_once_and_out_again_is_as_before) {
  const std::string once = injected(plain);
  BOOST_TEST(injected(once) == once);
  BOOST_TEST(injected(once, removal()) == plain);
  BOOST_TEST(injected(plain, removal()) == plain);
  const auto again = plan_injection(once, options());
  REQUIRE_OK(again);
  BOOST_REQUIRE(again->notes.size() == 1U);
  BOOST_TEST(again->notes[0] == "StatefulSet ring-dc1 has the gate already; it was left as it is");
}

BOOST_AUTO_TEST_CASE(it_comes_before_other_init_containers_and_beside_other_volumes) {
  std::string text = plain;
  replace(
      text, "      # the database itself\n",
      "      initContainers:\n      # first of all\n      - name: chown\n        image: busybox\n"
      "      volumes:\n      - name: logs\n        emptyDir: {}\n      # the database itself\n");
  const std::string now = injected(text);
  const auto gate = now.find("- name: maintenance-mode");
  BOOST_TEST(gate < now.find("- name: chown"));
  BOOST_TEST(now.find("      - name: maintenance-gate-copy\n        image:") != std::string::npos,
             now);
  BOOST_TEST(now.find("      - {name: maintenance-gate, emptyDir: {}}\n") != std::string::npos);
  BOOST_TEST(injected(now, removal()) == text);
  BOOST_TEST(injected(now) == now);
}

BOOST_AUTO_TEST_CASE(an_empty_list_in_brackets_is_a_heading) {
  std::string text = plain;
  replace(text, "      # the database itself\n", "      initContainers: []\n");
  const std::string now = injected(text);
  BOOST_TEST(now.find("initContainers: []") == std::string::npos);
  BOOST_TEST(lint_manifest(now, {})->findings.empty());
}

BOOST_AUTO_TEST_CASE(several_documents_and_lists) {
  std::string other = plain;
  replace(other, "ring-dc1", "ring-dc2");
  const std::string both = "kind: Service\n---\n" + plain + "---\n" + other;
  const std::string now = injected(both);
  BOOST_TEST(lint_manifest(now, {})->objects == 2);
  BOOST_TEST(lint_manifest(now, {})->findings.empty());
  BOOST_TEST(injected(now, removal()) == both);
  std::string list = "kind: List\nitems:\n";
  bool first = true;
  for (const std::string& line : split_lines(plain)) {
    list += (first ? "- " : "  ") + line + "\n";
    first = false;
  }
  BOOST_TEST(lint_manifest(injected(list), {})->findings.empty());
  BOOST_TEST(injected(injected(list), removal()) == list);
}

BOOST_AUTO_TEST_CASE(json_is_rewritten_and_says_so) {
  const std::string json =
      R"({"kind":"StatefulSet","metadata":{"name":"x"},"spec":{"podManagementPolicy":"Parallel",)"
      R"("template":{"metadata":{"labels":{"cassandra-cluster-instance":"c"}},"spec":{)"
      R"("terminationGracePeriodSeconds":600,"containers":[{"name":"cassandra","image":"i",)"
      R"("lifecycle":{"preStop":{}}}]}}}})";
  const auto plan = plan_injection(json, options());
  REQUIRE_OK(plan);
  BOOST_REQUIRE(!plan->notes.empty());
  BOOST_TEST(contains(plan->notes[0], "comments are lost"));
  const std::string now = apply_edits(plan->before, plan->edits);
  BOOST_TEST(lint_manifest(now, {})->findings.empty(), now);
  BOOST_TEST(injected(now) == now);
}

BOOST_AUTO_TEST_CASE(what_is_in_the_way_is_said_with_its_line) {
  std::string text = plain;
  replace(text, "      # the database itself\n",
          "      volumes:\n      - {name: maintenance, emptyDir: {}}\n");
  const auto volume = plan_injection(text, options());
  BOOST_TEST(kind_of(volume) == ErrorKind::invalid);
  BOOST_TEST(contains(volume.error().message(), "line 14: StatefulSet ring-dc1 has a volume"));
  text = plain;
  replace(text, "cassandra-cluster-instance", "app");
  const auto label = plan_injection(text, options());
  BOOST_TEST(contains(label.error().message(), "name the ConfigMap with --config-map"));
  InjectOptions named = options();
  named.config_map = "records";
  BOOST_TEST(contains(injected(text, named), "configMap: {name: records}"));
  BOOST_TEST(kind_of(plan_injection("a: [", options())) == ErrorKind::invalid);
  // Brackets are written anew, which takes objects.
  const auto words = plan_injection(
      "{kind: StatefulSet, spec: {template: {spec: {containers: [{name: cassandra}]}}}}\n"
      "---\njust words\n",
      named);
  BOOST_TEST(kind_of(words) == ErrorKind::invalid);
  BOOST_TEST(contains(words.error().message(), "line 3: this document is no object"),
             words.error().message());
}

BOOST_AUTO_TEST_CASE(anchors_are_understood_or_refused) {
  std::string once = injected(plain);
  replace(once, "securityContext: {allow", "securityContext: &strict {allow");
  replace(once, "          image: exporter:1\n",
          "          image: exporter:1\n          securityContext: *strict\n");
  const auto removed = plan_injection(once, removal());
  BOOST_TEST(kind_of(removed) == ErrorKind::invalid);
  BOOST_TEST(contains(removed.error().message(), "anchors and aliases"));
  // Two sets with one template: its lines are changed once, for both.
  std::string shared = plain;
  replace(shared, "  template:\n", "  template: &pods\n");
  const std::string list =
      "kind: StatefulSet\nmetadata: {name: b}\nspec:\n  template: *pods\n  volumeClaimTemplates:\n "
      " - metadata: {name: data}\n";
  std::string both = "kind: List\nitems:\n";
  for (const std::string& text : {shared, list}) {
    bool first = true;
    for (const std::string& line : split_lines(text)) {
      both += (first ? "- " : "  ") + line + "\n";
      first = false;
    }
  }
  const std::string now = injected(both);
  BOOST_TEST(lint_manifest(now, {})->objects == 2);
  BOOST_TEST(now.find("maintenance-gate-copy") == now.rfind("maintenance-gate-copy"));
  BOOST_TEST(injected(now) == now);
}

BOOST_AUTO_TEST_CASE(a_cassandra_datacenter_gets_what_its_operator_merges) {
  const std::string datacenter =
      "kind: CassandraDatacenter\nmetadata: {name: dc1}\nspec:\n  clusterName: ring\n"
      "  podTemplateSpec:\n    spec:\n      containers:\n      - name: cassandra\n";
  const auto unknown = plan_injection(datacenter, options());
  BOOST_TEST(kind_of(unknown) == ErrorKind::invalid);
  BOOST_TEST(contains(unknown.error().message(),
                      "line 8: CassandraDatacenter dc1 leaves Cassandra's image"));
  InjectOptions how = options();
  how.cassandra_image = "cassandra:4.1";
  const std::string now = injected(datacenter, how);
  BOOST_TEST(contains(now, "  image: cassandra:4.1\n"), now);
  BOOST_TEST(contains(now, "        - {name: server-data, mountPath: /var/lib/cassandra}\n"), now);
  BOOST_TEST(contains(now, "configMap: {name: ring-maintenance-configmap}"), now);
  BOOST_TEST(injected(now, how) == now);
  BOOST_TEST(injected(now, removal()) == datacenter);
}

BOOST_AUTO_TEST_CASE(a_gate_of_another_kind_and_what_is_no_cassandra_are_left_alone) {
  std::string text = plain;
  replace(text, "      # the database itself\n",
          "      initContainers:\n      - name: maintenance-mode\n        image: busybox\n");
  BOOST_TEST(injected(text) == text);
  BOOST_TEST(injected(text, removal()) == text);
  const auto none = plan_injection("kind: Service\n", options());
  REQUIRE_OK(none);
  BOOST_TEST(none->edits.empty());
  BOOST_TEST(none->notes.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
