#include "plugin/tunnel/permissions.h"

#include <yaml-cpp/yaml.h>

#include <boost/test/unit_test.hpp>
#include <set>

using namespace maintenance;
using plugin::Way;

namespace {

/// The printed text as a reader of YAML sees it.
struct Manifest {
  YAML::Node role;
  YAML::Node binding;

  explicit Manifest(const std::string& text) {
    const auto documents = YAML::LoadAll(text);
    BOOST_REQUIRE(documents.size() == 2U);
    role = documents[0];
    binding = documents[1];
  }
  [[nodiscard]] bool grants(const kube::Permission& permission) const {
    const std::string wanted =
        permission.resource + (permission.subresource.empty() ? "" : "/" + permission.subresource);
    for (const auto& rule : role["rules"]) {
      if (rule["apiGroups"][0].as<std::string>() != "") continue;
      if (rule["resources"][0].as<std::string>() != wanted) continue;
      for (const auto& verb : rule["verbs"]) {
        if (verb.as<std::string>() == permission.verb) return true;
      }
    }
    return false;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(permissions_test)

BOOST_AUTO_TEST_CASE(the_role_grants_what_is_needed_and_is_bound_to_the_user) {
  for (const Way way : {Way::automatic, Way::tunnel, Way::proxy}) {
    const Manifest manifest(
        plugin::role_manifest("cassandra", "jane", plugin::needed_permissions(way)));
    for (const kube::Permission& permission : plugin::needed_permissions(way))
      BOOST_TEST(manifest.grants(permission), plugin::to_text(permission));
    BOOST_TEST(manifest.role["kind"].as<std::string>() == "Role");
    BOOST_TEST(manifest.binding["kind"].as<std::string>() == "RoleBinding");
    for (const YAML::Node& object : {manifest.role, manifest.binding})
      BOOST_TEST(object["metadata"]["namespace"].as<std::string>() == "cassandra");
    BOOST_TEST(manifest.binding["roleRef"]["name"].as<std::string>() ==
               manifest.role["metadata"]["name"].as<std::string>());
    BOOST_TEST(manifest.binding["subjects"][0]["name"].as<std::string>() == "jane");
  }
}

BOOST_AUTO_TEST_CASE(each_way_needs_its_own_subresource) {
  const Manifest tunnel(
      plugin::role_manifest("ns", "jane", plugin::needed_permissions(Way::tunnel)));
  const Manifest proxy(plugin::role_manifest("ns", "jane", plugin::needed_permissions(Way::proxy)));
  BOOST_TEST(tunnel.grants({"create", "pods", "portforward"}));
  BOOST_TEST(!tunnel.grants({"get", "pods", "proxy"}));
  BOOST_TEST(proxy.grants({"update", "pods", "proxy"}));
  BOOST_TEST(!proxy.grants({"create", "pods", "portforward"}));
}

BOOST_AUTO_TEST_CASE(any_name_stays_one_text) {
  for (const std::string name :
       {"system:serviceaccount:ns:bot", "o'hara\"\n- x: y", "{a: b}", "#1"}) {
    const Manifest manifest(
        plugin::role_manifest("ns", name, plugin::needed_permissions(Way::tunnel)));
    BOOST_TEST(manifest.binding["subjects"][0]["name"].as<std::string>() == name);
  }
}

BOOST_AUTO_TEST_CASE(the_role_that_we_deploy_grants_what_the_tunnel_and_run_need_and_no_more) {
  const YAML::Node role = YAML::LoadFile("agent/deploy/components/plugin-user/role.yaml");
  std::set<std::string> granted;
  for (const auto& rule : role["rules"]) {
    for (const auto& resource : rule["resources"]) {
      for (const auto& verb : rule["verbs"])
        granted.insert(verb.as<std::string>() + " " + resource.as<std::string>());
    }
  }
  std::set<std::string> needed;
  for (const auto& list : {plugin::needed_permissions(Way::tunnel), plugin::exec_permissions()}) {
    for (const kube::Permission& permission : list)
      needed.insert(plugin::to_text(permission));
  }
  BOOST_TEST(granted == needed, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
