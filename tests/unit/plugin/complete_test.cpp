#include "plugin/commands/complete.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"
#include "tests/unit/plugin/fakes.h"
#include "tests/unit/plugin/reports.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;

namespace {

struct Stage : FakeSurroundings {
  Suggestions suggestions;

  Stage() {
    suggestions.names.emplace();
    link.agent.then(status_report_answer({pod_report("a-0", State::normal, Wish::out),
                                          pod_report("a-1", State::held, Wish::in),
                                          pod_report("b-0", State::normal, Wish::out)}));
  }
  std::string names() {
    BOOST_TEST((print_names(suggestions, around) == ExitCode::done));
    return out();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(complete_test, Stage)

BOOST_AUTO_TEST_CASE(pods_with_their_state) {
  BOOST_TEST(names() == "a-0\tnormal\na-1\theld\nb-0\tnormal\n");
}

BOOST_AUTO_TEST_CASE(only_what_fits_and_was_not_given) {
  suggestions.typed = "pod/a";
  suggestions.names->in_front = "pod/";
  suggestions.names->already = {"pod/a-0"};
  BOOST_TEST(names() == "pod/a-1\theld\n");
}

BOOST_AUTO_TEST_CASE(only_what_the_command_can_change) {
  suggestions.names->held = true;
  BOOST_TEST(names() == "a-1\theld\n");
}

BOOST_AUTO_TEST_CASE(a_datacenter_is_said_once) {
  suggestions.names->kind = TargetKind::dc;
  BOOST_TEST(names() == "dc1\n");
}

BOOST_AUTO_TEST_CASE(without_the_agent_nothing_is_said) {
  FakeSurroundings alone;
  alone.link.agent.then(problem_answer(503, "no API server"));
  BOOST_TEST((print_names(suggestions, alone.around) != ExitCode::done));
  BOOST_TEST(alone.out() + alone.err() == "");
}

BOOST_AUTO_TEST_CASE(words_and_the_last_line) {
  Suggestions words;
  words.words = {{"pod", "replicas by name"}, {"dc", ""}};
  print_words(words, streams.out);
  print_directive(words, streams.out);
  words.files = true;
  print_directive(words, streams.out);
  BOOST_TEST(out() == "pod\treplicas by name\ndc\n:4\n:0\n");
}

BOOST_AUTO_TEST_SUITE_END()
