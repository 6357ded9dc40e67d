#include "common/text/json_list.h"

#include <malloc.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "common/kube/objects.h"
#include "tests/support/check.h"
#include "tests/support/sanitized.h"

using maintenance::ErrorKind;
using maintenance::testing::kind_of;
namespace text = maintenance::text;
using text::JsonView;

namespace {

/// The items on one line each, and then the list without them.
std::string read(const std::string& raw, const text::Members& wanted = {}) {
  std::string out;
  const auto list = text::parse_json_list(
      raw, wanted, [&](const JsonView& item) { out += text::to_json(*item.raw()) + "\n"; }, "test");
  REQUIRE_OK(list);
  return out + text::to_json(*list->raw());
}

/// A pod about as large as one of Cassandra is, most of it managedFields and environment.
std::string large_pod(int number) {
  std::string fields;
  for (int i = 0; i < 120; ++i)
    fields += std::string(i == 0 ? "" : ",") + "\"f:" + std::to_string(i) + "\":{\"f:name\":{}}";
  std::string environment;
  for (int i = 0; i < 40; ++i) {
    environment += std::string(i == 0 ? "" : ",") + R"({"name":"VARIABLE_)" + std::to_string(i) +
                   R"(","value":"a value of some length"})";
  }
  return R"({"metadata":{"name":"demo-cassandra-dc1-)" + std::to_string(number) +
         R"(","uid":"f7e6","labels":{"cassandra-cluster-dc":"dc1"},"managedFields":[{"fieldsV1":{)" +
         fields + R"(}}]},"spec":{"containers":[{"name":"cassandra","env":[)" + environment +
         R"(]}]},"status":{"phase":"Running"}})";
}

/// A sanitizer has memory of its own: what it needs says nothing of ours.
constexpr bool memory_is_mallocs = !maintenance::testing::sanitized;

std::size_t bytes_in_use() {
  const auto state = mallinfo2();
  return state.uordblks + state.hblkhd;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json_list_test)

BOOST_AUTO_TEST_CASE(items_are_handed_over_in_order_and_the_rest_is_given_back) {
  const std::vector<std::pair<std::string, std::string>> lists{
      {R"({"items":[{"a":1},{"b":[1,{"c":null}]}],"metadata":{"continue":"t"}})",
       "{\"a\":1}\n{\"b\":[1,{\"c\":null}]}\n{\"metadata\":{\"continue\":\"t\"}}"},
      {R"({"kind":"List","items":[],"x":[[],{"items":[{}]}]})",
       R"({"kind":"List","x":[[],{"items":[{}]}]})"},
      {R"({"items":null,"x":1})", R"({"x":1})"},
      {R"({"items":"text","x":1})", R"({"x":1})"},
      {R"({"items":{"a":{"items":[1]}},"x":true})", R"({"x":true})"},
      {R"({"items":[1,"s",null,[{"no":1},[2]],{"yes":1.5},false],"x":-7})",
       "{\"yes\":1.5}\n{\"x\":-7}"},
      {R"({"items":[{"items":[{"deep":1}],"metadata":{"items":[2]}}]})",
       "{\"items\":[{\"deep\":1}],\"metadata\":{\"items\":[2]}}\n{}"},
      {R"({})", "{}"},
  };
  for (const auto& [raw, expected] : lists) {
    BOOST_TEST_CONTEXT(raw) {
      BOOST_TEST(read(raw) == expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_wanted_of_an_item_is_left_out) {
  const text::Members wanted{
      {{"metadata", {{{"name", {}}}}}, {"spec", {{{"list", {{{"a", {}}}}}}}}}};
  BOOST_TEST(read(R"({"items":[{"metadata":{"managedFields":[{"f":{}}],"name":"a"},"items":[[1]]},)"
                  R"({"x":1,"spec":{"b":{"a":1},"list":[{"a":[{"b":2}],"b":1},{"b":[]}]}}],"y":2})",
                  wanted) ==
             "{\"metadata\":{\"name\":\"a\"}}\n{\"spec\":{\"list\":[{\"a\":[{\"b\":2}]},{}]}}\n"
             "{\"y\":2}");
}

BOOST_AUTO_TEST_CASE(what_is_no_object_or_was_cut_is_refused) {
  const std::vector<std::string> refused{
      "",
      "null",
      "[]",
      "[{}]",
      R"({"items":[{)",
      R"({"items":[{"a":1}])",
      R"({} {})",
      R"({"items":[}]})",
      R"({"items":[{"metadata":{"managedFields":[}}]})",
      "<html>",
      R"({"items":[{"a":1e999}]})",
      R"({"items":)" + std::string(100'000, '['),
  };
  for (const std::string& raw : refused) {
    BOOST_TEST_CONTEXT(raw.substr(0, 40)) {
      const auto list = text::parse_json_list(
          raw, {}, [](const JsonView&) {}, "test");
      BOOST_TEST(kind_of(list) == ErrorKind::protocol);
    }
  }
}

/// As a whole this list would take 40 times the bytes of its text.
BOOST_AUTO_TEST_CASE(a_thousand_pods_need_the_memory_of_one) {
  constexpr int pods = 1000;
  std::string raw = R"({"items":[)";
  for (int i = 0; i < pods; ++i)
    raw += (i == 0 ? "" : ",") + large_pod(i);
  raw += "]}";
  const std::size_t before = bytes_in_use();
  std::size_t most = before;
  int seen = 0;
  const auto list = text::parse_json_list(
      raw, maintenance::kube::pod_members(),
      [&](const JsonView& item) {
        most = std::max(most, bytes_in_use());
        BOOST_TEST(maintenance::kube::read_pod(item).phase == "Running");
        ++seen;
      },
      "test");
  REQUIRE_OK(list);
  BOOST_TEST(seen == pods);
  BOOST_TEST_MESSAGE("text " << raw.size() << " bytes, growth " << most - before << " bytes");
  if (memory_is_mallocs) BOOST_TEST(most - before < 1'000'000U);
}

BOOST_AUTO_TEST_SUITE_END()
