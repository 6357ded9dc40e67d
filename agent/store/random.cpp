#include "agent/store/random.h"

namespace maintenance::agent {
namespace {

std::mt19937_64 seeded() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device()};
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
