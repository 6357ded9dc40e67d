#pragma once

#include <cstdint>
#include <mutex>
#include <random>
#include <string>

namespace maintenance::agent {

/// Random numbers, replaceable in tests. Owned by main (or a test) and outlives its users.
/// All calls are thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  /// A number from 0 to `end` - 1; `end` is at least 1.
  [[nodiscard]] virtual std::uint64_t below(std::uint64_t end) = 0;
};

/// The machine's source. Not for secrets.
class SystemRandom final : public Random {
 public:
  SystemRandom();
  [[nodiscard]] std::uint64_t below(std::uint64_t end) override;

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
};

/// 16 hexadecimal digits: unique enough to tell records and requests apart.
[[nodiscard]] std::string random_id(Random& random);

}  // namespace maintenance::agent
