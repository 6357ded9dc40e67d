#pragma once

#include <spdlog/logger.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "common/clock.h"

namespace maintenance::agent {

enum class LogLevel { debug, info, warn, error };
enum class LogFormat { json, text };

struct LogField {
  std::string_view key;
  std::string value;
};

/// The agent's log: one event in one line, with fields. Control characters of other people's text
/// never reach it raw, so no name or reason can forge a line. It is given no secrets.
/// Owned by main (or a test) and outlives its users; thread-safe.
class Log {
 public:
  using Fields = std::initializer_list<LogField>;

  /// `sink` receives finished lines.
  Log(spdlog::sink_ptr sink, const Clock& clock, LogFormat format, LogLevel least);

  void debug(std::string_view event, Fields fields) { write(LogLevel::debug, event, fields); }
  void info(std::string_view event, Fields fields) { write(LogLevel::info, event, fields); }
  void warn(std::string_view event, Fields fields) { write(LogLevel::warn, event, fields); }
  void error(std::string_view event, Fields fields) { write(LogLevel::error, event, fields); }
  void write(LogLevel level, std::string_view event, Fields fields);
  void flush();

 private:
  const Clock& clock_;
  LogFormat format_;
  std::shared_ptr<spdlog::logger> logger_;
};

/// One event as one line. Fields with an empty value are left out.
[[nodiscard]] std::string format_event(LogFormat format, std::string_view time, LogLevel level,
                                       std::string_view event, Log::Fields fields);

[[nodiscard]] std::string_view to_string(LogLevel level) noexcept;

}  // namespace maintenance::agent
