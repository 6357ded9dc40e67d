#include "common/kube/event.h"

#include <Poco/SHA1Engine.h>

#include <algorithm>
#include <cstdio>

#include "common/text/names.h"
#include "common/text/printable.h"

namespace maintenance::kube {
namespace {

using Poco::JSON::Object;

/// Shown as the Event's source.
constexpr const char* reporter = "maintenance-agent";
/// The API server takes 128 bytes for reportingInstance; the mark of a cut comes on top.
constexpr std::size_t instance_bytes_max = 120;
/// Names have 253 characters at most; a dot and the digest must still fit.
constexpr std::size_t name_stem_max = 230;
/// Enough of a SHA-1 to tell the happenings of an hour apart.
constexpr std::size_t digest_digits = 16;

/// "2026-11-23T08:15:00.000000Z": MicroTime, whose fraction the API server demands.
std::string micro_time(text::Timestamp time) {
  const auto since_epoch = time.time_since_epoch();
  const auto whole = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const auto fraction = std::chrono::duration_cast<std::chrono::microseconds>(since_epoch - whole);
  std::string out = text::format_timestamp(time);
  std::string digits = std::to_string(fraction.count());
  constexpr std::size_t micro_digits = 6;
  digits.insert(0, micro_digits - std::min(micro_digits, digits.size()), '0');
  out.insert(out.size() - 1, "." + digits);
  return out;
}

Object::Ptr regarding(const Event& event, const std::string& namespace_name) {
  Object::Ptr out = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
  out->set("apiVersion", "v1");
  out->set("kind", event.regarding_kind);
  out->set("namespace", namespace_name);
  out->set("name", event.regarding_name);
  if (!event.regarding_uid.empty()) out->set("uid", event.regarding_uid);
  return out;
}

}  // namespace

std::string event_name(const std::string& object, const std::string& key) {
  Poco::SHA1Engine engine;
  engine.update(object + "/" + key);
  const std::string digest = Poco::DigestEngine::digestToHex(engine.digest());
  std::string stem = object.substr(0, name_stem_max);
  if (!text::is_subdomain(stem)) stem = "maintenance";
  return stem + "." + digest.substr(0, digest_digits);
}

Object::Ptr event_to_json(const Event& event, const std::string& namespace_name) {
  Object::Ptr metadata = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
  metadata->set("name", event.name);
  metadata->set("namespace", namespace_name);
  Object::Ptr out = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
  out->set("apiVersion", "events.k8s.io/v1");
  out->set("kind", "Event");
  out->set("metadata", metadata);
  out->set("eventTime", micro_time(event.time));
  out->set("type", event.warning ? "Warning" : "Normal");
  out->set("reason", event.reason);
  out->set("action", event.action);
  out->set("regarding", regarding(event, namespace_name));
  out->set("note", text::printable(event.note, event_note_bytes_max));
  out->set("reportingController", reporter);
  out->set("reportingInstance", text::printable(event.reporter_instance, instance_bytes_max));
  return out;
}

SeenEvent read_event(const text::JsonView& object) {
  SeenEvent event;
  const text::JsonView involved = object.object("involvedObject");
  event.reason = object.text("reason");
  event.regarding_name = involved.text("name");
  event.regarding_uid = involved.text("uid");
  event.note = object.text("message");
  for (const char* member : {"lastTimestamp", "eventTime", "firstTimestamp"}) {
    event.time = text::parse_timestamp(object.text(member));
    if (event.time) return event;
  }
  return event;
}

}  // namespace maintenance::kube
