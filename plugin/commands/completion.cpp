#include "plugin/commands/completion.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "common/text/printable.h"
#include "plugin/commands/own_program.h"
#include "plugin/commands/surroundings.h"

namespace maintenance::plugin {
namespace {

namespace fs = std::filesystem;

constexpr const char* link_name = "kubectl_complete-maintenance";

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

ExitCode install(Io& io, const kube::Environment& environment) {
  const fs::path own = find_own_program(environment("PATH"));
  if (own.empty()) {
    print_error(
        io.err,
        Error{ErrorKind::not_found, "",
              "kubectl-maintenance is not on the PATH; put it there first, so that kubectl finds "
              "it, too"});
    return ExitCode::error;
  }
  const fs::path link = own.parent_path() / link_name;
  std::error_code failure;
  if (fs::exists(link, failure) && fs::equivalent(link, own, failure)) {
    io.out << text::printable(link.string()) << " is already there\n";
    return ExitCode::done;
  }
  fs::create_symlink(own, link, failure);
  if (failure) {
    print_error(io.err, Error{ErrorKind::internal, "making " + text::printable(link.string()),
                              failure.message() + "; make it by hand: ln -s " +
                                  text::printable(own.string()) + " DIRECTORY/" + link_name +
                                  ", in any directory of the PATH"});
    return ExitCode::error;
  }
  io.out << text::printable(link.string()) << " created\n";
  return ExitCode::done;
}

}  // namespace

ExitCode run_completion(const CompletionCommand& command, Io& io,
                        const kube::Environment& environment) {
  if (command.what == "install") return install(io, environment);
  io.out << (command.what == "bash"  ? bash_script
             : command.what == "zsh" ? zsh_script
                                     : fish_script);
  return ExitCode::done;
}

}  // namespace maintenance::plugin
