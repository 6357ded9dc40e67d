#include "plugin/commands/run.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"
#include "tests/unit/plugin/fakes.h"
#include "tests/unit/plugin/reports.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;
using namespace std::chrono_literals;

namespace {

using Calls = std::vector<std::string>;

/// An agent that does at once what it is asked, and what it has been asked.
struct Stage : FakeSurroundings {
  RunCommand command;
  LocalStreams local;
  PodReport now = pod_report("a", State::normal, Wish::out);
  Calls calls;

  Stage() {
    command.options.targets.names = {"a"};
    command.words = {"tar", "--secret=x"};
    link.agent.handle_with([this](const http::Request& request) { return answer(request); });
  }

  Answer answer(const http::Request& request) {
    calls.push_back(request.method);
    if (request.method == "PUT") set(State::held, Wish::in);
    if (request.method == "DELETE") set(State::normal, Wish::out);
    PodReport report = now;
    if (request.method != "GET") report.changed = true;
    return pod_answer(report);
  }
  void set(State state, Wish wish) { now = pod_report("a", state, wish); }

  int run() { return run_run(command, around, local); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(run_test, Stage)

BOOST_AUTO_TEST_CASE(the_pod_is_held_while_the_command_runs_and_runs_afterwards) {
  State state_then = State::normal;
  link.command = [&] {
    state_then = now.state;
    return ExecEnd{0};
  };
  BOOST_TEST(run() == 0);
  BOOST_TEST((state_then == State::held));
  BOOST_TEST((now.state == State::normal));
  BOOST_TEST(out() == "");
  BOOST_TEST(contains(err(), "pod/a back to normal\n"), err());
  BOOST_REQUIRE(link.executed.size() == 1U);
  BOOST_TEST((link.executed[0].command == command.words));
}

BOOST_AUTO_TEST_CASE(the_reason_names_the_program_but_not_its_arguments) {
  BOOST_TEST(run() == 0);
  bool seen = false;
  for (const auto& request : link.agent.requests()) {
    if (request.method != "PUT") continue;
    seen = true;
    BOOST_TEST(contains(request.body, "kubectl maintenance run tar\""), request.body);
  }
  BOOST_TEST(seen);
}

BOOST_AUTO_TEST_CASE(the_commands_exit_code_is_ours) {
  link.command = [] { return ExecEnd{42}; };
  BOOST_TEST(run() == 42);
  BOOST_TEST((now.state == State::normal));
}

BOOST_AUTO_TEST_CASE(a_pod_in_maintenance_stays_so) {
  set(State::held, Wish::in);
  link.command = [] { return ExecEnd{3}; };
  BOOST_TEST(run() == 3);
  BOOST_TEST(contains(err(), "pod/a is in maintenance already, and stays so\n"), err());
  BOOST_TEST((now.state == State::held));
  for (const auto& call : calls)
    BOOST_TEST(call == "GET");
}

BOOST_AUTO_TEST_CASE(nothing_is_changed_where_running_is_not_allowed) {
  link.allowed = Error{ErrorKind::forbidden, "", "you may not create pods/exec"};
  BOOST_TEST(run() == 5);
  BOOST_TEST(calls.empty());
}

BOOST_AUTO_TEST_CASE(a_refusal_runs_nothing) {
  link.agent.handle_with([](const http::Request& request) {
    return request.method == "PUT" ? json_answer(409, ordered_ready_refusal)
                                   : pod_answer("a", State::normal, Wish::out);
  });
  BOOST_TEST(run() == 3);
  BOOST_TEST(link.executed.empty());
  BOOST_TEST(contains(err(), "ordered-ready"), err());
}

BOOST_AUTO_TEST_CASE(an_interrupted_command_puts_the_pod_back) {
  link.command = [this]() -> Result<ExecEnd> {
    interrupts.raise();
    return Error{ErrorKind::interrupted, "", "interrupted"};
  };
  BOOST_TEST(run() == 130);
  BOOST_TEST(link.resumed == 1);
  BOOST_TEST((now.state == State::normal));
  BOOST_TEST(contains(err(), "pod/a: interrupted\npod/a back to normal\n"), err());
}

BOOST_AUTO_TEST_CASE(an_interrupted_wait_puts_the_pod_back) {
  link.agent.handle_with([this](const http::Request& request) {
    Answer out = answer(request);
    if (request.method == "PUT") set(State::entering, Wish::in);
    return out;
  });
  interrupts.raise_after(0);
  BOOST_TEST(run() == 130);
  BOOST_TEST(link.executed.empty());
  BOOST_TEST((now.wish == Wish::out));
}

BOOST_AUTO_TEST_CASE(a_lost_connection_puts_the_pod_back_and_says_what_may_still_run) {
  link.command = []() -> Result<ExecEnd> {
    return Error{ErrorKind::unreachable, "", "the connection to the command was lost"};
  };
  BOOST_TEST(run() == 6);
  BOOST_TEST((now.state == State::normal));
  BOOST_TEST(contains(err(), "the command may still run there"), err());
}

BOOST_AUTO_TEST_CASE(the_agent_is_asked_again_until_it_is_back) {
  int failures = 3;
  link.command = [this, &failures]() -> Result<ExecEnd> {
    link.agent.handle_with([this, &failures](const http::Request& request) {
      if (failures-- > 0) return Answer(Error{ErrorKind::unreachable, "", "no route"});
      return answer(request);
    });
    return ExecEnd{0};
  };
  BOOST_TEST(run() == 0);
  BOOST_TEST((now.state == State::normal));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_put_back_is_said_with_the_next_command) {
  command.options.connection.overrides.namespace_name = "cassandra";
  link.command = [this]() -> Result<ExecEnd> {
    link.agent.handle_with([](const http::Request&) {
      return Answer(Error{ErrorKind::unreachable, "", "no route"});
    });
    return ExecEnd{0};
  };
  BOOST_TEST(run() == 6);
  BOOST_TEST(contains(err(), "it was not put back"), err());
  BOOST_TEST(
      contains(err(), "To let it run again type 'kubectl maintenance disable pod a -n cassandra'"),
      err());
}

BOOST_AUTO_TEST_CASE(a_failed_command_stays_the_failure) {
  link.command = [this]() -> Result<ExecEnd> {
    link.agent.handle_with([](const http::Request&) {
      return Answer(Error{ErrorKind::forbidden, "", "no"});
    });
    return ExecEnd{9};
  };
  BOOST_TEST(run() == 9);
  BOOST_TEST(contains(err(), "it was not put back"), err());
}

BOOST_AUTO_TEST_CASE(somebody_elses_record_is_left_alone) {
  link.command = [this]() -> Result<ExecEnd> {
    now.record->id = "id-2";
    now.record->by = "tom";
    return ExecEnd{0};
  };
  BOOST_TEST(run() == 8);
  BOOST_TEST((now.wish == Wish::in));
  BOOST_TEST(contains(err(), "put into maintenance by tom meanwhile"), err());
}

BOOST_AUTO_TEST_CASE(what_somebody_else_has_ended_is_not_ended_again) {
  link.command = [this]() -> Result<ExecEnd> {
    set(State::normal, Wish::out);
    calls.clear();
    return ExecEnd{0};
  };
  BOOST_TEST(run() == 0);
  for (const auto& call : calls)
    BOOST_TEST(call == "GET");
}

BOOST_AUTO_TEST_CASE(a_lost_answer_to_the_wish_is_put_back_too) {
  int gets = 0;
  link.agent.handle_with([&](const http::Request& request) {
    if (request.method == "PUT") {
      set(State::entering, Wish::in);
      return Answer(Error{ErrorKind::unknown_outcome, "", "the answer was lost"});
    }
    // The first look afterwards fails as well.
    if (request.method == "GET" && ++gets == 2) {
      return Answer(Error{ErrorKind::forbidden, "", "no"});
    }
    return answer(request);
  });
  BOOST_TEST(run() == 1);
  BOOST_TEST(link.executed.empty());
  BOOST_TEST((now.wish == Wish::out));
}

BOOST_AUTO_TEST_SUITE_END()
