#include "tests/e2e/typist.h"

namespace maintenance::e2e {
namespace {

std::string pipe_in(const testing::TempFolder& folder) {
  const std::string path = folder.file("keys");
  succeeds("mkfifo " + path);
  return path;
}

/// The line goes through a file: quoting it twice more would be for nobody to read.
std::vector<std::string> command(const testing::TempFolder& folder, const std::string& line,
                                 const std::string& keys) {
  return testing::bash("exec script -qefc 'bash " + folder.write("line", line + "\n") +
                       "' /dev/null <" + keys);
}

}  // namespace

Typist::Typist(const std::string& line)
    : keys_(pipe_in(folder_)), terminal_(command(folder_, line, keys_)), fingers_(keys_) {}

void Typist::sees(const std::string& text, milliseconds limit) {
  until("the terminal showing " + text, limit,
        [&] { return terminal_.out().find(text) != std::string::npos; });
}

void Typist::types(const std::string& keys) {
  fingers_ << keys << std::flush;
}

Outcome Typist::leaves(milliseconds limit) {
  return terminal_.wait(limit);
}

}  // namespace maintenance::e2e
