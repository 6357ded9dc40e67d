#pragma once

#include <Poco/JSON/Object.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/text/json.h"

namespace maintenance {

/// How strongly a guard speaks: hard refusals cannot be overridden, soft ones can by naming the
/// guard, warnings never refuse.
enum class GuardKind { hard, soft, warning };

/// One guard's objection. A guard that has none is not in the verdict.
struct Finding {
  std::string guard;  ///< stable id: "ordered-ready"
  GuardKind kind = GuardKind::hard;
  bool refuses = true;                ///< false when overridden or only a warning
  std::string message;                ///< what is in the way, with names
  std::vector<std::string> blockers;  ///< the pods or objects in the way, by name
  std::string remedy;                 ///< the next command to type or setting to change
};

/// The list of all guards' objections. Plain value, same for dry run and real run.
struct Verdict {
  std::vector<Finding> findings;

  [[nodiscard]] bool refuses() const noexcept;
  /// The refusing findings as one text for people, guard ids included.
  [[nodiscard]] std::string summary() const;
};

[[nodiscard]] std::string_view to_string(GuardKind kind) noexcept;
[[nodiscard]] Poco::JSON::Array::Ptr verdict_to_json(const Verdict& verdict);
[[nodiscard]] Verdict verdict_from_json(const std::vector<text::JsonView>& findings);

}  // namespace maintenance
