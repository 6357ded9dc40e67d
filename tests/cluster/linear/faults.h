#pragma once

#include <array>
#include <map>
#include <mutex>
#include <random>
#include <string_view>

namespace maintenance::testing {

/// What becomes of one request on its way to the API server, or of its answer.
enum class Fault {
  none,
  conflict,             ///< not forwarded; answered 409
  too_many,             ///< not forwarded; answered 429
  server_error,         ///< not forwarded; answered 500
  unavailable,          ///< not forwarded; answered 503
  reset_before,         ///< not forwarded; the connection is reset
  timeout_before,       ///< not forwarded, not answered
  late,                 ///< the connection is reset, and the request arrives some time after that
  late_after_timeout,   ///< the same, without any answer until the client gives up
  slow_before,          ///< forwarded a little later
  lost_answer,          ///< forwarded; the connection ends instead of the answer
  reset_after,          ///< forwarded; the connection is reset instead of the answer
  timeout_after,        ///< forwarded; never answered
  cut_answer,           ///< forwarded; the answer ends in its middle
  server_error_after,   ///< forwarded; answered 500
  gateway_error_after,  ///< forwarded; answered 504
  slow_bytes,           ///< forwarded; the answer comes in drops
};

/// One kind of fault: what it is called, and how often it happens.
struct FaultKind {
  Fault fault;
  std::string_view name;
  int per_mille_of_reads;
  int per_mille_of_writes;
};
[[nodiscard]] const std::array<FaultKind, 16>& fault_kinds() noexcept;
[[nodiscard]] std::string_view to_string(Fault fault) noexcept;

/// How often each fault happened.
using FaultCounts = std::map<Fault, std::size_t>;

/// Draws faults; the same seed draws the same ones for the same requests in the same order. Owned
/// by a FaultProxy; thread-safe.
class FaultSource {
 public:
  explicit FaultSource(std::uint64_t seed) : random_(seed) {}
  [[nodiscard]] Fault draw(bool is_read);
  /// A number from 0 to `end` - 1.
  [[nodiscard]] int below(int end);
  [[nodiscard]] FaultCounts counts() const;

 private:
  mutable std::mutex mutex_;
  std::mt19937_64 random_;
  FaultCounts counts_;
};

}  // namespace maintenance::testing
