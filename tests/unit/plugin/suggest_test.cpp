#include "plugin/cli/suggest.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::plugin;

namespace {

using Words = std::vector<std::string>;

Words texts_of(const Suggestions& suggestions) {
  Words out;
  for (const auto& word : suggestions.words)
    out.push_back(word.text);
  return out;
}

struct Row {
  Words typed;
  Words wanted;  ///< in this order
};

const std::vector<Row> rows{
    {{""},
     {"enable", "disable", "status", "run", "check", "inject", "config", "port-forward",
      "completion", "version"}},
    {{"c"}, {"check", "config", "completion"}},
    {{"-n", "ns", "dis"}, {"disable"}},
    {{"enable", ""}, {"pod", "dc"}},
    {{"enable", "--reason", "x y", "p"}, {"pod"}},
    {{"enable", "--ov"}, {"--override"}},
    {{"disable", "--ov"}, {}},
    {{"enable", "--override", ""},
     {"last-datacenter", "replica-down", "disruption-budget", "rollout"}},
    {{"enable", "--override=re"}, {"--override=replica-down"}},
    {{"status", "-o", ""}, {"table", "json", "yaml", "name", "wide"}},
    {{"enable", "-o", "w"}, {}},
    {{"status", "--output=y"}, {"--output=yaml"}},
    {{"status", "--transport", "t"}, {"tunnel"}},
    {{"completion", ""}, {"bash", "zsh", "fish", "install"}},
    {{"completion", "bash", ""}, {}},
    {{"status", "--names"}, {"--namespace"}},
    {{"run", ""}, {"pod"}},
    {{"run", "pod", "a", "--", ""}, {}},
    {{"nonsense", "x"}, {}},
    {{"enable", "--reason", "-"}, {}},
    {{}, {}},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(suggest_test)

BOOST_AUTO_TEST_CASE(what_may_come_next) {
  for (const Row& row : rows) {
    std::string name;
    for (const std::string& word : row.typed)
      name += word + "|";
    BOOST_TEST_CONTEXT(name) {
      const Words found = texts_of(suggest(row.typed));
      BOOST_TEST(found == row.wanted, boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(names_are_wanted_from_the_agent_that_the_flags_lead_to) {
  const auto found =
      suggest({"disable", "-n", "cassandra", "--context=dev", "pod", "--reason", "a", "b", "de"});
  BOOST_REQUIRE(found.names.has_value());
  BOOST_TEST((found.names->kind == TargetKind::pod));
  BOOST_TEST(found.names->in_front == "");
  BOOST_TEST((found.names->held == true));
  BOOST_TEST(found.typed == "de");
  BOOST_TEST(found.names->connection.overrides.namespace_name == "cassandra");
  BOOST_TEST(found.names->connection.overrides.context == "dev");
  const Words& already = found.names->already;
  BOOST_TEST((std::find(already.begin(), already.end(), "b") != already.end()));
}

BOOST_AUTO_TEST_CASE(kinds_may_stand_in_the_word) {
  const auto pods = suggest({"enable", "pod/de"});
  BOOST_REQUIRE(pods.names.has_value());
  BOOST_TEST(pods.names->in_front == "pod/");
  BOOST_TEST((pods.names->held == false));
  const auto dcs = suggest({"status", "dc", ""});
  BOOST_REQUIRE(dcs.names.has_value());
  BOOST_TEST((dcs.names->kind == TargetKind::dc));
  BOOST_TEST(!dcs.names->held.has_value());
  BOOST_TEST(!suggest({"status", "service/x"}).names.has_value());
  BOOST_TEST(!suggest({"config", ""}).names.has_value());
}

BOOST_AUTO_TEST_CASE(paths_are_left_to_the_shell) {
  BOOST_TEST(suggest({"status", "--kubeconfig", ""}).files);
  BOOST_TEST(suggest({"status", "--kubeconfig=/e"}).files);
  BOOST_TEST(suggest({"check", "-f", ""}).files);
  BOOST_TEST(!suggest({"status", "--context", ""}).files);
}

BOOST_AUTO_TEST_CASE(flags_that_cannot_be_read_reach_nobody) {
  BOOST_TEST(!suggest({"status", "-n", "A_B", "pod", ""}).names.has_value());
  BOOST_TEST(suggest(Words(suggest_words_max + 1, "x")).words.empty());
}

BOOST_AUTO_TEST_SUITE_END()
