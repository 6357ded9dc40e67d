#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "common/text/json_members.h"

namespace maintenance::text {

/// Takes one object of a list; it is let go afterwards unless a copy of the view is kept.
using EachObject = std::function<void(const JsonView&)>;

/// Reads a Kubernetes list: hands over what is wanted of each object of its member `items` as soon
/// as that has been read, so that memory is needed for one of them and not for all. Gives back the
/// list itself without its items. Fails with ErrorKind::protocol, perhaps after some objects have
/// been handed over; `doing` goes into the error. `each` must not throw.
[[nodiscard]] Result<JsonView> parse_json_list(const std::string& raw, const Members& wanted,
                                               const EachObject& each, std::string_view doing);

}  // namespace maintenance::text
