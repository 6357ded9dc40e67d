#include "common/kube/selector.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "common/text/names.h"
#include "common/text/printable.h"

namespace maintenance::kube {
namespace {

std::string_view trim(std::string_view raw) {
  constexpr std::string_view blanks = " \t";
  const auto first = raw.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return raw.substr(first, raw.find_last_not_of(blanks) - first + 1);
}

/// Cuts `raw` at its commas, except at those within parentheses.
std::vector<std::string_view> split(std::string_view raw) {
  std::vector<std::string_view> parts;
  std::size_t from = 0;
  bool inside = false;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '(') inside = true;
    if (raw[i] == ')') inside = false;
    if (raw[i] != ',' || inside) continue;
    parts.push_back(trim(raw.substr(from, i - from)));
    from = i + 1;
  }
  parts.push_back(trim(raw.substr(from)));
  return parts;
}

bool is_key(std::string_view key) {
  const auto slash = key.find('/');
  if (slash == std::string_view::npos) return text::is_label_value(key);
  return text::is_subdomain(key.substr(0, slash)) && text::is_label_value(key.substr(slash + 1));
}

bool is_value(std::string_view value) {
  return value.empty() || text::is_label_value(value);
}

/// The key in front of the word `op`, when what follows it is a list in parentheses.
std::optional<std::string_view> key_before(std::string_view raw, std::string_view op) {
  const auto at = raw.find(op);
  if (at == std::string_view::npos || raw.back() != ')') return std::nullopt;
  const std::string_view list = trim(raw.substr(at + op.size()));
  if (list.empty() || list.front() != '(') return std::nullopt;
  return trim(raw.substr(0, at));
}

std::vector<std::string> list_values(std::string_view raw) {
  const auto open = raw.find('(');
  std::vector<std::string> values;
  for (const std::string_view value : split(raw.substr(open + 1, raw.size() - open - 2)))
    values.emplace_back(value);
  return values;
}

}  // namespace

Result<LabelSelector::Term> LabelSelector::parse_term(std::string_view raw) {
  Term term;
  if (const auto not_in = key_before(raw, " notin")) {
    term = Term{std::string(*not_in), Test::not_in, list_values(raw)};
  } else if (const auto in = key_before(raw, " in")) {
    term = Term{std::string(*in), Test::in, list_values(raw)};
  } else if (const auto equals = raw.find('='); equals != std::string_view::npos) {
    const bool negated = equals > 0 && raw[equals - 1] == '!';
    const bool doubled = !negated && equals + 1 < raw.size() && raw[equals + 1] == '=';
    term.key = trim(raw.substr(0, negated ? equals - 1 : equals));
    term.test = negated ? Test::not_in : Test::in;
    term.values.emplace_back(trim(raw.substr(equals + (doubled ? 2 : 1))));
  } else if (!raw.empty() && raw.front() == '!') {
    term = Term{std::string(trim(raw.substr(1))), Test::absent, {}};
  } else {
    term = Term{std::string(raw), Test::exists, {}};
  }
  const bool values_valid = std::all_of(term.values.begin(), term.values.end(), is_value);
  if (is_key(term.key) && values_valid) return term;
  return Error{ErrorKind::invalid, "reading a label selector",
               text::quoted(raw) + " is no term like key=value"};
}

Result<LabelSelector> LabelSelector::parse(const std::string& text) {
  LabelSelector selector;
  selector.text_ = text;
  if (trim(text).empty()) return selector;
  for (const std::string_view part : split(text)) {
    auto term = parse_term(part);
    if (!term) return term.error();
    selector.terms_.push_back(std::move(*term));
  }
  return selector;
}

LabelSelector LabelSelector::of_object(const text::JsonView& selector) {
  constexpr std::array<std::pair<std::string_view, Test>, 4> operators{
      {{"In", Test::in},
       {"NotIn", Test::not_in},
       {"Exists", Test::exists},
       {"DoesNotExist", Test::absent}}};
  LabelSelector out;
  for (const auto& [key, value] : selector.text_map("matchLabels"))
    out.terms_.push_back(Term{key, Test::in, {value}});
  for (const text::JsonView& expression : selector.objects("matchExpressions")) {
    Term term{expression.text("key"), Test::in, {}};
    for (const auto& [name, test] : operators) {
      if (name != expression.text("operator")) continue;
      term.test = test;
      term.values = expression.texts("values");
    }
    out.terms_.push_back(std::move(term));
  }
  return out;
}

bool LabelSelector::matches(const Labels& labels) const {
  return std::all_of(terms_.begin(), terms_.end(), [&](const Term& term) {
    const auto found = labels.find(term.key);
    const bool present = found != labels.end();
    const bool listed = present && std::find(term.values.begin(), term.values.end(),
                                             found->second) != term.values.end();
    switch (term.test) {
      case Test::exists:
        return present;
      case Test::absent:
        return !present;
      case Test::in:
        return listed;
      case Test::not_in:  // Kubernetes: an absent label is not in any list
        return !listed;
    }
    return false;
  });
}

std::string LabelSelector::required_value(const std::string& key) const {
  for (const Term& term : terms_) {
    if (term.key == key && term.test == Test::in && term.values.size() == 1) return term.values[0];
  }
  return {};
}

}  // namespace maintenance::kube
