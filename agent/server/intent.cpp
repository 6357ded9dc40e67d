#include "agent/server/intent.h"

#include <array>

#include "common/maintenance/record.h"
#include "common/text/json.h"
#include "common/text/printable.h"

namespace maintenance::agent {
namespace {

/// An escape makes four characters of one byte, and the ellipsis of a cut needs room too.
constexpr std::size_t reason_shown_bytes_max = 4 * reason_bytes_max;
constexpr std::size_t by_shown_bytes_max = by_bytes_max - 8;

Error refused(const std::string& what, const std::string& why) {
  return Error{ErrorKind::invalid, what, why};
}

Result<void> set_reason(Intent& intent, const std::string& raw) {
  if (raw.size() > reason_bytes_max) {
    return refused("reason", "it has " + std::to_string(raw.size()) + " bytes; at most " +
                                 std::to_string(reason_bytes_max) + " are kept");
  }
  intent.reason = text::printable(raw, reason_shown_bytes_max);
  return {};
}

Result<void> set_requested_by(Intent& intent, const std::string& raw) {
  intent.by = text::printable(raw, by_shown_bytes_max);
  return {};
}

/// What a body may say.
struct Member {
  std::string_view name;
  Result<void> (*set)(Intent& intent, const std::string& raw);
};
constexpr std::array<Member, 2> members{{
    {"reason", set_reason},
    {"requestedBy", set_requested_by},
}};

Result<void> read_member(Intent& intent, const std::string& name, const Poco::Dynamic::Var& value) {
  for (const Member& member : members) {
    if (member.name != name) continue;
    if (value.isEmpty()) return {};
    if (!value.isString()) return refused("member " + text::quoted(name), "must be a text");
    return member.set(intent, value.extract<std::string>());
  }
  return refused(
      "body", "member " + text::quoted(name) + " is not known; known are reason and requestedBy");
}

}  // namespace

Result<Intent> read_seed_intent(const ParsedTarget& target, const std::string& id) {
  Intent intent;
  intent.id = id;
  for (const auto& [key, value] : target.query) {
    if (key != "reason") {
      return refused("query parameter " + text::quoted(key), "not known; known is reason");
    }
    if (auto set = set_reason(intent, value); !set) return set.error();
  }
  return intent;
}

Result<Intent> read_v1_intent(const ParsedTarget& target, const std::string& body,
                              const std::string& id) {
  auto intent = read_seed_intent(target, id);
  if (!intent || body.empty()) return intent;
  const auto object = text::parse_json_object(body, "body");
  if (!object) return refused("body", object.error().cause);
  for (const auto& [name, value] : **object) {
    if (auto read = read_member(*intent, name, value); !read) return read.error();
  }
  return intent;
}

}  // namespace maintenance::agent
