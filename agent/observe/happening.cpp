#include "agent/observe/happening.h"

#include <array>

namespace maintenance::agent {
namespace {

struct Wording {
  HappeningKind kind;
  const char* reason;
  const char* action;
  bool warning;
};

constexpr const char* enter = "EnterMaintenance";
constexpr const char* leave = "LeaveMaintenance";

constexpr std::array<Wording, 8> wordings{{
    {HappeningKind::entering, "MaintenanceEntering", enter, false},
    {HappeningKind::failed, "MaintenanceFailed", enter, true},
    {HappeningKind::held, "MaintenanceHeld", enter, false},
    {HappeningKind::leaving, "MaintenanceLeaving", leave, false},
    {HappeningKind::back, "MaintenanceBack", leave, false},
    {HappeningKind::refused, "MaintenanceRefused", enter, true},
    {HappeningKind::expired, "MaintenanceExpired", leave, false},
    {HappeningKind::drain_failed, "MaintenanceDrainFailed", enter, true},
}};

const Wording& wording_of(HappeningKind kind) {
  for (const Wording& wording : wordings) {
    if (wording.kind == kind) return wording;
  }
  return wordings.front();
}

}  // namespace

kube::Event make_event(const Happening& happening, const std::string& instance,
                       text::Timestamp now) {
  const Wording& wording = wording_of(happening.kind);
  kube::Event event;
  event.name = kube::event_name(happening.pod, std::string(wording.reason) + "/" + happening.key);
  event.regarding_kind = happening.object_kind;
  event.regarding_name = happening.pod;
  event.regarding_uid = happening.uid;
  event.warning = wording.warning;
  event.reason = wording.reason;
  event.action = wording.action;
  event.note = happening.note;
  event.reporter_instance = instance;
  event.time = now;
  return event;
}

}  // namespace maintenance::agent
