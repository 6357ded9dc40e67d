#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/text/timestamp.h"

namespace maintenance::gate {

enum class Level { info, warn, error };

/// One `key=value` at the end of a log line.
struct Field {
  std::string_view key;
  std::string value;
};

/// "2026-11-23T08:15:00.123Z info message key=value", ended by a newline and never longer than
/// log_line_bytes_max. Control characters of message and values are escaped: the name of a process
/// is chosen by whoever starts it and must not forge a line.
[[nodiscard]] std::string format_line(text::Timestamp time, Level level, std::string_view message,
                                      std::span<const Field> fields);

/// Writes of up to PIPE_BUF (4,096 on Linux) bytes to a pipe are atomic and, once poll() has said
/// that the pipe is writable, do not block.
inline constexpr std::size_t log_line_bytes_max = 4096;

/// The gate's log on a file descriptor. Owned by the program (or a test). Not thread-safe.
/// Never blocks: a log collector that has stopped reading must not make the gate deaf to SIGTERM or
/// to a release. A line that does not fit is dropped and the next one says how many were.
class Log {
 public:
  Log(int descriptor, const Clock& clock) : descriptor_(descriptor), clock_(clock) {}

  void info(std::string_view message, std::initializer_list<Field> fields = {}) {
    write(Level::info, message, fields);
  }
  void warn(std::string_view message, std::initializer_list<Field> fields = {}) {
    write(Level::warn, message, fields);
  }
  void error(std::string_view message, std::initializer_list<Field> fields = {}) {
    write(Level::error, message, fields);
  }

 private:
  void write(Level level, std::string_view message, std::initializer_list<Field> fields);
  bool send(std::string_view line) const;

  int descriptor_;
  const Clock& clock_;
  std::uint64_t dropped_ = 0;
};

}  // namespace maintenance::gate
