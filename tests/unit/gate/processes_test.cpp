#include "agent/gate/processes.h"

#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "tests/unit/gate/support.h"

namespace {

using namespace maintenance::gate;
using namespace maintenance::testing;
using namespace maintenance::gate::testing;

const std::string ours = "mnt:[4026531840]";
const std::string theirs = "mnt:[4026532000]";
const std::string our_cgroup = "0::/\n";
const std::string their_cgroup = "0::/../other\n";

struct Fixture {
  TempFolder folder;
  FakeProc proc{folder.file("proc")};

  Census others(pid_t self) const { return scan_processes(proc.path(), self); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(processes_test)

BOOST_AUTO_TEST_CASE(a_stat_line_is_read_whatever_the_name_contains) {
  const auto plain = parse_stat("12 (bash) S 1 12 12 0 -1 4194560 900 0 0 0\n");
  BOOST_REQUIRE(plain.has_value());
  BOOST_TEST(plain->name == "bash");
  BOOST_TEST(plain->state == 'S');
  BOOST_TEST(plain->flags == 4194560);
  const auto hostile = parse_stat("12 (a) Z 1 1 (b) R 1 12 12 0 -1 0 900\n");
  BOOST_REQUIRE(hostile.has_value());
  BOOST_TEST(hostile->name == "a) Z 1 1 (b");
  BOOST_TEST(hostile->state == 'R');
}

BOOST_AUTO_TEST_CASE(what_is_no_stat_line_is_nothing) {
  for (const char* bad : {"", "12", "12 (bash", "12 bash) S", ")(", "12 (bash)", "12 (bash) S 1 2",
                          "12 (bash) S 1 12 12 0 -1 many 1"}) {
    BOOST_TEST(!parse_stat(bad).has_value(), bad);
  }
}

BOOST_AUTO_TEST_CASE(the_dead_and_the_kernels_threads_do_not_count) {
  BOOST_TEST((ProcessStat{"a", 'S', 0}.counts()));
  BOOST_TEST((ProcessStat{"a", 'T', 0}.counts()));
  BOOST_TEST((!ProcessStat{"a", 'Z', 0}.counts()));
  BOOST_TEST((!ProcessStat{"a", 'X', 0}.counts()));
  BOOST_TEST((!ProcessStat{"kthreadd", 'S', 0x00200000}.counts()));
}

BOOST_FIXTURE_TEST_CASE(process_one_alone_is_alone, Fixture) {
  proc.add(1, "maintenance-gat", ours);
  write_file(proc.path() + "/uptime", "1 1");
  BOOST_TEST(others(1).alone());
  BOOST_TEST(others(1).summary() == "none");
}

BOOST_FIXTURE_TEST_CASE(for_process_one_everybody_counts, Fixture) {
  proc.add(1, "maintenance-gat", ours);
  proc.add(12, "bash", ours);
  proc.add(15, "debugger", theirs);
  proc.add(16, "nodetool", ours, "", 'Z');
  proc.add(17, "kworker", ours, "", 'I', 0x00200000);
  const Census census = others(1);
  BOOST_TEST(!census.alone());
  BOOST_TEST(census.count == 2);
  BOOST_TEST(census.summary().find("2 other processes: ") == 0);
  BOOST_TEST(census.summary().find("12 (bash)") != std::string::npos);
  BOOST_TEST(census.summary().find("15 (debugger)") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(in_a_shared_pid_namespace_the_mount_namespace_decides, Fixture) {
  proc.add(1, "pause", theirs, their_cgroup);
  proc.add(40, "maintenance-gat", ours, our_cgroup);
  proc.add(41, "agent", theirs, our_cgroup);
  BOOST_TEST(others(40).alone());
  proc.add(42, "bash", ours, their_cgroup);
  BOOST_TEST(others(40).summary() == "1 other process: 42 (bash)");
}

BOOST_FIXTURE_TEST_CASE(where_namespaces_are_hidden_the_cgroup_decides, Fixture) {
  proc.add(1, "pause", "", their_cgroup);
  proc.add(40, "maintenance-gat", ours, our_cgroup);
  proc.add(41, "hidden", "", "");
  BOOST_TEST(others(40).alone());
  proc.add(42, "su", "", our_cgroup);
  BOOST_TEST(others(40).summary() == "1 other process: 42 (su)");
}

BOOST_FIXTURE_TEST_CASE(a_process_that_cannot_be_described_still_counts, Fixture) {
  proc.add(1, "maintenance-gat", ours);
  proc.add(12, "bash", ours);
  write_file(proc.path() + "/12/stat", "nonsense");
  BOOST_TEST(others(1).summary() == "1 other process: 12 (?)");
}

BOOST_FIXTURE_TEST_CASE(a_process_that_ends_during_the_scan_does_not_count, Fixture) {
  proc.add(1, "maintenance-gat", ours);
  std::filesystem::create_directories(proc.path() + "/12");
  BOOST_TEST(others(1).alone());
}

BOOST_FIXTURE_TEST_CASE(a_long_list_is_counted_but_not_named_in_full, Fixture) {
  proc.add(1, "maintenance-gat", ours);
  for (pid_t pid = 100; pid < 150; ++pid)
    proc.add(pid, "worker", ours);
  const Census census = others(1);
  BOOST_TEST(census.count == 50);
  BOOST_TEST(census.named.size() == named_processes_max);
  BOOST_TEST(census.summary().ends_with(" and 42 more"));
}

BOOST_FIXTURE_TEST_CASE(a_proc_that_is_missing_or_not_ours_is_no_proof_of_being_alone, Fixture) {
  BOOST_TEST(!scan_processes(folder.file("nowhere"), 1).alone());
  BOOST_TEST(!others(1).alone());
  proc.add(12, "bash", ours);
  BOOST_TEST(others(1).summary().find("unknown: ") == 0);
  BOOST_TEST(others(1).unreadable.find("does not show this process") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(the_real_proc_is_understood, Fixture) {
  BOOST_TEST(scan_processes("/proc", ::getpid()).unreadable == "");
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  BOOST_REQUIRE(child > 0);
  BOOST_TEST(eventually(patience, [] { return reap_children() == 1; }));
  BOOST_TEST(reap_children() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
