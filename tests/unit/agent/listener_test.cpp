// The API behind a real socket, and callers who mean it no good.
#include "agent/server/listener.h"

#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "tests/support/eventually.h"
#include "tests/unit/agent/listener_stage.h"

namespace maintenance::testing {
namespace {

using Poco::Net::StreamSocket;

/// A read deadline that a test can wait for, with room for a machine that is busy.
constexpr std::chrono::milliseconds short_read_time{300};
constexpr std::chrono::seconds soon_after{4};
const std::string p0 = pod_name("dc1", 0);
const std::string request_head = "PUT /pods/" + p0 + " HTTP/1.1\r\nHost: a\r\n";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(listener_test, ListenerStage)

BOOST_AUTO_TEST_CASE(a_plain_put_without_a_length_is_answered_at_once) {
  const std::string answer = exchange(request_head + "\r\n");
  BOOST_TEST(status_line(answer) == "HTTP/1.1 200 OK", answer);
  BOOST_TEST(answer.ends_with(R"({"demo-cassandra-dc1-0":true})"), answer);
  BOOST_TEST(has_all(answer, {"Connection: Close", "Content-Type: application/json",
                              "X-Request-Id: ", "Content-Length: "}),
             answer);
}

BOOST_AUTO_TEST_CASE(a_body_is_read_whole_also_in_pieces) {
  StreamSocket socket = connect();
  const std::string body = R"({"reason":"in pieces"})";
  const std::string head = "PUT /v1/pods/" + p0 + " HTTP/1.1\r\nHost: a\r\nContent-Length: " +
                           std::to_string(body.size()) + "\r\n\r\n";
  for (const std::string& piece :
       {head.substr(0, 7), head.substr(7), body.substr(0, 3), body.substr(3)}) {
    socket.setNoDelay(true);
    socket.sendBytes(piece.data(), static_cast<int>(piece.size()));
    std::this_thread::yield();
  }
  const std::string answer = read_all(socket);
  BOOST_TEST(has_all(answer, {"200 OK", "in pieces"}), answer);
}

BOOST_AUTO_TEST_CASE(head_has_the_length_and_no_body) {
  const std::string answer = exchange("HEAD /pods/" + p0 + " HTTP/1.1\r\nHost: a\r\n\r\n");
  BOOST_TEST(status_line(answer) == "HTTP/1.1 200 OK");
  BOOST_TEST(has_all(answer, {"Content-Length: 23"}), answer);
  BOOST_TEST(answer.ends_with("\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(what_could_be_two_requests_is_none) {
  const std::vector<std::string> hostile{
      // Two Hosts, and none.
      request_head + "Host: b\r\n\r\n",
      "PUT /pods/" + p0 + " HTTP/1.1\r\n\r\n",
      // Both ways to say where the body ends, each of which somebody believes.
      request_head + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      request_head + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      request_head + "Transfer-Encoding: identity\r\n\r\n",
      request_head + "Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
      request_head + "Content-Length: 1,0\r\n\r\n",
      request_head + "Content-Length: +3\r\n\r\nabc",
      request_head + "Content-Length: -1\r\n\r\n",
      request_head + "Content-Length: abc\r\n\r\n",
      request_head + "Content-Length: 99999999999999999999\r\n\r\n",
      // Encoded words become other headers, or hide from whoever looks at the raw bytes.
      request_head + "X: =?utf-8?q?a?=\r\nY: =?x\r\n\r\n",
      request_head + "X: =?utf-8?b?YQ0KRm9yZ2VkOiB5?=\r\n\r\n",
      request_head + std::string("X: a\0b\r\n\r\n", 10),
      request_head + "X Y: a\r\n\r\n",
      request_head + "X : a\r\n\r\n",
      request_head + "X: a\r\n folded\r\n\r\n",
      request_head + "no colon\r\n\r\n",
      request_head + "X: a\nHost: b\r\n\r\n",
      "PUT /pods/" + p0 + " HTTP/1.1\nHost: a\n\n",
      "PUT /pods/" + p0 + "\r\nHost: a\r\n\r\n",
      "PUT  /pods/" + p0 + " HTTP/1.1\r\nHost: a\r\n\r\n",
      // Not HTTP at all.
      "\r\n\r\n",
      std::string("\x16\x03\x01\x02\x00\x01", 6),
      std::string(40000, 'A'),
      "PUT /pods/" + std::string(20000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n",
      request_head + "X: " + std::string(40000, 'a') + "\r\n\r\n",
  };
  for (const std::string& bytes : hostile) {
    const std::string answer = exchange(bytes);
    BOOST_TEST_CONTEXT(bytes.substr(0, 200) << " => " << answer.substr(0, 200)) {
      BOOST_TEST((answer.empty() || status_line(answer).starts_with("HTTP/1.1 400") ||
                  status_line(answer).starts_with("HTTP/1.1 413") ||
                  status_line(answer).starts_with("HTTP/1.1 431")));
      BOOST_TEST(answers_in(answer) <= 1U);
    }
  }
  BOOST_TEST(cluster.requests().empty());
  // And it still serves.
  BOOST_TEST(exchange("GET /config HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 200"));
}

BOOST_AUTO_TEST_CASE(a_refused_request_has_an_id_and_a_log_line_too) {
  const std::string rest = " HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";
  const std::string root = exchange("PUT /pods/" + p0 + rest);
  BOOST_TEST(has_all(root, {"HTTP/1.1 413 ", "Content-Type: application/json\r\n",
                            "Content-Length:", R"({"error":")", "X-Request-Id: "}),
             root);
  const std::string v1 = exchange("PUT /v1/pods/" + p0 + rest);
  BOOST_TEST(has_all(v1, {"HTTP/1.1 413 ", "Content-Type: application/problem+json\r\n",
                          R"("status":413)", "X-Request-Id: "}),
             v1);
  const std::string mark = "X-Request-Id: ";
  for (const std::string& answer : {root, v1, exchange("no HTTP\n")}) {
    const std::string id = answer.substr(answer.find(mark) + mark.size(), 16);
    BOOST_TEST(has_all(log_text(), {R"("request":")" + id + "\""}), answer << log_text());
  }
  const std::string head = exchange("HEAD /pods/" + p0 + rest);
  BOOST_TEST(head.ends_with("\r\n\r\n"), head);
  BOOST_TEST(cluster.requests().empty());
}

BOOST_AUTO_TEST_CASE(a_request_inside_a_body_stays_a_body) {
  const std::string inner = "PUT /dcs/dc1 HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const std::string& method : {std::string("GET"), std::string("PUT"), std::string("BREW")}) {
    const std::string answer = exchange(
        method + " /config HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(inner.size()) +
        "\r\n\r\n" + inner);
    BOOST_TEST(answers_in(answer) == 1U, answer);
  }
  // Without a length the rest of the bytes are nobody's.
  BOOST_TEST(answers_in(exchange("GET /config HTTP/1.1\r\nHost: a\r\n\r\n" + inner)) == 1U);
  BOOST_TEST(cluster.data.empty());
  BOOST_TEST(cluster.requests("POST").empty());
}

BOOST_AUTO_TEST_CASE(a_huge_body_is_refused_with_an_answer) {
  const std::size_t size = 300UL * 1024;
  const std::string answer = exchange(request_head + "Content-Length: " + std::to_string(size) +
                                      "\r\n\r\n" + std::string(size, 'x'));
  BOOST_TEST(status_line(answer).starts_with("HTTP/1.1 413"), answer);
  BOOST_TEST(has_all(answer, {R"({"error":")"}), answer);
  BOOST_TEST(cluster.requests().empty());
}

BOOST_AUTO_TEST_CASE(a_body_that_never_comes_ends_the_connection) {
  listen("127.0.0.1", short_read_time);
  const auto began = std::chrono::steady_clock::now();
  StreamSocket socket = connect();
  const std::string bytes = request_head + "Content-Length: 100\r\n\r\nshort";
  socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
  const std::string answer = read_all(socket);
  const auto took = std::chrono::steady_clock::now() - began;
  BOOST_TEST((answer.empty() || status_line(answer).starts_with("HTTP/1.1 400")), answer);
  BOOST_TEST((took >= short_read_time));
  BOOST_TEST((took < soon_after));
  BOOST_TEST(cluster.requests().empty());
}

BOOST_AUTO_TEST_CASE(a_drip_of_bytes_has_one_deadline) {
  listen("127.0.0.1", short_read_time);
  StreamSocket socket = connect();
  const auto began = std::chrono::steady_clock::now();
  bool cut = false;
  socket.setReceiveTimeout(Poco::Timespan(0, 50'000));
  while (!cut && std::chrono::steady_clock::now() - began < soon_after) {
    try {
      char byte = 0;
      socket.sendBytes("G", 1);
      cut = socket.receiveBytes(&byte, 1) == 0;
    } catch (const Poco::TimeoutException&) {
      continue;
    } catch (const Poco::Exception&) {
      cut = true;
    }
  }
  BOOST_TEST(cut);
}

BOOST_AUTO_TEST_CASE(who_waits_to_be_told_to_go_on_is_told) {
  StreamSocket socket = connect();
  const std::string body = R"({"reason":"after a question"})";
  const std::string head = "PUT /v1/pods/" + p0 +
                           " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: " +
                           std::to_string(body.size()) + "\r\n\r\n";
  socket.sendBytes(head.data(), static_cast<int>(head.size()));
  char first[25];
  BOOST_REQUIRE(socket.receiveBytes(first, sizeof first) == 25);
  BOOST_TEST(std::string(first, 25) == "HTTP/1.1 100 Continue\r\n\r\n");
  socket.sendBytes(body.data(), static_cast<int>(body.size()));
  const std::string answer = read_all(socket);
  BOOST_TEST(has_all(answer, {"200 OK", "after a question"}), answer);
}

BOOST_AUTO_TEST_CASE(silent_connections_do_not_keep_others_out) {
  std::vector<StreamSocket> silent;
  for (int i = 0; i < 6; ++i)
    silent.push_back(connect());
  BOOST_TEST(exchange("GET /config HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 200"));
}

BOOST_AUTO_TEST_CASE(it_answers_many_callers_at_once) {
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 8; ++i) {
      callers.emplace_back([&] {
        for (int k = 0; k < 10; ++k) {
          const std::string answer = exchange("GET /config HTTP/1.1\r\nHost: a\r\n\r\n");
          if (answer.starts_with("HTTP/1.1 200")) ++good;
        }
      });
    }
  }
  BOOST_TEST(good.load() == 80);
  BOOST_TEST(listener->in_flight() == 0);
}

BOOST_AUTO_TEST_CASE(any_means_both_families_or_what_there_is) {
  listen("any");
  BOOST_TEST(exchange("GET /config HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 200"));
}

BOOST_AUTO_TEST_CASE(a_port_that_is_taken_is_an_error) {
  const auto second = agent::Listener::open({"127.0.0.1", listener->port()}, {});
  BOOST_REQUIRE(!second.ok());
  BOOST_TEST(has_all(second.error().message(), {std::to_string(listener->port())}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
