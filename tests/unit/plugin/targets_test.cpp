#include "plugin/cli/targets.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::plugin;

namespace {

using Words = std::vector<std::string>;

struct Good {
  Words words;
  TargetKind kind;
  Words names;
};
struct Bad {
  Words words;
  const char* says;
};
std::ostream& print(std::ostream& out, const Words& words) {
  for (const auto& word : words)
    out << word << ' ';
  return out;
}
std::ostream& operator<<(std::ostream& out, const Good& row) {
  return print(out, row.words);
}
std::ostream& operator<<(std::ostream& out, const Bad& row) {
  return print(out, row.words);
}

const std::vector<Good> good{
    {{"pod", "a"}, TargetKind::pod, {"a"}},
    {{"pods", "a", "b"}, TargetKind::pod, {"a", "b"}},
    {{"po", "b", "a", "b"}, TargetKind::pod, {"b", "a"}},
    {{"pod/a"}, TargetKind::pod, {"a"}},
    {{"pod/a", "pods/b", "po/a"}, TargetKind::pod, {"a", "b"}},
    {{"dc", "dc1"}, TargetKind::dc, {"dc1"}},
    {{"dcs", "dc1", "dc2"}, TargetKind::dc, {"dc1", "dc2"}},
    {{"datacenter", "East_1.x"}, TargetKind::dc, {"East_1.x"}},
    {{"dc/dc1"}, TargetKind::dc, {"dc1"}},
    {{"pod", "pod"}, TargetKind::pod, {"pod"}},
    {{"pod", "a.b-c"}, TargetKind::pod, {"a.b-c"}},
};
const std::vector<Bad> bad{
    {{}, "name what it is about"},
    {{"pod"}, "the name of a pod is missing"},
    {{"dc"}, "the name of a datacenter is missing"},
    {{"node", "a"}, "unknown kind \"node\""},
    {{"demo-cassandra-dc1-0"}, "unknown kind"},
    {{"pod/"}, "pod name \"\""},
    {{"/a"}, "neither pod nor dc"},
    {{"node/a"}, "neither pod nor dc"},
    {{"pod/a", "b"}, "there is no kind in \"b\""},
    {{"pod", "a", "pod/b"}, "no need to say the kind twice"},
    {{"pod/a", "dc/b"}, "cannot be mixed"},
    {{"pod", "A"}, "RFC 1123"},
    {{"pod", "a/../b"}, "no need"},
    {{"pod/a/b"}, "RFC 1123"},
    {{"pod", "a?x"}, "RFC 1123"},
    {{"pod", "a\r\nX: y"}, "RFC 1123"},
    {{"pod", ""}, "RFC 1123"},
    {{"pod", ".."}, "RFC 1123"},
    {{"pod", "-a"}, "RFC 1123"},
    {{"dc", "dc 1"}, "label value"},
    {{"dc", "dc/1"}, "no need"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(targets_test)

BOOST_DATA_TEST_CASE(both_forms_of_naming, boost::unit_test::data::make(good), row) {
  const auto targets = parse_targets(row.words);
  REQUIRE_OK(targets);
  BOOST_TEST((targets->kind == row.kind));
  BOOST_TEST(targets->names == row.names, boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(refuses_what_must_not_become_a_url, boost::unit_test::data::make(bad), row) {
  const Error failure = maintenance::testing::failure_of(parse_targets(row.words));
  BOOST_TEST(failure.kind == ErrorKind::invalid);
  BOOST_TEST(maintenance::testing::contains(failure.message(), row.says), failure.message());
  // Whatever was typed, the sentence is one line.
  BOOST_TEST(failure.message().find_first_of("\r\n") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(names_for_output) {
  BOOST_TEST(target_name(TargetKind::pod, "a") == "pod/a");
  BOOST_TEST(target_name(TargetKind::dc, "x\x1b[2J") == "dc/x\\x1b[2J");
}

BOOST_AUTO_TEST_SUITE_END()
