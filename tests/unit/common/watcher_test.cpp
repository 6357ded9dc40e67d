#include "common/kube/watcher.h"

#include <boost/test/unit_test.hpp>
#include <sstream>

#include "common/kube/mirror.h"
#include "tests/support/eventually.h"
#include "tests/unit/common/link.h"

using maintenance::Deadline;
using maintenance::SystemClock;
using maintenance::http::ConnectingTransport;
using maintenance::http::Watchdog;
using namespace maintenance;
using namespace maintenance::testing;
using std::chrono::milliseconds;

namespace {

using Pods = kube::Mirror<kube::Pod, kube::read_pod>;

std::string pod(const std::string& name, const std::string& version) {
  return R"({"metadata":{"name":")" + name + R"(","resourceVersion":")" + version + R"("}})";
}

std::string event(const std::string& type, const std::string& object) {
  return R"({"type":")" + type + R"(","object":)" + object + "}\n";
}

Script list_of(const std::string& version, const std::string& items) {
  return {step::AwaitRequest{},
          step::Send{http_answer(200, R"({"metadata":{"resourceVersion":")" + version +
                                          R"("},"items":[)" + items + "]}")}};
}

std::string chunk(const std::string& bytes) {
  std::ostringstream out;
  out << std::hex << bytes.size() << "\r\n" << bytes << "\r\n";
  return out.str();
}

/// A watch that sends `events` in one chunk and then does `then`.
Script watch_of(const std::string& events, Step then) {
  return {step::AwaitRequest{},
          step::Send{"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                     "Transfer-Encoding: chunked\r\n\r\n" +
                     chunk(events)},
          std::move(then)};
}

/// A Watcher of a scripted API server.
struct Watched {
  explicit Watched(std::vector<Script> scripts, Script for_others = {})
      : server(std::move(scripts), std::move(for_others)),
        requests(plain_endpoint(server), nullptr, requests_watchdog),
        streams(plain_endpoint(server), nullptr, streams_watchdog),
        watcher(kube::Watcher::Parts{kube::Client(requests, clock, "ns"), streams, streams_watchdog,
                                     clock, [] { return 0.0; },
                                     kube::Collection{kube::core_api, "pods", "app=demo"}, pods,
                                     quick()}) {}

  static kube::WatchTiming quick() {
    kube::WatchTiming timing;
    timing.wait_min = milliseconds(5);
    timing.wait_max = milliseconds(20);
    return timing;
  }
  /// The names of the mirrored pods, or "-" when they may be out of date.
  [[nodiscard]] std::string names() const {
    const auto objects = pods.objects(Deadline::min());
    if (!objects) return "-";
    std::string out;
    for (const auto& [name, object] : *objects)
      out += name;
    return out;
  }
  [[nodiscard]] bool has(const std::string& expected) const {
    return eventually(patience, [&] { return names() == expected; });
  }
  [[nodiscard]] bool has_asked(std::size_t connection, const std::string& text) const {
    return eventually(patience, [&] { return contains(server.received(connection), text); });
  }

  ScriptedServer server;
  Watchdog requests_watchdog;
  Watchdog streams_watchdog;
  SystemClock clock;
  ConnectingTransport requests;
  ConnectingTransport streams;
  Pods pods{{}};
  kube::Watcher watcher;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(watcher_test)

BOOST_AUTO_TEST_CASE(a_mirror_follows_the_list_and_its_changes) {
  const std::string events = event("ADDED", pod("b", "11")) + event("MODIFIED", pod("a", "12")) +
                             event("DELETED", pod("a", "13")) + event("ADDED", pod("c", "14"));
  const Watched watched({list_of("10", pod("a", "9")), watch_of(events, step::Hold{})});
  BOOST_TEST(watched.has("bc"));
  BOOST_TEST(watched.has_asked(0, "GET /api/v1/namespaces/ns/pods?limit="));
  BOOST_TEST(watched.has_asked(0, "labelSelector=app%3Ddemo"));
  BOOST_TEST(watched.has_asked(1, "watch=true&allowWatchBookmarks=true"));
  BOOST_TEST(watched.has_asked(1, "resourceVersion=10&labelSelector=app%3Ddemo"));
}

BOOST_AUTO_TEST_CASE(a_cut_watch_goes_on_from_the_last_event) {
  const std::vector<Step> ends{step::Close{}, step::Reset{}, step::Send{"0\r\n\r\n"},
                               step::Send{"5\r\n{\"ty"}};
  for (const Step& end : ends) {
    const Watched watched({list_of("10", pod("a", "9")),
                           watch_of(event("ADDED", pod("b", "11")), end),
                           watch_of(event("ADDED", pod("c", "12")), step::Hold{})});
    BOOST_TEST(watched.has_asked(2, "resourceVersion=11"));
    BOOST_TEST(watched.has("abc"));
  }
}

BOOST_AUTO_TEST_CASE(a_bookmark_moves_the_place_to_go_on_from) {
  const Watched watched({list_of("10", ""),
                         watch_of(event("BOOKMARK", pod("", "99")), step::Send{"0\r\n\r\n"}),
                         watch_of(event("ADDED", pod("c", "100")), step::Hold{})});
  BOOST_TEST(watched.has_asked(2, "resourceVersion=99"));
  BOOST_TEST(watched.has("c"));
}

BOOST_AUTO_TEST_CASE(what_is_gone_is_listed_again_and_replaces_everything) {
  const std::string gone = R"({"kind":"Status","status":"Failure","code":410,"message":"too old"})";
  const std::vector<Script> refusals{
      watch_of(event("ERROR", gone), step::Hold{}),
      {step::AwaitRequest{}, step::Send{http_answer(410, gone)}},
      watch_of("these are no events", step::Hold{}),
  };
  for (const Script& refusal : refusals) {
    const Watched watched({list_of("10", pod("a", "9")), refusal, list_of("20", pod("z", "19")),
                           watch_of(event("BOOKMARK", pod("", "21")), step::Hold{})});
    BOOST_TEST(watched.has("z"));
    BOOST_TEST(watched.has_asked(2, "?limit="));
    BOOST_TEST(watched.has_asked(3, "resourceVersion=20"));
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_followed_is_not_shown_as_current) {
  const Watched never({}, {step::AwaitRequest{}, step::Send{http_answer(403, "{}")}});
  BOOST_TEST(eventually(patience, [&] { return never.server.connections() > 2; }));
  BOOST_TEST(never.names() == "-");
  const Watched no_longer({list_of("10", pod("a", "9"))}, {step::Close{}});
  BOOST_TEST(no_longer.has("-"));
}

BOOST_AUTO_TEST_CASE(silence_makes_objects_old) {
  const Watched watched({list_of("10", pod("a", "9")), watch_of(" ", step::Hold{})});
  BOOST_TEST(watched.has("a"));
  BOOST_TEST(!watched.pods.objects(std::chrono::steady_clock::now() + milliseconds(1)));
}

BOOST_AUTO_TEST_CASE(a_quiet_watch_ends_when_told_to) {
  Watched watched({list_of("10", pod("a", "9")), watch_of(" ", step::Hold{})});
  BOOST_TEST(watched.has_asked(1, "watch=true"));
  watched.watcher.request_stop();
  BOOST_TEST(eventually(patience, [&] { return watched.watcher.stopped(); }));
}

BOOST_AUTO_TEST_SUITE_END()
