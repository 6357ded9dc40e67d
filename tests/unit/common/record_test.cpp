#include "common/maintenance/record.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "common/text/json.h"
#include "tests/support/check.h"

using maintenance::format_record;
using maintenance::parse_record;
using maintenance::parse_records;
using maintenance::Record;
namespace text = maintenance::text;

namespace {

Record full_record() {
  Record record;
  record.id = "5f1c";
  record.by = "jane@example.com";
  record.verified = true;
  record.reason = "scrub";
  record.since = text::parse_timestamp("2026-01-01T00:00:00Z");
  record.until = text::parse_timestamp("2026-01-01T02:00:00Z");
  return record;
}

void check_same(const Record& left, const Record& right) {
  BOOST_TEST(left.id == right.id);
  BOOST_TEST(left.by == right.by);
  BOOST_TEST(left.verified == right.verified);
  BOOST_TEST(left.reason == right.reason);
  BOOST_TEST((left.since == right.since));
  BOOST_TEST((left.until == right.until));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(record_test)

BOOST_AUTO_TEST_CASE(a_record_is_one_line_of_json_in_a_fixed_order) {
  BOOST_TEST(format_record(full_record()) ==
             R"({"id":"5f1c","by":"jane@example.com","verified":true,"reason":"scrub",)"
             R"("since":"2026-01-01T00:00:00Z","until":"2026-01-01T02:00:00Z"})");
}

BOOST_AUTO_TEST_CASE(what_is_unknown_is_left_out) {
  Record record;
  record.id = "1";
  BOOST_TEST(format_record(record) == R"({"id":"1","by":"","verified":false})");
}

BOOST_AUTO_TEST_CASE(a_record_survives_writing_and_reading) {
  check_same(parse_record(format_record(full_record())), full_record());
}

BOOST_AUTO_TEST_CASE(any_reason_survives_on_one_line) {
  const std::vector<std::string> reasons{
      "two\nlines\r\n",
      "quotes \" and \\ back\\slashes",
      "\x1b[2J",
      "tab\t",
      "</script>",
      "caf\xc3\xa9 \xf0\x9f\x98\x80",
      "{\"until\":\"2000-01-01T00:00:00Z\"}",
      std::string(512, 'x'),
  };
  for (const std::string& reason : reasons) {
    BOOST_TEST_CONTEXT(reason) {
      Record record = full_record();
      record.reason = reason;
      const std::string line = format_record(record);
      BOOST_TEST(line.find('\n') == std::string::npos);
      check_same(parse_record(line), record);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_value_that_does_not_parse_is_a_record_with_unknown_fields) {
  const std::vector<std::string> values{
      "true",
      "",
      " ",
      "false",
      "null",
      "{",
      "{}",
      "[]",
      "[{\"id\":\"1\"}]",
      "\"text\"",
      "42",
      "1e999",
      "{\"id\":\"1\"} trailing",
      std::string(1000, '['),
      std::string("\0", 1),
      "\xff\xfe",
      R"({"id":1,"by":[],"verified":"true","reason":{},"since":5,"until":null})",
      R"({"since":"yesterday","until":"9999-12-31T23:59:59Z"})",
      R"({"id":"\ud800"})",
      R"({"id":"1","id":"2"})",
  };
  for (const std::string& value : values) {
    BOOST_TEST_CONTEXT(value) {
      check_same(parse_record(value), Record{});
    }
  }
}

BOOST_AUTO_TEST_CASE(unknown_members_are_ignored) {
  BOOST_TEST(parse_record(R"({"id":"7","colour":"red","nested":{"by":"mallory"}})").id == "7");
  BOOST_TEST(parse_record(R"({"id":"7","nested":{"by":"mallory"}})").by.empty());
}

BOOST_AUTO_TEST_CASE(every_key_of_the_config_map_is_a_record_whatever_its_value) {
  const auto records =
      parse_records({{"pod-0", "true"}, {"pod-1", ""}, {"pod-2", R"({"id":"x"})"}});
  BOOST_TEST(records.size() == 3U);
  BOOST_TEST(records.count("pod-0") == 1U);
  BOOST_TEST(records.count("pod-1") == 1U);
  BOOST_REQUIRE(records.count("pod-2") == 1U);
  BOOST_TEST(records.at("pod-2").id == "x");
}

BOOST_AUTO_TEST_SUITE_END()
