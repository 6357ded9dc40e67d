#pragma once

#include <string>
#include <vector>

namespace maintenance::agent {

/// HMAC-SHA256 with a key that only this process has and that ends with it. What is found in the
/// memory of a cache with such keys cannot be used as a token, nor compared with one. Owned by
/// whoever caches; all calls are thread-safe.
class KeyedHash {
 public:
  /// Takes a new random key.
  KeyedHash();
  /// Takes this key; for tests.
  explicit KeyedHash(std::string key) : key_(std::move(key)) {}
  ~KeyedHash();
  KeyedHash(const KeyedHash&) = delete;
  KeyedHash& operator=(const KeyedHash&) = delete;

  /// 32 bytes for this list of texts. {"ab", "c"} and {"a", "bc"} differ.
  [[nodiscard]] std::string of(const std::vector<std::string>& texts) const;

 private:
  std::string key_;
};

}  // namespace maintenance::agent
