#pragma once

#include <string>
#include <vector>

namespace maintenance::plugin {

enum class Severity {
  error,   ///< maintenance mode does not work with it
  warning  ///< it works, with a consequence that people should know
};

[[nodiscard]] const char* to_string(Severity severity) noexcept;

/// One thing about one object of a manifest. A plain value.
struct LintFinding {
  Severity severity = Severity::error;
  std::string rule;    ///< "ordered-ready"
  int line = 0;        ///< of the file
  std::string object;  ///< "StatefulSet demo-cassandra-dc1"
  std::string message;
  std::string remedy;
};

/// What a file comes to.
struct LintReport {
  int objects = 0;  ///< that there are rules for
  std::vector<LintFinding> findings;

  [[nodiscard]] bool has_errors() const noexcept;
};

/// One line, as compilers write it: "FILE:LINE: error: MESSAGE [RULE]", and the remedy below.
[[nodiscard]] std::string render_finding(const std::string& file, const LintFinding& finding);

}  // namespace maintenance::plugin
