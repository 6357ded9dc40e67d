#pragma once

#include <optional>
#include <string>

#include "tests/support/temp_folder.h"

namespace maintenance::e2e {

/// The names that every story's own small cluster has (manifests/stories/base).
inline constexpr const char* story_set = "story-cassandra-dc1";
[[nodiscard]] std::string story_pod(int ordinal);

/// The cluster that the stories play in, as cluster.sh calls it.
[[nodiscard]] std::string test_cluster();

/// A namespace for a story, chosen as the namespace of all kubectl commands of this test program:
/// the lines of a story read as a person would type them. Owned by the suite's fixture.
class Stage {
 public:
  /// An existing namespace, used as it is.
  static constexpr const char* ring_namespace = "cassandra";

  explicit Stage(std::string namespace_name);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// A fresh namespace STORY-story in which manifests/stories/STORY is applied and ready.
  void build(const std::string& story);
  /// Removes the namespace in the background of what comes next.
  void remove() const;

 private:
  testing::TempFolder folder_;
  std::string namespace_;
  std::string kubeconfig_before_;
};

/// The suite fixture of a story that plays in a namespace of its own. Story::name is the name of a
/// folder under manifests/stories.
template <class Story>
class OwnStage {
 public:
  /// Called by Boost.Test, which cannot cope with constructors that fail.
  void setup() {
    stage_.emplace(std::string(Story::name) + "-story");
    stage_->build(Story::name);
  }
  void teardown() {
    if (stage_) stage_->remove();
  }

 private:
  std::optional<Stage> stage_;
};

/// The suite fixture of a story that plays with the ring that the ctest fixture has started.
class RingStage {
 public:
  void setup() { stage_.emplace(Stage::ring_namespace); }
  void teardown() { stage_.reset(); }

 private:
  std::optional<Stage> stage_;
};

}  // namespace maintenance::e2e
