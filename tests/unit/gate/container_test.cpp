// The real program as a container runs it: as process 1, and as a user without any rights. Needs
// root, or user namespaces; says so where it has neither.
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <memory>

#include "tests/unit/gate/support.h"

namespace {

using namespace maintenance::testing;
using namespace maintenance::gate::testing;
namespace fs = std::filesystem;
namespace unit_test = boost::unit_test;
using std::chrono::steady_clock;

const std::string pod = "demo-cassandra-dc1-0";
const KubeletVolume::Files with_record{{pod, "true"}};
const KubeletVolume::Files without_record{};
// The promise is 100 ms; the rest is for loaded machines. Below the slow poll (2,000 ms), so
// that a missed event is seen.
constexpr double soon_ms = 1500;

bool is_root() {
  return ::geteuid() == 0;
}

/// Runs what follows in a pid namespace of its own with a proc that fits.
std::vector<std::string> in_new_namespace(const std::vector<std::string>& command) {
  std::vector<std::string> all{"/usr/bin/unshare"};
  if (!is_root()) all.insert(all.end(), {"--user", "--map-root-user"});
  all.insert(all.end(), {"--pid", "--fork", "--kill-child", "--mount-proc"});
  all.insert(all.end(), command.begin(), command.end());
  return all;
}

/// Runs what follows as Cassandra's user with nothing that root could do.
std::vector<std::string> without_rights(const std::vector<std::string>& command) {
  if (!is_root()) return command;
  std::vector<std::string> all{"/usr/bin/setpriv", "--reuid=999",     "--regid=999",
                               "--clear-groups",   "--inh-caps=-all", "--bounding-set=-all",
                               "--no-new-privs"};
  all.insert(all.end(), command.begin(), command.end());
  return all;
}

unit_test::precondition::predicate_t needs(std::vector<std::string> command) {
  return [command = std::move(command)](unit_test::test_unit_id) {
    boost::test_tools::assertion_result possible(can_run(command));
    possible.message() << "this machine allows no new namespaces to this user";
    return possible;
  };
}

const auto namespaces = needs(in_new_namespace({"/bin/true"}));

struct Fixture {
  /// Other users come in, whatever the umask of whoever runs the tests.
  Fixture() { fs::permissions(folder.path(), fs::perms(0755)); }

  TempFolder folder;
  KubeletVolume volume{folder.file("volume")};

  std::vector<std::string> environment() const {
    return {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "POD_NAME=" + pod,
            "MAINTENANCE_DIR=" + volume.path().string()};
  }
  /// Process 1 of its namespace first runs `shell` and then becomes the gate.
  std::unique_ptr<Child> start_as_process_one(const std::string& shell) const {
    return std::make_unique<Child>(
        in_new_namespace({"/bin/sh", "-c", shell + " exec " GATE_PROGRAM}), environment(),
        folder.file("output"));
  }
  /// A copy where also a user without rights can reach it.
  std::string reachable_program() const {
    fs::copy_file(GATE_PROGRAM, folder.file("gate"), fs::copy_options::skip_existing);
    return folder.file("gate");
  }
};

/// The gate's number as the test sees it.
pid_t gate_of(const Child& unshare) {
  const auto children = children_of(unshare.pid());
  BOOST_REQUIRE(children.size() == 1);
  return children.front();
}

int ended(Child& child, const std::string& what,
          steady_clock::time_point since = steady_clock::now()) {
  const auto exit = child.wait_exit(since);
  BOOST_REQUIRE_MESSAGE(exit.has_value(), what + ": still running\n" + child.output());
  report(what, exit->milliseconds);
  BOOST_TEST(exit->milliseconds < soon_ms);
  return exit->code;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(container_test)

BOOST_AUTO_TEST_CASE(process_one_obeys_sigterm, *unit_test::precondition(namespaces)) {
  Fixture f;
  f.volume.publish(with_record);
  const auto gate = f.start_as_process_one("");
  BOOST_REQUIRE(gate->wait_output("holding"));
  BOOST_TEST(gate->output().find(" pid=1\n") != std::string::npos);
  const auto before = steady_clock::now();
  ::kill(gate_of(*gate), SIGTERM);
  BOOST_TEST(ended(*gate, "SIGTERM to process 1 to end", before) == 143);
}

BOOST_AUTO_TEST_CASE(process_one_ends_on_release, *unit_test::precondition(namespaces)) {
  Fixture f;
  f.volume.publish(with_record);
  const auto gate = f.start_as_process_one("");
  BOOST_REQUIRE(gate->wait_output("holding"));
  const auto before = steady_clock::now();
  f.volume.publish(without_record);
  BOOST_TEST(ended(*gate, "release of process 1 to end", before) == 0);
}

BOOST_AUTO_TEST_CASE(process_one_collects_the_dead, *unit_test::precondition(namespaces)) {
  Fixture f;
  f.volume.publish(with_record);
  // One child that is dead before the gate starts, and one whose parent is gone (an orphan).
  const auto gate = f.start_as_process_one("true & (sleep 600 & sleep 600 &) ;");
  BOOST_REQUIRE(gate->wait_output("holding"));
  const pid_t process_one = gate_of(*gate);
  BOOST_TEST(eventually(patience, [&] { return children_of(process_one).size() == 2; }));
  for (const pid_t orphan : children_of(process_one))
    ::kill(orphan, SIGKILL);
  BOOST_TEST(eventually(patience, [&] { return children_of(process_one).empty(); }));
  BOOST_TEST(gate->running());
  const auto before = steady_clock::now();
  f.volume.publish(without_record);
  BOOST_TEST(ended(*gate, "release after dead children to end", before) == 0);
}

BOOST_AUTO_TEST_CASE(process_one_waits_for_others, *unit_test::precondition(namespaces)) {
  Fixture f;
  f.volume.publish(with_record);
  // A new child bears the shell's name until it runs its own program.
  const auto gate =
      f.start_as_process_one("sleep 600 & until [ \"$(cat /proc/$!/comm)\" = sleep ]; do :; done;");
  BOOST_REQUIRE(gate->wait_output("holding"));
  f.volume.publish(without_record);
  BOOST_REQUIRE(gate->wait_output("(sleep)"));
  BOOST_TEST(gate->running());
  f.volume.publish(with_record);
  BOOST_REQUIRE(gate->wait_output("holding again"));
  const pid_t process_one = gate_of(*gate);
  for (const pid_t other : children_of(process_one))
    ::kill(other, SIGKILL);
  BOOST_TEST(eventually(patience, [&] { return children_of(process_one).empty(); }));
  BOOST_TEST(gate->running());
  const auto before = steady_clock::now();
  f.volume.publish(without_record);
  BOOST_TEST(ended(*gate, "release after the others ended to end", before) == 0);
}

BOOST_AUTO_TEST_CASE(a_user_without_rights_holds_and_releases) {
  Fixture f;
  f.volume.publish(with_record);
  FakeProc proc(f.folder.file("proc"));
  Child gate(without_rights({f.reachable_program(), "--proc-root", proc.path()}), f.environment(),
             f.folder.file("output"), [&] { proc.add(::getpid(), "gate", "mnt:[1]"); });
  BOOST_REQUIRE(gate.wait_output("holding"));
  const auto before = steady_clock::now();
  f.volume.publish(without_record);
  BOOST_TEST(ended(gate, "release without rights to end", before) == 0);
}

BOOST_AUTO_TEST_CASE(a_volume_without_permission_holds) {
  Fixture f;
  f.volume.publish(without_record);
  fs::permissions(f.volume.path(), is_root() ? fs::perms(0700) : fs::perms(0));
  Child gate(without_rights({f.reachable_program()}), f.environment(), f.folder.file("output"));
  BOOST_TEST(gate.wait_output("Permission denied"));
  BOOST_TEST(gate.running());
  fs::permissions(f.volume.path(), fs::perms(0755));
}

BOOST_AUTO_TEST_CASE(a_volume_that_may_not_be_listed_is_polled_fast) {
  Fixture f;
  f.volume.publish(with_record);
  if (is_root()) {
    fs::permissions(f.volume.path(), fs::perms(0711));
  } else {
    fs::permissions(f.volume.path(), fs::perms(0300));
  }
  FakeProc proc(f.folder.file("proc"));
  Child gate(without_rights({f.reachable_program(), "--proc-root", proc.path()}), f.environment(),
             f.folder.file("output"), [&] { proc.add(::getpid(), "gate", "mnt:[1]"); });
  BOOST_REQUIRE(gate.wait_output("holding"));
  // The name without a listing, because the test's own writer needs none for this.
  fs::permissions(f.volume.path(), is_root() ? fs::perms(0711) : fs::perms(0700));
  const auto before = steady_clock::now();
  f.volume.publish(without_record);
  BOOST_TEST(ended(gate, "release without events to end", before) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
