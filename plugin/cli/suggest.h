#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/cli/command.h"

namespace maintenance::plugin {

/// Names from the cluster that may come next.
struct WantedNames {
  TargetKind kind = TargetKind::pod;
  std::string in_front;                   ///< "pod/" when the kind is part of the word
  std::optional<bool> held = {};          ///< only those that are wished to be held, or not
  std::vector<std::string> already = {};  ///< given before: not once more
  ConnectionOptions connection = {};      ///< of the agent that knows them
};

/// What may come next on a command line. A plain value.
struct Suggestions {
  struct Word {
    std::string text;
    std::string about;  ///< a few words, or nothing
  };

  std::vector<Word> words;           ///< those that fit what is typed
  std::optional<WantedNames> names;  ///< and names, when the cluster can be asked
  bool files = false;                ///< a path is wanted, which the shell knows better
  std::string typed;                 ///< what names must begin with
};

/// Longest command line that is looked at for completion.
inline constexpr std::size_t suggest_words_max = 1000;

/// `words` are those after the program's name; the last one is what is being typed, perhaps empty.
/// Never throws; nonsense has no suggestions.
[[nodiscard]] Suggestions suggest(const std::vector<std::string>& words);

}  // namespace maintenance::plugin
