#include "agent/store/random.h"

#include <openssl/rand.h>

#include <array>
#include <stdexcept>

namespace maintenance::agent {
namespace {

/// By OpenSSL, which asks the kernel: std::random_device of a static program wants /dev/urandom,
/// and an image may have no /dev.
std::mt19937_64 seeded() {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw std::runtime_error("no random numbers");
  }
  std::seed_seq seed(bytes.begin(), bytes.end());
  return std::mt19937_64(seed);
}

}  // namespace

SystemRandom::SystemRandom() : engine_(seeded()) {}

std::uint64_t SystemRandom::below(std::uint64_t end) {
  const std::lock_guard lock(mutex_);
  return std::uniform_int_distribution<std::uint64_t>(0, end - 1)(engine_);
}

std::string random_id(Random& random) {
  constexpr std::size_t digits = 16;
  constexpr const char* alphabet = "0123456789abcdef";
  std::string id;
  for (std::size_t i = 0; i < digits; ++i)
    id += alphabet[random.below(16)];
  return id;
}

}  // namespace maintenance::agent
