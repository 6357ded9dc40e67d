#include "plugin/kubeconfig/load.h"

#include <boost/test/unit_test.hpp>
#include <map>

#include "common/text/base64.h"
#include "tests/support/check.h"

// GCC 12 also warns of designated initializers, whose point is to leave members out.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

using namespace maintenance;
using namespace maintenance::plugin;
using maintenance::testing::contains;
using maintenance::testing::failure_of;

namespace {

/// Files and environment in memory.
struct Machine {
  std::map<std::string, std::string> files;
  std::map<std::string, std::string> variables;

  [[nodiscard]] kube::Environment environment() const {
    return [this](const std::string& name) {
      const auto found = variables.find(name);
      return found == variables.end() ? std::string() : found->second;
    };
  }
  [[nodiscard]] FileReader reader() const {
    return [this](const std::string& path) -> Result<std::string> {
      const auto found = files.find(path);
      if (found != files.end()) return found->second;
      return Error{ErrorKind::not_found, "reading file " + path, "no such file"};
    };
  }
  [[nodiscard]] Result<LoadedAccess> load(const Overrides& overrides = {}) const {
    return load_access(overrides, environment(), reader());
  }
};

std::string config_for(const std::string& cluster, const std::string& user) {
  return "{current-context: x, clusters: [{name: c, cluster: {" + cluster +
         "}}], users: [{name: u, user: {" + user +
         "}}], contexts: [{name: x, context: {cluster: c, user: u, namespace: ns}}]}";
}

Machine with_home(const std::string& cluster, const std::string& user) {
  return {{{"/home/me/.kube/config", config_for(cluster, user)}}, {{"HOME", "/home/me"}}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(load_test)

BOOST_AUTO_TEST_CASE(which_files_are_read) {
  Machine machine{{}, {{"HOME", "/home/me"}, {"KUBECONFIG", ":/a::/b:/a:"}}};
  using Files = std::vector<std::string>;
  BOOST_TEST(kubeconfig_files({.kubeconfig = "/x"}, machine.environment()) == Files{"/x"});
  BOOST_TEST(kubeconfig_files({}, machine.environment()) == (Files{"/a", "/b"}));
  machine.variables["KUBECONFIG"] = ":";
  BOOST_TEST(kubeconfig_files({}, machine.environment()) == Files{"/home/me/.kube/config"});
  machine.variables = {{"USERPROFILE", "/u"}};
  BOOST_TEST(kubeconfig_files({}, machine.environment()) == Files{"/u/.kube/config"});
  machine.variables.clear();
  BOOST_TEST(kubeconfig_files({}, machine.environment()).empty());
}

BOOST_AUTO_TEST_CASE(everything_comes_together) {
  Machine machine = with_home("server: 'https://api:6443/k8s/', certificate-authority: ca.crt",
                              "client-certificate-data: " + text::base64_encode("CERT") +
                                  ", client-key: /key, tokenFile: tok, token: unused");
  machine.files["/home/me/.kube/ca.crt"] = "CA";
  machine.files["/key"] = "KEY";
  machine.files["/home/me/.kube/tok"] = "in-file";
  const auto loaded = machine.load();
  REQUIRE_OK(loaded);
  BOOST_TEST(loaded->context_name == "x");
  BOOST_TEST(loaded->user_name == "u");
  const kube::Access& access = loaded->access;
  BOOST_TEST(access.endpoint.url() == "https://api:6443/k8s");
  BOOST_TEST(access.endpoint.tls_settings.ca_pem == "CA");
  BOOST_TEST(access.endpoint.tls_settings.client_cert_pem == "CERT");
  BOOST_TEST(access.endpoint.tls_settings.client_key_pem == "KEY");
  BOOST_TEST(access.token_file == "/home/me/.kube/tok");
  BOOST_TEST(access.namespace_name == "ns");
}

BOOST_AUTO_TEST_CASE(a_list_of_files_is_merged_and_may_have_holes) {
  Machine machine;
  machine.variables["KUBECONFIG"] = "/none:/one:/two";
  machine.files["/one"] = "current-context: x";
  machine.files["/two"] = config_for("server: 'https://two'", "token: t");
  const auto loaded = machine.load();
  REQUIRE_OK(loaded);
  BOOST_TEST(loaded->access.endpoint.host == "two");
}

BOOST_AUTO_TEST_CASE(a_server_without_a_scheme_is_plain_http) {
  const auto named = with_home("server: 'api:1', tls-server-name: named", "").load();
  REQUIRE_OK(named);
  BOOST_TEST(!named->access.endpoint.tls);
  const auto plain = with_home("server: '127.0.0.1:8001'", "").load();
  REQUIRE_OK(plain);
  BOOST_TEST(!plain->access.endpoint.tls);
  BOOST_TEST(plain->access.endpoint.port == 8001);
}

BOOST_AUTO_TEST_CASE(nothing_that_logs_in_goes_to_plain_http) {
  const std::string exec =
      "exec: {command: x, apiVersion: client.authentication.k8s.io/v1beta1}, as: root";
  for (const std::string& user :
       {std::string("token: t"), std::string("username: u, password: p"), exec}) {
    const auto loaded = with_home("server: 'http://localhost:8001'", user).load();
    REQUIRE_OK(loaded);
    BOOST_TEST(loaded->access.token == "");
    BOOST_TEST(loaded->username == "");
    BOOST_TEST(loaded->as.user == (user == exec ? "root" : ""));
    BOOST_TEST(!loaded->exec.has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_token_file_beats_a_token_when_it_can_be_read) {
  Machine machine = with_home("server: 'https://x'", "token: t, tokenFile: /file");
  const auto absent = machine.load();
  REQUIRE_OK(absent);
  BOOST_TEST(absent->access.token == "t");
  BOOST_TEST(absent->access.token_file == "");
  machine.files["/file"] = "other";
  const auto present = machine.load();
  REQUIRE_OK(present);
  BOOST_TEST(present->access.token_file == "/file");
  const auto flagged = machine.load({.token = "f"});
  REQUIRE_OK(flagged);
  BOOST_TEST(flagged->access.token_file == "/file");
  const Error failure = failure_of(with_home("server: 'https://x'", "tokenFile: /file").load());
  BOOST_TEST(contains(failure.message(), "user \"u\": tokenFile: reading file /file"),
             failure.message());
}

BOOST_AUTO_TEST_CASE(an_exec_plugin_serves_only_when_nothing_else_does) {
  const std::string exec = "exec: {command: x, apiVersion: client.authentication.k8s.io/v1beta1}";
  const std::string cluster =
      "server: 'https://x/y', extensions: [{name: client.authentication.k8s.io/exec, extension: "
      "{a: b}}]";
  const auto alone = with_home(cluster, exec).load();
  REQUIRE_OK(alone);
  BOOST_TEST(alone->exec->command == "x");
  BOOST_TEST(alone->exec_extension_json == R"({"a":"b"})");
  BOOST_TEST(alone->server == "https://x/y");
  for (const char* more : {"token: t, ", "username: u, "})
    BOOST_TEST(!with_home(cluster, more + exec).load()->exec.has_value(), more);
  BOOST_TEST(!with_home(cluster, exec).load({.token = "t"})->exec.has_value());
}

BOOST_AUTO_TEST_CASE(name_and_password_in_the_url_beat_the_users) {
  const auto loaded = with_home("server: 'https://joe:p%40w@x'", "token: t").load();
  REQUIRE_OK(loaded);
  BOOST_TEST(loaded->username == "joe");
  BOOST_TEST(loaded->password == "p@w");
  BOOST_TEST(loaded->access.token == "");
  BOOST_TEST(loaded->access.endpoint.url() == "https://x:443");
}

BOOST_AUTO_TEST_CASE(the_clusters_proxy_beats_the_environments) {
  Machine machine = with_home("server: 'https://x'", "token: t");
  machine.variables["HTTPS_PROXY"] = "http://env:1";
  BOOST_TEST(machine.load()->access.endpoint.proxy->url() == "http://env:1");
  machine.variables["NO_PROXY"] = "x";
  BOOST_TEST(!machine.load()->access.endpoint.proxy.has_value());
  Machine own = with_home("server: 'https://x', proxy-url: 'socks5://own:2'", "token: t");
  own.variables = machine.variables;
  own.variables["HOME"] = "/home/me";
  const auto proxy = own.load()->access.endpoint.proxy;
  BOOST_TEST(proxy->url() == "socks5://own:2");
  BOOST_TEST(proxy->origin == "proxy-url of cluster \"c\"");
}

BOOST_AUTO_TEST_CASE(errors_name_file_entry_and_field) {
  const auto says = [](const Machine& machine, const std::string& text,
                       const Overrides& overrides = {}) {
    const Error failure = failure_of(machine.load(overrides));
    BOOST_TEST(contains(failure.message(), text), failure.message());
  };
  const std::string file = "reading kubeconfig /home/me/.kube/config: ";
  says(
      with_home("server: 'https://x', certificate-authority: gone.crt", "token: t"),
      file + "cluster \"c\": certificate-authority: reading file /home/me/.kube/gone.crt: no such");
  says(with_home("server: 'https://x', certificate-authority-data: '%%%'", "token: t"),
       file + "cluster \"c\": certificate-authority-data is not base64");
  says(with_home("server: 'https://x'", "client-key: /none, client-certificate-data: QQ=="),
       file + "user \"u\": client-key: reading file /none");
  says(with_home("server: 'ftp://x'", ""), "it must start with https:// or http://");
  says(with_home("server: 'https://x'", "token: t"),
       "reading --certificate-authority: reading file /none: no such file",
       {.server = "https://y", .certificate_authority = "/none"});
  Machine machine;
  says(machine, "reading kubeconfig /none: no such file", {.kubeconfig = "/none"});
  says(machine, "no kubeconfig was found");
  says(machine, "context \"y\" does not exist", {.context = "y"});
  machine.variables["KUBECONFIG"] = "/broken";
  machine.files["/broken"] = "a: [";
  says(machine, "reading kubeconfig /broken: not YAML");
}

BOOST_AUTO_TEST_CASE(somebody_has_to_log_in) {
  const Error nothing = failure_of(with_home("server: 'https://x'", "").load());
  BOOST_TEST(contains(nothing.message(), "user \"u\" has nothing to log in with; name another"),
             nothing.message());
  const Error nobody = failure_of(Machine().load({.server = "https://x"}));
  BOOST_TEST(contains(nobody.message(), "there is no user"), nobody.message());
}

BOOST_AUTO_TEST_CASE(secrets_are_in_no_error) {
  const auto failure = failure_of(
      with_home("server: 'https://x', certificate-authority: /none", "token: hunter2").load());
  BOOST_TEST(!contains(failure.message(), "hunter2"));
}

BOOST_AUTO_TEST_CASE(in_a_cluster_the_service_account_serves_only_without_a_kubeconfig) {
  Machine machine;
  machine.variables["KUBERNETES_SERVICE_HOST"] = "10.0.0.1";
  machine.variables["KUBERNETES_SERVICE_PORT"] = "443";
  BOOST_TEST(contains(failure_of(machine.load()).message(), "no kubeconfig was found"));
  machine.files["/var/run/secrets/kubernetes.io/serviceaccount/token"] = "t";
  // The service account's folder is not there on this machine: the message shows the way taken.
  BOOST_TEST(contains(failure_of(machine.load()).message(), "from inside the cluster"));
  BOOST_TEST(contains(failure_of(machine.load({.context = "y"})).message(), "does not exist"));
  machine.variables["KUBECONFIG"] = "/k";
  machine.files["/k"] = config_for("server: 'https://x'", "token: t");
  const auto loaded = machine.load();
  REQUIRE_OK(loaded);
  BOOST_TEST(loaded->access.endpoint.host == "x");
}

BOOST_AUTO_TEST_SUITE_END()
