#include "common/maintenance/report.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/support/check.h"

using maintenance::cluster_report_from_json;
using maintenance::ClusterReport;
using maintenance::ErrorKind;
using maintenance::pod_report_from_json;
using maintenance::PodReport;
using maintenance::Record;
using maintenance::report_to_json;
using maintenance::State;
using maintenance::StatefulSetReport;
using maintenance::Wish;
using maintenance::testing::contains;
using maintenance::testing::failure_of;
using maintenance::testing::kind_of;
namespace text = maintenance::text;

namespace {

text::JsonView view(const std::string& json) {
  const auto parsed = text::parse_json_object(json, "test");
  REQUIRE_OK(parsed);
  return text::JsonView(*parsed);
}

PodReport held_pod() {
  PodReport pod;
  pod.name = "demo-cassandra-dc1-0";
  pod.dc = "dc1";
  pod.stateful_set = "demo-cassandra-dc1";
  pod.uid = "u-1";
  pod.state = State::held;
  pod.wish = Wish::in;
  pod.reality = "gate running";
  Record record;
  record.id = "r-1";
  record.by = "jane";
  record.reason = "repair";
  record.since = text::parse_timestamp("2026-01-01T00:00:00Z");
  pod.record = record;
  pod.warnings = {"held for 4h"};
  pod.changed = false;
  return pod;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(report_test)

BOOST_AUTO_TEST_CASE(a_pod_is_written_in_the_words_of_the_contract) {
  BOOST_TEST(
      text::to_json(*report_to_json(held_pod())) ==
      R"({"name":"demo-cassandra-dc1-0","dc":"dc1","statefulSet":"demo-cassandra-dc1","uid":"u-1",)"
      R"("state":"held","wish":"in","reality":"gate running","record":{"id":"r-1","by":"jane",)"
      R"("verified":false,"reason":"repair","since":"2026-01-01T00:00:00Z"},)"
      R"("warnings":["held for 4h"],"changed":false})");
}

BOOST_AUTO_TEST_CASE(a_pod_survives_writing_and_reading) {
  const std::string json = text::to_json(*report_to_json(held_pod()));
  const auto read = pod_report_from_json(view(json));
  REQUIRE_OK(read);
  BOOST_TEST(text::to_json(*report_to_json(*read)) == json);
}

BOOST_AUTO_TEST_CASE(a_cluster_survives_writing_and_reading) {
  ClusterReport cluster;
  cluster.cluster = "demo";
  cluster.namespace_name = "cassandra";
  cluster.config_map = "demo-maintenance-configmap";
  cluster.agent_version = "1.2.3";
  cluster.stateful_sets = {StatefulSetReport{"demo-cassandra-dc1", "dc1", "Parallel", 3}};
  cluster.pods = {held_pod(), PodReport{}};
  cluster.pods.back().name = "demo-cassandra-dc1-1";
  const std::string json = text::to_json(*report_to_json(cluster));
  const auto read = cluster_report_from_json(view(json));
  REQUIRE_OK(read);
  BOOST_TEST(text::to_json(*report_to_json(*read)) == json);
  BOOST_TEST(read->stateful_sets.at(0).replicas == 3);
  BOOST_TEST(read->pods.size() == 2U);
}

BOOST_AUTO_TEST_CASE(whether_a_call_changed_something_is_told_apart_from_silence) {
  const auto silent = pod_report_from_json(view(R"({"name":"p","state":"held"})"));
  REQUIRE_OK(silent);
  BOOST_TEST(!silent->changed.has_value());
  const auto changed = pod_report_from_json(view(R"({"name":"p","state":"held","changed":true})"));
  REQUIRE_OK(changed);
  BOOST_TEST(changed->changed.value_or(false));
}

BOOST_AUTO_TEST_CASE(a_record_that_is_no_object_is_still_a_record) {
  const auto pod = pod_report_from_json(view(R"({"name":"p","state":"held","record":true})"));
  REQUIRE_OK(pod);
  BOOST_TEST(pod->record.has_value());
}

BOOST_AUTO_TEST_CASE(an_answer_without_name_or_state_is_refused) {
  const std::vector<std::string> answers{
      "{}",
      R"({"name":"p"})",
      R"({"state":"held"})",
      R"({"name":"","state":"held"})",
      R"({"name":"p","state":"sleeping"})",
      R"({"name":["p"],"state":"held"})",
  };
  for (const std::string& answer : answers) {
    BOOST_TEST_CONTEXT(answer) {
      BOOST_TEST(kind_of(pod_report_from_json(view(answer))) == ErrorKind::protocol);
    }
  }
}

BOOST_AUTO_TEST_CASE(one_bad_pod_makes_the_whole_answer_a_failure) {
  const auto failure = failure_of(cluster_report_from_json(
      view(R"({"cluster":"demo","pods":[{"name":"a","state":"held"},{"name":"b"}]})")));
  BOOST_TEST(failure.kind == ErrorKind::protocol);
  BOOST_TEST(contains(failure.message(), "pod \"b\""));
}

BOOST_AUTO_TEST_CASE(a_hostile_pod_name_is_shown_without_control_bytes) {
  const auto failure = failure_of(pod_report_from_json(view("{\"name\":\"a\\u001b[2J\\n\"}")));
  BOOST_TEST(!contains(failure.message(), "\x1b"));
  BOOST_TEST(!contains(failure.message(), "\n"));
}

BOOST_AUTO_TEST_SUITE_END()
