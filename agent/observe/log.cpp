#include "agent/observe/log.h"

#include <Poco/JSON/Object.h>
#include <spdlog/spdlog.h>

#include "common/text/json.h"
#include "common/text/printable.h"
#include "common/text/timestamp.h"

namespace maintenance::agent {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string json_line(std::string_view time, LogLevel level, std::string_view event,
                      Log::Fields fields) {
  Poco::JSON::Object line(Poco::JSON_PRESERVE_KEY_ORDER);
  line.set("time", std::string(time));
  line.set("level", std::string(to_string(level)));
  line.set("event", std::string(event));
  for (const LogField& field : fields) {
    if (!field.value.empty()) line.set(std::string(field.key), text::printable(field.value));
  }
  return text::to_json(line);
}

std::string text_line(std::string_view time, LogLevel level, std::string_view event,
                      Log::Fields fields) {
  std::string line;
  line.append(time).append(" ").append(to_string(level)).append(" ").append(event);
  for (const LogField& field : fields) {
    if (field.value.empty()) continue;
    line.append(" ").append(field.key).append("=");
    const std::string value = text::printable(field.value);
    line += value.find(' ') == std::string::npos ? value : '"' + value + '"';
  }
  return line;
}

}  // namespace

std::string_view to_string(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warn:
      return "warn";
    case LogLevel::error:
      return "error";
  }
  return "error";
}

std::string format_event(LogFormat format, std::string_view time, LogLevel level,
                         std::string_view event, Log::Fields fields) {
  return format == LogFormat::json ? json_line(time, level, event, fields)
                                   : text_line(time, level, event, fields);
}

Log::Log(spdlog::sink_ptr sink, const Clock& clock, LogFormat format, LogLevel least)
    : clock_(clock),
      format_(format),
      logger_(std::make_shared<spdlog::logger>("agent", std::move(sink))) {
  logger_->set_pattern("%v");
  logger_->set_level(to_spdlog(least));
  logger_->flush_on(spdlog::level::debug);
  // A full disk or a closed pipe must not end the process or fill the other stream.
  logger_->set_error_handler([](const std::string&) {});
}

void Log::write(LogLevel level, std::string_view event, Fields fields) {
  if (!logger_->should_log(to_spdlog(level))) return;
  const std::string time = text::format_timestamp(clock_.now());
  logger_->log(to_spdlog(level), "{}", format_event(format_, time, level, event, fields));
}

void Log::flush() {
  logger_->flush();
}

}  // namespace maintenance::agent
