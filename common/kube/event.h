#pragma once

#include <Poco/JSON/Object.h>

#include <optional>
#include <string>

#include "common/text/json.h"
#include "common/text/timestamp.h"

namespace maintenance::kube {

/// Longest note of an Event: the API server refuses more than 1024 bytes (events.k8s.io/v1), and
/// the mark of a cut comes on top.
inline constexpr std::size_t event_note_bytes_max = 1000;

/// Something that happened to one object, as `kubectl describe` and `kubectl events` show it. A
/// plain value. An Event with the same name is the same happening: the second one is not made.
struct Event {
  std::string name;
  std::string regarding_kind = "Pod";
  std::string regarding_name;
  std::string regarding_uid;  ///< may be empty; `kubectl describe` then does not find it
  bool warning = false;
  std::string reason;  ///< "MaintenanceHeld"
  std::string action;  ///< what was being done: "EnterMaintenance"
  std::string note;    ///< for people, on one line
  std::string reporter_instance;
  text::Timestamp time;
};

/// The name of the Event about `object` that `key` tells from all others: the same object and key
/// always give the same name, and any object name gives a valid one.
[[nodiscard]] std::string event_name(const std::string& object, const std::string& key);

/// As a body for POST to events.k8s.io/v1. Note and reporter are made printable and cut.
[[nodiscard]] Poco::JSON::Object::Ptr event_to_json(const Event& event,
                                                    const std::string& namespace_name);

/// An Event that somebody reported, in the older form that the API server gives at /api/v1.
struct SeenEvent {
  std::string reason;
  std::string regarding_name;
  std::string regarding_uid;
  std::string note;
  std::optional<text::Timestamp> time;  ///< when it happened last
};
[[nodiscard]] SeenEvent read_event(const text::JsonView& object);

}  // namespace maintenance::kube
