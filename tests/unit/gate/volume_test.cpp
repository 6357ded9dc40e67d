#include "agent/gate/volume.h"

#include <sys/stat.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "tests/unit/gate/support.h"

namespace {

using namespace maintenance::gate;
using namespace maintenance::testing;
using namespace maintenance::gate::testing;
namespace fs = std::filesystem;

const std::string pod = "demo-cassandra-dc1-0";
const KubeletVolume::Files with_record{{pod, "true"}, {"demo-cassandra-dc1-1", "{}"}};
const KubeletVolume::Files without_record{{"demo-cassandra-dc1-1", "{}"}};

struct Fixture {
  TempFolder folder;
  KubeletVolume volume{folder.file("volume")};

  View seen() const { return look(volume.path(), pod); }
  Presence presence() const { return seen().presence; }
};

/// Swaps `swaps` times in another thread while this one looks; returns how often each was seen.
std::map<Presence, int> look_during_swaps(KubeletVolume& volume, int swaps,
                                          const KubeletVolume::Files& even,
                                          const KubeletVolume::Files& odd) {
  std::atomic<bool> done = false;
  std::thread kubelet([&] {
    for (int i = 0; i < swaps; ++i)
      volume.publish(i % 2 == 0 ? even : odd);
    done = true;
  });
  std::map<Presence, int> seen;
  while (!done)
    ++seen[look(volume.path(), pod).presence];
  kubelet.join();
  return seen;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(volume_test)

BOOST_FIXTURE_TEST_CASE(a_record_is_present_whatever_its_value, Fixture) {
  for (const char* value : {"true", "false", "", "{\"id\":\"1\"}"}) {
    volume.publish({{pod, value}});
    BOOST_TEST((presence() == Presence::present), value);
  }
}

BOOST_FIXTURE_TEST_CASE(only_the_exact_name_counts, Fixture) {
  volume.publish({{pod + "0", "true"}, {"demo", "true"}});
  BOOST_TEST((presence() == Presence::absent));
}

BOOST_FIXTURE_TEST_CASE(an_empty_configmap_holds_nobody, Fixture) {
  volume.publish({});
  BOOST_TEST((presence() == Presence::absent));
}

BOOST_FIXTURE_TEST_CASE(a_missing_folder_is_unreadable, Fixture) {
  const View view = look(folder.file("nowhere"), pod);
  BOOST_TEST((view.presence == Presence::unreadable));
  BOOST_TEST(view.reason.find("nowhere: No such file or directory") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_file_instead_of_the_folder_is_unreadable, Fixture) {
  write_file(folder.file("file"), "x");
  BOOST_TEST((look(folder.file("file"), pod).presence == Presence::unreadable));
}

BOOST_FIXTURE_TEST_CASE(a_folder_that_is_no_configmap_is_unreadable, Fixture) {
  BOOST_TEST((presence() == Presence::unreadable));
  BOOST_TEST(seen().reason.find("no ..data") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_record_counts_even_in_a_folder_that_is_no_configmap, Fixture) {
  write_file(volume.path() / pod, "true");
  BOOST_TEST((presence() == Presence::present));
}

BOOST_FIXTURE_TEST_CASE(a_record_mounted_beside_the_volume_counts, Fixture) {
  volume.publish(without_record);
  write_file(volume.path() / pod, "true");
  BOOST_TEST((presence() == Presence::present));
}

BOOST_FIXTURE_TEST_CASE(a_visible_link_left_over_after_a_swap_does_not_count, Fixture) {
  volume.publish(without_record);
  fs::create_symlink("..data/" + pod, volume.path() / pod);
  BOOST_TEST((presence() == Presence::absent));
}

BOOST_FIXTURE_TEST_CASE(data_that_is_no_link_or_leads_nowhere_is_unreadable, Fixture) {
  fs::create_directory(volume.path() / "..data");
  BOOST_TEST((presence() == Presence::unreadable));
  fs::remove(volume.path() / "..data");
  fs::create_symlink("..gone", volume.path() / "..data");
  BOOST_TEST((presence() == Presence::unreadable));
}

BOOST_FIXTURE_TEST_CASE(a_record_that_is_a_link_to_nothing_or_to_itself_is_unreadable, Fixture) {
  volume.publish(without_record);
  fs::create_symlink("nothing", volume.data() / pod);
  BOOST_TEST((presence() == Presence::unreadable));
  fs::remove(volume.data() / pod);
  fs::create_symlink(pod, volume.data() / pod);
  BOOST_TEST((presence() == Presence::unreadable));
}

BOOST_FIXTURE_TEST_CASE(only_no_such_file_means_absent_no_other_error_does, Fixture) {
  volume.publish(without_record);
  const View view = look(volume.path(), std::string(300, 'a'));
  BOOST_TEST((view.presence == Presence::unreadable));
  BOOST_TEST(view.reason.find("File name too long") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_present_record_is_never_seen_absent_during_1000_swaps, Fixture) {
  volume.publish(with_record);
  const auto seen = look_during_swaps(volume, 1000, with_record, with_record);
  BOOST_TEST(!seen.contains(Presence::absent));
  BOOST_TEST(seen.at(Presence::present) > 1000);
}

BOOST_FIXTURE_TEST_CASE(the_answer_follows_each_swap, Fixture) {
  for (int i = 0; i < 100; ++i) {
    volume.publish(with_record);
    BOOST_TEST((presence() == Presence::present));
    volume.publish(without_record);
    BOOST_TEST((presence() == Presence::absent));
  }
  const auto seen = look_during_swaps(volume, 1000, with_record, without_record);
  BOOST_TEST(seen.at(Presence::absent) > 0);
  BOOST_TEST(seen.at(Presence::present) > 0);
}

BOOST_FIXTURE_TEST_CASE(a_volume_taken_down_file_by_file_never_looks_like_a_release, Fixture) {
  volume.publish(with_record);
  MountedVolume mounted(volume.path(), pod);
  BOOST_TEST((mounted.look().presence == Presence::present));
  fs::remove(volume.data() / pod);
  const View view = mounted.look();
  BOOST_TEST((view.presence == Presence::unreadable));
  BOOST_TEST(view.reason.find("published nothing new") != std::string::npos);
  fs::remove_all(volume.path());
  BOOST_TEST((mounted.look().presence == Presence::unreadable));
}

BOOST_FIXTURE_TEST_CASE(a_release_by_the_kubelet_is_believed_after_that, Fixture) {
  volume.publish(with_record);
  MountedVolume mounted(volume.path(), pod);
  BOOST_TEST((mounted.look().presence == Presence::present));
  volume.publish(with_record);
  BOOST_TEST((mounted.look().presence == Presence::present));
  volume.publish(without_record);
  BOOST_TEST((mounted.look().presence == Presence::absent));
  BOOST_TEST((mounted.look().presence == Presence::absent));
}

BOOST_AUTO_TEST_SUITE_END()
