#include "agent/server/listener_loop.h"

#include <Poco/Exception.h>
#include <Poco/Net/StreamSocket.h>

#include <algorithm>
#include <new>
#include <utility>

#include "agent/memory.h"
#include "agent/server/response_bytes.h"
#include "common/http/forget.h"

namespace maintenance::agent {
namespace {

using std::chrono::milliseconds;

/// Connections that are accepted before anything else is looked at again.
constexpr int accepted_at_once = 32;
/// After a failure to accept, which mostly means that no file descriptor is left.
constexpr milliseconds accept_pause{100};
/// How often idle threads are let go, and the longest sleep of the loop.
constexpr milliseconds tidy_every{5000};
/// For the loop to close its port; it only has to finish its round.
constexpr std::chrono::seconds close_time_max{2};

/// The waker and the port come first among what is polled.
constexpr std::size_t socket_place = 1;
constexpr std::size_t own_places = 2;

/// Never throws: a request that is not answered would be counted for ever. An empty answer ends the
/// connection.
std::string answered(const Handler& handler, ApiRequest& request) noexcept {
  std::string bytes;
  try {
    bytes = response_bytes(request.method, handler(request));
  } catch (...) {
    bytes.clear();  // out of memory
  }
  http::forget_credentials(request.headers);
  return bytes;
}

}  // namespace

ListenerLoop::ListenerLoop(const ListenerLimits& limits, TlsContext tls,
                           const Poco::Net::ServerSocket& socket, Handler handler)
    : limits_(limits),
      tls_(std::move(tls)),
      handler_(std::move(handler)),
      socket_(socket),
      workers_(limits.threads_max, limits.queue_max) {
  socket_.setBlocking(false);
}

ListenerLoop::~ListenerLoop() {
  if (thread_.joinable()) {
    thread_.request_stop();
    waker_.wake();
    thread_.join();
  }
}

void ListenerLoop::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void ListenerLoop::stop_accepting() {
  std::unique_lock lock(mutex_);
  accepting_ = false;
  if (!thread_.joinable()) return socket_.close();
  waker_.wake();
  closed_.wait_for(lock, close_time_max, [this] { return !open_; });
}

void ListenerLoop::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      round();
    } catch (const std::exception&) {
      // No memory for what was to be done: whoever has not asked yet may come again.
      cut_all();
      accept_again_ = std::chrono::steady_clock::now() + accept_pause;
    }
  }
}

void ListenerLoop::cut_all() {
  for (const auto& [id, one] : conversations_) {
    if (one->stage() != Conversation::Stage::working) one->cut();
  }
  remove_ended();
}

int ListenerLoop::patience_ms(Deadline now) const {
  Deadline next = now + tidy_every;
  for (const auto& [id, one] : conversations_) {
    if (one->awaited() != 0) next = std::min(next, one->deadline());
  }
  if (accept_again_ > now) next = std::min(next, accept_again_);
  return static_cast<int>(std::max<long>(0, std::chrono::ceil<milliseconds>(next - now).count()));
}

void ListenerLoop::round() {
  const Deadline before = std::chrono::steady_clock::now();
  polled_.assign(
      {{waker_.descriptor(), POLLIN, 0},
       {open_ && before >= accept_again_ ? static_cast<int>(socket_.impl()->sockfd()) : -1, POLLIN,
        0}});
  polled_ids_.clear();
  for (const auto& [id, one] : conversations_) {
    if (one->awaited() == 0) continue;
    polled_.push_back({one->descriptor(), one->awaited(), 0});
    polled_ids_.push_back(id);
  }
  ::poll(polled_.data(), polled_.size(), patience_ms(before));
  const Deadline now = std::chrono::steady_clock::now();
  take_answers(now);
  if ((polled_[socket_place].revents & POLLIN) != 0) accept_some(now);
  for (std::size_t i = 0; i < polled_ids_.size(); ++i) {
    const auto found = conversations_.find(polled_ids_[i]);
    if (found == conversations_.end()) continue;  // it had to make room
    Conversation& one = *found->second;
    if (polled_[own_places + i].revents != 0 || now >= one.deadline()) advance(one, now);
  }
  limit_unsent();
  if (now < tidy_at_) return;
  tidy(now);
}

void ListenerLoop::tidy(Deadline now) {
  workers_.tidy();
  // A crowd of callers must not leave its memory behind.
  if (std::exchange(some_ended_, false)) give_memory_back();
  tidy_at_ = now + tidy_every;
}

void ListenerLoop::accept_some(Deadline now) {
  for (int i = 0; i < accepted_at_once; ++i) {
    try {
      if (!socket_.poll(Poco::Timespan(), Poco::Net::Socket::SELECT_READ)) return;
      const Poco::Net::StreamSocket socket = socket_.acceptConnection();
      const std::uint64_t id = next_id_++;
      auto one = std::make_unique<Conversation>(id, socket, limits_, tls_);
      advance(*conversations_.emplace(id, std::move(one)).first->second, now);
    } catch (const Poco::Exception&) {
      accept_again_ = now + accept_pause;
      return;
    }
    make_room();
  }
}

void ListenerLoop::advance(Conversation& one, Deadline now) {
  one.advance(now);
  if (one.stage() == Conversation::Stage::working) hand_over(one, now);
}

/// Only a request that can be answered takes a place among the workers: garbage costs nobody else
/// his turn.
void ListenerLoop::hand_over(Conversation& one, Deadline now) {
  ++in_flight_;
  try {
    auto request = std::make_shared<ApiRequest>(one.take_request());
    const auto job = [this, id = one.id(), request] {
      std::string bytes = answered(handler_, *request);
      const std::lock_guard lock(mutex_);
      answers_.emplace_back(id, std::move(bytes));
      waker_.wake();
    };
    if (!request->unfit) {
      if (workers_.take(job)) return;
      request->unfit = Unfit{503, "too many requests at once; try again"};
    }
    one.answer(answered(handler_, *request), now);
  } catch (const std::bad_alloc&) {
    one.cut();  // nobody will answer it
  }
}

void ListenerLoop::take_answers(Deadline now) {
  waker_.clear();
  std::vector<std::pair<std::uint64_t, std::string>> answers;
  {
    const std::lock_guard lock(mutex_);
    answers.swap(answers_);
    if (!accepting_ && open_) {
      socket_.close();
      open_ = false;
      closed_.notify_all();
    }
  }
  // It is still there: a conversation whose request is worked on is never cut.
  for (auto& [id, bytes] : answers)
    conversations_.at(id)->answer(std::move(bytes), now);
}

/// A stranger with many connections makes room, not the one who has just come with a request.
void ListenerLoop::make_room() {
  while (conversations_.size() > limits_.connections_max) {
    std::map<std::string, std::size_t> counts;
    for (const auto& [id, one] : conversations_) {
      if (one->stage() != Conversation::Stage::working) ++counts[one->address()];
    }
    const auto most =
        std::max_element(counts.begin(), counts.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most == counts.end()) return;
    const auto oldest =
        std::find_if(conversations_.begin(), conversations_.end(), [&](const auto& entry) {
          return entry.second->stage() != Conversation::Stage::working &&
                 entry.second->address() == most->first;
        });
    oldest->second->cut();
    remove_ended();
  }
}

/// Counts only those that are still there: what the ended ones have not sent is gone with them.
void ListenerLoop::limit_unsent() {
  remove_ended();
  std::size_t unsent = 0;
  for (const auto& [id, one] : conversations_)
    unsent += one->unsent_bytes();
  while (unsent > limits_.unsent_bytes_max) {
    const auto longest = std::min_element(
        conversations_.begin(), conversations_.end(), [](const auto& a, const auto& b) {
          const auto key = [](const Conversation& one) {
            return std::pair(one.unsent_bytes() == 0, one.deadline());
          };
          return key(*a.second) < key(*b.second);
        });
    unsent -= longest->second->unsent_bytes();
    longest->second->cut();
    remove_ended();
  }
}

void ListenerLoop::remove_ended() {
  std::erase_if(conversations_, [this](const auto& entry) {
    if (entry.second->stage() != Conversation::Stage::over) return false;
    if (entry.second->was_handed_over()) --in_flight_;
    some_ended_ = true;
    return true;
  });
}

}  // namespace maintenance::agent
