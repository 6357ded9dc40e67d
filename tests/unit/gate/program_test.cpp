// The real, static program as a subprocess.
#include <fcntl.h>
#include <link.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstring>
#include <memory>
#include <thread>

#include "tests/unit/gate/support.h"

namespace {

using namespace maintenance::testing;
using namespace maintenance::gate::testing;
namespace fs = std::filesystem;
using std::chrono::steady_clock;

const std::string pod = "demo-cassandra-dc1-0";
const KubeletVolume::Files with_record{{pod, "true"}};
const KubeletVolume::Files without_record{{"demo-cassandra-dc1-1", "true"}};
// The promise is 100 ms; the rest is for loaded machines. Below the slow poll (2,000 ms), so
// that a missed event is seen.
constexpr double soon_ms = 1500;

struct Fixture {
  TempFolder folder;
  KubeletVolume volume{folder.file("volume")};
  FakeProc proc{folder.file("proc")};
  int started = 0;

  std::string new_output() { return folder.file("output-" + std::to_string(++started)); }

  /// Starts the gate in a container that is empty but for `proc`; it adds itself there.
  std::unique_ptr<Child> start(std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(), GATE_PROGRAM);
    const std::vector<std::string> environment{"POD_NAME=" + pod, "HOSTNAME=some-node",
                                               "MAINTENANCE_DIR=" + volume.path().string(),
                                               "MAINTENANCE_PROC_ROOT=" + proc.path()};
    return std::make_unique<Child>(arguments, environment, new_output(),
                                   [this] { proc.add(::getpid(), "gate", "mnt:[1]"); });
  }
  std::unique_ptr<Child> start_held() {
    volume.publish(with_record);
    auto gate = start();
    BOOST_REQUIRE(gate->wait_output("holding: the pod is in maintenance"));
    return gate;
  }
  /// Waits for the end and reports how long it took.
  static int ended(Child& gate, const std::string& what,
                   steady_clock::time_point since = steady_clock::now()) {
    const auto exit = gate.wait_exit(since);
    BOOST_REQUIRE_MESSAGE(exit.has_value(), what + ": still running\n" + gate.output());
    report(what, exit->milliseconds);
    BOOST_TEST(exit->milliseconds < soon_ms);
    BOOST_TEST(exit->signal == 0);
    return exit->code;
  }
  static int simple(std::vector<std::string> command, std::vector<std::string> environment,
                    const std::string& output) {
    command.insert(command.begin(), GATE_PROGRAM);
    Child child(command, environment, output);
    const auto exit = child.wait_exit();
    BOOST_REQUIRE(exit.has_value());
    return exit->code;
  }
};

/// Whether the process has inotify in use.
bool watches(pid_t pid) {
  std::error_code ignored;
  for (const auto& file : fs::directory_iterator("/proc/" + std::to_string(pid) + "/fd", ignored)) {
    if (fs::read_symlink(file.path(), ignored) == "anon_inode:inotify") return true;
  }
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(program_test)

BOOST_FIXTURE_TEST_CASE(not_in_maintenance_it_ends_at_once, Fixture) {
  volume.publish(without_record);
  const auto before = steady_clock::now();
  const auto gate = start();
  BOOST_TEST(ended(*gate, "start without a record to end", before) == 0);
  BOOST_TEST(gate->output().find("not held") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(it_ends_when_the_record_is_removed, Fixture) {
  const auto gate = start_held();
  BOOST_TEST(gate->running());
  const auto before = steady_clock::now();
  volume.publish(without_record);
  BOOST_TEST(ended(*gate, "removal of the record to end", before) == 0);
}

BOOST_FIXTURE_TEST_CASE(it_stays_through_1000_swaps_and_ends_after_them, Fixture) {
  const auto gate = start_held();
  for (int i = 0; i < 1000; ++i)
    volume.publish({{pod, std::to_string(i)}});
  BOOST_TEST(gate->running());
  const auto before = steady_clock::now();
  volume.publish(without_record);
  BOOST_TEST(ended(*gate, "removal after 1,000 swaps to end", before) == 0);
  BOOST_TEST(gate->output().find("cannot be told") == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_swap_during_the_start_releases_nobody, Fixture) {
  volume.publish(with_record);
  std::atomic<bool> done = false;
  std::thread kubelet([&] {
    while (!done)
      volume.publish(with_record);
  });
  for (int i = 0; i < 30; ++i) {
    const auto gate = start();
    BOOST_TEST(gate->wait_output("holding"), gate->output());
    BOOST_TEST(gate->running(), gate->output());
  }
  done = true;
  kubelet.join();
}

BOOST_FIXTURE_TEST_CASE(on_a_slow_disk_it_stays_until_the_new_version_is_published, Fixture) {
  KubeletVolume slow(folder.file("volume"), std::chrono::milliseconds(300));
  slow.publish(with_record);
  const auto gate = start();
  BOOST_REQUIRE(gate->wait_output("holding: the pod is in maintenance"));
  // Three swaps of about two seconds each: the gate looks in the middle of every one.
  for (int i = 0; i < 3; ++i) {
    slow.publish({{"another-0", "true"}, {pod, std::to_string(i)}});
    BOOST_TEST(gate->running());
  }
  slow.publish(without_record);
  BOOST_TEST(ended(*gate, "removal on a slow disk to end") == 0);
  BOOST_TEST(gate->output().find("cannot be told") == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_removed_volume_holds_and_a_new_one_without_the_record_releases, Fixture) {
  const auto gate = start_held();
  fs::remove_all(volume.path());
  BOOST_REQUIRE(gate->wait_output("cannot be told"));
  BOOST_TEST(gate->running());
  KubeletVolume second(volume.path());
  BOOST_TEST(gate->running());
  const auto before = steady_clock::now();
  second.publish(without_record);
  BOOST_TEST(ended(*gate, "new volume without the record to end", before) == 0);
}

BOOST_FIXTURE_TEST_CASE(a_folder_without_data_holds, Fixture) {
  const auto gate = start();
  BOOST_TEST(gate->wait_output("not a mounted ConfigMap"));
  BOOST_TEST(gate->running());
}

BOOST_FIXTURE_TEST_CASE(sigterm_ends_it_at_once_but_not_with_success, Fixture) {
  for (const auto& [signal, code] :
       std::map<int, int>{{SIGTERM, 143}, {SIGINT, 130}, {SIGHUP, 129}, {SIGQUIT, 131}}) {
    const auto gate = start_held();
    const auto before = steady_clock::now();
    ::kill(gate->pid(), signal);
    BOOST_TEST(ended(*gate, "signal " + std::to_string(signal) + " to end", before) == code);
    BOOST_TEST(gate->output().find("not a release") != std::string::npos);
  }
}

BOOST_FIXTURE_TEST_CASE(sigterm_ends_it_while_it_waits_for_processes, Fixture) {
  volume.publish(without_record);
  proc.add(4'000'001, "backup", "mnt:[1]");
  const auto gate = start();
  BOOST_REQUIRE(gate->wait_output("4000001 (backup)"));
  const auto before = steady_clock::now();
  ::kill(gate->pid(), SIGTERM);
  BOOST_TEST(ended(*gate, "SIGTERM while waiting for processes to end", before) == 143);
}

BOOST_FIXTURE_TEST_CASE(it_waits_for_the_processes_of_its_own_container_only, Fixture) {
  proc.add(4'000'001, "backup", "mnt:[1]");
  proc.add(4'000'002, "elsewhere", "mnt:[2]");
  const auto gate = start_held();
  volume.publish(without_record);
  BOOST_REQUIRE(gate->wait_output("1 other process: 4000001 (backup)"));
  BOOST_TEST(gate->running());
  proc.remove(4'000'001);
  const auto exit = gate->wait_exit();
  BOOST_REQUIRE(exit.has_value());
  BOOST_TEST(exit->code == 0);
  BOOST_TEST(exit->milliseconds < 3000);
}

BOOST_FIXTURE_TEST_CASE(a_log_that_nobody_reads_makes_it_neither_deaf_nor_stuck, Fixture) {
  volume.publish(with_record);
  int ends[2];
  BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  ::fcntl(ends[1], F_SETPIPE_SZ, 4096);
  const std::string full(4096, 'x');
  BOOST_REQUIRE(::write(ends[1], full.data(), full.size()) == 4096);
  Child gate({GATE_PROGRAM, "--pod-name", pod, "--maintenance-dir", volume.path(), "--proc-root",
              proc.path()},
             {}, new_output(), [&] {
               proc.add(::getpid(), "gate", "mnt:[1]");
               ::dup2(ends[1], STDOUT_FILENO);
             });
  const auto before = steady_clock::now();
  volume.publish(without_record);
  BOOST_TEST(ended(gate, "release with a stuck log to end", before) == 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

BOOST_FIXTURE_TEST_CASE(a_log_whose_reader_is_gone_does_not_end_the_hold, Fixture) {
  volume.publish(with_record);
  int ends[2];
  BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  ::close(ends[0]);
  Child gate({GATE_PROGRAM, "--pod-name", pod, "--maintenance-dir", volume.path()}, {},
             new_output(), [&] { ::dup2(ends[1], STDOUT_FILENO); });
  ::close(ends[1]);
  // It writes its first line before it starts to watch.
  BOOST_TEST(eventually(patience, [&] { return !gate.running() || watches(gate.pid()); }));
  BOOST_TEST(gate.running());
  const auto before = steady_clock::now();
  ::kill(gate.pid(), SIGTERM);
  BOOST_TEST(ended(gate, "SIGTERM with a closed log to end", before) == 143);
}

BOOST_FIXTURE_TEST_CASE(status_tells_held_from_not_held, Fixture) {
  const std::vector<std::string> environment{"POD_NAME=" + pod,
                                             "MAINTENANCE_DIR=" + volume.path().string()};
  const auto status = [&](int code, const std::string& words) {
    const std::string output = new_output();
    BOOST_TEST(simple({"--status"}, environment, output) == code);
    BOOST_TEST(read_file(output).find(words) == 0);
  };
  status(0, "held: it cannot be told");
  volume.publish(with_record);
  status(0, "held: demo-cassandra-dc1-0 is in maintenance\n");
  volume.publish(without_record);
  status(1, "not held: demo-cassandra-dc1-0 is not in maintenance\n");
}

BOOST_FIXTURE_TEST_CASE(wrong_use_is_refused_with_exit_code_2, Fixture) {
  volume.publish(without_record);
  const std::string directory = "MAINTENANCE_DIR=" + volume.path().string();
  const std::string output = new_output();
  BOOST_TEST(simple({}, {directory, "HOSTNAME=" + pod}, output) == 2);
  BOOST_TEST(read_file(output).find("maintenance-gate: POD_NAME is not set") == 0);
  BOOST_TEST(simple({}, {directory, "POD_NAME=Not_A_Pod"}, new_output()) == 2);
  BOOST_TEST(simple({"--hold"}, {directory, "POD_NAME=" + pod}, new_output()) == 2);
}

BOOST_FIXTURE_TEST_CASE(help_and_version_are_shown, Fixture) {
  const std::string help = new_output();
  BOOST_TEST(simple({"--help"}, {}, help) == 0);
  BOOST_TEST(read_file(help).find("Exit code: 0") != std::string::npos);
  const std::string version = new_output();
  BOOST_TEST(simple({"--version"}, {}, version) == 0);
  BOOST_TEST(read_file(version) == "maintenance-gate " MAINTENANCE_VERSION "\n");
}

BOOST_FIXTURE_TEST_CASE(it_copies_itself_also_over_a_running_copy, Fixture) {
  fs::create_directory(folder.file("target"));
  BOOST_TEST(simple({"--copy-to", folder.file("target")}, {}, new_output()) == 0);
  const std::string copy = folder.file("target/maintenance-gate");
  BOOST_TEST((read_file(copy) == read_file(GATE_PROGRAM)));
  Child running({copy, "--pod-name", pod, "--maintenance-dir", volume.path()}, {}, new_output());
  BOOST_REQUIRE(running.wait_output("holding"));
  BOOST_TEST(simple({"--copy-to", folder.file("target")}, {}, new_output()) == 0);
  BOOST_TEST(running.running());
  BOOST_TEST(simple({"--copy-to", folder.file("nowhere")}, {}, new_output()) == 1);
}

BOOST_FIXTURE_TEST_CASE(it_is_static_and_small, Fixture) {
  const std::string program = read_file(GATE_PROGRAM);
  BOOST_TEST(program.size() < 1'000'000);
  ElfW(Ehdr) header{};
  std::memcpy(&header, program.data(), sizeof header);
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    ElfW(Phdr) part{};
    std::memcpy(&part, program.data() + header.e_phoff + i * sizeof part, sizeof part);
    BOOST_TEST(part.p_type != static_cast<unsigned>(PT_INTERP));  // no loader: no libraries
  }
}

BOOST_AUTO_TEST_SUITE_END()
