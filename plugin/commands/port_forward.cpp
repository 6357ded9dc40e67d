#include "plugin/commands/port_forward.h"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>

#include <atomic>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

/// How soon an interrupt is noticed.
constexpr long look_us = 100'000;
constexpr int backlog = 16;

/// The listening side and the connections that it has brought.
class Forwarder {
 public:
  explicit Forwarder(Surroundings& around) : around_(around) {}
  ~Forwarder() {
    for (Carried& one : carried_)
      one.thread.join();
  }
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  Result<void> listen(std::uint16_t port) {
    try {
      listeners_.emplace_back();
      listeners_.back().bind(Poco::Net::SocketAddress("127.0.0.1", port), true, false);
      listeners_.back().listen(backlog);
    } catch (const Poco::Exception& failure) {
      return Error{ErrorKind::invalid, "listening on 127.0.0.1:" + std::to_string(port),
                   text::printable(failure.displayText())};
    }
    port_ = listeners_.front().address().port();
    try {
      // Where there is no IPv6 there is nothing to miss.
      Poco::Net::ServerSocket other;
      other.bind6(Poco::Net::SocketAddress("::1", port_), true, false, true);
      other.listen(backlog);
      listeners_.push_back(other);
    } catch (const Poco::Exception&) {
    }
    return {};
  }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  /// Until interrupted.
  void serve() {
    while (!around_.interrupts.raised()) {
      Poco::Net::Socket::SocketList readable(listeners_.begin(), listeners_.end());
      Poco::Net::Socket::SocketList none;
      Poco::Net::Socket::SocketList failed;
      Poco::Net::Socket::select(readable, none, failed, Poco::Timespan(look_us));
      reap();
      for (const Poco::Net::Socket& ready : readable)
        accept(Poco::Net::ServerSocket(ready));
    }
  }

 private:
  struct Carried {
    std::thread thread;
    std::atomic<bool> done{false};
  };

  void reap() {
    for (auto one = carried_.begin(); one != carried_.end();) {
      if (!one->done) {
        ++one;
        continue;
      }
      one->thread.join();
      one = carried_.erase(one);
    }
  }

  void accept(Poco::Net::ServerSocket listener) {
    try {
      Poco::Net::StreamSocket local = listener.acceptConnection();
      if (carried_.size() >= forwarded_max) {
        complain(Error{ErrorKind::too_many, "",
                       "more than " + std::to_string(forwarded_max) + " connections at once"});
        return;
      }
      carry(local);
    } catch (const Poco::Exception& failure) {
      complain(Error{ErrorKind::unreachable, "", text::printable(failure.displayText())});
    }
  }

  void carry(const Poco::Net::StreamSocket& local) {
    Carried& one = carried_.emplace_back();
    try {
      one.thread = std::thread([this, &one, local] {
        if (auto carried = around_.link.forward(local); !carried) complain(carried.error());
        one.done = true;
      });
    } catch (const std::system_error& failure) {
      carried_.pop_back();
      complain(Error{ErrorKind::too_many, "starting a thread", failure.what()});
    }
  }

  void complain(const Error& error) {
    if (around_.interrupts.raised()) return;
    const std::lock_guard lock(complaints_);
    print_error(around_.io.err, error);
  }

  Surroundings& around_;
  std::vector<Poco::Net::ServerSocket> listeners_;
  std::uint16_t port_ = 0;
  std::mutex complaints_;
  std::list<Carried> carried_;
};

}  // namespace

ExitCode run_port_forward(const PortForwardCommand& command, Surroundings& surroundings) {
  Io& io = surroundings.io;
  if (auto found = surroundings.link.prepare(); !found) {
    print_error(io.err, found.error());
    return exit_code_of(found.error().kind);
  }
  surroundings.interrupts.arm();
  Forwarder forwarder(surroundings);
  if (auto listening = forwarder.listen(command.local_port); !listening) {
    print_error(io.err, listening.error());
    return exit_code_of(listening.error().kind);
  }
  const std::string address = "localhost:" + std::to_string(forwarder.port());
  io.out << "Forwarding from 127.0.0.1:" << forwarder.port() << " -> 8889\n" << std::flush;
  io.err << "For example:\n"
         << "  curl " << address << "/v1/status\n"
         << "  curl -X PUT " << address << "/pods/POD_NAME       # enable maintenance mode\n"
         << "  curl -X GET " << address << "/pods/POD_NAME       # is it held?\n"
         << "  curl -X DELETE " << address << "/pods/POD_NAME    # disable it\n"
         << "Ctrl-C ends it.\n"
         << std::flush;
  forwarder.serve();
  return ExitCode::interrupted;
}

}  // namespace maintenance::plugin
