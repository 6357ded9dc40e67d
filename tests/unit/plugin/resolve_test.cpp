#include "plugin/commands/resolve.h"

#include <boost/test/unit_test.hpp>

#include "plugin/commands/change.h"
#include "tests/support/check.h"
#include "tests/unit/plugin/fakes.h"
#include "tests/unit/plugin/reports.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;

namespace {

using Names = std::vector<std::string>;

struct Stage : FakeSurroundings {
  Agent agent{link.agent, clock, default_request_timeout};
  Targets targets;

  Stage() {
    link.agent.handle_with([](const http::Request& request) {
      if (request.method == "DELETE") return pod_answer("p-2", State::normal, Wish::out, true);
      if (request.target == "/v1/pods/p-2") return pod_answer("p-2", State::normal, Wish::out);
      return status_report_answer({pod_report("p-10", State::normal, Wish::out),
                                   pod_report("p-2", State::held, Wish::in),
                                   pod_report("p-1", State::normal, Wish::out)});
    });
  }
  Names resolved() {
    const auto out = resolve_targets(targets, agent, link);
    REQUIRE_OK(out);
    return out->names;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(resolve_test, Stage)

BOOST_AUTO_TEST_CASE(names_stay_and_cost_nothing) {
  targets.names = {"x"};
  BOOST_TEST(resolved() == Names{"x"});
  BOOST_TEST(link.agent.requests().empty());
}

BOOST_AUTO_TEST_CASE(labels_mean_the_replicas_that_have_them) {
  targets.selector = "rack=a";
  link.labelled = {"p-10", "p-1", "somebody-else"};
  BOOST_TEST(resolved() == (Names{"p-1", "p-10"}));
  link.labelled = {"somebody-else"};
  const auto none = resolve_targets(targets, agent, link);
  BOOST_TEST(kind_of(none) == ErrorKind::not_found);
  BOOST_TEST(contains(none.error().message(), "\"rack=a\""));
}

BOOST_AUTO_TEST_CASE(all_means_what_is_in_maintenance) {
  targets.all = true;
  BOOST_TEST(resolved() == Names{"p-2"});
}

BOOST_AUTO_TEST_CASE(disable_all_asks_and_names_them) {
  DisableCommand command;
  command.options.targets.all = true;
  BOOST_TEST(static_cast<int>(run_disable(command, around)) == 2);
  BOOST_TEST(contains(err(), "everything that is in maintenance needs --yes"), err());
  streams.terminal.input = true;
  streams.in.str("y\n");
  BOOST_TEST(static_cast<int>(run_disable(command, around)) == 0);
  BOOST_TEST(contains(err(), "These will leave maintenance: p-2. Continue? [y/N]"), err());
  BOOST_TEST(out() == "pod/p-2 back to normal\n");
}

BOOST_AUTO_TEST_CASE(disable_force_says_so_to_the_agent) {
  DisableCommand command;
  command.options.targets.names = {"p-2"};
  command.options.yes = true;
  command.force = true;
  BOOST_TEST(static_cast<int>(run_disable(command, around)) == 0);
  bool seen = false;
  for (const auto& request : link.agent.requests())
    seen = seen ||
           (request.method == "DELETE" && request.body == R"({"force":true,"requestedBy":"jane"})");
  BOOST_TEST(seen);
}

BOOST_AUTO_TEST_CASE(nothing_in_maintenance_is_nothing_to_do) {
  link.agent.handle_with([](const http::Request&) {
    return status_report_answer({pod_report("p-1", State::normal, Wish::out)});
  });
  DisableCommand command;
  command.options.targets.all = true;
  command.options.yes = true;
  BOOST_TEST(static_cast<int>(run_disable(command, around)) == 0);
  BOOST_TEST(err() == "Nothing is in maintenance.\n");
}

BOOST_AUTO_TEST_SUITE_END()
