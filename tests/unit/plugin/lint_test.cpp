#include "plugin/manifest/lint.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;

namespace {

const std::string good = R"(apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: demo-cassandra-dc1
spec:
  podManagementPolicy: Parallel
  template:
    spec:
      terminationGracePeriodSeconds: 600
      initContainers:
      - name: maintenance-mode
        volumeMounts:
        - {name: maintenance, mountPath: /etc/maintenance}
        - {name: data, mountPath: /var/lib/cassandra}
      containers:
      - name: cassandra
        lifecycle: {preStop: {exec: {command: [nodetool, drain]}}}
        volumeMounts:
        - {name: data, mountPath: /var/lib/cassandra}
      volumes:
      - name: maintenance
        configMap:
          name: demo-maintenance-configmap
  volumeClaimTemplates:
  - metadata: {name: data}
)";

std::string changed(const std::string& what, const std::string& to) {
  std::string out = good;
  const auto from = out.find(what);
  BOOST_REQUIRE_MESSAGE(from != std::string::npos, what);
  return out.replace(from, what.size(), to);
}

LintReport lint(const std::string& text) {
  const auto report = lint_manifest(text, {});
  REQUIRE_OK(report);
  return *report;
}

struct Row {
  const char* what;
  const char* to;
  Severity severity;
  const char* rule;
  int line;
};

const std::vector<Row> rows{
    {"podManagementPolicy: Parallel", "podManagementPolicy: OrderedReady", Severity::warning,
     "ordered-ready", 6},
    {"  podManagementPolicy: Parallel\n", "", Severity::warning, "ordered-ready", 5},
    {"name: maintenance-mode", "name: other", Severity::error, "no-gate", 10},
    {"        - {name: maintenance, mountPath: /etc/maintenance}\n", "", Severity::error,
     "no-records", 11},
    {"mountPath: /etc/maintenance}", "mountPath: /etc/maintenance, subPath: a}", Severity::error,
     "sub-path", 13},
    {"demo-maintenance-configmap\n", "demo-maintenance-configmap\n          optional: true\n",
     Severity::error, "optional-records", 24},
    {"demo-maintenance-configmap\n", "demo-maintenance-configmap\n          items: []\n",
     Severity::error, "chosen-items", 24},
    {"        - {name: data, mountPath: /var/lib/cassandra}\n      containers", "      containers",
     Severity::warning, "no-data", 11},
    {"        lifecycle: {preStop: {exec: {command: [nodetool, drain]}}}\n", "", Severity::warning,
     "no-drain", 16},
    {"terminationGracePeriodSeconds: 600", "terminationGracePeriodSeconds: 30", Severity::warning,
     "short-grace", 9},
    {"      terminationGracePeriodSeconds: 600\n", "", Severity::warning, "short-grace", 9},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(lint_test)

BOOST_AUTO_TEST_CASE(nothing_to_say_of_a_good_one) {
  const LintReport report = lint(good);
  BOOST_TEST(report.objects == 1);
  BOOST_TEST(report.findings.empty());
}

BOOST_AUTO_TEST_CASE(each_mistake_is_found_at_its_line) {
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.rule << " " << row.to) {
      const LintReport report = lint(changed(row.what, row.to));
      BOOST_REQUIRE(report.findings.size() == 1U);
      const LintFinding& found = report.findings.front();
      BOOST_TEST(found.rule == row.rule);
      BOOST_TEST((found.severity == row.severity));
      BOOST_TEST(found.line == row.line);
      BOOST_TEST(found.object == "StatefulSet demo-cassandra-dc1");
      BOOST_TEST(!found.message.empty());
      BOOST_TEST(!found.remedy.empty());
      BOOST_TEST(report.has_errors() == (row.severity == Severity::error));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_cassandra_cluster_is_about_its_policy) {
  const std::string cluster =
      "apiVersion: db.ibm.com/v1alpha1\nkind: CassandraCluster\nmetadata:\n  name: demo\nspec:\n";
  BOOST_TEST(lint(cluster + "  podManagementPolicy: Parallel\n").findings.empty());
  const LintReport ordered = lint(cluster + "  podManagementPolicy: OrderedReady\n");
  BOOST_REQUIRE(ordered.findings.size() == 1U);
  BOOST_TEST(ordered.findings[0].line == 6);
  BOOST_TEST(ordered.findings[0].object == "CassandraCluster demo");
  const LintReport twice =
      lint(cluster + "  podManagementPolicy: Parallel\n  dcs:\n  - name: dc1\n  - name: dc1\n");
  BOOST_REQUIRE(twice.findings.size() == 1U);
  BOOST_TEST(twice.findings[0].line == 9);
}

BOOST_AUTO_TEST_CASE(several_documents_lists_and_json) {
  const LintReport two = lint(good + "---\n" + changed("Parallel", "OrderedReady"));
  BOOST_TEST(two.objects == 2);
  BOOST_REQUIRE(two.findings.size() == 1U);
  BOOST_TEST(two.findings[0].line == 26 + 6);
  const LintReport json = lint(
      R"({"kind":"List","items":[{"kind":"StatefulSet","metadata":{"name":"x"},"spec":{"template":)"
      R"({"spec":{"containers":[{"name":"cassandra"}]}}}}]})");
  BOOST_TEST(json.objects == 1);
  BOOST_TEST(json.findings.size() == 4U);
}

BOOST_AUTO_TEST_CASE(what_is_not_about_cassandra_is_left_alone) {
  BOOST_TEST(lint("kind: Service\n---\nkind: StatefulSet\nspec: {template: {spec: {containers: "
                  "[{name: web}]}}}\n")
                 .objects == 0);
  BOOST_TEST(lint("").objects == 0);
  BOOST_TEST(lint("[1, 2]\n--- text\n").objects == 0);
}

BOOST_AUTO_TEST_CASE(hostile_manifests_are_errors) {
  for (const char* text : {"a: [", "\x1b[2J: {", "kind: StatefulSet\n\tspec: x"}) {
    const auto report = lint_manifest(text, {});
    BOOST_TEST(kind_of(report) == ErrorKind::invalid);
    BOOST_TEST(!contains(report.error().message(), "\x1b"));
  }
  std::string many;
  for (int i = 0; i < 2000; ++i)
    many += "--- {a: 1}\n";
  BOOST_TEST(kind_of(lint_manifest(many, {})) == ErrorKind::invalid);
  // Odd shapes are no reason to fall over.
  for (const char* text : {"kind: StatefulSet", "kind: [StatefulSet]", "kind: List\nitems: 3",
                           "kind: StatefulSet\nspec: {template: {spec: {containers: [cassandra, "
                           "{name: [cassandra]}]}}}",
                           "kind: CassandraCluster"}) {
    REQUIRE_OK(lint_manifest(text, {}));
  }
}

BOOST_AUTO_TEST_SUITE_END()
