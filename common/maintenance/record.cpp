#include "common/maintenance/record.h"

#include <Poco/JSON/Object.h>

#include "common/text/json.h"

namespace maintenance {

Poco::JSON::Object::Ptr record_to_json(const Record& record) {
  Poco::JSON::Object::Ptr object = new Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER);
  object->set("id", record.id);
  object->set("by", record.by);
  object->set("verified", record.verified);
  if (!record.reason.empty()) object->set("reason", record.reason);
  if (record.since) object->set("since", text::format_timestamp(*record.since));
  if (record.until) object->set("until", text::format_timestamp(*record.until));
  return object;
}

std::string format_record(const Record& record) {
  return text::to_json(*record_to_json(record));
}

Record parse_record(std::string_view value) {
  Record record;
  const auto object = text::parse_json_object(value, "reading a record");
  if (!object) return record;
  const text::JsonView view(*object);
  record.id = view.text("id");
  record.by = view.text("by");
  record.verified = view.flag("verified");
  record.reason = view.text("reason");
  record.since = text::parse_timestamp(view.text("since"));
  record.until = text::parse_timestamp(view.text("until"));
  return record;
}

Records parse_records(const std::map<std::string, std::string>& data) {
  Records records;
  for (const auto& [pod, value] : data)
    records.emplace(pod, parse_record(value));
  return records;
}

}  // namespace maintenance
