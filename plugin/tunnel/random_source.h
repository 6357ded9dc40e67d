#pragma once

#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace maintenance::plugin {

/// Unpredictable bytes for WebSocket keys and masks; replaceable in tests. Poco's generators are
/// seeded with the time and would let a hostile page guess the mask. Not thread-safe.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  [[nodiscard]] virtual std::uint32_t next() = 0;
};

/// The operating system's, by way of OpenSSL: std::random_device of a static program wants a file
/// /dev/urandom. Throws when there are none.
class SystemRandom final : public RandomSource {
 public:
  [[nodiscard]] std::uint32_t next() override {
    std::array<unsigned char, sizeof(std::uint32_t)> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
      throw std::runtime_error("no random numbers");
    }
    std::uint32_t number = 0;
    std::memcpy(&number, bytes.data(), bytes.size());
    return number;
  }
};

}  // namespace maintenance::plugin
