#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/kube/objects.h"
#include "common/result.h"

namespace maintenance::kube {

/// A label selector in Kubernetes' own notation ("a=b,c in (d,e),!f"), kept as its text for the API
/// server and in parts so that one object can be checked without asking. A plain value.
class LabelSelector {
 public:
  /// Selects everything.
  LabelSelector() = default;
  /// Fails with `invalid` for anything that the API server would not accept either.
  [[nodiscard]] static Result<LabelSelector> parse(const std::string& text);

  /// Of an object's {matchLabels, matchExpressions}, which the API server has checked. What it says
  /// in a way that is not known here selects nothing.
  [[nodiscard]] static LabelSelector of_object(const text::JsonView& selector);

  [[nodiscard]] bool matches(const Labels& labels) const;
  /// The value that `key` must have, or empty when the selector does not fix it.
  [[nodiscard]] std::string required_value(const std::string& key) const;
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  enum class Test { exists, absent, in, not_in };
  struct Term {
    std::string key;
    Test test = Test::exists;
    std::vector<std::string> values;
  };
  [[nodiscard]] static Result<Term> parse_term(std::string_view raw);

  std::string text_;
  std::vector<Term> terms_;
};

}  // namespace maintenance::kube
