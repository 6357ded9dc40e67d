#include "common/text/duration.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace maintenance::text;
using std::chrono::milliseconds;

namespace {

struct Row {
  const char* text;
  long long ms;  ///< -1: refused
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << '"' << row.text << '"';
}
const Row rows[] = {
    {"10", 10'000},
    {"0", 0},
    {"0s", 0},
    {"10m", 600'000},
    {"500ms", 500},
    {"1.5s", 1500},
    {"1h30m", 5'400'000},
    {"1h2m3s", 3'723'000},
    {"0.5h", 1'800'000},
    {"", -1},
    {"-1s", -1},
    {"abc", -1},
    {"10x", -1},
    {"10m5", -1},
    {"1.5", -1},
    {"1.0", -1},
    {"10.", -1},
    {"10.0001", -1},
    {"m", -1},
    {".", -1},
    {"10 m", -1},
    {"10001h", -1},
    {"99999999999999999999", -1},
    {"99999999999999999999h", -1},
    {"10m ", -1},
    {"3d", 259'200'000},
    {"1d12h", 129'600'000},
    {"417d", -1},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(duration_test)

BOOST_DATA_TEST_CASE(reads_go_durations_and_seconds, boost::unit_test::data::make(rows), row) {
  const auto read = parse_duration(row.text);
  BOOST_TEST(read.has_value() == (row.ms >= 0));
  if (read) BOOST_TEST(read->count() == row.ms);
}

BOOST_AUTO_TEST_CASE(writes_them_the_short_way) {
  BOOST_TEST(format_duration(milliseconds(0)) == "0ms");
  BOOST_TEST(format_duration(milliseconds(250)) == "250ms");
  BOOST_TEST(format_duration(milliseconds(600'000)) == "10m");
  BOOST_TEST(format_duration(milliseconds(5'400'000)) == "1h30m");
  BOOST_TEST(format_duration(milliseconds(3'723'000)) == "1h2m3s");
  BOOST_TEST(format_duration(milliseconds(45'900)) == "45s");
}

BOOST_AUTO_TEST_SUITE_END()
