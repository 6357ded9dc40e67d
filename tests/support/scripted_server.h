#pragma once

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/String.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace maintenance::testing {

/// What a ScriptedServer does on a connection, step by step. A script that runs out closes.
namespace step {
/// Reads one request: a header block and as many bytes of body as its Content-Length says.
struct AwaitRequest {};
/// Reads this many bytes, whatever they are.
struct Await {
  std::size_t bytes = 0;
};
/// Reads one request and sends what the function makes of it.
struct Reply {
  std::function<std::string(const std::string& request)> answer;
};
struct Send {
  std::string bytes;
};
/// Sends one byte at a time.
struct Drip {
  std::string bytes;
  std::chrono::milliseconds between{100};
};
/// Sends the same byte many times without holding them all.
struct Fill {
  char byte = 'x';
  std::size_t bytes = 0;
};
struct Pause {
  std::chrono::milliseconds duration{0};
};
/// Keeps the connection open, reading, until the other side closes it.
struct Hold {};
/// Ends the connection in good order (FIN), and goes on reading until the other side closes too.
struct Close {};
/// Ends the connection with a TCP reset.
struct Reset {};
}  // namespace step

using Step = std::variant<step::AwaitRequest, step::Await, step::Reply, step::Send, step::Drip,
                          step::Fill, step::Pause, step::Hold, step::Close, step::Reset>;
using Script = std::vector<Step>;

/// A whole HTTP/1.1 answer with its Content-Length.
[[nodiscard]] inline std::string http_answer(int status, const std::string& body,
                                             const std::string& content_type = "application/json",
                                             const std::string& more_headers = {}) {
  return "HTTP/1.1 " + std::to_string(status) + " Scripted\r\nContent-Type: " + content_type +
         "\r\n" + more_headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

/// A tiny server on a free loopback port: the first connection follows the first script, the
/// second the second, and so on; when they have run out each connection follows `for_others`.
/// Plain TCP, or TLS when given a server context. Owned by a test; all calls are thread-safe. The
/// destructor cuts whatever is still going on.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<Script> scripts, Script for_others = {},
                          Poco::Net::Context::Ptr tls = {}, const std::string& host = "127.0.0.1")
      : scripts_(std::move(scripts)), for_others_(std::move(for_others)), tls_(!tls.isNull()) {
    const Poco::Net::SocketAddress address(host, static_cast<Poco::UInt16>(0));
    if (tls.isNull()) {
      listener_ = std::make_unique<Poco::Net::ServerSocket>(address);
    } else {
      listener_ = std::make_unique<Poco::Net::SecureServerSocket>(address, 16, std::move(tls));
    }
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~ScriptedServer() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    acceptor_.join();
    for (const auto& conversation : conversations_)
      conversation->thread.join();
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return listener_->address().port(); }
  /// "http://127.0.0.1:PORT", or https with TLS.
  [[nodiscard]] std::string url() const {
    return (tls_ ? "https://" : "http://") + listener_->address().toString();
  }
  /// How many connections have been accepted.
  [[nodiscard]] std::size_t connections() const {
    const std::lock_guard lock(mutex_);
    return conversations_.size();
  }
  /// Every byte that a connection has brought, counted from 0; empty when there was none.
  [[nodiscard]] std::string received(std::size_t connection = 0) const {
    const std::lock_guard lock(mutex_);
    return connection < conversations_.size() ? conversations_[connection]->received
                                              : std::string();
  }
  /// True when the connection's script is over: after Hold or Close, the other side has closed.
  [[nodiscard]] bool finished(std::size_t connection = 0) const {
    const std::lock_guard lock(mutex_);
    return connection < conversations_.size() && conversations_[connection]->finished;
  }

 private:
  /// How quickly a blocked thread notices that the server stops.
  static constexpr long look_us = 20'000;
  static constexpr std::size_t connections_max = 256;
  /// No script sends for longer than this to somebody who does not read.
  static constexpr long send_us_max = 20'000'000;

  struct Conversation {
    Poco::Net::StreamSocket socket;
    std::string received;
    std::size_t consumed = 0;  ///< bytes of `received` that steps have used up
    bool finished = false;
    std::thread thread;
  };

  [[nodiscard]] bool stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

  void accept_all() {
    while (!stopping()) {
      if (!listener_->poll(Poco::Timespan(look_us), Poco::Net::Socket::SELECT_READ)) continue;
      Poco::Net::SocketAddress peer;
      auto conversation = std::make_unique<Conversation>();
      conversation->socket = listener_->acceptConnection(peer);
      const std::lock_guard lock(mutex_);
      const std::size_t index = conversations_.size();
      if (index >= connections_max) continue;
      Script script = index < scripts_.size() ? scripts_[index] : for_others_;
      conversation->thread = std::thread([this, &talk = *conversation, steps = std::move(script)] {
        run(talk, talk.socket, steps);
      });
      conversations_.push_back(std::move(conversation));
    }
  }

  void run(Conversation& conversation, Poco::Net::StreamSocket& socket, const Script& script) {
    try {
      socket.setNoDelay(true);
      socket.setReceiveTimeout(Poco::Timespan(look_us));
      socket.setSendTimeout(Poco::Timespan(send_us_max));
      for (const Step& step : script) {
        const bool more = std::visit(
            [&](const auto& chosen) { return perform(conversation, socket, chosen); }, step);
        if (!more) break;
      }
      socket.close();
    } catch (const Poco::Exception&) {
      // The other side went away or refused our certificate: that ends the script.
    }
    const std::lock_guard lock(mutex_);
    conversation.finished = true;
  }

  /// Reads what is there; false when the other side has closed or the server stops.
  bool read_some(Conversation& conversation, Poco::Net::StreamSocket& socket) {
    std::array<char, 4096> block{};
    while (!stopping()) {
      try {
        const int count = socket.receiveBytes(block.data(), static_cast<int>(block.size()));
        if (count <= 0) return false;
        const std::lock_guard lock(mutex_);
        conversation.received.append(block.data(), static_cast<std::size_t>(count));
        return true;
      } catch (const Poco::TimeoutException&) {
        continue;  // look again whether the test is over
      }
    }
    return false;
  }

  bool read_until(Conversation& conversation, Poco::Net::StreamSocket& socket, std::size_t end) {
    while (conversation.received.size() < end) {
      if (!read_some(conversation, socket)) return false;
    }
    return true;
  }

  /// Reads one request and gives it back; empty when there will be none.
  std::string read_request(Conversation& conversation, Poco::Net::StreamSocket& socket) {
    const std::size_t from = conversation.consumed;
    std::size_t end = std::string::npos;
    while ((end = conversation.received.find("\r\n\r\n", from)) == std::string::npos) {
      if (!read_some(conversation, socket)) return {};
    }
    end += 4;
    const std::string head = Poco::toLower(conversation.received.substr(from, end - from));
    const std::string name = "\r\ncontent-length:";
    const std::size_t length = head.find(name);
    if (length != std::string::npos) {
      end += std::strtoul(head.c_str() + length + name.size(), nullptr, 10);
    }
    if (!read_until(conversation, socket, end)) return {};
    conversation.consumed = end;
    return conversation.received.substr(from, end - from);
  }

  /// Waits; false when the server stops meanwhile.
  bool pause(std::chrono::milliseconds duration) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, duration, [this] { return stopping_; });
  }

  static bool send_all(Poco::Net::StreamSocket& socket, const char* bytes, std::size_t count) {
    std::size_t sent = 0;
    while (sent < count) {
      const int now = socket.sendBytes(bytes + sent, static_cast<int>(count - sent));
      if (now <= 0) return false;
      sent += static_cast<std::size_t>(now);
    }
    return true;
  }

  bool perform(Conversation& talk, Poco::Net::StreamSocket& socket, const step::AwaitRequest&) {
    return !read_request(talk, socket).empty();
  }
  bool perform(Conversation& talk, Poco::Net::StreamSocket& socket, const step::Await& step) {
    talk.consumed += step.bytes;
    return read_until(talk, socket, talk.consumed);
  }
  bool perform(Conversation& talk, Poco::Net::StreamSocket& socket, const step::Reply& step) {
    const std::string request = read_request(talk, socket);
    if (request.empty()) return false;
    const std::string answer = step.answer(request);
    return send_all(socket, answer.data(), answer.size());
  }
  bool perform(Conversation&, Poco::Net::StreamSocket& socket, const step::Send& step) {
    return send_all(socket, step.bytes.data(), step.bytes.size());
  }
  bool perform(Conversation&, Poco::Net::StreamSocket& socket, const step::Drip& step) {
    for (const char& byte : step.bytes) {
      if (!send_all(socket, &byte, 1) || !pause(step.between)) return false;
    }
    return true;
  }
  bool perform(Conversation&, Poco::Net::StreamSocket& socket, const step::Fill& step) {
    const std::string block(std::min<std::size_t>(step.bytes, 64UL * 1024), step.byte);
    for (std::size_t left = step.bytes; left > 0;) {
      const std::size_t now = std::min(left, block.size());
      if (stopping() || !send_all(socket, block.data(), now)) return false;
      left -= now;
    }
    return true;
  }
  bool perform(Conversation&, Poco::Net::StreamSocket&, const step::Pause& step) {
    return pause(step.duration);
  }
  bool perform(Conversation& talk, Poco::Net::StreamSocket& socket, const step::Hold&) {
    while (read_some(talk, socket)) {
    }
    return false;
  }
  bool perform(Conversation& talk, Poco::Net::StreamSocket& socket, const step::Close&) {
    if (tls_) {
      socket.shutdown();  // TLS has no half-closed state
    } else {
      socket.shutdownSend();
    }
    return perform(talk, socket, step::Hold{});
  }
  bool perform(Conversation&, Poco::Net::StreamSocket& socket, const step::Reset&) {
    socket.setLinger(true, 0);
    return false;
  }

  const std::vector<Script> scripts_;
  const Script for_others_;
  const bool tls_;
  std::unique_ptr<Poco::Net::ServerSocket> listener_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::vector<std::unique_ptr<Conversation>> conversations_;
  std::thread acceptor_;
};

}  // namespace maintenance::testing
