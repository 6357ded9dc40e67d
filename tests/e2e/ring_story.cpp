#include <algorithm>
#include <functional>

#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"
#include "tests/support/temp_folder.h"

namespace maintenance::e2e {
namespace {

const std::string held = "demo-cassandra-dc1-2";
const std::string witness = "demo-cassandra-dc1-0";
constexpr const char* map = "demo-maintenance-configmap";
/// A real Cassandra drains for up to 14 s and needs about 20 s to be back on a busy machine.
constexpr milliseconds restart_limit = 120s;

/// "UN=2 DN=1", as the witness sees the ring.
std::string ring() {
  const auto status =
      testing::shell("kubectl exec " + witness + " -c cassandra -- nodetool status");
  std::string out;
  for (const std::string& state : {std::string("UN"), std::string("DN")}) {
    int nodes = 0;
    for (auto place = status.out.find("\n" + state + " "); place != std::string::npos;
         place = status.out.find("\n" + state + " ", place + 1))
      ++nodes;
    out += (out.empty() ? "" : " ") + state + "=" + std::to_string(nodes);
  }
  return out;
}

/// All rows as one sorted text, read through `pod`.
std::string rows(const std::string& pod, const std::string& consistency,
                 const std::string& keyspace = "demo") {
  return succeeds("kubectl exec " + pod + " -c cassandra -- cql -c " + consistency +
                  " 'SELECT id, text FROM " + keyspace + ".notes' | sort -n")
      .out;
}

Outcome in_cassandra(const std::string& pod, const std::string& command) {
  return succeeds("kubectl exec " + pod + " -c cassandra -- " + command, restart_limit);
}

/// A keyspace with an empty table of the same shape, while this is in scope.
class Restored {
 public:
  Restored() {
    in_cassandra(witness,
                 "cql -c ALL \"CREATE KEYSPACE restored WITH replication = "
                 "{'class': 'NetworkTopologyStrategy', 'dc1': 3}; "
                 "CREATE TABLE restored.notes (id int PRIMARY KEY, text text)\"");
  }
  ~Restored() {
    (void)testing::shell("kubectl exec " + witness +
                         " -c cassandra -- cql 'DROP KEYSPACE IF EXISTS restored'");
  }
  Restored(const Restored&) = delete;
  Restored& operator=(const Restored&) = delete;
};

std::string checksum(const std::string& text) {
  return std::to_string(std::count(text.begin(), text.end(), '\n')) + " rows, " +
         std::to_string(std::hash<std::string>{}(text));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ring_story, *boost::unit_test::fixture<RingStage>())

BOOST_AUTO_TEST_CASE(a_replica_of_a_real_ring_is_held_and_comes_back_with_its_data) {
  given("a ring of three nodes with data in it");
  until("three nodes up", restart_limit, [] { return ring() == "UN=3 DN=0"; });
  const std::string before = rows(witness, "ALL");
  BOOST_REQUIRE_EQUAL(std::count(before.begin(), before.end(), '\n'), 100);
  BOOST_TEST_MESSAGE("            " << checksum(before));
  has_line(succeeds("kubectl maintenance status --instance demo"), held + " .*normal ");

  when("a replica is taken out, the way kubectl finds plugins");
  const auto enable =
      succeeds("kubectl maintenance enable pod " + held + " --reason 'ring story'", restart_limit);
  measured("enable", enable.took);
  says(enable, "pod/" + held + " held");
  BOOST_CHECK(is_held(held));
  has_line(succeeds("kubectl maintenance status --instance demo"), held + " .*held .*ring story");

  then("the others see it down and still answer at LOCAL_QUORUM");
  measured("the ring noticing",
           until("the ring noticing", 40s, [] { return ring() == "UN=2 DN=1"; }));
  BOOST_CHECK_EQUAL(checksum(rows(witness, "LOCAL_QUORUM")), checksum(before));

  then("its SSTables can be read in the gate container");
  const auto dump = succeeds("kubectl exec " + held +
                             " -c maintenance-mode -- sh -c "
                             "'sstabledump /var/lib/cassandra/data/demo/notes-*/*-Data.db'");
  says(dump, "\"partition\"");
  says(dump, "note 42");

  when("it is put back, by the program's own name");
  const auto disable = succeeds("kubectl-maintenance disable pod " + held, restart_limit);
  measured("disable", disable.took);
  says(disable, "pod/" + held + " ");
  then("three nodes are up and every row is there, on all three replicas");
  measured("the ring complete",
           until("three nodes up", restart_limit, [] { return ring() == "UN=3 DN=0"; }));
  BOOST_CHECK_EQUAL(checksum(rows(held, "ALL")), checksum(before));
  BOOST_CHECK(!record_of(held, map));
  has_line(succeeds("kubectl-maintenance status --instance demo"), held + " .*normal ");
}

BOOST_AUTO_TEST_CASE(a_backup_of_a_held_replica_restores_into_another_node) {
  const testing::TempFolder folder;
  const std::string archive = folder.file("backup.tar");
  const std::string run = "kubectl maintenance run pod " + held + " -- ";
  given("a held replica of a ring with data in it");
  until("three nodes up", restart_limit, [] { return ring() == "UN=3 DN=0"; });
  const std::string before = rows(witness, "ALL");
  succeeds("kubectl maintenance enable pod " + held + " --reason 'backup story'", restart_limit);

  when("its SSTables are looked at with Cassandra's offline tools");
  const auto metadata =
      succeeds(run + "sh -c 'sstablemetadata /var/lib/cassandra/data/demo/notes-*/*-Data.db'",
               restart_limit);
  says(metadata, "Partitioner: org.apache.cassandra.dht.Murmur3Partitioner");
  then("they are sound, within the memory that the gate has");
  succeeds(run + "sstableverify demo notes", restart_limit);
  BOOST_CHECK_EQUAL(gate_field(held, "restartCount"), "0");

  when("they are backed up by tar, and the replica is put back");
  measured("backup",
           succeeds(run + "tar -C /var/lib/cassandra/data/demo -cf - . >" + archive).took);
  succeeds("kubectl maintenance disable pod " + held, restart_limit);

  when("the archive is restored into another node, as another table");
  const Restored restored;
  BOOST_REQUIRE_EQUAL(rows(witness, "ALL", "restored"), "");
  succeeds("cd " + folder.path().string() + " && mkdir files && tar -xf backup.tar -C files");
  succeeds("cd " + folder.path().string() + "/files/notes-*/ && tar -cf - nb-* | kubectl exec -i " +
           witness +
           " -c cassandra -- sh -c 'cd /var/lib/cassandra/data/restored && tar -C $(ls -t | head "
           "-n 1) -xf -'");
  in_cassandra(witness, "nodetool refresh restored notes");
  then("every row is there");
  BOOST_CHECK_EQUAL(checksum(rows(witness, "ALL", "restored")), checksum(before));
  until("three nodes up", restart_limit, [] { return ring() == "UN=3 DN=0"; });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
