#pragma once

#include <Poco/JSON/Object.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/text/timestamp.h"

namespace maintenance {

/// Longest reason a person may give; beyond it the request is refused, never cut silently.
inline constexpr std::size_t reason_bytes_max = 512;
/// Longest `by` that is kept; user names come from other systems and must not fill the ConfigMap.
inline constexpr std::size_t by_bytes_max = 256;

/// One entry of the maintenance ConfigMap: who wishes this pod to be in maintenance, and why.
/// Key = pod name, value = one line of JSON. A plain value.
struct Record {
  std::string id;         ///< random; says whether a record is still the one we wrote
  std::string by;         ///< user name, empty when unknown
  bool verified = false;  ///< true when `by` comes from an authenticated token
  std::string reason;     ///< free text, may be empty
  std::optional<text::Timestamp> since;
  std::optional<text::Timestamp> until;
};

/// `record` as a JSON object.
[[nodiscard]] Poco::JSON::Object::Ptr record_to_json(const Record& record);
/// The ConfigMap's value for `record`: one line of JSON.
[[nodiscard]] std::string format_record(const Record& record);

/// Reads a value. Anything that does not parse, like the old `true`, is a record with unknown
/// fields: the pod IS in maintenance (fail closed).
[[nodiscard]] Record parse_record(std::string_view value);

/// All records of a ConfigMap's data, by pod name.
using Records = std::map<std::string, Record>;
[[nodiscard]] Records parse_records(const std::map<std::string, std::string>& data);

}  // namespace maintenance
