#include "agent/auth/review_cache.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/support/check.h"
#include "tests/support/eventually.h"
#include "tests/support/fake_clock.h"

namespace maintenance::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Cache = agent::ReviewCache<int>;

constexpr std::size_t entries_max = 3;

struct Fixture {
  FakeClock clock;
  Cache cache{clock, seconds(10), entries_max, seconds(20)};
  std::atomic<int> asked{0};

  /// Asks for `key`; an answer that is not known yet is `value`.
  int get(const std::string& key, int value) {
    const auto answer = cache.get(key, [&] {
      ++asked;
      return Result<int>(value);
    });
    REQUIRE_OK(answer);
    return *answer;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(review_cache_test, Fixture)

BOOST_AUTO_TEST_CASE(an_answer_counts_until_its_time_is_up) {
  BOOST_TEST(get("a", 1) == 1);
  clock.advance(milliseconds(9999));
  BOOST_TEST(get("a", 2) == 1);
  clock.advance(milliseconds(1));
  BOOST_TEST(get("a", 2) == 2);
  BOOST_TEST(asked == 2);
}

BOOST_AUTO_TEST_CASE(each_key_has_its_own) {
  BOOST_TEST(get("a", 1) == 1);
  BOOST_TEST(get("b", 2) == 2);
  BOOST_TEST(get("a", 3) == 1);
}

BOOST_AUTO_TEST_CASE(a_failure_is_not_remembered) {
  const auto failed = cache.get("a", [] { return Result<int>(Error{ErrorKind::server, "", "x"}); });
  BOOST_TEST((kind_of(failed) == ErrorKind::server));
  BOOST_TEST(cache.size() == 0U);
  BOOST_TEST(get("a", 1) == 1);
}

BOOST_AUTO_TEST_CASE(a_defect_is_a_failure_and_blocks_nobody) {
  const auto failed = cache.get("a", []() -> Result<int> { throw std::runtime_error("defect"); });
  BOOST_TEST((kind_of(failed) == ErrorKind::internal));
  BOOST_TEST(get("a", 1) == 1);
}

BOOST_AUTO_TEST_CASE(it_stays_small_and_loses_the_oldest_first) {
  for (int i = 0; i < 100; ++i) {
    clock.advance(milliseconds(1));
    BOOST_TEST(get(std::to_string(i), i) == i);
    BOOST_TEST(cache.size() <= entries_max);
  }
  BOOST_TEST(get("99", -1) == 99);
  BOOST_TEST(get("97", -1) == 97);
  BOOST_TEST(get("96", -1) == -1);
}

BOOST_AUTO_TEST_CASE(many_who_ask_at_once_ask_once) {
  constexpr int threads = 16;
  std::latch answer_now{1};
  std::atomic<int> waiting{0};
  std::atomic<int> right{0};
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < threads; ++i) {
      callers.emplace_back([&] {
        ++waiting;
        const auto answer = cache.get("a", [&] {
          ++asked;
          answer_now.wait();
          return Result<int>(7);
        });
        if (answer && *answer == 7) ++right;
      });
    }
    BOOST_TEST(eventually(seconds(10), [&] { return waiting == threads && asked >= 1; }));
    answer_now.count_down();
  }
  BOOST_TEST(asked == 1);
  BOOST_TEST(right == threads);
}

BOOST_AUTO_TEST_CASE(those_who_wait_share_a_failure_too) {
  std::latch answer_now{1};
  std::atomic<int> failures{0};
  const auto ask = [&] {
    ++asked;
    answer_now.wait();
    return Result<int>(Error{ErrorKind::server, "", "x"});
  };
  {
    std::jthread first([&] { failures += cache.get("a", ask).ok() ? 0 : 1; });
    BOOST_TEST(eventually(seconds(10), [&] { return asked == 1; }));
    std::jthread second([&] { failures += cache.get("a", ask).ok() ? 0 : 1; });
    answer_now.count_down();
  }
  BOOST_TEST(failures == 2);
}

BOOST_AUTO_TEST_CASE(nobody_waits_for_ever) {
  Cache impatient(clock, seconds(10), entries_max, milliseconds(50));
  std::latch answer_now{1};
  std::jthread first([&] {
    (void)impatient.get("a", [&] {
      ++asked;
      answer_now.wait();
      return Result<int>(1);
    });
  });
  BOOST_TEST(eventually(seconds(10), [&] { return asked == 1; }));
  const auto late = impatient.get("a", [] { return Result<int>(2); });
  answer_now.count_down();
  BOOST_TEST((kind_of(late) == ErrorKind::timeout));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
