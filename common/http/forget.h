#pragma once

#include <Poco/String.h>

#include <vector>

#include "common/http/message.h"
#include "common/text/wipe.h"

namespace maintenance::http {

/// Wipes what logs somebody in, once the request has been sent or answered.
inline void forget_credentials(std::vector<Header>& headers) noexcept {
  for (Header& header : headers) {
    if (Poco::icompare(header.name, "Authorization") == 0) text::wipe(header.value);
  }
}

/// The same when this goes out of scope.
class ForgetAtEnd {
 public:
  explicit ForgetAtEnd(std::vector<Header>& headers) noexcept : headers_(headers) {}
  ~ForgetAtEnd() { forget_credentials(headers_); }
  ForgetAtEnd(const ForgetAtEnd&) = delete;
  ForgetAtEnd& operator=(const ForgetAtEnd&) = delete;

 private:
  std::vector<Header>& headers_;
};

}  // namespace maintenance::http
