#pragma once

#include <memory>
#include <string>

#include "common/clock.h"
#include "common/http/message.h"
#include "common/result.h"

namespace maintenance::http {

/// The body of an answer that goes on while it is read: a watch. Owned by whoever opened it; used
/// by one thread.
class Stream {
 public:
  virtual ~Stream() = default;
  /// Waits for more bytes; empty at the end in good order. Fails with `timeout` (the deadline given
  /// at opening has passed) or `unreachable` (cut short); after that the stream is over.
  [[nodiscard]] virtual Result<std::string> next() = 0;
};

/// What a server said: the stream after a 2xx status, otherwise its whole refusal.
struct StreamAnswer {
  std::unique_ptr<Stream> stream;  ///< null when refused
  Response refusal;                ///< meaningful when `stream` is null
};

/// Opens streams. Owned by main or a test; thread-safe.
class Streamer {
 public:
  virtual ~Streamer() = default;
  /// Sends a GET. `deadline` ends the whole stream, not only its opening.
  [[nodiscard]] virtual Result<StreamAnswer> open(const Request& request, Deadline deadline) = 0;
};

}  // namespace maintenance::http
