#include "common/maintenance/verdict.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "common/text/json.h"
#include "tests/support/check.h"

using maintenance::Finding;
using maintenance::GuardKind;
using maintenance::Verdict;
using maintenance::verdict_from_json;
using maintenance::verdict_to_json;
namespace text = maintenance::text;

namespace {

Verdict two_refusals_and_a_warning() {
  Verdict verdict;
  verdict.findings = {
      {"ordered-ready",
       GuardKind::hard,
       true,
       "pod a is in maintenance",
       {"a", "b"},
       "Type: disable a"},
      {"no-drain", GuardKind::warning, false, "no preStop hook", {}, ""},
      {"rollout", GuardKind::soft, true, "a rollout is under way", {"set"}, ""},
  };
  return verdict;
}

Verdict round_trip(const Verdict& verdict) {
  const std::string json = "{\"findings\":" + text::to_json(*verdict_to_json(verdict)) + "}";
  const auto parsed = text::parse_json_object(json, "test");
  REQUIRE_OK(parsed);
  return verdict_from_json(text::JsonView(*parsed).objects("findings"));
}

Verdict read(const std::string& finding) {
  const auto parsed = text::parse_json_object("{\"findings\":[" + finding + "]}", "test");
  REQUIRE_OK(parsed);
  return verdict_from_json(text::JsonView(*parsed).objects("findings"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(verdict_test)

BOOST_AUTO_TEST_CASE(nobody_objecting_refuses_nothing) {
  BOOST_TEST(!Verdict{}.refuses());
  BOOST_TEST(Verdict{}.summary().empty());
}

BOOST_AUTO_TEST_CASE(warnings_and_overridden_guards_refuse_nothing) {
  Verdict verdict = two_refusals_and_a_warning();
  for (Finding& finding : verdict.findings)
    finding.refuses = false;
  BOOST_TEST(!verdict.refuses());
  BOOST_TEST(verdict.summary().empty());
}

BOOST_AUTO_TEST_CASE(one_refusal_among_warnings_refuses) {
  BOOST_TEST(two_refusals_and_a_warning().refuses());
}

BOOST_AUTO_TEST_CASE(the_summary_names_refusing_guards_and_their_remedies_only) {
  BOOST_TEST(two_refusals_and_a_warning().summary() ==
             "pod a is in maintenance [ordered-ready]. Type: disable a "
             "a rollout is under way [rollout].");
}

BOOST_AUTO_TEST_CASE(a_verdict_survives_writing_and_reading) {
  const Verdict verdict = two_refusals_and_a_warning();
  const Verdict copy = round_trip(verdict);
  BOOST_REQUIRE(copy.findings.size() == verdict.findings.size());
  for (std::size_t i = 0; i < verdict.findings.size(); ++i) {
    const Finding& left = verdict.findings[i];
    const Finding& right = copy.findings[i];
    BOOST_TEST(left.guard == right.guard);
    BOOST_TEST((left.kind == right.kind));
    BOOST_TEST(left.refuses == right.refuses);
    BOOST_TEST(left.message == right.message);
    BOOST_TEST(left.blockers == right.blockers);
    BOOST_TEST(left.remedy == right.remedy);
  }
}

BOOST_AUTO_TEST_CASE(what_is_unknown_in_a_finding_reads_as_the_stricter) {
  const Verdict unknown_kind = read(R"({"guard":"g","kind":"lethal","refuses":true})");
  BOOST_TEST((unknown_kind.findings.at(0).kind == GuardKind::hard));
  BOOST_TEST(read(R"({"guard":"g"})").refuses());
  BOOST_TEST(!read(R"({"guard":"g","refuses":false})").refuses());
}

BOOST_AUTO_TEST_SUITE_END()
