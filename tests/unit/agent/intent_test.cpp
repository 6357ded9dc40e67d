#include "agent/server/intent.h"

#include <boost/test/unit_test.hpp>

#include "common/maintenance/record.h"

namespace maintenance::testing {

namespace {

const text::Timestamp now = *text::parse_timestamp("2026-01-01T00:00:00Z");

struct Refusal {
  const char* body;
  const char* says;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(intent_test)

BOOST_AUTO_TEST_CASE(a_body_says_who_and_why) {
  const auto intent =
      agent::read_v1_intent({}, R"({"reason":"r","requestedBy":"jane@example.com"})", "id", now);
  BOOST_REQUIRE(intent.ok());
  BOOST_TEST(intent->id == "id");
  BOOST_TEST(intent->reason == "r");
  BOOST_TEST(intent->by == "jane@example.com");
}

BOOST_AUTO_TEST_CASE(nothing_is_required) {
  for (const char* body : {"", "{}", R"({"reason":null})"})
    BOOST_TEST(agent::read_v1_intent({}, body, "id", now).ok(), body);
}

BOOST_AUTO_TEST_CASE(a_name_is_made_printable_and_short) {
  const std::string raw = "x\\u001b[2J\\n" + std::string(5000, 'y');
  const auto intent = agent::read_v1_intent({}, R"({"requestedBy":")" + raw + "\"}", "id", now);
  BOOST_REQUIRE(intent.ok());
  BOOST_TEST(intent->by.size() <= by_bytes_max);
  BOOST_TEST(intent->by.find('\x1b') == std::string::npos);
  BOOST_TEST(intent->by.find('\n') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_longest_reason_fits_also_when_all_of_it_is_escaped) {
  agent::ParsedTarget target;
  target.query["reason"] = std::string(reason_bytes_max, '\x01');
  const auto intent = agent::read_seed_intent(target, "id", now);
  BOOST_REQUIRE(intent.ok());
  BOOST_TEST(intent->reason.size() == 4 * reason_bytes_max);
  target.query["reason"] += 'x';
  BOOST_TEST(!agent::read_seed_intent(target, "id", now).ok());
}

BOOST_AUTO_TEST_CASE(a_body_says_how_long_and_past_what) {
  const auto intent = agent::read_v1_intent(
      {}, R"({"duration":"2h30m","override":["replica-down","rollout"],"dryRun":true})", "id", now);
  BOOST_REQUIRE_MESSAGE(intent.ok(), (intent ? "" : intent.error().message()));
  BOOST_TEST(text::format_timestamp(intent->until.value()) == "2026-01-01T02:30:00Z");
  BOOST_TEST((intent->overrides == std::set<std::string>{"replica-down", "rollout"}));
  BOOST_TEST(intent->dry_run);
  const auto until =
      agent::read_v1_intent({}, R"({"until":"2026-01-02T00:00:00+01:00"})", "id", now);
  BOOST_REQUIRE(until.ok());
  BOOST_TEST(text::format_timestamp(until->until.value()) == "2026-01-01T23:00:00Z");
  BOOST_TEST(!until->dry_run);
}

BOOST_AUTO_TEST_CASE(a_query_says_the_same_at_the_root) {
  agent::ParsedTarget target;
  target.query = {
      {"reason", "r"}, {"for", "3d"}, {"override", "rollout,replica-down"}, {"dryRun", "true"}};
  const auto intent = agent::read_seed_intent(target, "id", now);
  BOOST_REQUIRE_MESSAGE(intent.ok(), (intent ? "" : intent.error().message()));
  BOOST_TEST(text::format_timestamp(intent->until.value()) == "2026-01-04T00:00:00Z");
  BOOST_TEST((intent->overrides == std::set<std::string>{"replica-down", "rollout"}));
  BOOST_TEST(intent->dry_run);
}

BOOST_AUTO_TEST_CASE(what_is_not_understood_is_refused_and_named) {
  const Refusal rows[] = {
      {R"({"why":"x"})", "why"},
      {R"({"reason":1})", "must be a text"},
      {R"({"dryRun":"true"})", "must be true or false"},
      {R"({"override":"rollout"})", "must be a list"},
      {R"({"override":[1]})", "list of texts"},
      {R"({"override":[""]})", "empty"},
      {R"({"override":["no-such"]})", "there is no such guard"},
      {R"({"override":["rollout,replica-down"]})", "there is no such guard"},
      {R"({"override":["ordered-ready"]})", "cannot be overridden"},
      {R"({"override":["no-drain"]})", "only warns"},
      {R"({"duration":"soon"})", "2h30m"},
      {R"({"duration":"1s"})", "from 10s to"},
      {R"({"duration":"999999h"})", "2h30m"},
      {R"({"until":"tomorrow"})", "RFC 3339"},
      {R"({"until":"2025-12-31T23:59:59Z"})", "in the past"},
      {R"({"until":"2199-01-01T00:00:00Z"})", "from 10s to"},
      {R"({"duration":"1h","until":"2026-01-02T00:00:00Z"})", "give one"},
      {R"([])", "body"},
  };
  for (const Refusal& row : rows) {
    const auto intent = agent::read_v1_intent({}, row.body, "id", now);
    BOOST_REQUIRE_MESSAGE(!intent.ok(), row.body);
    BOOST_TEST((intent.error().kind == ErrorKind::invalid));
    BOOST_TEST(intent.error().message().find(row.says) != std::string::npos,
               row.body << ": " << intent.error().message());
  }
  for (const char* names : {"", ",", "rollout,", ",rollout", "rollout,,replica-down"}) {
    agent::ParsedTarget target;
    target.query["override"] = names;
    BOOST_TEST(!agent::read_seed_intent(target, "id", now).ok(), names);
  }
  for (const char* key : {"dry_run", "until", "requestedBy"}) {
    agent::ParsedTarget target;
    target.query[key] = "true";
    BOOST_TEST(!agent::read_seed_intent(target, "id", now).ok(), key);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
