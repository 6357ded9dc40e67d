#include "plugin/tunnel/forwarding.h"

#include <Poco/Net/ServerSocket.h>

#include <boost/test/unit_test.hpp>
#include <thread>

#include "tests/support/check.h"
#include "tests/unit/plugin/tunnel_server.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;
using namespace std::chrono_literals;

namespace {

/// A local connection, forwarded through a scripted API server.
struct Stage {
  Poco::Net::ServerSocket listener{Poco::Net::SocketAddress("127.0.0.1", 0)};
  Poco::Net::StreamSocket client{listener.address()};
  Poco::Net::StreamSocket local{listener.acceptConnection()};
  std::string error_text;

  Result<void> forward(std::vector<Script> scripts) {
    TunnelStage tunnel_stage(std::move(scripts));
    const auto opened = tunnel_stage.tunnel.open(AgentPod{"agent-0", "demo", "Running", true},
                                                 std::chrono::steady_clock::now() + 10s);
    BOOST_REQUIRE(opened.tunnel);
    const http::Watchdog::Guard guard(tunnel_stage.watchdog, opened.tunnel->plain_socket,
                                      Deadline::max());
    Forwarding forwarding(*opened.tunnel, tunnel_stage.random, local, agent_port);
    auto ended = forwarding.run();
    error_text = forwarding.error_text();
    const std::string request = tunnel_stage.server.received();
    sent = request.substr(request.find("\r\n\r\n") + 4);
    local.close();
    return ended;
  }
  void type(const std::string& bytes) {
    client.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
  }
  std::string read_all() {
    std::string out;
    std::array<char, 4096> block{};
    for (int got = 0; (got = client.receiveBytes(block.data(), block.size())) > 0;)
      out.append(block.data(), static_cast<std::size_t>(got));
    return out;
  }
  std::string sent;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(forwarding_test, Stage)

BOOST_AUTO_TEST_CASE(bytes_go_both_ways) {
  type("GET / HTTP/1.1\r\n\r\n");
  REQUIRE_OK(
      forward({{switching(prefixes()), step::Await{25},
                step::Send{data_frame("HTTP/1.1 200 OK\r\n\r\n") + close_frame()}, step::Hold{}}}));
  BOOST_TEST(unmasked(sent, 0x2) == std::string("\0", 1) + "GET / HTTP/1.1\r\n\r\n");
  BOOST_TEST(read_all() == "HTTP/1.1 200 OK\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(what_the_client_takes_slowly_is_whole) {
  std::string frames = prefixes();
  for (int i = 0; i < 100; ++i)
    frames += data_frame(std::string(60'000, 'x'));
  std::string taken;
  std::thread reader([&] { taken = read_all(); });
  REQUIRE_OK(forward({{switching(), step::Send{frames + close_frame()}, step::Hold{}}}));
  reader.join();
  BOOST_TEST(taken.size() == 6'000'000U);
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_ends_it) {
  client.setLinger(true, 0);
  client.close();
  REQUIRE_OK(forward({{switching(prefixes() + data_frame("x") + data_frame("y")), step::Hold{}}}));
}

BOOST_AUTO_TEST_CASE(what_the_runtime_says_is_kept) {
  REQUIRE_OK(forward({{switching(prefixes() + error_frame("connection refused")), step::Hold{}}}));
  BOOST_TEST(error_text == "connection refused");
}

BOOST_AUTO_TEST_CASE(a_tunnel_that_breaks_is_an_error) {
  BOOST_TEST(kind_of(forward({{switching(prefixes()), step::Reset{}}})) == ErrorKind::unreachable);
}

BOOST_AUTO_TEST_CASE(another_port_is_no_tunnel_of_ours) {
  BOOST_TEST(kind_of(forward({{switching(data_frame("\x01\x02")), step::Hold{}}})) ==
             ErrorKind::protocol);
}

BOOST_AUTO_TEST_SUITE_END()
