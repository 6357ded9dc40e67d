#include "plugin/commands/port_forward.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <boost/test/unit_test.hpp>
#include <thread>

#include "tests/support/check.h"
#include "tests/unit/plugin/fakes.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;

namespace {

/// Interrupts that may be raised from another thread.
class LateInterrupts final : public Interrupts {
 public:
  std::atomic<bool> now{false};
  void arm() override {}
  [[nodiscard]] bool raised() const override { return now; }
  void forget() override {}
  [[nodiscard]] bool wait_for(std::chrono::milliseconds /*duration*/) override { return now; }
};

/// Where people read the port.
class PortReader final : public std::stringbuf {
 public:
  [[nodiscard]] std::uint16_t port() {
    while (port_ == 0)
      std::this_thread::yield();
    return port_;
  }

 protected:
  int sync() override {
    const std::string text = str();
    const auto at = text.rfind("127.0.0.1:");
    if (at != std::string::npos) {
      port_ = static_cast<std::uint16_t>(std::stoi(text.substr(at + 10)));
    }
    return 0;
  }

 private:
  std::atomic<std::uint16_t> port_{0};
};

std::string ask(const std::string& host, std::uint16_t port, const std::string& text) {
  Poco::Net::StreamSocket socket(Poco::Net::SocketAddress(host, port));
  socket.sendBytes(text.data(), static_cast<int>(text.size()));
  std::array<char, 100> block{};
  const int got = socket.receiveBytes(block.data(), block.size());
  return {block.data(), static_cast<std::size_t>(std::max(got, 0))};
}

/// Answers what it is sent, once.
Result<void> echo(Poco::Net::StreamSocket local) {
  std::array<char, 100> block{};
  const int got = local.receiveBytes(block.data(), block.size());
  if (got > 0) local.sendBytes(block.data(), got);
  return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(port_forward_test)

BOOST_AUTO_TEST_CASE(each_connection_is_carried_until_interrupted) {
  FakeSurroundings fakes;
  fakes.link.forwarded = echo;
  PortReader reader;
  std::ostream out(&reader);
  Io io{fakes.streams.in, out, fakes.streams.err, fakes.streams.terminal};
  LateInterrupts interrupts;
  Surroundings around{io, fakes.link, fakes.clock, interrupts};
  PortForwardCommand command;
  command.local_port = 0;
  ExitCode code = ExitCode::done;
  std::thread command_thread([&] { code = run_port_forward(command, around); });
  const std::uint16_t port = reader.port();
  BOOST_TEST(ask("127.0.0.1", port, "one") == "one");
  BOOST_TEST(ask("127.0.0.1", port, "two") == "two");
  interrupts.now = true;
  command_thread.join();
  BOOST_TEST((code == ExitCode::interrupted));
  BOOST_TEST(contains(fakes.err(), "curl -X PUT localhost:" + std::to_string(port) + "/pods/"),
             fakes.err());
}

BOOST_AUTO_TEST_CASE(a_port_in_use_and_a_missing_agent_are_errors) {
  const Poco::Net::ServerSocket taken(Poco::Net::SocketAddress("127.0.0.1", 0));
  FakeSurroundings fakes;
  PortForwardCommand command;
  command.local_port = taken.address().port();
  BOOST_TEST((run_port_forward(command, fakes.around) == ExitCode::error));
  BOOST_TEST(contains(fakes.err(), "listening on 127.0.0.1:"), fakes.err());
  fakes.link.found = Error{ErrorKind::unreachable, "", "no agent"};
  BOOST_TEST((run_port_forward(command, fakes.around) == ExitCode::unreachable));
}

BOOST_AUTO_TEST_SUITE_END()
