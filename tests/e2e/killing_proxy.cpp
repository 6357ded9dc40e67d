#include "tests/e2e/killing_proxy.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Timespan.h>

#include <algorithm>
#include <array>
#include <optional>

namespace maintenance::e2e {
namespace {

using Poco::Net::StreamSocket;

/// Far more than any request of the agent.
constexpr std::size_t request_bytes_max = 4UL * 1024 * 1024;
constexpr std::size_t piece_bytes = 16UL * 1024;
const Poco::Timespan accept_pause(0, 100'000);

/// More bytes; empty at the end, however it came.
std::string more(StreamSocket& from) {
  std::array<char, piece_bytes> piece{};
  try {
    const int got = from.receiveBytes(piece.data(), static_cast<int>(piece.size()));
    return got <= 0 ? std::string() : std::string(piece.data(), static_cast<std::size_t>(got));
  } catch (const Poco::Exception&) {
    return {};
  }
}

bool send_all(StreamSocket& to, const std::string& bytes) {
  try {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const int now = to.sendBytes(bytes.data() + sent, static_cast<int>(bytes.size() - sent));
      if (now <= 0) return false;
      sent += static_cast<std::size_t>(now);
    }
    return true;
  } catch (const Poco::Exception&) {
    return false;
  }
}

std::size_t body_bytes(const std::string& head) {
  std::string lower = head;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::string name = "\r\ncontent-length:";
  const auto at = lower.find(name);
  return at == std::string::npos ? 0 : std::stoul(lower.substr(at + name.size()));
}

/// One whole request, with the connection to be closed after its answer.
std::optional<std::string> read_request(StreamSocket& agent) {
  std::string bytes;
  auto head_end = std::string::npos;
  while ((head_end = bytes.find("\r\n\r\n")) == std::string::npos) {
    const std::string next = more(agent);
    if (next.empty() || bytes.size() > request_bytes_max) return std::nullopt;
    bytes += next;
  }
  const std::size_t all = head_end + 4 + body_bytes(bytes.substr(0, head_end));
  while (bytes.size() < all) {
    const std::string next = more(agent);
    if (next.empty() || bytes.size() > request_bytes_max) return std::nullopt;
    bytes += next;
  }
  std::string head = bytes.substr(0, head_end);
  for (const char* name : {"\r\nConnection: Keep-Alive", "\r\nConnection: keep-alive"}) {
    if (const auto at = head.find(name); at != std::string::npos) {
      head.erase(at, std::string(name).size());
    }
  }
  return head + "\r\nConnection: close" + bytes.substr(head_end);
}

}  // namespace

KillingProxy::KillingProxy(std::uint16_t upstream_port, std::function<void()> kill)
    : upstream_port_(upstream_port),
      kill_(std::move(kill)),
      listener_(Poco::Net::SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(0))),
      acceptor_([this] { accept_all(); }) {}

KillingProxy::~KillingProxy() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (StreamSocket& socket : open_) {
      try {
        socket.shutdown();
      } catch (const Poco::Exception&) {
        continue;  // closed by the other side
      }
    }
  }
  acceptor_.join();
  for (std::thread& thread : threads_)
    thread.join();
}

void KillingProxy::arm(int requests) {
  const std::lock_guard lock(mutex_);
  armed_ = true;
  left_ = requests;
  requests_.clear();
}

bool KillingProxy::killed() const {
  const std::lock_guard lock(mutex_);
  return killed_;
}

std::vector<std::string> KillingProxy::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void KillingProxy::accept_all() {
  while (true) {
    const bool waiting = listener_.poll(accept_pause, Poco::Net::Socket::SELECT_READ);
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    if (!waiting) continue;
    StreamSocket agent = listener_.acceptConnection();
    open_.push_back(agent);
    threads_.emplace_back([this, agent] { serve(agent); });
  }
}

void KillingProxy::serve(StreamSocket agent) {
  try {
    while (pass_one(agent)) {
    }
    agent.shutdown();
  } catch (const Poco::Exception&) {
    return;  // closed by the other side
  }
}

bool KillingProxy::count(const std::string& head) {
  const std::string line = head.substr(0, head.find(" HTTP/"));
  const std::lock_guard lock(mutex_);
  if (!armed_ || killed_ || line.find("watch=true") != std::string::npos) return false;
  requests_.push_back(line);
  if (--left_ > 0) return false;
  killed_ = true;
  return true;
}

bool KillingProxy::pass_one(StreamSocket& agent) {
  const auto request = read_request(agent);
  if (!request) return false;
  const bool last = count(*request);
  StreamSocket upstream(Poco::Net::SocketAddress("127.0.0.1", upstream_port_));
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    open_.push_back(upstream);
  }
  if (!send_all(upstream, *request)) return false;
  std::string piece = more(upstream);
  if (last) {
    while (!piece.empty())
      piece = more(upstream);  // carried out
    kill_();
    return false;
  }
  for (; !piece.empty(); piece = more(upstream)) {
    if (!send_all(agent, piece)) return false;
  }
  return false;  // the answer said "Connection: close"
}

}  // namespace maintenance::e2e
