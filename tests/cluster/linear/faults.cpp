#include "tests/cluster/linear/faults.h"

namespace maintenance::testing {
namespace {

/// Of the reads about one in twenty is hit, of the writes one in four. Those that cost the client
/// its whole patience are the rarest, or a run would do nothing but wait.
constexpr std::array<FaultKind, 16> kinds{{
    {Fault::conflict, "conflict", 0, 25},
    {Fault::too_many, "too_many", 4, 12},
    {Fault::server_error, "server_error", 5, 12},
    {Fault::unavailable, "unavailable", 5, 12},
    {Fault::reset_before, "reset_before", 6, 20},
    {Fault::timeout_before, "timeout_before", 2, 5},
    {Fault::late, "late", 0, 35},
    {Fault::late_after_timeout, "late_after_timeout", 0, 8},
    {Fault::slow_before, "slow_before", 8, 30},
    {Fault::lost_answer, "lost_answer", 4, 25},
    {Fault::reset_after, "reset_after", 4, 20},
    {Fault::timeout_after, "timeout_after", 0, 6},
    {Fault::cut_answer, "cut_answer", 5, 20},
    {Fault::server_error_after, "server_error_after", 0, 15},
    {Fault::gateway_error_after, "gateway_error_after", 0, 10},
    {Fault::slow_bytes, "slow_bytes", 8, 15},
}};

}  // namespace

const std::array<FaultKind, 16>& fault_kinds() noexcept {
  return kinds;
}

std::string_view to_string(Fault fault) noexcept {
  for (const FaultKind& kind : kinds) {
    if (kind.fault == fault) return kind.name;
  }
  return "none";
}

Fault FaultSource::draw(bool is_read) {
  const std::lock_guard lock(mutex_);
  int at = std::uniform_int_distribution<int>(0, 999)(random_);
  Fault drawn = Fault::none;
  for (const FaultKind& kind : kinds) {
    at -= is_read ? kind.per_mille_of_reads : kind.per_mille_of_writes;
    if (at >= 0) continue;
    drawn = kind.fault;
    break;
  }
  ++counts_[drawn];
  return drawn;
}

int FaultSource::below(int end) {
  const std::lock_guard lock(mutex_);
  return std::uniform_int_distribution<int>(0, end - 1)(random_);
}

FaultCounts FaultSource::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace maintenance::testing
