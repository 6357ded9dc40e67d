#include "common/kube/event.h"

#include <boost/test/unit_test.hpp>

#include "common/text/names.h"
#include "tests/support/fake_clock.h"

namespace maintenance::kube {
namespace {

text::JsonView view_of(const std::string& json) {
  return text::JsonView(*text::parse_json_object(json, "an event"));
}

Event some_event() {
  Event event;
  event.name = event_name("demo-cassandra-dc1-0", "held/1");
  event.regarding_name = "demo-cassandra-dc1-0";
  event.regarding_uid = "u-1";
  event.reason = "MaintenanceHeld";
  event.action = "EnterMaintenance";
  event.note = "held";
  event.reporter_instance = "prober-1";
  event.time = testing::FakeClock::default_start + std::chrono::microseconds(1500);
  return event;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(event_test)

BOOST_AUTO_TEST_CASE(one_happening_has_one_valid_name) {
  const std::string pod = "demo-cassandra-dc1-0";
  BOOST_TEST(event_name(pod, "held/1") == event_name(pod, "held/1"));
  BOOST_TEST(event_name(pod, "held/1") != event_name(pod, "held/2"));
  BOOST_TEST(event_name(pod, "held/1").starts_with(pod + "."));
  for (const std::string& object : {std::string(300, 'a'), std::string(228, 'a') + ".-b",
                                    std::string("UPPER/../x"), std::string()}) {
    BOOST_TEST(text::is_subdomain(event_name(object, "x")), object);
  }
}

BOOST_AUTO_TEST_CASE(it_has_all_that_the_api_server_demands) {
  BOOST_TEST(text::to_json(*event_to_json(some_event(), "cassandra")) ==
             R"({"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":")" +
                 some_event().name + R"(","namespace":"cassandra"},)" +
                 R"("eventTime":"2026-01-01T00:00:00.001500Z","type":"Normal",)" +
                 R"("reason":"MaintenanceHeld","action":"EnterMaintenance",)" +
                 R"("regarding":{"apiVersion":"v1","kind":"Pod","namespace":"cassandra",)" +
                 R"("name":"demo-cassandra-dc1-0","uid":"u-1"},"note":"held",)" +
                 R"("reportingController":"maintenance-agent","reportingInstance":"prober-1"})");
}

BOOST_AUTO_TEST_CASE(other_peoples_text_is_tamed) {
  Event event = some_event();
  event.note = "\x1b[31m" + std::string(5000, 'x');
  event.reporter_instance = std::string(500, 'h');
  event.warning = true;
  const text::JsonView made(event_to_json(event, "cassandra"));
  BOOST_TEST(made.text("note").size() <= 1024U);
  BOOST_TEST(made.text("note").find('\x1b') == std::string::npos);
  BOOST_TEST(made.text("reportingInstance").size() <= 128U);
  BOOST_TEST(made.text("type") == "Warning");
}

BOOST_AUTO_TEST_CASE(what_others_reported_is_read) {
  const SeenEvent seen = read_event(view_of(
      R"({"reason":"FailedPreStopHook","message":"PreStopHook failed",
          "involvedObject":{"kind":"Pod","name":"p","uid":"u"},
          "firstTimestamp":"2026-01-01T00:00:00Z","lastTimestamp":"2026-01-01T00:00:05Z"})"));
  BOOST_TEST(seen.reason == "FailedPreStopHook");
  BOOST_TEST(seen.regarding_name == "p");
  BOOST_TEST(seen.regarding_uid == "u");
  BOOST_TEST(seen.note == "PreStopHook failed");
  BOOST_TEST((seen.time == testing::FakeClock::default_start + std::chrono::seconds(5)));
  const SeenEvent newer =
      read_event(view_of(R"({"eventTime":"2026-01-01T00:00:00.000001Z","lastTimestamp":null})"));
  BOOST_TEST(newer.time.has_value());
  BOOST_TEST(!read_event(view_of("{}")).time.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::kube
