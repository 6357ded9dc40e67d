#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "plugin/output/terminal.h"

namespace maintenance::plugin {
namespace {

/// Used when the terminal does not say.
constexpr std::size_t usual_columns = 80;

class ProcessTerminal final : public Terminal {
 public:
  [[nodiscard]] bool input_is_terminal() const override { return isatty(STDIN_FILENO) == 1; }

  [[nodiscard]] bool error_is_live() const override {
    const char* kind = std::getenv("TERM");
    const bool dumb = kind == nullptr || std::string_view(kind) == "dumb";
    return !dumb && isatty(STDERR_FILENO) == 1;
  }

  [[nodiscard]] std::size_t columns() const override {
    winsize size{};
    const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : usual_columns;
  }
};

}  // namespace

std::unique_ptr<Terminal> make_process_terminal() {
  return std::make_unique<ProcessTerminal>();
}

}  // namespace maintenance::plugin
