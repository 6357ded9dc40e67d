#include "tests/cluster/support/pooled_transport.h"

#include <utility>

namespace maintenance::testing {
namespace {

/// The API server closes idle connections after 90 s.
constexpr std::chrono::seconds idle_max{30};

}  // namespace

PooledTransport::PooledTransport(http::Endpoint endpoint, Poco::Net::Context::Ptr context,
                                 http::Watchdog& watchdog)
    : endpoint_(std::move(endpoint)), context_(std::move(context)), watchdog_(watchdog) {}

PooledTransport::Connection PooledTransport::take_idle() {
  const auto oldest = std::chrono::steady_clock::now() - idle_max;
  const std::lock_guard lock(mutex_);
  std::erase_if(idle_, [&](const Idle& idle) { return idle.since < oldest; });
  if (idle_.empty()) return nullptr;
  Connection connection = std::move(idle_.back().connection);
  idle_.pop_back();
  return connection;
}

Result<http::Response> PooledTransport::send(const http::Request& request, Deadline deadline) {
  Connection connection = take_idle();
  if (!connection) {
    auto opened = http::Connection::open(endpoint_, context_, watchdog_, deadline);
    if (!opened) return opened.error();
    connection = std::move(*opened);
  }
  auto answer = connection->exchange(request, deadline);
  if (connection->usable()) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(Idle{std::move(connection), std::chrono::steady_clock::now()});
  }
  return answer;
}

}  // namespace maintenance::testing
