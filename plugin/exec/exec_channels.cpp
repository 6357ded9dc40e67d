#include "plugin/exec/exec_channels.h"

#include <charconv>

#include "common/text/json.h"
#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

std::string message_on(ExecChannel channel, std::string_view bytes) {
  std::string out(1, static_cast<char>(channel));
  out += bytes;
  return out;
}

std::optional<int> read_number(const std::string& text) {
  int number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc() || rest != end) return std::nullopt;
  return number;
}

Error not_run(const std::string& why) {
  return Error{ErrorKind::invalid, "", "the command did not run: " + text::printable(why, 400)};
}

}  // namespace

std::string input_message(std::string_view bytes) {
  return message_on(ExecChannel::input, bytes);
}

std::string end_of_input_message() {
  return message_on(ExecChannel::close, std::string(1, static_cast<char>(ExecChannel::input)));
}

std::string resize_message(WindowSize size) {
  return message_on(ExecChannel::resize, R"({"Width":)" + std::to_string(size.columns) +
                                             R"(,"Height":)" + std::to_string(size.rows) + "}");
}

Result<ExecEnd> read_exec_end(const std::string& status) {
  const auto parsed = text::parse_json_object(status, "reading how the command ended");
  if (!parsed) return not_run(status);
  const text::JsonView object(*parsed);
  if (object.text("status") == "Success") return ExecEnd{0};
  if (object.text("reason") == "NonZeroExitCode") {
    for (const text::JsonView& cause : object.object("details").objects("causes")) {
      if (cause.text("reason") != "ExitCode") continue;
      if (const auto code = read_number(cause.text("message"))) return ExecEnd{*code};
    }
  }
  const std::string message = object.text("message");
  return not_run(message.empty() ? "the API server gives no reason" : message);
}

}  // namespace maintenance::plugin
