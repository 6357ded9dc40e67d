#include <fcntl.h>
#include <io.h>
#include <windows.h>

#include <cstdio>

#include "plugin/output/terminal.h"

namespace maintenance::plugin {
namespace {

/// Used when the terminal does not say.
constexpr std::size_t usual_columns = 80;

class ProcessTerminal final : public Terminal {
 public:
  ProcessTerminal() {
    // Lines end as they do everywhere else, and what people write is UTF-8, as names in Kubernetes
    // are.
    for (FILE* stream : {stdout, stderr})
      _setmode(_fileno(stream), _O_BINARY);
    SetConsoleOutputCP(CP_UTF8);
    DWORD mode = 0;
    live_ = GetConsoleMode(error(), &mode) != 0 &&
            SetConsoleMode(
                error(), mode | ENABLE_PROCESSED_OUTPUT | ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0;
  }

  [[nodiscard]] bool input_is_terminal() const override {
    DWORD mode = 0;
    return GetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), &mode) != 0;
  }

  [[nodiscard]] bool error_is_live() const override { return live_; }

  [[nodiscard]] std::size_t columns() const override {
    CONSOLE_SCREEN_BUFFER_INFO info{};
    if (GetConsoleScreenBufferInfo(error(), &info) == 0) return usual_columns;
    const int columns = info.srWindow.Right - info.srWindow.Left + 1;
    return columns > 0 ? static_cast<std::size_t>(columns) : usual_columns;
  }

 private:
  static HANDLE error() { return GetStdHandle(STD_ERROR_HANDLE); }

  bool live_ = false;
};

}  // namespace

std::unique_ptr<Terminal> make_process_terminal() {
  return std::make_unique<ProcessTerminal>();
}

}  // namespace maintenance::plugin
