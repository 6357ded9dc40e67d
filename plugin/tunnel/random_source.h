#pragma once

#include <cstdint>
#include <random>

namespace maintenance::plugin {

/// Unpredictable bytes for WebSocket keys and masks; replaceable in tests. Poco's generators are
/// seeded with the time and would let a hostile page guess the mask. Not thread-safe.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  [[nodiscard]] virtual std::uint32_t next() = 0;
};

/// The operating system's.
class DeviceRandom final : public RandomSource {
 public:
  [[nodiscard]] std::uint32_t next() override { return static_cast<std::uint32_t>(device_()); }

 private:
  std::random_device device_;
};

}  // namespace maintenance::plugin
