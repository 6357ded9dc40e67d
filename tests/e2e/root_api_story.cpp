#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct RootApi {
  static constexpr const char* name = "root-api";
};

}  // namespace

BOOST_AUTO_TEST_SUITE(root_api_story, *boost::unit_test::fixture<OwnStage<RootApi>>())

BOOST_AUTO_TEST_CASE(the_status_of_a_server_without_v1) {
  given("a Prober pod whose server knows the root API only");
  when("the status is asked for");
  const auto status = succeeds("kubectl maintenance status -o wide");
  then("the columns that can be filled are, and wish and reality differ where they do");
  has_line(status, story_pod(0) + " +dc1 +drifted +in +ready .*Parallel.*");
  has_line(status, story_pod(1) + " +dc1 +normal +out +ready .*Parallel.*");
  then("what the server shows of its own connection stays with it");
  const auto config = succeeds("kubectl maintenance config -o yaml");
  says(config, story_pod(0));
  says_nothing_of(config, "not-for-you");
  then("its policy is checked for it");
  says(fails(1, "kubectl maintenance enable pod " + story_pod(1) + " --for 1h"),
       "ends no maintenance by itself");
  says(succeeds("kubectl maintenance enable pod " + story_pod(1) + " --dry-run"), "old-server");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
