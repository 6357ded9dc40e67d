#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "plugin/cli/command.h"

namespace maintenance::plugin {

/// Everything that flags can say, still as texts; one command's flags fill a part of it.
struct RawOptions {
  std::string command;  ///< "kubectl maintenance enable"
  Overrides overrides;
  std::string instance;
  std::string transport;
  AgentAddress agent;
  std::string request_timeout;
  std::string timeout;
  std::string reason;
  std::string hold_for;
  std::string guards_overridden;
  std::string output;
  std::string container;
  std::string selector;
  std::string image;
  std::string config_map;
  std::string cassandra_image;
  std::vector<std::string> files;
  int verbosity = 0;
  bool wait = true;
  bool yes = false;
  bool dry_run = false;
  bool client_only = false;
  bool input = false;
  bool force = false;
  bool remove = false;
  bool diff = false;
  bool all = false;
  bool watch = false;
  bool all_namespaces = false;
  bool tty = false;
  bool help = false;
  std::vector<std::string> words;   ///< what is not a flag
  std::vector<std::string> behind;  ///< what comes after "--", where that is a command to run
};

/// One flag as help shows it, in kubectl's form.
struct OptionHelp {
  std::string flags;  ///< "-n, --namespace=''"
  std::string text;
};

/// Declares flags to CLI11 and remembers their help, so that the two cannot differ.
class OptionTable {
 public:
  explicit OptionTable(CLI::App& app) : app_(app) {}

  void text(const std::string& names, std::string& into, const std::string& shown_default,
            const std::string& help);
  /// May be given several times, each time with one value.
  void list(const std::string& names, std::vector<std::string>& into, const std::string& help);
  void flag(const std::string& names, bool& into, const std::string& help);
  void number(const std::string& names, int& into, const std::string& help);
  void words(std::vector<std::string>& into);

  [[nodiscard]] const std::vector<OptionHelp>& help() const noexcept { return help_; }

 private:
  void remember(const std::string& names, const std::string& shown_default,
                const std::string& help);

  CLI::App& app_;
  std::vector<OptionHelp> help_;
};

/// kubectl's connection flags, and those of reaching an agent.
void declare_connection_options(OptionTable& table, RawOptions& raw);

}  // namespace maintenance::plugin
