#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace maintenance::agent {

/// Ends the sleep of a thread that polls it. Owned by whoever polls; thread-safe.
class Waker {
 public:
  /// Throws when no descriptor is left.
  Waker() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  ~Waker() { ::close(descriptor_); }
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  void wake() const noexcept {
    const std::uint64_t one = 1;
    // A full counter wakes as well.
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
  }
  /// After it the next sleep is not ended by what came before.
  void clear() const noexcept {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(descriptor_, &count, sizeof count);
  }

 private:
  const int descriptor_;
};

}  // namespace maintenance::agent
