#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct Inject {
  static constexpr const char* name = "inject";
};

const std::string plain = "tests/e2e/manifests/stories/inject/plain.yaml";
const std::string inject =
    "kubectl maintenance inject -f - --image localhost/maintenance-agent:dev";

const std::string recipes = "tests/e2e/manifests/recipes/";

/// The API server takes what inject makes of it; a second time it is the same, byte by byte, and it
/// can be taken out again.
void is_injected(const std::string& manifest, const std::string& flags) {
  const std::string file = recipes + manifest;
  const std::string injecting = inject + " " + flags;
  when("the gate is injected into " + manifest);
  says(succeeds(injecting + " <" + file), "- name: maintenance-mode");
  then("the API server takes it, and once more changes nothing");
  succeeds(injecting + " <" + file + " | kubectl apply --dry-run=server -n default -f -");
  succeeds("diff <(" + injecting + " <" + file + ") <(" + injecting + " <" + file + " | " +
           injecting + ")");
  succeeds(injecting + " <" + file + " | kubectl maintenance inject -f - --remove | diff - " +
           file);
}

/// The kind CassandraDatacenter, while this is in scope.
class DatacenterKind {
 public:
  DatacenterKind() {
    succeeds("kubectl apply -f " + recipes + "datacenter_crd.yaml");
    succeeds("kubectl wait --for=condition=Established crd/" + name);
  }
  ~DatacenterKind() { (void)testing::shell("kubectl delete crd " + name); }
  DatacenterKind(const DatacenterKind&) = delete;
  DatacenterKind& operator=(const DatacenterKind&) = delete;

 private:
  const std::string name = "cassandradatacenters.cassandra.datastax.com";
};

}  // namespace

BOOST_AUTO_TEST_SUITE(inject_story, *boost::unit_test::fixture<OwnStage<Inject>>())

BOOST_AUTO_TEST_CASE(a_plain_manifest_gets_maintenance_mode) {
  const std::string pod = story_pod(0);
  given("a StatefulSet whose manifest knows nothing of maintenance mode");
  says(fails(1, "kubectl maintenance check -f " + plain), "[no-gate]");
  when("the gate is injected and the manifest applied");
  succeeds(inject + " <" + plain + " | kubectl apply --dry-run=server -f -");
  succeeds(inject + " <" + plain + " | kubectl apply -f -");
  succeeds("kubectl rollout status statefulset/" + std::string(story_set) + " --timeout=60s", 90s);
  then("check has nothing to say, and the pod can be held");
  has_line(succeeds("kubectl maintenance check"), "ok    gate .*");
  succeeds("kubectl maintenance enable pod " + pod);
  BOOST_TEST(is_held(pod));
  then("with Cassandra's data at hand");
  BOOST_TEST(
      succeeds("kubectl maintenance run pod " + pod + " -- cat /var/lib/cassandra/data").out ==
      "written\n");
  succeeds("kubectl maintenance disable pod " + pod);
  BOOST_TEST(is_ready(pod));
  then("a second injection changes nothing, and removing it gives the manifest back");
  succeeds(inject + " <" + plain + " | " + inject + " | diff - <(" + inject + " <" + plain + ")");
  succeeds(inject + " <" + plain + " | kubectl maintenance inject -f - --remove | diff - " + plain);
}

BOOST_AUTO_TEST_CASE(a_rendered_chart_gets_maintenance_mode) {
  is_injected("chart.yaml", "--config-map release-maintenance-configmap");
  const auto checked = succeeds(inject + " --config-map release-maintenance-configmap <" + recipes +
                                "chart.yaml | kubectl maintenance check -f -");
  says_nothing_of(checked, "no-data");
}

BOOST_AUTO_TEST_CASE(a_cassandra_datacenter_gets_maintenance_mode) {
  const DatacenterKind kind;
  is_injected("datacenter.yaml", "--cassandra-image example.com/cassandra:4.1.2");
  const auto made = succeeds(inject + " --cassandra-image example.com/cassandra:4.1.2 <" + recipes +
                             "datacenter.yaml");
  says(made, "{name: server-data, mountPath: /var/lib/cassandra}");
  says(made, "configMap: {name: recipe-maintenance-configmap}");
  says(fails(1, inject + " <" + recipes + "datacenter.yaml"), "--cassandra-image");
}

BOOST_AUTO_TEST_CASE(an_operator_that_brings_a_gate_of_its_own_keeps_it) {
  const std::string file = recipes + "operator.yaml";
  const auto left = succeeds(inject + " <" + file + " | diff - " + file);
  says(left, "has another init container maintenance-mode; it was left as it is");
  succeeds(inject + " <" + file + " | kubectl apply --dry-run=server -n default -f -");
  const auto checked = succeeds("kubectl maintenance check -f " + file);
  says_nothing_of(checked, "error");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
