#pragma once

#include <string>

namespace maintenance::text {

/// Overwrites what a string holds, and what it held before within the same memory, and empties it.
/// For tokens of ours that nobody needs any more: what a library keeps of them is out of reach.
void wipe(std::string& secret) noexcept;

/// Wipes a string of somebody else's when this goes out of scope.
class WipeAtEnd {
 public:
  explicit WipeAtEnd(std::string& secret) noexcept : secret_(secret) {}
  ~WipeAtEnd() { wipe(secret_); }
  WipeAtEnd(const WipeAtEnd&) = delete;
  WipeAtEnd& operator=(const WipeAtEnd&) = delete;

 private:
  std::string& secret_;
};

}  // namespace maintenance::text
