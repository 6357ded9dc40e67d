#include "plugin/commands/by_hand.h"

#include <boost/test/unit_test.hpp>

namespace maintenance::testing {
namespace {

kube::Pod held_pod() {
  kube::Pod pod;
  pod.metadata.name = "demo-0";
  pod.metadata.namespace_name = "cassandra";
  pod.spec.init_containers = {{"maintenance-gate-copy", false, {}, {}},
                              {"maintenance-mode", false, {"demo-maintenance-configmap"}, {}}};
  kube::ContainerStatus gate;
  gate.name = "maintenance-mode";
  gate.running = true;
  pod.init_containers = {gate};
  return pod;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(by_hand_test)

BOOST_AUTO_TEST_CASE(a_held_pod_is_released_through_the_config_map_of_its_gate) {
  BOOST_TEST(plugin::release_command(held_pod()) ==
             "kubectl patch configmap demo-maintenance-configmap -n cassandra --type=json "
             "-p='[{\"op\":\"remove\",\"path\":\"/data/demo-0\"}]'");
}

BOOST_AUTO_TEST_CASE(who_is_not_held_needs_no_command) {
  kube::Pod pod = held_pod();
  pod.init_containers[0].running = false;
  BOOST_TEST(plugin::release_command(pod) == "");
  pod.init_containers.clear();
  BOOST_TEST(plugin::release_command(pod) == "");
  pod = held_pod();
  pod.spec.init_containers.pop_back();
  BOOST_TEST(plugin::release_command(pod) == "");
  pod = held_pod();
  pod.spec.init_containers[1].config_maps = {"one", "two"};
  BOOST_TEST(plugin::release_command(pod) == "");
}

BOOST_AUTO_TEST_CASE(no_name_becomes_more_than_a_word_of_the_command) {
  kube::Pod pod = held_pod();
  pod.spec.init_containers[1].config_maps = {"x; rm -rf ~"};
  BOOST_TEST(plugin::release_command(pod) == "");
  pod = held_pod();
  pod.metadata.name = "a'b";
  BOOST_TEST(plugin::release_command(pod) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
