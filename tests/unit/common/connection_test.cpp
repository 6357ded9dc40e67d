#include "common/http/connection.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

#include "common/http/kept_socket.h"
#include "tests/support/eventually.h"
#include "tests/unit/common/link.h"

using maintenance::ErrorKind;
using maintenance::http::ConnectingTransport;
using maintenance::http::Connection;
using maintenance::http::Endpoint;
using maintenance::http::find_header;
using maintenance::http::KeptSocket;
using maintenance::http::Request;
using maintenance::http::response_bytes_max;
using maintenance::http::Watchdog;
using namespace maintenance::testing;
using std::chrono::milliseconds;

namespace {

const std::string json_head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
const std::string text_head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
const std::string chunked = "Transfer-Encoding: chunked\r\n\r\n";

Script answer_with(const std::string& bytes) {
  return {step::AwaitRequest{}, step::Send{bytes}, step::Close{}};
}

/// An answer that ends too early or never comes, and how the server ends it.
struct Loss {
  std::string sentence;
  Script script;
};

std::vector<Loss> losses() {
  return {
      {"closed before the request", {step::Close{}}},
      {"closed after the request", {step::AwaitRequest{}, step::Close{}}},
      {"reset after the request", {step::AwaitRequest{}, step::Reset{}}},
      {"closed in the status line", answer_with("HTTP/1.")},
      {"closed in the headers", answer_with("HTTP/1.1 200 OK\r\nContent-Ty")},
      {"closed in the value of a header", answer_with("HTTP/1.1 200 OK\r\nX: y")},
      {"closed before the end of the headers", answer_with(text_head)},
      {"closed before any byte of a text without length", answer_with(text_head + "\r\n")},
      {"closed in a body of known length", answer_with(json_head + "Content-Length: 9\r\n\r\n{}")},
      {"closed before a body of known length",
       answer_with(json_head + "Content-Length: 9\r\n\r\n")},
      {"reset in a body of known length",
       {step::AwaitRequest{}, step::Send{json_head + "Content-Length: 9\r\n\r\n{}"},
        step::Reset{}}},
      {"closed within a chunk", answer_with(json_head + chunked + "20\r\n{\"a\":\"")},
      {"closed between chunks", answer_with(json_head + chunked + "6\r\n{\"a\":\"\r\n")},
      {"text closed within a chunk", answer_with(text_head + chunked + "20\r\nabc")},
      {"text closed between chunks", answer_with(text_head + chunked + "3\r\nabc\r\n")},
      {"text closed after the last chunk but before the end",
       answer_with(text_head + chunked + "3\r\nabc\r\n0\r\n")},
      {"closed before the first chunk", answer_with(json_head + chunked)},
      {"closed with JSON open and no length", answer_with(json_head + "\r\n{\"a\":")},
      {"a last chunk that comes too early",
       answer_with(json_head + chunked + "1\r\n{\r\n0\r\n\r\n")},
      {"a chunk size that is none", answer_with(json_head + chunked + "zz\r\n{}\r\n0\r\n\r\n")},
      {"not HTTP at all", answer_with("SSH-2.0-OpenSSH_9.2\r\n\r\n")},
      {"a head cut behind the name of its length", answer_with(json_head + "Content-Length:")},
      {"a head cut before its length", answer_with(json_head + "Content-Length: ")},
      {"a length without a number", answer_with(json_head + "Content-Length:\r\n\r\n{}")},
      {"a length below zero", answer_with(json_head + "Content-Length: -1\r\n\r\n{}")},
      {"a length that is none", answer_with(json_head + "Content-Length: x\r\n\r\n{}")},
      {"more headers than anybody sends",
       {step::AwaitRequest{}, step::Send{"HTTP/1.1 200 OK\r\n"}, step::Fill{'a', 1'000'000},
        step::Close{}}},
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(connection_test)

BOOST_AUTO_TEST_CASE(a_complete_answer_comes_with_status_headers_and_body) {
  Link link({{step::AwaitRequest{},
              step::Send{http_answer(201, R"({"a":1})", "application/json",
                                     "Warning: 299 x\r\n"
                                     "Warning: 299 y\r\n")},
              step::Hold{}}});
  const auto answer = link.get("/path?query=1");
  REQUIRE_OK(answer);
  BOOST_TEST(answer->status == 201);
  BOOST_TEST(answer->body == R"({"a":1})");
  std::vector<std::string> warnings;
  for (const auto& header : answer->headers) {
    if (header.name == "Warning") warnings.push_back(header.value);
  }
  BOOST_TEST(warnings == (std::vector<std::string>{"299 x", "299 y"}));
  BOOST_TEST(link.connection->usable());
}

BOOST_AUTO_TEST_CASE(a_request_says_where_to_and_how_long_it_is) {
  ScriptedServer server({{step::AwaitRequest{}, step::Send{http_answer(200, "{}")}}});
  Endpoint endpoint = plain_endpoint(server);
  endpoint.path_prefix = "/prefix";
  Watchdog watchdog;
  ConnectingTransport transport(endpoint, nullptr, watchdog);
  REQUIRE_OK(transport.send(Request{"PUT", "/a%20b?c=d", {{"X-One", "1"}}, "12345"}, in(patience)));
  const std::string sent = server.received();
  BOOST_TEST(sent.substr(0, sent.find("\r\n")) == "PUT /prefix/a%20b?c=d HTTP/1.1");
  BOOST_TEST(contains(sent, "\r\nHost: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"));
  BOOST_TEST(contains(sent, "\r\nContent-Length: 5\r\n"));
  BOOST_TEST(contains(sent, "\r\nX-One: 1\r\n"));
  BOOST_TEST(contains(sent, "\r\n\r\n12345"));
}

BOOST_AUTO_TEST_CASE(a_write_without_body_says_that_it_has_none) {
  Link link({{step::AwaitRequest{}, step::Send{http_answer(200, "{}")}, step::Hold{}}});
  REQUIRE_OK(link.connection->exchange(Request{"POST", "/", {}, {}}, in(patience)));
  BOOST_TEST(contains(link.server.received(), "\r\nContent-Length: 0\r\n"));
}

BOOST_AUTO_TEST_CASE(exchanges_follow_each_other_on_one_connection) {
  Link link(
      {{step::AwaitRequest{}, step::Send{http_answer(200, R"({"n":1})")}, step::AwaitRequest{},
        step::Send{json_head + chunked + "4\r\n{\"n\"\r\n3\r\n:2}\r\n0\r\n\r\n"},
        step::AwaitRequest{}, step::Send{http_answer(200, R"({"n":3})")}, step::Hold{}}});
  for (const std::string n : {"1", "2", "3"}) {
    const auto answer = link.get();
    REQUIRE_OK(answer);
    BOOST_TEST(answer->body == "{\"n\":" + n + "}");
  }
  BOOST_TEST(link.server.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(chunks_with_extensions_and_trailers_end_where_they_end) {
  const std::string chunks = "3;a=b\r\nabc\r\nA \r\n0123456789\r\n0;x\r\nTrailer: y\r\n\r\n";
  Link link({{step::AwaitRequest{}, step::Send{text_head + chunked + chunks}, step::AwaitRequest{},
              step::Send{http_answer(200, R"({"next":1})")}, step::Hold{}}});
  const auto first = link.get();
  REQUIRE_OK(first);
  BOOST_TEST(first->body == "abc0123456789");
  const auto next = link.get();
  REQUIRE_OK(next);
  BOOST_TEST(next->body == R"({"next":1})");
}

BOOST_AUTO_TEST_CASE(a_read_whose_answer_is_lost_may_simply_be_repeated) {
  for (const Loss& loss : losses()) {
    BOOST_TEST_CONTEXT(loss.sentence) {
      Link link({loss.script});
      const auto failure = failure_of(link.get());
      BOOST_TEST(failure.kind == ErrorKind::unreachable, failure.message());
      BOOST_TEST(contains(failure.message(), "GET /"));
      BOOST_TEST(!link.connection->usable());
      BOOST_TEST(link.server.connections() == 1U);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_write_whose_answer_is_lost_has_an_unknown_outcome) {
  for (const Loss& loss : losses()) {
    BOOST_TEST_CONTEXT(loss.sentence) {
      Link link({loss.script});
      const auto failure = failure_of(link.patch());
      BOOST_TEST(failure.kind == ErrorKind::unknown_outcome, failure.message());
      BOOST_TEST(!link.connection->usable());
      BOOST_TEST(link.server.connections() == 1U);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_dead_connection_refuses_without_sending_so_that_nothing_is_in_doubt) {
  Link link({{step::AwaitRequest{}, step::Close{}}});
  BOOST_TEST(kind_of(link.get()) == ErrorKind::unreachable);
  BOOST_TEST(kind_of(link.patch()) == ErrorKind::unreachable);
}

BOOST_AUTO_TEST_CASE(a_connection_that_the_server_closed_while_idle_is_noticed_and_not_redialled) {
  for (const bool write : {false, true}) {
    Link link({{step::AwaitRequest{}, step::Send{http_answer(200, "{}")}, step::Close{}}});
    REQUIRE_OK(link.get());
    BOOST_TEST(link.connection->usable());
    const auto second = write ? link.patch() : link.get();
    BOOST_TEST(kind_of(second) == (write ? ErrorKind::unknown_outcome : ErrorKind::unreachable));
    BOOST_TEST(!link.connection->usable());
    BOOST_TEST(link.server.connections() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_server_that_says_close_is_believed) {
  Link link({{step::AwaitRequest{},
              step::Send{http_answer(200, "{}", "application/json", "Connection: close\r\n")},
              step::Close{}}});
  REQUIRE_OK(link.get());
  BOOST_TEST(!link.connection->usable());
}

BOOST_AUTO_TEST_CASE(a_body_that_ends_with_its_connection_is_complete_and_the_last_one) {
  Link link({answer_with(json_head + "\r\n{\"a\":1}")});
  const auto answer = link.get();
  REQUIRE_OK(answer);
  BOOST_TEST(answer->body == R"({"a":1})");
  BOOST_TEST(!link.connection->usable());
}

BOOST_AUTO_TEST_CASE(answers_without_a_body_leave_the_connection_usable) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"HEAD", json_head + "Content-Length: 100\r\n\r\n"},
      {"GET", "HTTP/1.1 204 No Content\r\n\r\n"},
      {"GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n"},
      {"DELETE", "HTTP/1.1 204 No Content\r\n\r\n"},
      {"GET", text_head + "Content-Length: 0\r\n\r\n"},
  };
  for (const auto& [method, bytes] : rows) {
    BOOST_TEST_CONTEXT(method << " " << bytes) {
      Link link({{step::AwaitRequest{}, step::Send{bytes}, step::AwaitRequest{},
                  step::Send{http_answer(200, R"({"next":1})")}, step::Hold{}}});
      const auto answer = link.connection->exchange(Request{method, "/", {}, {}}, in(patience));
      REQUIRE_OK(answer);
      BOOST_TEST(answer->body.empty());
      const auto next = link.get();
      REQUIRE_OK(next);
      BOOST_TEST(next->body == R"({"next":1})");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_continue_before_the_answer_is_skipped) {
  Link link({{step::AwaitRequest{},
              step::Send{"HTTP/1.1 100 Continue\r\n\r\n" + http_answer(200, "{}")}, step::Hold{}}});
  const auto answer = link.patch();
  REQUIRE_OK(answer);
  BOOST_TEST(answer->status == 200);
}

BOOST_AUTO_TEST_CASE(an_announced_huge_body_is_refused_before_it_comes) {
  Link link({{step::AwaitRequest{},
              step::Send{text_head + "Content-Length: " + std::to_string(response_bytes_max + 1) +
                         "\r\n\r\n"},
              step::Hold{}}});
  BOOST_TEST(kind_of(link.get()) == ErrorKind::too_large);
  BOOST_TEST(!link.connection->usable());
}

BOOST_AUTO_TEST_CASE(a_huge_answer_to_a_write_does_not_say_that_nothing_was_written) {
  Link link({{step::AwaitRequest{},
              step::Send{text_head + "Content-Length: " + std::to_string(response_bytes_max + 1) +
                         "\r\n\r\n"},
              step::Hold{}}});
  BOOST_TEST(kind_of(link.patch()) == ErrorKind::unknown_outcome);
  BOOST_TEST(!link.connection->usable());
}

BOOST_AUTO_TEST_CASE(a_huge_body_without_a_length_is_refused_once_it_is_too_large) {
  Link link({{step::AwaitRequest{}, step::Send{text_head + "\r\n"},
              step::Fill{'x', 2 * response_bytes_max}, step::Close{}}});
  BOOST_TEST(kind_of(link.get()) == ErrorKind::too_large);
  BOOST_TEST(!link.connection->usable());
}

BOOST_AUTO_TEST_CASE(a_huge_chunk_is_refused_before_it_comes) {
  Link link(
      {{step::AwaitRequest{}, step::Send{text_head + chunked + "7fffffff\r\n"}, step::Hold{}}});
  BOOST_TEST(kind_of(link.get()) == ErrorKind::too_large);
  BOOST_TEST(!link.connection->usable());
}

BOOST_AUTO_TEST_CASE(a_silent_server_is_given_up_at_the_deadline) {
  for (const bool write : {false, true}) {
    Link link({{step::Hold{}}});
    const auto from = std::chrono::steady_clock::now();
    const auto answer = write ? link.patch(milliseconds(200)) : link.get("/", milliseconds(200));
    BOOST_TEST(kind_of(answer) == (write ? ErrorKind::unknown_outcome : ErrorKind::timeout));
    BOOST_TEST((std::chrono::steady_clock::now() - from >= milliseconds(150)));
    BOOST_TEST((std::chrono::steady_clock::now() - from < patience));
  }
}

BOOST_AUTO_TEST_CASE(an_upgrade_keeps_the_bytes_that_came_with_the_answer) {
  const std::string switched =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Protocol: v4\r\n\r\n";
  Link link({{step::AwaitRequest{}, step::Send{switched + "early"}, step::Await{4},
              step::Send{"late"}, step::Hold{}}});
  const Request request{"GET", "/exec", {{"Connection", "Upgrade"}, {"Upgrade", "websocket"}}, {}};
  auto answer = link.connection->upgrade(request, in(patience));
  REQUIRE_OK(answer);
  BOOST_REQUIRE(answer->upgraded);
  auto& upgraded = *answer->upgraded;
  BOOST_TEST(find_header(upgraded.headers, "sec-websocket-protocol") == "v4");
  BOOST_TEST(!link.connection->usable());
  upgraded.socket.sendBytes("ping", 4);
  std::string bytes = upgraded.leftover;
  upgraded.socket.setReceiveTimeout(Poco::Timespan(patience.count(), 0));
  std::array<char, 64> block{};
  while (bytes.size() < 9) {
    const int count = upgraded.socket.receiveBytes(block.data(), block.size());
    BOOST_REQUIRE(count > 0);
    bytes.append(block.data(), static_cast<std::size_t>(count));
  }
  BOOST_TEST(bytes == "earlylate");
  BOOST_TEST(contains(link.server.received(), "\r\nConnection: Upgrade\r\n"));
}

BOOST_AUTO_TEST_CASE(a_refused_upgrade_says_why_and_leaves_the_connection_usable) {
  Link link({{step::AwaitRequest{}, step::Send{http_answer(403, R"({"kind":"Status"})")},
              step::AwaitRequest{}, step::Send{http_answer(200, "{}")}, step::Hold{}}});
  const auto answer = link.connection->upgrade(Request{}, in(patience));
  REQUIRE_OK(answer);
  BOOST_TEST(!answer->upgraded);
  BOOST_TEST(answer->refusal.status == 403);
  BOOST_TEST(answer->refusal.body == R"({"kind":"Status"})");
  REQUIRE_OK(link.get());
}

BOOST_AUTO_TEST_CASE(an_upgrade_whose_answer_is_lost_is_a_failure) {
  for (const Loss& loss : losses()) {
    BOOST_TEST_CONTEXT(loss.sentence) {
      Link link({loss.script});
      BOOST_TEST(kind_of(link.connection->upgrade(Request{}, in(patience))) ==
                 ErrorKind::unreachable);
      BOOST_TEST(!link.connection->usable());
    }
  }
}

BOOST_AUTO_TEST_CASE(nothing_that_could_break_a_line_is_ever_sent) {
  const std::vector<Request> requests{
      {"GET", "/a\r\nX-Evil: 1", {}, {}},
      {"GET", "/a b", {}, {}},
      {"GET", std::string("/a\0b", 4), {}, {}},
      {"GET\r\nX: y", "/", {}, {}},
      {"GET", "/", {{"X", "a\r\nX-Evil: 1"}}, {}},
      {"GET", "/", {{"X\r\nX-Evil", "1"}}, {}},
      {"GET", "/", {{"X", "a\nb"}}, {}},
      {"GET", "/", {{"", "1"}}, {}},
      {"GET", "/\xff", {}, {}},
  };
  for (const Request& request : requests) {
    Link link({{step::Hold{}}});
    BOOST_TEST(kind_of(link.connection->exchange(request, in(milliseconds(500)))) ==
               ErrorKind::invalid);
    BOOST_TEST(kind_of(link.connection->upgrade(request, in(milliseconds(500)))) ==
               ErrorKind::invalid);
    BOOST_TEST(link.server.received().empty());
    BOOST_TEST(link.connection->usable());
  }
}

BOOST_AUTO_TEST_CASE(the_failure_never_shows_the_query) {
  Link link({{step::AwaitRequest{}, step::Close{}}});
  const auto failure = failure_of(link.get("/path?token=secret"));
  BOOST_TEST(contains(failure.message(), "GET /path"));
  BOOST_TEST(!contains(failure.message(), "secret"));
}

BOOST_AUTO_TEST_CASE(a_port_where_nobody_listens_is_unreachable_and_named) {
  Endpoint endpoint;
  {
    const ScriptedServer gone({});
    endpoint = plain_endpoint(gone);
  }
  Watchdog watchdog;
  const auto failure = failure_of(Connection::open(endpoint, nullptr, watchdog, in(patience)));
  BOOST_TEST(failure.kind == ErrorKind::unreachable);
  BOOST_TEST(contains(failure.message(), endpoint.url()));
  BOOST_TEST(contains(failure.message(), "refused"));
}

BOOST_AUTO_TEST_CASE(a_host_that_is_no_name_is_unreachable) {
  Endpoint endpoint;
  endpoint.host = "no..such..host";
  Watchdog watchdog;
  const auto failure = failure_of(Connection::open(endpoint, nullptr, watchdog, in(patience)));
  BOOST_TEST(failure.kind == ErrorKind::unreachable);
  BOOST_TEST(contains(failure.message(), "no such host"));
}

BOOST_AUTO_TEST_CASE(no_connection_is_tried_after_the_deadline) {
  ScriptedServer server({});
  Watchdog watchdog;
  const auto late = in(milliseconds(-1));
  BOOST_TEST(kind_of(Connection::open(plain_endpoint(server), nullptr, watchdog, late)) ==
             ErrorKind::timeout);
}

BOOST_AUTO_TEST_CASE(dropping_a_connection_closes_it) {
  Link link({{step::Hold{}}});
  BOOST_TEST(eventually(patience, [&] { return link.server.connections() == 1; }));
  BOOST_TEST(!link.server.finished());
  link.connection.reset();
  BOOST_TEST(eventually(patience, [&] { return link.server.finished(); }));
}

BOOST_AUTO_TEST_CASE(a_closed_socket_keeps_its_descriptor_until_its_last_handle_is_gone) {
  ScriptedServer server({}, {step::Hold{}});
  {
    Poco::Net::StreamSocket socket(new KeptSocket);
    socket.connect(Poco::Net::SocketAddress("127.0.0.1", server.port()));
    const Poco::Net::StreamSocket other = socket;
    socket.close();
    BOOST_TEST((other.impl()->sockfd() != POCO_INVALID_SOCKET));
    BOOST_TEST(eventually(patience, [&] { return server.finished(); }));
  }
  Poco::Net::StreamSocket never_connected(new KeptSocket);
  BOOST_CHECK_NO_THROW(never_connected.close());
}

BOOST_AUTO_TEST_CASE(every_address_of_a_name_is_tried) {
  // "localhost" may have an IPv6 address too, where nobody listens.
  const ScriptedServer server({}, {step::Hold{}});
  Endpoint endpoint = plain_endpoint(server);
  endpoint.host = "localhost";
  Watchdog watchdog;
  REQUIRE_OK(Connection::open(endpoint, nullptr, watchdog, in(patience)));
}

BOOST_AUTO_TEST_CASE(a_transport_dials_anew_for_each_request) {
  ScriptedServer server({},
                        {step::AwaitRequest{}, step::Send{http_answer(200, "{}")}, step::Hold{}});
  Watchdog watchdog;
  ConnectingTransport transport(plain_endpoint(server), nullptr, watchdog);
  for (int i = 0; i < 3; ++i)
    REQUIRE_OK(transport.send(Request{}, in(patience)));
  BOOST_TEST(server.connections() == 3U);
  BOOST_TEST(eventually(patience, [&] { return server.finished(2); }));
}

BOOST_AUTO_TEST_SUITE_END()
