#include <algorithm>
#include <string>

#include "common/kube/objects.h"
#include "common/maintenance/record.h"
#include "common/text/json.h"
#include "tests/fuzz/require.h"

using namespace maintenance;

namespace {

/// A record that was read is one that can be written on one line, and read again as the same.
void require_stable(const Record& record) {
  const std::string written = format_record(record);
  testing::require(std::none_of(written.begin(), written.end(),
                                [](char c) { return static_cast<unsigned char>(c) < ' '; }));
  testing::require(format_record(parse_record(written)) == written);
}

}  // namespace

/// Whatever stands in the maintenance ConfigMap: every key of its data is a wish to hold a pod,
/// also when its value is nonsense.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  require_stable(parse_record(text));
  const auto object = text::parse_json_object(text, "reading a ConfigMap");
  if (!object) return 0;
  const kube::ConfigMap map = kube::read_config_map(text::JsonView(*object));
  const Records records = parse_records(map.data);
  testing::require(records.size() == map.data.size());
  for (const auto& [pod, record] : records) {
    testing::require(map.data.contains(pod));
    require_stable(record);
  }
  return 0;
}
