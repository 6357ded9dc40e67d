#pragma once

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace maintenance::e2e {

/// Stands between an agent and the API server (as `kubectl proxy` offers it: plain HTTP), passes
/// everything on, and counts. Once armed, it calls `kill` in the middle of the request that the
/// agent was to make last: the API server has carried it out, and the agent gets no answer.
/// Owned by a test; all calls are thread-safe. One connection upstream for each request.
class KillingProxy {
 public:
  /// `upstream_port` is on 127.0.0.1. `kill` must end the agent at once.
  KillingProxy(std::uint16_t upstream_port, std::function<void()> kill);
  ~KillingProxy();
  KillingProxy(const KillingProxy&) = delete;
  KillingProxy& operator=(const KillingProxy&) = delete;

  [[nodiscard]] std::uint16_t port() const { return listener_.address().port(); }
  /// From now on: the `requests`-th request is the last one. Watches do not count, for they come
  /// and go by themselves.
  void arm(int requests);
  /// True when it has killed.
  [[nodiscard]] bool killed() const;
  /// What was asked since it was armed, "PATCH /api/v1/…", the fatal one last.
  [[nodiscard]] std::vector<std::string> requests() const;

 private:
  void accept_all();
  void serve(Poco::Net::StreamSocket agent);
  /// Passes one request on. False when the connection is over.
  [[nodiscard]] bool pass_one(Poco::Net::StreamSocket& agent);
  /// True when this one is to be the last.
  [[nodiscard]] bool count(const std::string& head);

  std::uint16_t upstream_port_;
  std::function<void()> kill_;
  Poco::Net::ServerSocket listener_;
  mutable std::mutex mutex_;
  bool stopping_ = false;
  bool armed_ = false;
  bool killed_ = false;
  int left_ = 0;
  std::vector<std::string> requests_;
  std::list<Poco::Net::StreamSocket> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace maintenance::e2e
