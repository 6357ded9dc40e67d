#pragma once

#include <string>
#include <vector>

#include "plugin/cli/command.h"
#include "plugin/commands/exit_code.h"
#include "plugin/commands/surroundings.h"
#include "plugin/kubeconfig/load.h"

namespace maintenance::plugin {

/// Says step by step what is so, in the format that was asked for. Owned by one command.
class CheckReport {
 public:
  CheckReport(Format format, Io& io) : format_(format), io_(io) {}

  void passed(const std::string& step, const std::string& detail);
  /// It works, with a consequence that people should know.
  void noted(const std::string& step, const std::string& detail);
  /// Nothing is looked at any more after this.
  void failed(const std::string& step, const Error& error);
  /// Prints what is printed at the end, and gives the exit code.
  [[nodiscard]] ExitCode finish();

 private:
  struct Step {
    std::string name;
    std::string result;
    std::string detail;
  };
  void add(const std::string& result, const std::string& step, const std::string& detail);

  Format format_;
  Io& io_;
  ExitCode code_ = ExitCode::done;
  std::vector<Step> steps_;
};

/// `check`, from the kubeconfig on: stops at the first step that fails, with its fix.
[[nodiscard]] ExitCode run_check(const CheckCommand& command, Surroundings& surroundings);

/// `check -f`: what maintenance mode needs of manifests. `error` when one of them lacks something,
/// or cannot be read.
[[nodiscard]] ExitCode run_check_files(const CheckCommand& command, Io& io, const FileReader& read);

}  // namespace maintenance::plugin
