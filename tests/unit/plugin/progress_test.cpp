#include "plugin/output/progress.h"

#include <boost/test/unit_test.hpp>

#include "plugin/output/table.h"
#include "tests/unit/plugin/fakes.h"

using namespace maintenance::plugin;
using namespace maintenance::testing;
using std::chrono::seconds;

BOOST_FIXTURE_TEST_SUITE(progress_test, FakeIo)

BOOST_AUTO_TEST_CASE(lines_say_changes_only) {
  Progress progress(io, ProgressStyle::lines);
  progress.update("pod/a", "entering");
  progress.update("pod/a", "entering");
  progress.draw(seconds(1));
  progress.update("pod/a", "held");
  progress.clear();
  BOOST_TEST(err.str() == "pod/a entering\npod/a held\n");
}

BOOST_AUTO_TEST_CASE(a_live_line_is_rewritten_and_removed) {
  {
    Progress progress(io, ProgressStyle::live);
    progress.update("pod/a", "entering");
    BOOST_TEST(err.str() == "");
    progress.draw(seconds(3));
    BOOST_TEST(err.str() == "\rpod/a entering (3s)\033[K");
    progress.update("pod/b", "starting");
    progress.draw(seconds(130));
    BOOST_TEST(err.str().find("2 pods to go: pod/a entering, pod/b starting (2m)") !=
               std::string::npos);
  }
  BOOST_TEST(err.str().substr(err.str().size() - 4) == "\r\033[K");
}

BOOST_AUTO_TEST_CASE(a_live_line_never_wraps) {
  terminal.width = 20;
  Progress progress(io, ProgressStyle::live);
  progress.update("pod/a", "äääääääääääääääääääääääääääääääää");
  progress.draw(seconds(0));
  const std::string line = err.str().substr(1, err.str().size() - 4);
  BOOST_TEST(display_columns(line) == 19U, line);
  BOOST_TEST(line.substr(line.size() - 3) == "…");
}

BOOST_AUTO_TEST_CASE(silence_is_silent) {
  Progress progress(io, ProgressStyle::silent);
  progress.update("pod/a", "entering");
  progress.draw(seconds(0));
  progress.clear();
  BOOST_TEST(err.str() == "");
}

BOOST_AUTO_TEST_CASE(the_style_follows_the_streams) {
  BOOST_TEST((choose_progress(terminal, false) == ProgressStyle::lines));
  BOOST_TEST((choose_progress(terminal, true) == ProgressStyle::silent));
  terminal.live = true;
  BOOST_TEST((choose_progress(terminal, false) == ProgressStyle::live));
  BOOST_TEST((choose_progress(terminal, true) == ProgressStyle::live));
}

BOOST_AUTO_TEST_SUITE_END()
