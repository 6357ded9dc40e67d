// The checker of linear_test on histories made by hand: each rule has one that keeps it and one
// that breaks it.
#include <boost/test/unit_test.hpp>

#include "tests/cluster/linear/checker.h"

namespace maintenance::testing {
namespace {

constexpr const char* a = "demo-cassandra-dc1-0";
constexpr const char* b = "demo-cassandra-dc1-1";

/// A history in the making: versions 0, 10, 20, … each committed within one moment.
struct Story {
  History history{{}, {Version{"0", {0, 0}}}, {}};

  Version& now() { return history.versions.back(); }
  /// A commit at this moment, or within this span, that starts as a copy of the state before it.
  Version& commit(Moment from, Moment to = 0) {
    Version next = now();
    next.committed = Span{from, to == 0 ? from : to};
    next.resource_version = std::to_string(from);
    next.by_foreigner = false;
    history.versions.push_back(next);
    return now();
  }
  static Entry record(const std::string& id) { return Entry{"value of " + id, id}; }
  Operation& enter(const std::string& id, Span span, std::set<std::string> pods,
                   Outcome outcome = Outcome::done) {
    Operation operation{"enter " + id, Kind::enter, std::move(pods), span, span.to, outcome, id};
    if (outcome == Outcome::done) {
      for (const std::string& pod : operation.pods)
        operation.told[pod] = true;
    }
    history.operations.push_back(operation);
    return history.operations.back();
  }
  Operation& leave(Span span, std::set<std::string> pods, Outcome outcome = Outcome::done) {
    Operation operation{"leave", Kind::leave, std::move(pods), span, span.to, outcome, "leave"};
    if (outcome == Outcome::done) {
      for (const std::string& pod : operation.pods)
        operation.told[pod] = false;
    }
    history.operations.push_back(operation);
    return history.operations.back();
  }
  Operation& read(Span span) {
    history.operations.push_back(Operation{"read", Kind::read, {}, span, span.to});
    return history.operations.back();
  }
  /// The rules that are broken, each once for each time, in one text.
  [[nodiscard]] std::string broken() const {
    std::string out;
    for (const Violation& violation : check(history))
      out += (out.empty() ? "" : " ") + violation.rule;
    return out;
  }
  /// `a` enters at 10.
  void enter_a() {
    commit(10).records[a] = record("x");
    enter("x", {5, 15}, {a});
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(linear_checker_test, Story)

BOOST_AUTO_TEST_CASE(pods_that_enter_and_leave_when_asked_to_break_nothing) {
  enter_a();
  commit(20).records[b] = record("y");
  enter("y", {16, 25}, {b});
  commit(30).records.erase(a);
  leave({26, 35}, {a});
  Operation& look = read({27, 40});
  look.told = {{a, true}, {b, true}};
  read({31, 40}).told_state = now();
  BOOST_TEST(broken() == "");
}

BOOST_AUTO_TEST_CASE(two_pods_of_an_ordered_set_are_one_too_many) {
  enter_a();
  commit(20).records[b] = record("y");
  enter("y", {16, 25}, {b});
  BOOST_TEST(broken() == "");
  history.ordered_pods = {b};
  BOOST_TEST(broken() == "ordered");
}

BOOST_AUTO_TEST_CASE(only_others_may_change_what_is_theirs_and_nothing_else) {
  commit(10).others["data/notes"] = "hers";
  now().by_foreigner = true;
  BOOST_TEST(broken() == "");
  commit(20).others.erase("data/notes");
  BOOST_TEST(broken() == "foreign");
  commit(30).records[a] = record("x");
  now().by_foreigner = true;
  BOOST_TEST(broken() == "foreign foreign");
}

BOOST_AUTO_TEST_CASE(a_record_is_never_overwritten) {
  enter_a();
  commit(20).records[a] = record("y");
  enter("y", {16, 25}, {a});
  BOOST_TEST(broken() == "lost");
}

BOOST_AUTO_TEST_CASE(a_record_comes_only_while_somebody_asks_for_it) {
  commit(10, 30).records[a] = record("x");
  enter("x", {5, 15}, {a});
  BOOST_TEST(broken() == "");
  now().committed = Span{16, 30};  // after the answer
  BOOST_TEST(broken() == "lost answer");
  now().committed = Span{10, 12};
  history.operations.back().pods = {b};  // for another pod
  history.operations.back().told.clear();
  BOOST_TEST(broken() == "lost answer");
}

BOOST_AUTO_TEST_CASE(a_removed_record_does_not_come_back_by_a_write_that_was_answered_before) {
  enter_a();
  commit(20).records.erase(a);
  leave({16, 25}, {a});
  commit(30).records[a] = record("x");
  BOOST_TEST(broken() == "lost");
}

BOOST_AUTO_TEST_CASE(an_unknown_outcome_may_land_later_and_only_as_late_as_it_can) {
  Operation& lost = enter("x", {5, 15}, {a}, Outcome::unknown);
  lost.lands_until = 40;
  BOOST_TEST(broken() == "");
  commit(35).records[a] = record("x");
  BOOST_TEST(broken() == "");
  history.operations.back().lands_until = 30;
  BOOST_TEST(broken() == "lost");
}

BOOST_AUTO_TEST_CASE(a_record_goes_only_when_somebody_asks_for_that) {
  enter_a();
  commit(20).records.erase(a);
  BOOST_TEST(broken() == "lost");
  leave({16, 25}, {b});  // another pod
  BOOST_TEST(broken() == "lost");
  leave({16, 25}, {a}, Outcome::refused);  // says that it did nothing
  BOOST_TEST(broken() == "lost");
  leave({21, 25}, {a});  // too late
  BOOST_TEST(broken() == "lost");
  leave({16, 25}, {a}, Outcome::unknown);
  BOOST_TEST(broken() == "");
}

BOOST_AUTO_TEST_CASE(a_record_may_go_when_its_time_is_up) {
  enter_a();
  now().records[a].until = 19;
  commit(20).records.erase(a);
  BOOST_TEST(broken() == "");
  history.versions[1].records[a].until = 21;
  BOOST_TEST(broken() == "lost");
}

BOOST_AUTO_TEST_CASE(only_who_could_not_do_it_takes_its_own_record_back) {
  commit(10).records[a] = record("x");
  commit(20).records.erase(a);
  enter("x", {5, 25}, {a}, Outcome::refused);
  BOOST_TEST(broken() == "");
  history.operations.back().id = "y";  // somebody else's record
  BOOST_TEST(broken() == "lost lost");
  history.operations.clear();
  enter("x", {5, 25}, {a});  // and it says that the pod is in
  BOOST_TEST(broken() == "lost");
}

BOOST_AUTO_TEST_CASE(several_pods_are_recorded_at_once_or_not_at_all) {
  commit(10).records = {{a, record("x")}, {b, record("x")}};
  enter("x", {5, 15}, {a, b});
  BOOST_TEST(broken() == "");
  history.versions.back().records.erase(b);
  history.operations.back().told.erase(b);
  BOOST_TEST(broken() == "partial");
}

BOOST_AUTO_TEST_CASE(a_success_was_true_between_request_and_answer) {
  enter("x", {5, 15}, {a});
  BOOST_TEST(broken() == "answer");
  commit(20).records[a] = record("y");
  enter("y", {16, 25}, {a});
  BOOST_TEST(broken() == "answer");  // somebody else's, and only later
  history.versions.back().committed = Span{14, 20};
  history.operations.back().span.from = 3;
  BOOST_TEST(broken() == "");  // it may have been there in time: "already in maintenance"
}

BOOST_AUTO_TEST_CASE(a_release_that_was_answered_has_happened) {
  enter_a();
  leave({16, 25}, {a});
  BOOST_TEST(broken() == "answer");
  commit(24, 30).records.erase(a);
  BOOST_TEST(broken() == "");
}

BOOST_AUTO_TEST_CASE(nothing_stays_behind_a_refusal) {
  enter("x", {5, 15}, {a}, Outcome::refused);
  BOOST_TEST(broken() == "");
  commit(10).records[a] = record("x");
  BOOST_TEST(broken() == "answer");
  history.operations.back().outcome = Outcome::unknown;
  BOOST_TEST(broken() == "");
}

BOOST_AUTO_TEST_CASE(what_a_success_says_of_a_pod_that_failed_is_true_as_well) {
  commit(10).records = {{a, record("x")}, {b, record("x")}};
  commit(12).records.erase(b);
  Operation& half = enter("x", {5, 15}, {a, b});
  half.told[b] = false;
  BOOST_TEST(broken() == "");
  history.versions.pop_back();
  BOOST_TEST(broken() == "answer");
}

BOOST_AUTO_TEST_CASE(what_is_read_was_true_of_one_moment) {
  enter_a();
  commit(20).records[b] = record("y");
  enter("y", {16, 25}, {b});
  read({11, 30}).told = {{a, true}, {b, false}};
  BOOST_TEST(broken() == "");
  read({21, 30}).told = {{a, true}, {b, false}};  // that was before
  BOOST_TEST(broken() == "answer");
  read({0, 30}).told = {{a, false}, {b, true}};  // and that was never
  BOOST_TEST(broken() == "answer answer");
}

BOOST_AUTO_TEST_CASE(all_in_means_all_of_them) {
  enter_a();
  Operation& look = read({11, 30});
  look.pods = {a, b};
  look.told_all_in = false;
  BOOST_TEST(broken() == "");
  history.operations.back().told_all_in = true;
  BOOST_TEST(broken() == "answer");
}

BOOST_AUTO_TEST_CASE(the_whole_state_is_told_as_it_was) {
  enter_a();
  read({11, 30}).told_state = now();
  BOOST_TEST(broken() == "");
  history.operations.back().told_state->records[a].value = "another";
  BOOST_TEST(broken() == "answer");
  history.operations.back().told_state = now();
  history.operations.back().told_state->others["data/notes"] = "never there";
  BOOST_TEST(broken() == "answer");
}

BOOST_AUTO_TEST_CASE(commits_are_narrowed_by_those_around_them_and_cannot_cross) {
  enter_a();
  commit(2, 30).records.erase(a);  // not before 10, because that came before it
  leave({12, 25}, {a});
  read({0, 9}).told = {{a, false}};
  BOOST_TEST(broken() == "");
  history.versions.back().committed = Span{2, 9};
  BOOST_TEST(broken() == "order");
  history.versions.clear();
  BOOST_TEST(broken() == "order");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
