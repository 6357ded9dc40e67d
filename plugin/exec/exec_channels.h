#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/result.h"

namespace maintenance::plugin {

/// The first byte of every message (k8s.io/apimachinery pkg/util/remotecommand).
enum class ExecChannel : std::uint8_t {
  input = 0,
  output = 1,
  error = 2,
  status = 3,
  resize = 4,
  close = 255  ///< v5: the channel in the second byte has ended
};

/// Rows and columns of a terminal.
struct WindowSize {
  std::uint16_t columns = 0;
  std::uint16_t rows = 0;
  friend bool operator==(const WindowSize&, const WindowSize&) = default;
};

/// How a command ended.
struct ExecEnd {
  int exit_code = 0;
};

/// Longest status text that we keep; a whole one is a few hundred bytes.
inline constexpr std::size_t status_bytes_max = 64UL * 1024;

[[nodiscard]] std::string input_message(std::string_view bytes);
[[nodiscard]] std::string end_of_input_message();
[[nodiscard]] std::string resize_message(WindowSize size);

/// Reads the Status object that ends a session. Fails when the command did not run at all, with the
/// runtime's words.
[[nodiscard]] Result<ExecEnd> read_exec_end(const std::string& status);

}  // namespace maintenance::plugin
