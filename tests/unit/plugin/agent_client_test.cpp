#include "plugin/tunnel/agent_client.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"
#include "tests/support/eventually.h"
#include "tests/unit/plugin/tunnel_server.h"

using namespace maintenance;
using namespace maintenance::testing;
using namespace std::chrono_literals;

namespace {

const std::string dial_failure =
    "error forwarding port 8889 to pod abc, uid : failed to connect to localhost:8889 inside "
    "namespace \"x\": dial tcp4 127.0.0.1:8889: connect: connection refused";

/// A script that lists, switches, and then does `steps`.
Script forwarding(std::vector<Step> steps) {
  Script script{listing(), switching(prefixes())};
  for (Step& step : steps)
    script.push_back(std::move(step));
  return script;
}

/// An upgrade that is refused with this answer.
step::Reply refusing(int status, const std::string& body,
                     const std::string& type = "application/json") {
  return step::Reply{[=](const std::string&) { return http_answer(status, body, type); }};
}

/// An API server's Status with this code and message.
std::string status_body(int code, const std::string& message) {
  return R"({"kind":"Status","status":"Failure","code":)" + std::to_string(code) +
         R"(,"message":")" + message + "\"}";
}

const std::string forbidden =
    status_body(403, "pods is forbidden: User jane cannot create resource pods/portforward");

}  // namespace

BOOST_AUTO_TEST_SUITE(agent_client_test)

BOOST_AUTO_TEST_CASE(discovery_and_tunnel_share_one_connection) {
  TunnelStage stage(
      {forwarding({step::Send{data_frame(agent_answer("{\"a\":1}"))}, step::Hold{}})});
  const auto answer = stage.send(put_pod);
  REQUIRE_OK(answer);
  BOOST_TEST(answer->status == 200);
  BOOST_TEST(answer->body == "{\"a\":1}");
  // The server never closed: a whole body ends the exchange, and then we say goodbye and go.
  BOOST_TEST(eventually(5s, [&] { return stage.server.finished(0); }));
  BOOST_TEST(stage.server.connections() == 1U);
  const std::string all = stage.server.received(0);
  BOOST_TEST(contains(all, "/api/v1/namespaces/cassandra/pods?limit="));
  BOOST_TEST(contains(all, "/pods/agent-0/portforward?ports=8889"));
  const std::string frames = all.substr(all.rfind("\r\n\r\n") + 4);
  const std::string request = unmasked(frames, 0x2);
  BOOST_TEST(request.substr(0, 1) == std::string(1, '\0'));
  BOOST_TEST(contains(request, "PUT /v1/pods/a HTTP/1.1\r\n"), request);
  BOOST_TEST(contains(request, "Host: localhost:8889\r\n"));
  BOOST_TEST(contains(request, "Connection: close\r\n"));
  BOOST_TEST(contains(request, "Content-Length: 14\r\n"));
  BOOST_TEST(contains(request, "\r\n\r\n{\"reason\":\"r\"}"));
  BOOST_TEST(unmasked(frames, 0x8) == "\x03\xE8");
}

BOOST_AUTO_TEST_CASE(each_exchange_has_a_tunnel_of_its_own) {
  const Script again{switching(prefixes() + data_frame(agent_answer("{\"n\":2}"))), step::Hold{}};
  TunnelStage stage({forwarding({step::Send{data_frame(agent_answer("{\"n\":1}"))}, step::Hold{}})},
                    again);
  BOOST_TEST(stage.send(get_status)->body == "{\"n\":1}");
  BOOST_TEST(stage.send(get_status)->body == "{\"n\":2}");
  BOOST_TEST(stage.send(get_status)->body == "{\"n\":2}");
  BOOST_TEST(stage.server.connections() == 3U);
  // The agent's pod was found once.
  BOOST_TEST(!contains(stage.server.received(1), "/pods?limit="));
}

BOOST_AUTO_TEST_CASE(frames_that_come_with_the_header_block_are_not_lost) {
  TunnelStage stage(
      {{listing(), switching(prefixes() + data_frame(agent_answer("{}"))), step::Hold{}}});
  REQUIRE_OK(stage.send(get_status));
}

BOOST_AUTO_TEST_CASE(one_byte_at_a_time) {
  TunnelStage stage(
      {{listing(), switching(),
        step::Drip{prefixes() + ping_frame("x") + data_frame(agent_answer("{\"a\":1}")), 0ms},
        step::Hold{}}});
  const auto answer = stage.send(get_status);
  REQUIRE_OK(answer);
  BOOST_TEST(answer->body == "{\"a\":1}");
}

BOOST_AUTO_TEST_CASE(an_answer_in_many_pieces_with_pings_in_between) {
  std::string frames;
  for (const char c : agent_answer("{\"list\":[1,2,3]}")) {
    frames += data_frame(std::string(1, c)) + ping_frame(std::string(1, c));
  }
  TunnelStage stage({forwarding({step::Send{frames}, step::Hold{}})});
  const auto answer = stage.send(get_status);
  REQUIRE_OK(answer);
  BOOST_TEST(answer->body == "{\"list\":[1,2,3]}");
  BOOST_TEST(eventually(5s, [&] { return stage.server.finished(0); }));
  const std::string all = stage.server.received(0);
  const std::string pongs = unmasked(all.substr(all.rfind("\r\n\r\n") + 4), 0xA);
  const std::string pings = agent_answer("{\"list\":[1,2,3]}");
  // Each ping was answered in order, as far as we still listened.
  BOOST_TEST(pongs.size() > 10U);
  BOOST_TEST(pings.substr(0, pongs.size()) == pongs);
}

BOOST_AUTO_TEST_CASE(a_large_answer_and_a_large_request) {
  const std::string body = "{\"text\":\"" + std::string(300'000, 'x') + "\"}";
  const std::string answer = agent_answer(body);
  std::string frames;
  for (std::size_t i = 0; i < answer.size(); i += 32'000)
    frames += data_frame(answer.substr(i, 32'000));
  http::Request request = put_pod;
  request.body = std::string(50'000, 'b');
  TunnelStage stage({forwarding({step::Send{frames}, step::Hold{}})});
  const auto got = stage.send(request);
  REQUIRE_OK(got);
  BOOST_TEST((got->body == body));
  BOOST_TEST(eventually(5s, [&] { return stage.server.finished(0); }));
  const std::string all = stage.server.received(0);
  BOOST_TEST(unmasked(all.substr(all.find("v4.channel.k8s.io\r\n")), 0x2).size() < all.size());
  BOOST_TEST(all.size() > 50'000U);
}

BOOST_AUTO_TEST_CASE(a_complete_answer_beats_a_later_error) {
  TunnelStage stage({forwarding({step::Send{data_frame(agent_answer("{}")) +
                                            error_frame("some late trouble") + close_frame()},
                                 step::Hold{}})});
  REQUIRE_OK(stage.send(put_pod));
}

BOOST_AUTO_TEST_CASE(nothing_listens_in_the_agents_pod) {
  // Said before any data, so no agent saw the request: it is asked once more, then reported.
  const std::vector<Step> failing{step::Send{error_frame(dial_failure) + close_frame()},
                                  step::Hold{}};
  TunnelStage stage({forwarding(failing)}, forwarding(failing));
  const Error failure = failure_of(stage.send(put_pod));
  BOOST_TEST(failure.kind == ErrorKind::unreachable);
  BOOST_TEST(failure.message() ==
             "agent pod agent-0 runs but nothing listens on port 8889; see 'kubectl logs agent-0 "
             "-n cassandra --all-containers'");
  BOOST_TEST(stage.server.connections() == 2U);
}

BOOST_AUTO_TEST_CASE(an_agent_that_comes_back_is_found_again) {
  TunnelStage stage(
      {forwarding({step::Send{error_frame(dial_failure) + close_frame()}, step::Hold{}}),
       {listing("agent-1"), switching(prefixes() + data_frame(agent_answer("{}"))), step::Hold{}}});
  REQUIRE_OK(stage.send(put_pod));
  BOOST_TEST(contains(stage.server.received(1), "/pods/agent-1/portforward"));
}

BOOST_AUTO_TEST_CASE(an_error_after_data_does_not_repeat_a_write) {
  const std::vector<Step> failing{
      step::Send{data_frame("HTTP/1.1 200 OK\r\n") + error_frame("read: connection reset by peer") +
                 close_frame()},
      step::Hold{}};
  {
    TunnelStage stage({forwarding(failing)});
    const Error failure = failure_of(stage.send(put_pod));
    BOOST_TEST(failure.kind == ErrorKind::unknown_outcome);
    BOOST_TEST(contains(failure.message(), "the connection to agent pod agent-0 broke: read:"),
               failure.message());
    BOOST_TEST(stage.server.connections() == 1U);
  }
  TunnelStage stage({forwarding(failing)});
  BOOST_TEST(kind_of(stage.send(get_status)) == ErrorKind::unreachable);
}

BOOST_AUTO_TEST_CASE(a_truncated_answer_is_never_taken_for_a_whole_one) {
  const std::string answer = agent_answer("{\"a\":[1,2,3]}");
  for (const bool with_close_frame : {true, false}) {
    const std::string frames =
        data_frame(answer.substr(0, answer.size() - 2)) + (with_close_frame ? close_frame() : "");
    const std::vector<Step> steps{step::Send{frames}, step::Close{}};
    TunnelStage writing({forwarding(steps)});
    const Error failure = failure_of(writing.send(put_pod));
    BOOST_TEST(failure.kind == ErrorKind::unknown_outcome);
    BOOST_TEST(contains(failure.message(), "ended before its answer was complete"),
               failure.message());
    TunnelStage reading({forwarding(steps)});
    BOOST_TEST(kind_of(reading.send(get_status)) == ErrorKind::unreachable);
  }
}

BOOST_AUTO_TEST_CASE(a_reset_is_an_unknown_outcome_for_a_write) {
  TunnelStage stage({forwarding({step::Await{10}, step::Reset{}})});
  BOOST_TEST(kind_of(stage.send(put_pod)) == ErrorKind::unknown_outcome);
}

BOOST_AUTO_TEST_CASE(hostile_frames_end_the_exchange) {
  for (const std::string& frame :
       {ServerFrame{.payload = "x", .masked = true}.bytes(),
        ServerFrame{.payload = "x", .reserved = 4}.bytes(),
        ServerFrame{.payload = std::string(126, 'x'), .opcode = 9}.bytes(),
        std::string("\x82\x7F\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 10), binary_frame("\x05zz")}) {
    TunnelStage reading({forwarding({step::Send{frame}, step::Hold{}})});
    const Error failure = failure_of(reading.send(get_status));
    BOOST_TEST(failure.kind == ErrorKind::protocol);
    BOOST_TEST(contains(failure.message(), "the tunnel to agent pod agent-0 broke"),
               failure.message());
    TunnelStage writing({forwarding({step::Send{frame}, step::Hold{}})});
    BOOST_TEST(kind_of(writing.send(put_pod)) == ErrorKind::unknown_outcome);
  }
}

BOOST_AUTO_TEST_CASE(the_prefix_of_another_port_is_refused) {
  TunnelStage stage({{listing(), switching(data_frame("\x50\x01")), step::Hold{}}});
  BOOST_TEST(kind_of(stage.send(get_status)) == ErrorKind::protocol);
}

BOOST_AUTO_TEST_CASE(something_that_is_not_http_in_the_pod) {
  TunnelStage stage({forwarding({step::Send{data_frame("SSH-2.0-x\r\n\r\n")}, step::Close{}})});
  const Error failure = failure_of(stage.send(get_status));
  BOOST_TEST(contains(failure.message(), "agent pod agent-0"), failure.message());
}

BOOST_AUTO_TEST_CASE(silence_ends_at_the_deadline) {
  TunnelStage writing({forwarding({step::Hold{}})});
  BOOST_TEST(kind_of(writing.send(put_pod, 200ms)) == ErrorKind::unknown_outcome);
  TunnelStage reading({forwarding({step::Hold{}})});
  const Error failure = failure_of(reading.send(get_status, 200ms));
  BOOST_TEST(failure.kind == ErrorKind::timeout);
  BOOST_TEST(failure.message() == "agent pod agent-0 gave no complete answer in time");
  // A peer that sends a little now and then does not get more time either.
  TunnelStage dripping({forwarding({step::Drip{data_frame(std::string(5000, 'x')), 20ms}})});
  const auto began = std::chrono::steady_clock::now();
  BOOST_TEST(kind_of(dripping.send(get_status, 300ms)) != ErrorKind::internal);
  BOOST_TEST((std::chrono::steady_clock::now() - began < 5s));
}

/// Answers each review with what `allowed` says of its body, and SelfSubjectReview with "jane".
step::Reply reviewing(const std::function<bool(const std::string&)>& allowed) {
  return step::Reply{[allowed](const std::string& request) {
    const bool who = contains(request, "selfsubjectreviews");
    const std::string status =
        who ? R"({"userInfo":{"username":"jane"}})"
            : std::string(R"({"allowed":)") + (allowed(request) ? "true}" : "false}");
    return kept_answer(201, "{\"status\":" + status + "}");
  }};
}

BOOST_AUTO_TEST_CASE(missing_permissions_are_asked_for_and_named_with_a_role) {
  const step::Reply review = reviewing([](const std::string& request) {
    return !contains(request, "portforward") || contains(request, R"("verb":"get")");
  });
  TunnelStage stage({{listing(), refusing(403, forbidden)},
                     {review, review, review, review, review, step::Hold{}}});
  const Error failure = failure_of(stage.send(get_status));
  BOOST_TEST(failure.kind == ErrorKind::forbidden);
  const std::string text = failure.message();
  BOOST_TEST(contains(text,
                      "user \"jane\" may not create pods/portforward in namespace "
                      "\"cassandra\" of the API server of context \"dev\""),
             text);
  BOOST_TEST(contains(text, "kind: Role\n"), text);
  BOOST_TEST(contains(text, "resources: [pods/portforward], verbs: [get, create]"), text);
}

BOOST_AUTO_TEST_CASE(a_no_that_roles_would_not_change_is_given_as_it_is) {
  const step::Reply review = reviewing([](const std::string&) { return true; });
  TunnelStage stage(
      {{listing(), refusing(403, forbidden)}, {review, review, review, review, step::Hold{}}});
  const Error failure = failure_of(stage.send(get_status));
  BOOST_TEST(failure.kind == ErrorKind::forbidden);
  BOOST_TEST(contains(failure.message(), "User jane cannot create resource"), failure.message());
  BOOST_TEST(!contains(failure.message(), "kind: Role"));
}

BOOST_AUTO_TEST_CASE(an_upgrade_that_is_not_passed_on_is_no_obstacle) {
  const step::Reply mangled = refusing(400, "<html>Bad Request</html>", "text/html");
  const step::Reply proxied{[](const std::string&) { return kept_answer(200, "{\"a\":1}"); }};
  TunnelStage stage({{listing(), mangled}}, {proxied, proxied, step::Hold{}},
                    plugin::Way::automatic);
  const auto answer = stage.send(put_pod);
  REQUIRE_OK(answer);
  BOOST_TEST(answer->body == "{\"a\":1}");
  BOOST_TEST(
      contains(stage.said.str(), "no tunnel: something on the way to the API server does not"),
      stage.said.str());
  // From now on nobody tries the tunnel any more.
  REQUIRE_OK(stage.send(get_status));
  BOOST_TEST(
      contains(stage.server.received(1), "PUT /api/v1/namespaces/cassandra/pods/http:agent-0"));
  BOOST_TEST(
      contains(stage.server.received(1), "GET /api/v1/namespaces/cassandra/pods/http:agent-0"));
  BOOST_TEST(!contains(stage.server.received(1), "portforward"));
}

BOOST_AUTO_TEST_CASE(only_the_tunnel_when_only_the_tunnel_is_wanted) {
  const step::Reply mangled = refusing(400, "<html>Bad Request</html>", "text/html");
  TunnelStage stage({{listing(), mangled}}, {step::Hold{}}, plugin::Way::tunnel);
  BOOST_TEST(
      contains(failure_of(stage.send(put_pod, 300ms)).message(), "does not pass tunnels on"));
  for (std::size_t i = 0; i < stage.server.connections(); ++i)
    BOOST_TEST(!contains(stage.server.received(i), "/proxy/"));
}

BOOST_AUTO_TEST_CASE(a_missing_permission_is_not_gone_around) {
  const step::Reply review = reviewing([](const std::string&) { return false; });
  TunnelStage stage({{listing(), refusing(403, forbidden)}},
                    {review, review, review, review, review, step::Hold{}}, plugin::Way::automatic);
  BOOST_TEST(kind_of(stage.send(put_pod)) == ErrorKind::forbidden);
  for (std::size_t i = 0; i < stage.server.connections(); ++i)
    BOOST_TEST(!contains(stage.server.received(i), "/proxy/"));
}

BOOST_AUTO_TEST_CASE(when_both_ways_fail_both_reasons_are_told) {
  const step::Reply mangled = refusing(426, "", "text/html");
  const step::Reply dead{[](const std::string&) {
    return kept_answer(503, status_body(503, "error trying to reach service: dial tcp: refused"));
  }};
  TunnelStage stage({{listing(), mangled}}, {dead, step::Hold{}}, plugin::Way::automatic);
  const std::string text = failure_of(stage.send(put_pod)).message();
  BOOST_TEST(contains(text, "does not pass tunnels on (it answered 426"), text);
  BOOST_TEST(contains(text, "nor does the pod proxy work: the API server cannot connect"), text);
}

BOOST_AUTO_TEST_CASE(a_pod_that_is_gone_is_looked_up_again) {
  const std::string gone = status_body(404, "gone");
  {
    TunnelStage stage({{listing(), refusing(404, gone), listing("agent-1"),
                        switching(prefixes() + data_frame(agent_answer("{}"))), step::Hold{}}});
    REQUIRE_OK(stage.send(put_pod));
    BOOST_TEST(contains(stage.server.received(0), "/pods/agent-1/portforward"));
  }
  TunnelStage stage({}, {listing(), refusing(404, gone), listing(), refusing(404, gone)});
  const Error failure = failure_of(stage.send(put_pod));
  BOOST_TEST(failure.kind == ErrorKind::unreachable);
  BOOST_TEST(contains(failure.message(), "agent pod agent-0 is gone"), failure.message());
}

BOOST_AUTO_TEST_CASE(other_refusals_are_one_sentence_each) {
  struct Row {
    int status;
    std::string body;
    ErrorKind kind;
    const char* says;
  };
  for (const Row& row :
       {Row{401, status_body(401, "Unauthorized"), ErrorKind::unauthorized,
            "you must be logged in: the API server of context \"dev\""},
        Row{502, "bad gateway", ErrorKind::unreachable,
            "the API server cannot reach the node of agent pod agent-0: HTTP 502: bad gateway"},
        Row{400, status_body(400, "pod agent-0 does not have a host assigned"),
            ErrorKind::unreachable, "agent pod agent-0 cannot be reached: pod agent-0 does not"},
        Row{200, "<html>", ErrorKind::unreachable, "does not pass tunnels on (it answered 200"}}) {
    const step::Reply refusal = refusing(row.status, row.body);
    TunnelStage stage({}, {listing(), refusal, listing(), refusal, step::Hold{}});
    const Error failure = failure_of(stage.send(put_pod));
    BOOST_TEST(failure.kind == row.kind);
    BOOST_TEST(contains(failure.message(), row.says), failure.message());
  }
}

BOOST_AUTO_TEST_CASE(a_bad_handshake_is_refused_before_anything_is_sent) {
  const Step wrong = step::Reply{[](const std::string&) {
    return std::string(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: AAAA\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n");
  }};
  TunnelStage stage({{listing(), wrong, step::Hold{}}});
  const Error failure = failure_of(stage.send(put_pod));
  BOOST_TEST(failure.kind == ErrorKind::protocol);
  BOOST_TEST(contains(failure.message(), "does not belong to our request"));
}

BOOST_AUTO_TEST_CASE(an_idle_connection_that_was_closed_is_replaced) {
  // The list's connection is closed before the upgrade comes.
  TunnelStage stage({{listing(), step::Close{}},
                     {switching(prefixes() + data_frame(agent_answer("{}"))), step::Hold{}}});
  REQUIRE_OK(stage.send(put_pod));
  BOOST_TEST(stage.server.connections() == 2U);
}

BOOST_AUTO_TEST_CASE(an_api_server_that_is_away) {
  auto stage = std::make_unique<TunnelStage>(std::vector<Script>{});
  const std::string url = stage->server.url();
  plugin::Credentials nobody(TunnelStage::access("http://127.0.0.1:1"),
                             {stage->clock, stage->programs, stage->terminal});
  plugin::ApiServer api(nobody, stage->watchdog, stage->trace);
  kube::Client client(api, stage->clock, "cassandra");
  plugin::Explainer explainer(api, client);
  plugin::AgentFinder finder(client, {});
  plugin::Tunnel tunnel(api, explainer, stage->random, stage->trace);
  plugin::PodProxy proxy(api, explainer, stage->trace);
  plugin::AgentClient agent({finder, tunnel, proxy, explainer, stage->trace});
  const Error failure = failure_of(agent.send(get_status, std::chrono::steady_clock::now() + 5s));
  BOOST_TEST(failure.kind == ErrorKind::unreachable);
  BOOST_TEST(failure.message() ==
             "unable to reach the API server of context \"dev\" at http://127.0.0.1:1: connection "
             "refused");
}

BOOST_AUTO_TEST_CASE(cancelling_makes_a_blocked_exchange_return) {
  TunnelStage stage({forwarding({step::Hold{}})});
  std::thread canceller([&] {
    const bool asked =
        eventually(5s, [&] { return contains(stage.server.received(0), "portforward"); });
    BOOST_TEST(asked);
    stage.watchdog.cancel();
  });
  const auto began = std::chrono::steady_clock::now();
  BOOST_TEST(kind_of(stage.send(put_pod, 30s)) != ErrorKind::internal);
  BOOST_TEST((std::chrono::steady_clock::now() - began < 10s));
  canceller.join();
}

BOOST_AUTO_TEST_CASE(the_trace_tells_the_way_and_no_secrets) {
  TunnelStage stage({forwarding({step::Send{data_frame(agent_answer("{}"))}, step::Hold{}})});
  REQUIRE_OK(stage.send(get_status));
  const std::string said = stage.said.str();
  BOOST_TEST(
      contains(said, "tunnel to agent pod agent-0 through the API server of context \"dev\""),
      said);
  BOOST_TEST(contains(said, "/portforward?ports=8889 101 in "), said);
}

BOOST_AUTO_TEST_SUITE_END()
