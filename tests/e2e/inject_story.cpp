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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
