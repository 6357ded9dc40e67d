#include "tests/e2e/forward.h"
#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

struct Names {
  static constexpr const char* name = "names";
};

const std::string dc10_pod = "story-cassandra-dc10-0";

std::string map_version() {
  return field(std::string("configmap/") + story_config_map, "{.metadata.resourceVersion}");
}

/// As the system writes it that this project replaces.
void write_old_record(const std::string& pod) {
  succeeds(std::string("kubectl patch configmap ") + story_config_map +
           " --type=merge -p '{\"data\":{\"" + pod + "\":\"true\"}}'");
}

const std::string long_name(300, 'a');

}  // namespace

BOOST_AUTO_TEST_SUITE(names_story, *boost::unit_test::fixture<OwnStage<Names>>())

BOOST_AUTO_TEST_CASE(dc1_is_not_confused_with_dc10) {
  given("a cluster with the datacenters dc1 and dc10");
  const Forward forward(agent_pod());
  const std::string pod0 = story_pod(0);
  const std::string pod1 = story_pod(1);
  const std::string uid = uid_of(dc10_pod);

  when("the whole of dc1 is put into maintenance");
  curl_answers(forward, "-X PUT localhost:8889/dcs/dc1", 200,
               "[{\"" + pod0 + "\":true},{\"" + pod1 + "\":true}]");
  wait_until_held(pod0);
  wait_until_held(pod1);

  then("both its pods are held and the pod of dc10 is untouched");
  curl_answers(forward, "localhost:8889/dcs/dc1", 200, R"({"dc1":true})");
  curl_answers(forward, "localhost:8889/dcs/dc10", 200, R"({"dc10":false})");
  is_untouched(dc10_pod, uid);

  when("dc10 is released, which is not in maintenance");
  curl_answers(forward, "-X DELETE localhost:8889/dcs/dc10", 200, "[{\"" + dc10_pod + "\":false}]");
  then("dc1 stays held");
  curl_answers(forward, "localhost:8889/dcs/dc1", 200, R"({"dc1":true})");

  when("dc1 is released");
  curl_answers(forward, "-X DELETE localhost:8889/dcs/dc1", 200,
               "[{\"" + pod0 + "\":false},{\"" + pod1 + "\":false}]");
  wait_until_ready(pod0);
  wait_until_ready(pod1);
  then("every pod is back, and dc10 never noticed");
  is_untouched(dc10_pod, uid);
}

BOOST_AUTO_TEST_CASE(a_dc_that_no_pod_has_is_not_found) {
  const Forward forward(agent_pod());
  for (const char* dc : {"dc", "dc2", "dc100", "story"}) {
    when("the dc '" + std::string(dc) + "' is asked for");
    curl_answers(forward, "-X PUT localhost:8889/dcs/" + std::string(dc), 404);
  }
  then("it is not found, however many names contain it");
}

BOOST_AUTO_TEST_CASE(a_key_written_by_the_reference_system_is_understood) {
  const std::string pod = story_pod(0);
  given("a pod that the reference system has put into maintenance: the key's value is true");
  write_old_record(pod);
  succeeds("kubectl delete pod " + pod);
  wait_until_held(pod);

  then("status shows it as held, with nothing known of who and why");
  has_line(succeeds("kubectl maintenance status pod " + pod), pod + " .*held .*in .*gate running");
  const Forward forward(agent_pod());
  curl_answers(forward, "localhost:8889/pods/" + pod, 200, R"({"inMaintenance":true})");

  when("it is enabled again");
  const std::string uid = uid_of(pod);
  const auto again = succeeds("kubectl maintenance enable pod " + pod);
  then("that is already so, and the record is left as it was written");
  says(again, "already");
  BOOST_CHECK_EQUAL(record_of(pod).value_or(""), "true");
  BOOST_CHECK_EQUAL(uid_of(pod), uid);

  when("it is disabled");
  succeeds("kubectl maintenance disable pod " + pod);
  then("the key is gone and the pod is back");
  BOOST_CHECK(!record_of(pod));
  BOOST_CHECK(is_ready(pod));
}

BOOST_AUTO_TEST_CASE(the_plugin_refuses_what_is_no_name_before_any_request) {
  given("no API server at all");
  for (const std::string& name : {std::string("a/b"), std::string("a?b"), std::string("%2f"),
                                  std::string("Upper"), std::string("a-"), long_name}) {
    for (const char* verb : {"enable", "disable", "status"}) {
      when(std::string(verb) + " is typed with the name '" + name.substr(0, 20) + "'");
      const auto refused = fails(2, std::string("KUBECONFIG=/nonexistent kubectl-maintenance ") +
                                        verb + " pod '" + name + "'");
      BOOST_CHECK_MESSAGE(refused.out.empty(), "stdout should be empty" << refused);
      // With a slash it is taken for KIND/NAME and refused as that.
      if (name.find('/') == std::string::npos) says(refused, "RFC 1123");
    }
  }
  then("it is refused as wrong usage each time, so nothing can have been sent");
}

BOOST_AUTO_TEST_CASE(the_agent_refuses_what_is_no_name) {
  given("the ConfigMap as it is");
  const std::string version = map_version();
  const Forward forward(agent_pod());
  for (const std::string& name : {std::string("a%2fb"), std::string("a%3fb"), std::string("%2f"),
                                  std::string("%2e%2e"), std::string("Upper"), long_name}) {
    for (const char* method : {"GET", "PUT", "DELETE"}) {
      when(std::string(method) + " is sent for the name '" + name.substr(0, 20) + "'");
      curl_answers(forward, std::string("-X ") + method + " 'localhost:8889/pods/" + name + "'",
                   400);
    }
  }
  curl_answers(forward, "-X PUT 'localhost:8889/pods/a/b'", 404);
  curl_answers(forward, "-X PUT 'localhost:8889/pods/" + story_pod(0) + "?b'", 400);
  then("each is refused, and nothing was written");
  BOOST_CHECK_EQUAL(map_version(), version);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
