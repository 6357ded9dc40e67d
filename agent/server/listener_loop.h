#pragma once

#include <Poco/Net/ServerSocket.h>
#include <poll.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "agent/server/conversation.h"
#include "agent/server/listener.h"
#include "agent/server/waker.h"
#include "agent/server/workers.h"

namespace maintenance::agent {

/// The one thread that reads every request and writes every answer of a Listener; workers answer
/// them in between. Owned by a Listener; thread-safe.
class ListenerLoop {
 public:
  ListenerLoop(const ListenerLimits& limits, TlsContext tls, const Poco::Net::ServerSocket& socket,
               Handler handler);
  ~ListenerLoop();
  ListenerLoop(const ListenerLoop&) = delete;
  ListenerLoop& operator=(const ListenerLoop&) = delete;

  void start();
  void stop_accepting();
  [[nodiscard]] int in_flight() const noexcept { return in_flight_.load(); }

 private:
  using Conversations = std::map<std::uint64_t, std::unique_ptr<Conversation>>;

  void run(const std::stop_token& stop);
  void round();
  [[nodiscard]] int patience_ms(Deadline now) const;
  void accept_some(Deadline now);
  void advance(Conversation& one, Deadline now);
  void hand_over(Conversation& one, Deadline now);
  void take_answers(Deadline now);
  void make_room();
  void limit_unsent();
  void remove_ended();
  void tidy(Deadline now);
  void cut_all();

  const ListenerLimits limits_;
  const TlsContext tls_;
  const Handler handler_;
  Poco::Net::ServerSocket socket_;
  const Waker waker_;  ///< an answer is there, or the end is near
  std::atomic<int> in_flight_{0};
  std::mutex mutex_;  ///< of the next three
  std::vector<std::pair<std::uint64_t, std::string>> answers_;
  bool accepting_ = true;
  std::condition_variable closed_;
  // What follows belongs to the loop's thread.
  bool open_ = true;
  Deadline accept_again_{};
  Deadline tidy_at_{};
  bool some_ended_ = false;  ///< since the last time that memory was given back
  std::uint64_t next_id_ = 1;
  Conversations conversations_;
  std::vector<pollfd> polled_;
  std::vector<std::uint64_t> polled_ids_;
  // In this order: the workers use all of the above, the thread uses the workers.
  Workers workers_;
  std::jthread thread_;
};

}  // namespace maintenance::agent
