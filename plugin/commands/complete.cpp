#include "plugin/commands/complete.h"

#include <algorithm>
#include <set>

#include "common/text/printable.h"
#include "plugin/commands/agent.h"

namespace maintenance::plugin {
namespace {

/// cobra's directives: 4 is "no file names".
constexpr int directive_default = 0;
constexpr int directive_no_files = 4;

void print(std::ostream& out, const std::string& word, const std::string& about) {
  out << word;
  if (!about.empty()) out << '\t' << about;
  out << '\n';
}

bool contains(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

void print_words(const Suggestions& suggestions, std::ostream& out) {
  for (const Suggestions::Word& word : suggestions.words)
    print(out, word.text, word.about);
}

void print_directive(const Suggestions& suggestions, std::ostream& out) {
  out << ':' << (suggestions.files ? directive_default : directive_no_files) << '\n';
}

ExitCode print_names(const Suggestions& suggestions, Surroundings& surroundings) {
  const WantedNames& wanted = *suggestions.names;
  Agent agent(surroundings.link.transport(), surroundings.clock, complete_timeout);
  const auto answer = agent.status(agent.soon());
  if (!answer) return exit_code_of(answer.error().kind);
  std::set<std::string> said;
  for (const PodReport& pod : answer->report.pods) {
    if (wanted.held && *wanted.held != (pod.wish == Wish::in)) continue;
    const bool is_pod = wanted.kind == TargetKind::pod;
    const std::string word = wanted.in_front + text::printable(is_pod ? pod.name : pod.dc);
    if (word.rfind(suggestions.typed, 0) != 0 || contains(wanted.already, word)) continue;
    if (!said.insert(word).second) continue;
    print(surroundings.io.out, word, is_pod ? std::string(to_string(pod.state)) : "");
  }
  return ExitCode::done;
}

}  // namespace maintenance::plugin
