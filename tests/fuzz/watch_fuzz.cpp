#include <algorithm>
#include <string>
#include <vector>

#include "common/kube/event_splitter.h"
#include "common/kube/objects.h"
#include "common/kube/watch_machine.h"
#include "common/text/json_members.h"
#include "tests/fuzz/require.h"

using namespace maintenance;

namespace {

/// Small, so that the limit is reached too.
constexpr std::size_t bytes_max = 4096;

struct Outcome {
  std::vector<std::string> events;
  bool broken = false;
  bool inside = false;

  bool operator==(const Outcome&) const = default;
};

/// What comes of a watch that arrives in pieces of this size.
Outcome read(std::string_view bytes, std::size_t piece) {
  kube::EventSplitter splitter(bytes_max);
  Outcome out;
  while (!bytes.empty() && !out.broken) {
    const std::size_t length = std::min(piece, bytes.size());
    const auto events = splitter.feed(bytes.substr(0, length));
    bytes.remove_prefix(length);
    if (!events) {
      out.broken = true;
      break;
    }
    out.events.insert(out.events.end(), events->begin(), events->end());
  }
  out.inside = !out.broken && splitter.is_inside();
  return out;
}

}  // namespace

/// A watch means the same however the network cuts it, and every object in it can be read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = read(bytes, bytes.size());
  const Outcome pieces = read(bytes, 1);
  // What came before the break was handed on already, or was not: that is no promise.
  testing::require(whole.broken == pieces.broken && whole.inside == pieces.inside);
  if (!whole.broken) testing::require(whole.events == pieces.events);
  kube::WatchMachine machine;
  for (const std::string& event : pieces.events) {
    testing::require(event.size() <= bytes_max);
    for (const text::Members* wanted :
         {&kube::pod_members(), &kube::stateful_set_members(), &kube::config_map_members()}) {
      const auto parsed =
          text::parse_json_members(event, {{{"type", {}}, {"object", *wanted}}}, "reading a watch");
      if (!parsed) {
        machine.broken(0, Deadline::min(), 0.5);
        continue;
      }
      const text::JsonView object = parsed->object("object");
      machine.seen(kube::read_metadata(object).resource_version);
      (void)kube::read_pod(object);
      (void)kube::read_stateful_set(object);
      (void)kube::read_config_map(object);
    }
  }
  (void)machine.next(Deadline::min());
  return 0;
}
