#include "agent/auth/keyed_hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>

namespace maintenance::agent {
namespace {

constexpr std::size_t key_bytes = 32;

/// A text with its length in front, so that no two lists of texts read alike.
std::string framed(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts)
    out += std::to_string(text.size()) + ":" + text;
  return out;
}

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

KeyedHash::KeyedHash() : key_(key_bytes, '\0') {
  // Fails when the kernel has no random numbers: then there is no agent either.
  if (RAND_bytes(bytes_of(key_), static_cast<int>(key_bytes)) != 1) {
    throw std::runtime_error("no random numbers");
  }
}

KeyedHash::~KeyedHash() {
  OPENSSL_cleanse(key_.data(), key_.size());
}

std::string KeyedHash::of(const std::vector<std::string>& texts) const {
  std::string message = framed(texts);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int bytes = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), bytes_of(message), message.size(),
       digest.data(), &bytes);
  OPENSSL_cleanse(message.data(), message.size());
  return {digest.begin(), digest.begin() + bytes};
}

}  // namespace maintenance::agent
