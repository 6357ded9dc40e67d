#include "agent/gate/watch.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>

#include "tests/unit/gate/support.h"

namespace {

using namespace maintenance::gate;
using namespace maintenance::testing;
using namespace maintenance::gate::testing;
namespace fs = std::filesystem;
using std::chrono::milliseconds;

/// Blocks the gate's signals for one test only.
struct Fixture {
  Fixture() {
    ::sigprocmask(SIG_SETMASK, nullptr, &before);
    block_signals();
    volume.publish({{"demo-0", "true"}});
  }
  ~Fixture() { ::sigprocmask(SIG_SETMASK, &before, nullptr); }

  sigset_t before{};
  TempFolder folder;
  KubeletVolume volume{folder.file("volume")};
  Watch watch{volume.path()};
};

constexpr milliseconds at_once{0};
constexpr milliseconds long_wait{10000};
constexpr auto timeout = Wake::Reason::timeout;
constexpr auto changed = Wake::Reason::volume_changed;
constexpr auto stopped = Wake::Reason::stopped;

}  // namespace

BOOST_AUTO_TEST_SUITE(watch_test)

BOOST_FIXTURE_TEST_CASE(nothing_happens_until_the_timeout, Fixture) {
  BOOST_TEST(watch.ready());
  BOOST_TEST(watch.arm());
  const auto start = std::chrono::steady_clock::now();
  BOOST_TEST((watch.wait(milliseconds(30)).reason == timeout));
  BOOST_TEST((std::chrono::steady_clock::now() - start >= milliseconds(30)));
}

BOOST_FIXTURE_TEST_CASE(each_swap_wakes_not_only_the_first, Fixture) {
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(watch.arm());
    volume.publish({{"demo-0", std::to_string(i)}});
    BOOST_TEST((watch.wait(long_wait).reason == changed));
    BOOST_TEST((watch.wait(at_once).reason == timeout));
  }
}

BOOST_FIXTURE_TEST_CASE(a_change_between_arming_and_waiting_is_not_lost, Fixture) {
  BOOST_TEST(watch.arm());
  BOOST_TEST(watch.arm());
  volume.publish({});
  BOOST_TEST((watch.wait(long_wait).reason == changed));
}

BOOST_FIXTURE_TEST_CASE(a_replaced_folder_is_watched_again, Fixture) {
  BOOST_TEST(watch.arm());
  fs::remove_all(volume.path());
  BOOST_TEST((watch.wait(long_wait).reason == changed));
  BOOST_TEST(!watch.arm());
  KubeletVolume second(volume.path());
  BOOST_TEST(watch.arm());
  (void)watch.wait(at_once);  // what is left of the old folder's events
  second.publish({});
  BOOST_TEST((watch.wait(long_wait).reason == changed));
}

BOOST_FIXTURE_TEST_CASE(a_folder_that_was_moved_away_is_watched_no_longer, Fixture) {
  BOOST_TEST(watch.arm());
  fs::rename(volume.path(), folder.file("old"));
  fs::create_directory(volume.path());
  BOOST_TEST(watch.arm());
  BOOST_TEST((watch.wait(long_wait).reason == changed));  // the move itself
  BOOST_TEST(watch.arm());
  write_file(folder.file("old/file"), "x");
  BOOST_TEST((watch.wait(at_once).reason == timeout));
}

BOOST_FIXTURE_TEST_CASE(the_signals_that_stop_are_seen, Fixture) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) {
    ::raise(signal);
    const Wake wake = watch.wait(long_wait);
    BOOST_TEST((wake.reason == stopped));
    BOOST_TEST(wake.signal == signal);
  }
}

BOOST_FIXTURE_TEST_CASE(a_signal_comes_before_a_change, Fixture) {
  BOOST_TEST(watch.arm());
  volume.publish({});
  ::raise(SIGTERM);
  BOOST_TEST((watch.wait(long_wait).reason == stopped));
}

BOOST_FIXTURE_TEST_CASE(dead_children_are_collected_without_waking, Fixture) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  BOOST_TEST((watch.wait(milliseconds(200)).reason == timeout));
  BOOST_TEST(::waitpid(child, nullptr, WNOHANG) == -1);
  BOOST_TEST(errno == ECHILD);
}

BOOST_FIXTURE_TEST_CASE(without_inotify_it_says_so_and_recovers, Fixture) {
  const int next_free = ::dup(0);
  ::close(next_free);
  rlimit before_limit{};
  ::getrlimit(RLIMIT_NOFILE, &before_limit);
  const rlimit none{static_cast<rlim_t>(next_free), before_limit.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  const bool armed_without = watch.arm();
  ::setrlimit(RLIMIT_NOFILE, &before_limit);
  BOOST_TEST(!armed_without);
  BOOST_TEST((watch.wait(at_once).reason == timeout));
  BOOST_TEST(watch.arm());
  volume.publish({});
  BOOST_TEST((watch.wait(long_wait).reason == changed));
}

BOOST_AUTO_TEST_SUITE_END()
