#include "agent/server/intent.h"

#include <array>

#include "agent/policy/guards.h"
#include "common/maintenance/record.h"
#include "common/text/duration.h"
#include "common/text/json.h"
#include "common/text/printable.h"

namespace maintenance::agent {
namespace {

using Poco::Dynamic::Var;

/// An escape makes four characters of one byte, and the ellipsis of a cut needs room too.
constexpr std::size_t reason_shown_bytes_max = 4 * reason_bytes_max;
constexpr std::size_t by_shown_bytes_max = by_bytes_max - 8;

/// An Intent on its way, and what its members are read against.
struct Reading {
  Intent intent;
  text::Timestamp now;
};

Error refused(const std::string& what, const std::string& why) {
  return Error{ErrorKind::invalid, what, why};
}

Result<void> set_reason(Reading& reading, const std::string& raw) {
  if (raw.size() > reason_bytes_max) {
    return refused("reason", "it has " + std::to_string(raw.size()) + " bytes; at most " +
                                 std::to_string(reason_bytes_max) + " are kept");
  }
  reading.intent.reason = text::printable(raw, reason_shown_bytes_max);
  return {};
}

Result<void> set_requested_by(Reading& reading, const std::string& raw) {
  reading.intent.by = text::printable(raw, by_shown_bytes_max);
  return {};
}

Result<void> set_end(Reading& reading, const std::string& what, text::Timestamp until) {
  if (reading.intent.until) return refused(what, "duration and until say the same; give one");
  if (until < reading.now) {
    return refused(what, text::format_timestamp(until) + " is in the past; it is " +
                             text::format_timestamp(reading.now) + " now");
  }
  if (until < reading.now + hold_min || until > reading.now + hold_max) {
    return refused(what, "a pod can be held from " + text::format_duration(hold_min) + " to " +
                             text::format_duration(hold_max));
  }
  reading.intent.until = until;
  return {};
}

Result<void> set_duration(Reading& reading, const std::string& raw) {
  const auto duration = text::parse_duration(raw);
  if (!duration) {
    return refused("duration " + text::quoted(raw), "write for example 90s, 15m, 2h30m or 3d");
  }
  return set_end(reading, "duration " + text::quoted(raw), reading.now + *duration);
}

Result<void> set_until(Reading& reading, const std::string& raw) {
  const auto until = text::parse_timestamp(raw);
  if (!until) {
    return refused("until " + text::quoted(raw),
                   "write a time as in RFC 3339, for example 2026-01-31T18:00:00Z");
  }
  return set_end(reading, "until " + text::quoted(raw), *until);
}

Result<void> set_dry_run(Reading& reading, const std::string& raw) {
  if (raw != "true" && raw != "false") {
    return refused("dryRun " + text::quoted(raw), "must be true or false");
  }
  // Said twice, in the query and in the body: whoever asked for a dry run must not get a real one.
  reading.intent.dry_run = reading.intent.dry_run || raw == "true";
  return {};
}

Result<void> set_force(Reading& reading, const std::string& raw) {
  if (raw != "true" && raw != "false") {
    return refused("force " + text::quoted(raw), "must be true or false");
  }
  reading.intent.force = raw == "true";
  return {};
}

Result<void> add_override(Reading& reading, const std::string& raw) {
  reading.intent.overrides.insert(raw);
  return check_overrides(reading.intent.overrides);
}

/// Names separated by commas. An empty one is no guard's: also not that of `override=`, which a
/// script sends whose variable is empty.
Result<void> add_overrides(Reading& reading, const std::string& raw) {
  std::size_t begin = 0;
  while (true) {
    const auto comma = std::min(raw.find(',', begin), raw.size());
    if (auto added = add_override(reading, raw.substr(begin, comma - begin)); !added) return added;
    if (comma == raw.size()) return {};
    begin = comma + 1;
  }
}

/// A member of the body or a parameter of the query, and the JSON type that it has in a body.
enum class Type { text, flag, texts };
struct Member {
  std::string_view name;
  Type type;
  Result<void> (*set)(Reading& reading, const std::string& raw);
};
constexpr std::array<Member, 7> body_members{{
    {"reason", Type::text, set_reason},
    {"requestedBy", Type::text, set_requested_by},
    {"duration", Type::text, set_duration},
    {"until", Type::text, set_until},
    {"override", Type::texts, add_override},
    {"dryRun", Type::flag, set_dry_run},
    {"force", Type::flag, set_force},
}};
constexpr std::array<Member, 4> query_parameters{{
    {"reason", Type::text, set_reason},
    {"for", Type::text, set_duration},
    {"override", Type::text, add_overrides},
    {"dryRun", Type::text, set_dry_run},
}};

template <std::size_t Count>
const Member* find_member(const std::array<Member, Count>& members, const std::string& name) {
  for (const Member& member : members) {
    if (member.name == name) return &member;
  }
  return nullptr;
}

template <std::size_t Count>
std::string names_of(const std::array<Member, Count>& members) {
  std::string out;
  for (const Member& member : members)
    out += (out.empty() ? "" : ", ") + std::string(member.name);
  return out;
}

Result<void> read_texts(Reading& reading, const Member& member, const Var& value) {
  const std::string what = "member " + text::quoted(member.name);
  if (value.type() != typeid(Poco::JSON::Array::Ptr)) return refused(what, "must be a list");
  const auto& list = value.extract<Poco::JSON::Array::Ptr>();
  for (const Var& entry : *list) {
    if (!entry.isString()) return refused(what, "must be a list of texts");
    const auto& raw = entry.extract<std::string>();
    if (raw.empty()) return refused(what, "has an empty text");
    if (auto set = member.set(reading, raw); !set) return set.error();
  }
  return {};
}

Result<void> read_member(Reading& reading, const std::string& name, const Var& value) {
  const Member* member = find_member(body_members, name);
  if (member == nullptr) {
    return refused("body", "member " + text::quoted(name) + " is not known; known are " +
                               names_of(body_members));
  }
  if (value.isEmpty()) return {};
  const std::string what = "member " + text::quoted(name);
  switch (member->type) {
    case Type::texts:
      return read_texts(reading, *member, value);
    case Type::flag:
      if (!value.isBoolean()) return refused(what, "must be true or false");
      return member->set(reading, value.extract<bool>() ? "true" : "false");
    case Type::text:
      if (!value.isString()) return refused(what, "must be a text");
      return member->set(reading, value.extract<std::string>());
  }
  return {};
}

Result<void> read_query(Reading& reading, const ParsedTarget& target) {
  for (const auto& [key, value] : target.query) {
    const Member* parameter = find_member(query_parameters, key);
    if (parameter == nullptr) {
      return refused("query parameter " + text::quoted(key),
                     "not known; known are " + names_of(query_parameters));
    }
    if (auto set = parameter->set(reading, value); !set) return set.error();
  }
  return {};
}

Reading begin(const std::string& id, text::Timestamp now) {
  Reading reading{{}, now};
  reading.intent.id = id;
  return reading;
}

}  // namespace

Result<Intent> read_seed_intent(const ParsedTarget& target, const std::string& id,
                                text::Timestamp now) {
  Reading reading = begin(id, now);
  if (auto read = read_query(reading, target); !read) return read.error();
  return reading.intent;
}

Result<Intent> read_v1_intent(const ParsedTarget& target, const std::string& body,
                              const std::string& id, text::Timestamp now) {
  Reading reading = begin(id, now);
  if (auto read = read_query(reading, target); !read) return read.error();
  if (body.empty()) return reading.intent;
  const auto object = text::parse_json_object(body, "body");
  if (!object) return refused("body", object.error().cause);
  for (const auto& [name, value] : **object) {
    if (auto read = read_member(reading, name, value); !read) return read.error();
  }
  return reading.intent;
}

}  // namespace maintenance::agent
