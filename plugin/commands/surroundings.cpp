#include "plugin/commands/surroundings.h"

namespace maintenance::plugin {

void print_error(std::ostream& err, const Error& error) {
  err << "error: " << error.message() << '\n';
}

void print_warning(std::ostream& err, const std::string& text) {
  err << "Warning: " << text << '\n';
}

}  // namespace maintenance::plugin
