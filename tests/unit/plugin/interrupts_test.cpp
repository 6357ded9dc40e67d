#include "plugin/commands/interrupts.h"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "tests/support/eventually.h"

using namespace maintenance::plugin;
using namespace maintenance::testing;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(interrupts_test)

BOOST_AUTO_TEST_CASE(a_signal_ends_a_wait_and_calls_back) {
  std::atomic<int> called{0};
  const auto interrupts = make_process_interrupts([&called] { ++called; });
  interrupts->arm();
  BOOST_TEST(!interrupts->raised());
  BOOST_TEST(!interrupts->wait_for(1ms));
  raise(SIGINT);
  BOOST_TEST(interrupts->wait_for(10s));
  BOOST_TEST(interrupts->raised());
  BOOST_TEST(eventually(5s, [&called] { return called == 1; }));
}

BOOST_AUTO_TEST_CASE(a_signal_is_forgotten_and_the_next_one_counts) {
  const auto interrupts = make_process_interrupts([] {});
  interrupts->arm();
  raise(SIGINT);
  BOOST_TEST(interrupts->wait_for(10s));
  interrupts->forget();
  BOOST_TEST(!interrupts->raised());
  BOOST_TEST(!interrupts->wait_for(1ms));
  raise(SIGINT);
  BOOST_TEST(interrupts->wait_for(10s));
}

BOOST_AUTO_TEST_CASE(the_old_behaviour_comes_back) {
  struct sigaction before {};
  struct sigaction after {};
  sigaction(SIGTERM, nullptr, &before);
  {
    const auto interrupts = make_process_interrupts([] {});
    interrupts->arm();
    interrupts->arm();  // twice is once
    struct sigaction armed {};
    sigaction(SIGTERM, nullptr, &armed);
    BOOST_TEST((armed.sa_handler != before.sa_handler));
  }
  sigaction(SIGTERM, nullptr, &after);
  BOOST_TEST((before.sa_handler == after.sa_handler));
  const auto again = make_process_interrupts([] {});  // one after the other is allowed
  again->arm();
  raise(SIGTERM);
  BOOST_TEST(again->wait_for(10s));
}

BOOST_AUTO_TEST_CASE(an_ignored_signal_stays_ignored) {
  const auto before = std::signal(SIGINT, SIG_IGN);
  {
    const auto interrupts = make_process_interrupts([] {});
    interrupts->arm();
    raise(SIGINT);
    BOOST_TEST(!interrupts->wait_for(20ms));
  }
  std::signal(SIGINT, before);
}

BOOST_AUTO_TEST_CASE(unarmed_it_touches_nothing) {
  struct sigaction before {};
  sigaction(SIGINT, nullptr, &before);
  const auto interrupts = make_process_interrupts([] {});
  struct sigaction now {};
  sigaction(SIGINT, nullptr, &now);
  BOOST_TEST((before.sa_handler == now.sa_handler));
}

BOOST_AUTO_TEST_SUITE_END()
