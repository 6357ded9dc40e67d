#include "plugin/exec/executor.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"
#include "tests/unit/plugin/tunnel_server.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;
using namespace std::chrono_literals;

namespace {

/// Asks a scripted API server whether a command may be run.
Result<void> permitted(std::vector<Script> scripts) {
  const ScriptedServer server(std::move(scripts));
  SystemClock clock;
  FakePrograms programs;
  FakeTerminal terminal;
  http::Watchdog watchdog;
  std::ostringstream said;
  Trace trace{said, 0};
  SystemRandom random;
  Credentials credentials(TunnelStage::access(server.url()), {clock, programs, terminal});
  ApiServer api(credentials, watchdog, trace);
  kube::Client client(api, clock, "ns", 5s);
  Explainer explainer(api, client);
  return Executor({api, client, explainer, random, trace, Way::tunnel}).permitted();
}

std::string review(bool allowed) {
  return kept_answer(201,
                     std::string(R"({"status":{"allowed":)") + (allowed ? "true" : "false") + "}}");
}

const std::string nobody_may_ask =
    kept_answer(403, R"({"kind":"Status","code":403,"reason":"Forbidden","message":"no"})");

/// The same answer to each of many questions.
Script always(const std::string& answer) {
  const step::Reply reply{[answer](const std::string&) { return answer; }};
  return {reply, reply, reply, reply, reply, reply, reply, reply, reply, step::Hold{}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(executor_test)

BOOST_AUTO_TEST_CASE(who_may_run_commands_is_let_through) {
  REQUIRE_OK(permitted({always(review(true))}));
}

BOOST_AUTO_TEST_CASE(who_may_not_is_told_what_is_missing) {
  const auto denied = permitted({always(review(false))});
  BOOST_TEST(kind_of(denied) == ErrorKind::forbidden);
  BOOST_TEST(contains(denied.error().message(), "create pods/exec"));
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_say_is_no_refusal) {
  REQUIRE_OK(permitted({always(nobody_may_ask)}));
}

BOOST_AUTO_TEST_SUITE_END()
