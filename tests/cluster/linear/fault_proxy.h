#pragma once

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <chrono>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/http/endpoint.h"
#include "common/http/transport.h"
#include "tests/cluster/linear/faults.h"
#include "tests/cluster/linear/history.h"

namespace maintenance::testing {

/// One write of a ConfigMap that went through the proxy to the API server.
struct ForwardedWrite {
  Moment arrived = 0;            ///< at the proxy
  Span at_server;                ///< from its being sent to its answer
  int status = 0;                ///< of the answer
  std::string resource_version;  ///< of the answered object; empty when it was refused
};

/// An HTTP proxy on a free loopback port: plain towards its clients, whatever `upstream` speaks
/// towards the API server. Each request meets the fault that is drawn for it; the API server's own
/// answers are always read to their end, so that what was committed is known even when the client
/// never learns it. Borrows its upstream, which must be thread-safe. Owned by a test; thread-safe.
class FaultProxy {
 public:
  struct Parts {
    http::Transport& upstream;
    std::chrono::steady_clock::time_point epoch;  ///< moment 0
    std::uint64_t seed = 0;
    bool drop_resource_versions = false;  ///< makes all writes of ConfigMaps unconditional
  };
  explicit FaultProxy(const Parts& parts);
  ~FaultProxy();
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  [[nodiscard]] http::Endpoint endpoint() const;
  /// Cuts its clients, and returns when every request that is on its way has arrived.
  void finish();
  /// Everything below is complete after finish().
  [[nodiscard]] std::vector<ForwardedWrite> writes() const;
  [[nodiscard]] FaultCounts faults() const { return faults_.counts(); }
  /// Requests that the API server itself did not answer: then nothing can be said of the history.
  [[nodiscard]] int upstream_failures() const noexcept { return upstream_failures_.load(); }

 private:
  struct Conversation {
    Poco::Net::StreamSocket socket;
    std::string received;
    std::atomic<bool> ended{false};
    std::thread thread;
  };

  void accept_all();
  void reap(bool all);
  void serve(Conversation& conversation);
  [[nodiscard]] bool read_request(Conversation& conversation, http::Request& request);
  [[nodiscard]] bool read_more(Conversation& conversation);
  /// False when the conversation is over.
  [[nodiscard]] bool answer(Conversation& conversation, const http::Request& request);
  [[nodiscard]] bool hit(Conversation& conversation, const http::Request& request, Fault fault,
                         Moment arrived);
  std::string forward(const http::Request& request, Moment arrived);
  [[nodiscard]] http::Request altered(const http::Request& request) const;
  void drip(Conversation& conversation, const std::string& bytes);
  void cut(Conversation& conversation, const std::string& bytes);
  void await_hang_up(Conversation& conversation);
  void pause(int milliseconds_max);
  [[nodiscard]] Moment now() const;

  Parts parts_;
  FaultSource faults_;
  Poco::Net::ServerSocket listener_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> upstream_failures_{0};
  mutable std::mutex mutex_;
  std::vector<ForwardedWrite> writes_;
  std::list<Conversation> conversations_;  ///< only the acceptor's thread, and later finish()
  std::thread acceptor_;                   ///< last: starts when everything else exists
};

}  // namespace maintenance::testing
