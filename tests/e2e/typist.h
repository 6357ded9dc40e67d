#pragma once

#include <fstream>
#include <string>

#include "tests/e2e/telling.h"
#include "tests/support/temp_folder.h"

namespace maintenance::e2e {

/// A person in front of a terminal in which one command runs. Owned by a test case.
class Typist {
 public:
  /// `line` is run by a shell on a pseudo-terminal of its own.
  explicit Typist(const std::string& line);

  /// Waits until the terminal has shown `text`.
  void sees(const std::string& text, milliseconds limit = 60s);
  void types(const std::string& keys);
  /// Waits for the end of the command. What the terminal has shown is `out`.
  [[nodiscard]] Outcome leaves(milliseconds limit = 60s);

 private:
  testing::TempFolder folder_;
  std::string keys_;
  Background terminal_;
  std::ofstream fingers_;
};

}  // namespace maintenance::e2e
