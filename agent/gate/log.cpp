#include "agent/gate/log.h"

#include <poll.h>
#include <unistd.h>

#include <chrono>

#include "common/text/printable.h"

namespace maintenance::gate {
namespace {

std::string_view to_string(Level level) {
  switch (level) {
    case Level::info:
      return "info";
    case Level::warn:
      return "warn";
    case Level::error:
      return "error";
  }
  return "error";
}

/// format_timestamp() has whole seconds; a release takes milliseconds.
std::string format_time(text::Timestamp time) {
  using namespace std::chrono;
  const auto milliseconds_part = floor<milliseconds>(time - floor<seconds>(time)).count();
  std::string digits = std::to_string(milliseconds_part);
  digits.insert(0, 3 - std::min<std::size_t>(digits.size(), 3), '0');
  std::string out = text::format_timestamp(time);
  out.insert(out.size() - 1, "." + digits);
  return out;
}

bool is_plain(std::string_view value) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:+,@";
  return !value.empty() && value.find_first_not_of(plain) == std::string_view::npos;
}

void append_value(std::string& out, std::string_view value) {
  if (is_plain(value)) {
    out += value;
    return;
  }
  out += '"';
  for (const char c : text::printable(value)) {
    if (c == '"') out += '\\';
    out += c;
  }
  out += '"';
}

}  // namespace

std::string format_line(text::Timestamp time, Level level, std::string_view message,
                        std::span<const Field> fields) {
  std::string out = format_time(time);
  out.append(" ").append(to_string(level)).append(" ").append(text::printable(message));
  for (const Field& field : fields) {
    out.append(" ").append(field.key).append("=");
    append_value(out, field.value);
  }
  if (out.size() >= log_line_bytes_max) out.resize(log_line_bytes_max - 1);
  out += '\n';
  return out;
}

void Log::write(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (dropped_ > 0) {
    const Field count{"lines", std::to_string(dropped_)};
    if (!send(format_line(clock_.now(), Level::warn, "log lines were dropped", {&count, 1}))) {
      ++dropped_;
      return;
    }
    dropped_ = 0;
  }
  if (!send(format_line(clock_.now(), level, message, fields))) ++dropped_;
}

bool Log::send(std::string_view line) const {
  pollfd writable{descriptor_, POLLOUT, 0};
  if (::poll(&writable, 1, 0) != 1 || (writable.revents & POLLOUT) == 0) return false;
  return ::write(descriptor_, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

}  // namespace maintenance::gate
