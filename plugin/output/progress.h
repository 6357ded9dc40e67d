#pragma once

#include <chrono>
#include <map>
#include <string>

#include "plugin/output/io.h"

namespace maintenance::plugin {

/// How a wait shows that it goes on.
enum class ProgressStyle {
  live,   ///< one line on a terminal, rewritten in place
  lines,  ///< a line for each change: logs and pipes
  silent
};

/// Shows on stderr where each target is while a command waits. Owned by the waiting command; not
/// thread-safe. Leaves no half line behind.
class Progress {
 public:
  Progress(Io& io, ProgressStyle style) : io_(io), style_(style) {}
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Says where a target is: ("pod/x", "entering: terminating").
  void update(const std::string& target, const std::string& where);
  /// The target needs no more waiting.
  void drop(const std::string& target);
  /// Draws the live line.
  void draw(std::chrono::seconds elapsed);
  /// Takes the live line away, before anything else is printed.
  void clear();

 private:
  [[nodiscard]] std::string summary(std::chrono::seconds elapsed) const;

  Io& io_;
  ProgressStyle style_;
  std::map<std::string, std::string> where_;
  bool drawn_ = false;
};

/// A terminal gets a live line, a pipe gets lines; a pipe next to data for a program gets nothing.
[[nodiscard]] ProgressStyle choose_progress(const Terminal& terminal, bool for_program);

}  // namespace maintenance::plugin
