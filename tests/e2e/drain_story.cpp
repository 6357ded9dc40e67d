#include <fstream>
#include <map>
#include <sstream>

#include "tests/e2e/look.h"
#include "tests/e2e/stage.h"

namespace maintenance::e2e {
namespace {

/// What manifests/stories/drain makes the old container do before it ends.
constexpr milliseconds hook_time = 5000ms;
constexpr milliseconds signal_time = 2000ms;
/// The container notes times with two decimals.
constexpr milliseconds resolution = 20ms;

struct Drain {
  static constexpr const char* name = "drain";
};

milliseconds from_seconds(const std::string& text) {
  return milliseconds(static_cast<std::int64_t>(std::stod(text) * 1000.0));
}

/// The time at which the machine's uptime was 0; containers see the same uptime.
WallTime machine_start() {
  std::ifstream file("/proc/uptime");
  std::string uptime;
  file >> uptime;
  return wall_now() - from_seconds(uptime);
}

/// The notes that the old container left in the data volume: what, and when. The last ones count,
/// for the volume outlives pods.
std::map<std::string, WallTime> notes_in(const std::string& text) {
  const WallTime start = machine_start();
  std::map<std::string, WallTime> notes;
  std::istringstream lines(text);
  for (std::string what, uptime; lines >> what >> uptime;)
    notes[what] = start + from_seconds(uptime);
  return notes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(drain_story, *boost::unit_test::fixture<OwnStage<Drain>>())

BOOST_AUTO_TEST_CASE(prestop_hook_and_sigterm_run_to_their_end_before_the_pod_is_held) {
  const std::string pod = story_pod(0);
  given("a pod whose preStop hook takes 5 s and whose SIGTERM handler takes 2 s");
  const std::string uid = uid_of(pod);

  when("maintenance is enabled for it");
  const auto enable = succeeds("kubectl maintenance enable pod " + pod +
                               " --reason drain --override last-datacenter");
  measured("enable", enable.took);
  BOOST_REQUIRE(is_held(pod));
  BOOST_REQUIRE_NE(uid_of(pod), uid);

  then("the files in its data volume, read in the held pod, say that both ran to their end");
  const auto file =
      succeeds("kubectl exec " + pod + " -c maintenance-mode -- cat /var/lib/cassandra/drain.log");
  auto notes = notes_in(file.out);
  for (const char* what : {"hook-begin", "hook-end", "term-begin", "term-end"})
    BOOST_REQUIRE_MESSAGE(notes.contains(what), what << " is missing" << file);
  const auto hook = notes["hook-end"] - notes["hook-begin"];
  const auto term = notes["term-end"] - notes["term-begin"];
  measured("preStop hook", hook);
  measured("SIGTERM handler", term);
  BOOST_CHECK_GE((hook + resolution).count(), hook_time.count());
  BOOST_CHECK_GE((term + resolution).count(), signal_time.count());
  BOOST_CHECK(notes["hook-end"] <= notes["term-begin"] + resolution);

  then("and only after that did the gate of the new pod begin");
  const WallTime gate_start = log_time(gate_log(pod), "maintenance-gate started");
  measured("from the old container's end to the new gate", gate_start - notes["term-end"]);
  BOOST_CHECK(notes["term-end"] <= gate_start);

  then("and the stand-in for Cassandra was not started again meanwhile");
  BOOST_CHECK(notes["start"] < notes["hook-begin"]);
  succeeds("kubectl maintenance disable pod " + pod);
  BOOST_CHECK(is_ready(pod));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::e2e
