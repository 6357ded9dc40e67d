// What `./dev release` has packed, used as somebody would who has another machine than this one.
// The macOS programs are only looked at (tests/krew/programs_test.py): nothing here can run them.
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

namespace fs = std::filesystem;

struct Desktop {
  static constexpr const char* name = "desktop";
};

constexpr const char* dist = MAINTENANCE_SOURCE_DIR "/dist";

/// The first file of dist/ with this ending; empty when there is none.
std::string packed(const std::string& ending) {
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(dist, none)) {
    const std::string name = entry.path().string();
    if (name.size() > ending.size() && name.substr(name.size() - ending.size()) == ending)
      return name;
  }
  return {};
}

boost::test_tools::assertion_result released(boost::unit_test::test_unit_id /*test*/) {
  boost::test_tools::assertion_result result(!packed("_linux_arm64.tar.gz").empty());
  result.message() << "there is no dist/; to have this tested, type ./dev release first";
  return result;
}

/// An archive, unpacked, and in front of it on the PATH what runs its program here.
class Unpacked {
 public:
  Unpacked(const std::string& archive, const std::string& runner, const std::string& program) {
    succeeds("python3 -c 'import shutil; shutil.unpack_archive(\"" + archive + "\", \"" +
             folder_.path().string() + "\")'");
    const std::string file = folder_.file(program);
    fs::permissions(file, fs::perms::owner_all);
    const std::string plugin = folder_.write(
        "bin/kubectl-maintenance", "#!/bin/sh\nexec " + runner + " " + file + " \"$@\"\n");
    fs::permissions(plugin, fs::perms::owner_all);
  }
  /// In front of a command.
  [[nodiscard]] std::string env() const { return "PATH=" + folder_.file("bin") + ":$PATH "; }
  [[nodiscard]] const testing::TempFolder& folder() const { return folder_; }

 private:
  testing::TempFolder folder_;
};

/// Takes a pod out and puts it back, by a plugin that is not this machine's, through the real
/// kubectl.
void serves(const Unpacked& plugin) {
  const std::string with = plugin.env() + "kubectl maintenance ";
  then("it starts, and reaches agent and cluster through a tunnel of its own");
  has_line(succeeds(with + "status", 60s), story_pod(0) + " .* normal .*");
  succeeds(with + "check", 60s);
  then("a pod is held and let go");
  const auto held = succeeds(with + "enable pod " + story_pod(0) + " --reason desktop", 120s);
  says(held, "pod/" + story_pod(0) + " held");
  const auto run = succeeds(with + "run pod " + story_pod(0) + " -- echo it runs", 60s);
  BOOST_TEST(run.out == "it runs\n", run);
  succeeds(with + "disable pod " + story_pod(0), 120s);
  then("wrong server certificates are refused");
  const auto refused = testing::shell(with + "status --tls-server-name other.example", 60s);
  BOOST_TEST(refused.exit_code == 6, refused);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(desktop_story, *boost::unit_test::fixture<OwnStage<Desktop>>() *
                                         boost::unit_test::precondition(released))

BOOST_AUTO_TEST_CASE(linux_on_arm) {
  given("the archive for Linux on 64-bit ARM, and qemu");
  serves(Unpacked(packed("_linux_arm64.tar.gz"), "qemu-aarch64-static", "kubectl-maintenance"));
}

BOOST_AUTO_TEST_CASE(windows) {
  given("the archive for Windows, and wine");
  const testing::TempFolder prefix;
  serves(Unpacked(packed("_windows_amd64.zip"),
                  "env WINEDEBUG=-all WINEPREFIX=" + prefix.file("wine") + " /usr/lib/wine/wine64",
                  "kubectl-maintenance.exe"));
}

/// A name in the cluster's name server for the API server at the address that is reached from
/// outside of pods, where addresses of Services lead nowhere. Returns its URL.
std::string named_api_server() {
  const std::string found = "kubectl get endpoints kubernetes -n default -o jsonpath=";
  const std::string address = trimmed(succeeds(found + "'{.subsets[0].addresses[0].ip}'").out);
  const std::string port = trimmed(succeeds(found + "'{.subsets[0].ports[0].port}'").out);
  const testing::TempFolder folder;
  succeeds("kubectl apply -f " +
           folder.write("api.yaml",
                        "apiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec: {clusterIP: "
                        "None, ports: [{name: https, port: " +
                            port +
                            "}]}\n---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n"
                            "metadata: {name: api, labels: {kubernetes.io/service-name: api}}\n"
                            "addressType: IPv4\nendpoints: [{addresses: [" +
                            address + "]}]\nports: [{name: https, port: " + port + "}]\n"));
  return "https://api.desktop-story.svc.cluster.local:" + port;
}

/// Names are looked up by the program itself, which is static, and credentials come from another
/// one.
BOOST_AUTO_TEST_CASE(a_root_file_system_with_nothing_else) {
  given(
      "a folder with the Linux program, a kubeconfig, a credential program and the cluster's name "
      "server");
  const Unpacked plugin(packed("_linux_amd64.tar.gz"), "", "kubectl-maintenance");
  const testing::TempFolder& root = plugin.folder();
  succeeds("cp /bin/busybox " + root.file("busybox"));
  const std::string token = trimmed(
      succeeds("kubectl create serviceaccount desktop >&2; kubectl create rolebinding desktop "
               "--clusterrole=admin --serviceaccount=desktop-story:desktop >&2; "
               "kubectl create token desktop")
          .out);
  root.write(
      "etc/resolv.conf",
      "nameserver " +
          trimmed(succeeds("kubectl get nodes -o jsonpath="
                           "'{.items[0].status.addresses[?(@.type==\"InternalIP\")].address}'")
                      .out) +
          "\n");
  root.write("ca.crt", succeeds("kubectl config view --minify --raw -o jsonpath="
                                "'{.clusters[0].cluster.certificate-authority-data}' | base64 -d")
                           .out);
  root.write(
      "credential",
      R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":")" +
          token + "\"}}\n");
  root.write(
      "kubeconfig",
      "apiVersion: v1\nkind: Config\ncurrent-context: own\nclusters:\n- name: own\n  cluster: "
      "{server: '" +
          named_api_server() +
          "', tls-server-name: kubernetes, certificate-authority: /ca.crt}\nusers:\n- name: own\n  "
          "user:\n    exec: {apiVersion: "
          "client.authentication.k8s.io/v1, command: /busybox, args: [cat, /credential], "
          "interactiveMode: Never}\ncontexts:\n- name: own\n  context: {cluster: own, user: own, "
          "namespace: desktop-story}\n");
  fs::remove_all(root.file("bin"));
  then("the cluster is found by its name in the name server, and the pods are shown");
  const std::string status =
      "chroot " + root.path().string() + " /kubectl-maintenance status --kubeconfig /kubeconfig";
  // The name server has heard of the name a moment later.
  until("the name", 30s, [&] { return testing::shell(status).ok(); });
  has_line(succeeds(status, 60s), story_pod(0) + " .* normal .*");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
