#include "plugin/commands/completion.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include "common/text/printable.h"
#include "plugin/cli/man_page.h"
#include "plugin/commands/own_program.h"
#include "plugin/commands/surroundings.h"

namespace maintenance::plugin {
namespace {

namespace fs = std::filesystem;

constexpr const char* bash_script = R"(# TAB for kubectl-maintenance in bash.
__kubectl_maintenance() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    [[ $line == :* ]] || COMPREPLY+=("${line%%$'\t'*}")
  done < <(kubectl-maintenance __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F __kubectl_maintenance kubectl-maintenance
)";

constexpr const char* zsh_script = R"(#compdef kubectl-maintenance
# TAB for kubectl-maintenance in zsh.
_kubectl_maintenance() {
  local line
  local -a found
  while IFS= read -r line; do
    [[ $line == :* ]] || found+=("${line/$'\t'/:}")
  done < <(kubectl-maintenance __complete "${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( ${#found} )); then _describe kubectl-maintenance found; else _files; fi
}
compdef _kubectl_maintenance kubectl-maintenance
)";

constexpr const char* fish_script = R"(# TAB for kubectl-maintenance in fish.
function __kubectl_maintenance
    set -l words (commandline -opc)
    kubectl-maintenance __complete $words[2..-1] (commandline -ct) 2>/dev/null | string match -v ':*'
end
complete -c kubectl-maintenance -f -a '(__kubectl_maintenance)'
)";

bool is_windows_program(const fs::path& program) {
  return program.extension() == ".exe";
}

/// The link by which kubectl finds out what TAB can mean.
Result<void> link_for_kubectl(const fs::path& own, const ProgramName& called, std::ostream& out) {
  const fs::path link = own.parent_path() / (called.completion + own.extension().string());
  std::error_code failure;
  if (fs::exists(link, failure) && fs::equivalent(link, own, failure)) {
    out << text::printable(link.string()) << " is already there\n";
    return {};
  }
  fs::create_symlink(own, link, failure);
  // Windows lets only some make links.
  if (failure && is_windows_program(own)) fs::copy_file(own, link, failure);
  if (failure) {
    return Error{ErrorKind::internal, "making " + text::printable(link.string()),
                 failure.message() + "; make it by hand: ln -s " + text::printable(own.string()) +
                     " DIRECTORY/" + called.completion + ", in any directory of the PATH"};
  }
  out << text::printable(link.string()) << " created\n";
  return {};
}

/// man looks beside each directory of the PATH in ../share/man.
Result<void> write_man_pages(const fs::path& own, const ProgramName& called, std::ostream& out) {
  const fs::path folder = own.parent_path().parent_path() / "share" / "man" / "man1";
  const std::string doing = "writing manual pages into " + text::printable(folder.string());
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) return Error{ErrorKind::internal, doing, failure.message()};
  for (const ManPage& page : man_pages(called)) {
    std::ofstream file(folder / page.file, std::ios::binary | std::ios::trunc);
    file << page.text;
    file.close();
    if (!file) return Error{ErrorKind::internal, doing, page.file + " cannot be written"};
  }
  out << text::printable((folder / (called.file + ".1")).string())
      << " and those of the commands written\n";
  return {};
}

ExitCode install(Io& io, const kube::Environment& environment, const ProgramName& called) {
  const fs::path own = find_own_program(environment("PATH"), called.file);
  if (own.empty()) {
    print_error(io.err, Error{ErrorKind::not_found, "",
                              called.file +
                                  " is not on the PATH; put it there first, so that kubectl finds "
                                  "it, too"});
    return ExitCode::error;
  }
  const auto linked = link_for_kubectl(own, called, io.out);
  if (!linked) print_error(io.err, linked.error());
  // Where nothing but the program may be changed, TAB still works.
  const auto written =
      is_windows_program(own) ? Result<void>() : write_man_pages(own, called, io.out);
  if (!written) print_warning(io.err, written.error().message());
  return linked ? ExitCode::done : ExitCode::error;
}

}  // namespace

ExitCode run_completion(const CompletionCommand& command, Io& io,
                        const kube::Environment& environment, const ProgramName& called) {
  if (command.what == "install") return install(io, environment, called);
  io.out << in_the_name_of(called, command.what == "bash"  ? bash_script
                                   : command.what == "zsh" ? zsh_script
                                                           : fish_script);
  return ExitCode::done;
}

}  // namespace maintenance::plugin
