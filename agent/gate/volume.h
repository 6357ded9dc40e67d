#pragma once

#include <string>

namespace maintenance::gate {

/// What the mounted ConfigMap says about one pod.
enum class Presence {
  present,    ///< there is a record
  absent,     ///< there is none, and that was seen in one unchanged copy of the volume
  unreadable  ///< it cannot be told; whoever decides must hold
};

/// One look at the volume. Plain data.
struct View {
  Presence presence = Presence::unreadable;
  std::string published;  ///< the folder that `..data` named at that moment; empty if none
  std::string reason;     ///< for people, when unreadable
};

/// Looks for the file `directory`/`pod` as `test -f` would, but gives a wrong answer neither while
/// the kubelet swaps the volume nor when there is no volume.
///
/// The kubelet writes each version of a ConfigMap into a new folder with a unique name and points
/// the link `..data` at it by a rename; what a user sees are links NAME -> ..data/NAME. So the
/// look opens the folder behind `..data`, asks within that folder, and believes "there is no such
/// file" only if `..data` still names the same folder afterwards.
///
/// A readable folder without `..data` is no mounted ConfigMap (a wrong path, an emptyDir, a volume
/// that is being taken down): that is `unreadable`, unless the record's file is there.
[[nodiscard]] View look(const std::string& directory, const std::string& pod);

/// What the gate's loop needs of the volume; a test puts its own in place. Used by one thread.
class Volume {
 public:
  virtual ~Volume() = default;
  [[nodiscard]] virtual View look() = 0;
};

/// The volume at a path. Owned by the program. Remembers in which folder the record was last seen:
/// the kubelet never changes a folder after publishing it, so a record that vanishes *within* one
/// was not released; somebody is deleting the volume, and files may go before `..data` does.
class MountedVolume final : public Volume {
 public:
  MountedVolume(std::string directory, std::string pod)
      : directory_(std::move(directory)), pod_(std::move(pod)) {}

  [[nodiscard]] View look() override;

 private:
  std::string directory_;
  std::string pod_;
  std::string record_seen_in_;
};

}  // namespace maintenance::gate
