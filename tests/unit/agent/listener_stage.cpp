#include "tests/unit/agent/listener_stage.h"

#include <Poco/Net/SocketAddress.h>

#include "tests/support/check.h"
#include "tests/unit/agent/raw_connection.h"

namespace maintenance::testing {
namespace {

/// Far more than the time to read a request, far less than a test's own limit.
constexpr int answer_within_s = 15;

}  // namespace

ListenerStage::ListenerStage() {
  cluster.add_dc("dc1", 2);
  listen("127.0.0.1");
}

void ListenerStage::listen(const std::string& bind, std::chrono::milliseconds read_time_max) {
  agent::Listener::Settings where{bind, 0};
  where.limits.threads_max = 8;
  where.limits.read_time_max = read_time_max;
  auto opened = agent::Listener::open(
      where, [this](const agent::ApiRequest& request) { return api->handle(request); });
  REQUIRE_OK(opened);
  listener = std::move(*opened);
  listener->start();
}

Poco::Net::StreamSocket ListenerStage::connect() const {
  Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", listener->port()));
  socket.setReceiveTimeout(Poco::Timespan(answer_within_s, 0));
  return socket;
}

std::string ListenerStage::exchange(const std::string& bytes) const {
  Poco::Net::StreamSocket socket = connect();
  send_all(socket, bytes);
  return read_all(socket);
}

std::string read_all(Poco::Net::StreamSocket& socket) {
  std::string out = read_to_end(socket);
  const std::string_view end = reset;
  if (out.ends_with(end)) out.resize(out.size() - end.size());
  return out;
}

std::string status_line(const std::string& answer) {
  return answer.substr(0, answer.find("\r\n"));
}

std::size_t answers_in(const std::string& bytes) {
  std::size_t count = 0;
  for (std::size_t at = bytes.find("HTTP/1."); at != std::string::npos;
       at = bytes.find("HTTP/1.", at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace maintenance::testing
