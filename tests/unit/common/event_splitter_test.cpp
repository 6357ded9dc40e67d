#include "common/kube/event_splitter.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"

using maintenance::ErrorKind;
using maintenance::kube::EventSplitter;
using namespace maintenance::testing;

namespace {

const std::vector<std::string> recorded{
    R"({"type":"ADDED","object":{"metadata":{"name":"a"},"note":"a \"}\" and a \\"}})",
    R"({"type":"MODIFIED","object":{"list":[1,[2,{}]],"text":"{["}})",
    R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"12"}}})"};

std::string joined(const std::string& between) {
  std::string bytes;
  for (const std::string& event : recorded)
    bytes += event + between;
  return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(event_splitter_test)

BOOST_AUTO_TEST_CASE(events_are_found_wherever_the_bytes_are_cut) {
  for (const std::string between : {"\n", "", "\r\n \t"}) {
    const std::string bytes = joined(between);
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
      EventSplitter splitter;
      auto found = splitter.feed(bytes.substr(0, cut));
      REQUIRE_OK(found);
      const auto rest = splitter.feed(bytes.substr(cut));
      REQUIRE_OK(rest);
      found->insert(found->end(), rest->begin(), rest->end());
      BOOST_TEST(*found == recorded, "cut at " << cut);
      BOOST_TEST(!splitter.is_inside());
    }
  }
}

BOOST_AUTO_TEST_CASE(an_event_that_is_not_whole_is_known_as_such) {
  const std::string event = recorded.front();
  for (std::size_t size = 1; size < event.size(); ++size) {
    EventSplitter splitter;
    const auto found = splitter.feed(event.substr(0, size));
    REQUIRE_OK(found);
    BOOST_TEST(found->empty());
    BOOST_TEST(splitter.is_inside());
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_object_is_refused) {
  for (const std::string bytes : {"x", "[]", "}", "1", "\"a\"", "{}]", "<html>"}) {
    EventSplitter splitter;
    BOOST_TEST((kind_of(splitter.feed(bytes)) == ErrorKind::protocol), bytes);
  }
}

BOOST_AUTO_TEST_CASE(an_endless_event_is_given_up) {
  EventSplitter splitter(100);
  BOOST_TEST((kind_of(splitter.feed("{\"a\":\"" + std::string(200, 'x'))) == ErrorKind::too_large));
}

BOOST_AUTO_TEST_CASE(the_limit_is_for_one_event_not_for_all) {
  EventSplitter splitter(10);
  for (int i = 0; i < 100; ++i)
    REQUIRE_OK(splitter.feed("{\"a\":1}\n"));
}

BOOST_AUTO_TEST_SUITE_END()
