#include "common/http/keeping_transport.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/eventually.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/common/link.h"

using maintenance::ErrorKind;
using maintenance::http::KeepingTransport;
using maintenance::http::Request;
using maintenance::http::Watchdog;
using namespace maintenance::testing;
using std::chrono::milliseconds;

namespace {

const Request a_read{"GET", "/", {}, {}};
const Request a_write{"PATCH", "/", {}, "{}"};
const step::Send yes{http_answer(200, "{}")};

/// A scripted server and a transport to it.
struct Kept {
  explicit Kept(std::vector<Script> scripts, Script for_others = {})
      : server(std::move(scripts), std::move(for_others)),
        transport(plain_endpoint(server), nullptr, watchdog, clock) {}
  ScriptedServer server;
  Watchdog watchdog;
  FakeClock clock;
  KeepingTransport transport;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(keeping_transport_test)

BOOST_AUTO_TEST_CASE(reads_share_a_connection) {
  Kept kept({{step::AwaitRequest{}, yes, step::AwaitRequest{}, yes, step::Hold{}}});
  REQUIRE_OK(kept.transport.send(a_read, in(patience)));
  REQUIRE_OK(kept.transport.send(a_read, in(patience)));
  BOOST_TEST(kept.server.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_write_never_goes_over_a_used_connection) {
  Kept kept({}, {step::AwaitRequest{}, yes, step::Hold{}});
  REQUIRE_OK(kept.transport.send(a_read, in(patience)));
  REQUIRE_OK(kept.transport.send(a_write, in(patience)));
  BOOST_TEST(kept.server.connections() == 2U);
  BOOST_TEST(contains(kept.server.received(1), "PATCH /"));
}

BOOST_AUTO_TEST_CASE(
    an_idempotent_write_goes_over_a_used_connection_and_once_more_when_that_fails) {
  Request write = a_write;
  write.idempotent = true;
  const std::vector<std::pair<Script, std::size_t>> ends{
      {{step::AwaitRequest{}, yes, step::AwaitRequest{}, yes, step::Hold{}}, 1},
      {{step::AwaitRequest{}, yes, step::Close{}}, 2},
      {{step::AwaitRequest{}, yes, step::AwaitRequest{}, step::Reset{}}, 2},
  };
  for (const auto& [end, connections] : ends) {
    Kept kept({end}, {step::AwaitRequest{}, yes, step::Hold{}});
    REQUIRE_OK(kept.transport.send(a_read, in(patience)));
    REQUIRE_OK(kept.transport.send(write, in(patience)));
    BOOST_TEST(kept.server.connections() == connections);
  }
  // Not on a new one: whoever sent it looks what has become of it.
  Kept kept({}, {step::AwaitRequest{}, step::Close{}});
  BOOST_TEST(kind_of(kept.transport.send(write, in(patience))) == ErrorKind::unknown_outcome);
  BOOST_TEST(kept.server.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_read_on_a_connection_that_was_closed_is_asked_again_on_a_new_one) {
  const std::vector<Script> ends{
      {step::AwaitRequest{}, yes, step::Close{}},
      {step::AwaitRequest{}, yes, step::AwaitRequest{}, step::Reset{}},
      {step::AwaitRequest{}, yes, step::AwaitRequest{}, step::Send{"HTTP/1.1 2"}, step::Close{}},
      {step::AwaitRequest{}, yes, step::Hold{}},  // silent: the peer vanished
  };
  for (const Script& end : ends) {
    Kept kept({end}, {step::AwaitRequest{}, yes, step::Hold{}});
    REQUIRE_OK(kept.transport.send(a_read, in(patience)));
    REQUIRE_OK(kept.transport.send(a_read, in(patience)));
    BOOST_TEST(kept.server.connections() == 2U);
  }
}

BOOST_AUTO_TEST_CASE(a_write_whose_answer_is_lost_is_never_repeated) {
  Kept kept({}, {step::AwaitRequest{}, step::Close{}});
  BOOST_TEST(kind_of(kept.transport.send(a_write, in(patience))) == ErrorKind::unknown_outcome);
  BOOST_TEST(kept.server.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_connection_is_closed_when_it_has_been_idle) {
  Kept kept({{step::AwaitRequest{}, yes, step::Hold{}}},
            {step::AwaitRequest{}, yes, step::AwaitRequest{}, yes, step::Hold{}});
  REQUIRE_OK(kept.transport.send(a_read, in(patience)));
  kept.clock.advance(maintenance::http::kept_idle_max + milliseconds(1));
  kept.transport.close_idle();
  BOOST_TEST(eventually(patience, [&] { return kept.server.finished(0); }));

  REQUIRE_OK(kept.transport.send(a_read, in(patience)));
  kept.clock.advance(maintenance::http::kept_idle_max);
  kept.transport.close_idle();
  REQUIRE_OK(kept.transport.send(a_read, in(patience)));
  BOOST_TEST(kept.server.connections() == 2U);
}

BOOST_AUTO_TEST_CASE(an_old_connection_is_not_used_any_more) {
  Kept kept({}, {step::AwaitRequest{}, yes, step::AwaitRequest{}, yes, step::Hold{}});
  REQUIRE_OK(kept.transport.send(a_read, in(patience)));
  kept.clock.advance(maintenance::http::kept_idle_max + milliseconds(1));
  REQUIRE_OK(kept.transport.send(a_read, in(patience)));
  BOOST_TEST(kept.server.connections() == 2U);
}

BOOST_AUTO_TEST_CASE(no_read_outlasts_its_own_deadline) {
  Kept kept({{step::AwaitRequest{}, yes, step::Hold{}}});
  REQUIRE_OK(kept.transport.send(a_read, in(patience)));
  BOOST_TEST(kind_of(kept.transport.send(a_read, in(milliseconds(200)))) == ErrorKind::timeout);
}

BOOST_AUTO_TEST_SUITE_END()
