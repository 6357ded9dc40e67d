#pragma once

#include <string>

#include "tests/e2e/telling.h"

namespace maintenance::e2e {

/// `kubectl port-forward` to a pod, as the seed document sets it up. Owned by a test case; ends
/// with it.
class Forward {
 public:
  /// The local port is one that is free: 8889 may be in use on the machine.
  explicit Forward(const std::string& pod, int pod_port = 8889);

  [[nodiscard]] const std::string& port() const noexcept { return port_; }
  /// `text` with "localhost:8889" (or whichever the pod's port is) replaced by the forwarded one.
  [[nodiscard]] std::string local(std::string text) const;

 private:
  std::string documented_;
  Background kubectl_;
  std::string port_;
};

/// What a curl command got.
struct Answer {
  int status = 0;
  std::string body;     ///< without blanks and line breaks, to compare small JSON with
  std::string headers;  ///< as they came
  Outcome outcome;
};

/// Runs `curl ARGUMENTS`, where localhost and the pod's port stand for the forwarded one.
[[nodiscard]] Answer curl(const Forward& forward, const std::string& arguments);
/// The same, and the answer must have this status and, unless empty, this body.
Answer curl_answers(const Forward& forward, const std::string& arguments, int status,
                    const std::string& body = {});

}  // namespace maintenance::e2e
