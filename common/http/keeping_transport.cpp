#include "common/http/keeping_transport.h"

#include <algorithm>

namespace maintenance::http {

KeepingTransport::KeepingTransport(Endpoint endpoint, Poco::Net::Context::Ptr context,
                                   Watchdog& watchdog, const Clock& clock)
    : endpoint_(std::move(endpoint)),
      context_(std::move(context)),
      watchdog_(watchdog),
      clock_(clock) {}

/// With mutex_ locked.
void KeepingTransport::forget_idle() {
  const Deadline oldest = clock_.steady_now() - kept_idle_max;
  std::erase_if(kept_, [&](const Kept& kept) { return kept.since < oldest; });
}

void KeepingTransport::close_idle() {
  const std::lock_guard lock(mutex_);
  forget_idle();
}

std::unique_ptr<Connection> KeepingTransport::take() {
  const std::lock_guard lock(mutex_);
  forget_idle();
  if (kept_.empty()) return nullptr;
  auto connection = std::move(kept_.back().connection);
  kept_.pop_back();
  return connection;
}

void KeepingTransport::keep(std::unique_ptr<Connection> connection) {
  if (!connection->usable()) return;
  const Deadline now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  if (kept_.size() < kept_connections_max) kept_.push_back(Kept{std::move(connection), now});
}

/// Where one connection was closed the others most likely were too: the server was restarted.
void KeepingTransport::forget_all() {
  const std::lock_guard lock(mutex_);
  kept_.clear();
}

Result<Response> KeepingTransport::send(const Request& request, Deadline deadline) {
  const bool read = is_read(request.method);
  if (read || request.idempotent) {
    if (auto old = take()) {
      // A write may take its time: sent once more it would only add to what keeps the server busy.
      const Deadline early = std::min(deadline, clock_.steady_now() + kept_answer_max);
      auto answer = old->exchange(request, read ? early : deadline);
      if (answer) {
        keep(std::move(old));
        return answer;
      }
      const ErrorKind kind = answer.error().kind;
      const bool lost = kind == ErrorKind::unreachable || kind == ErrorKind::timeout ||
                        kind == ErrorKind::unknown_outcome;
      if (!lost || clock_.steady_now() >= deadline) return answer;
      forget_all();
    }
  }
  auto connection = Connection::open(endpoint_, context_, watchdog_, deadline);
  if (!connection) return connection.error();
  auto answer = (*connection)->exchange(request, deadline);
  if (answer) keep(std::move(*connection));
  return answer;
}

}  // namespace maintenance::http
