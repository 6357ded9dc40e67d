#include "plugin/commands/exit_code.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::plugin;

namespace {

struct Row {
  ErrorKind kind;
  int code;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << to_string(row.kind);
}
// The documented table. A change here is a change of what scripts rely on.
const Row rows[] = {
    {ErrorKind::invalid, 1},      {ErrorKind::not_found, 4},   {ErrorKind::conflict, 8},
    {ErrorKind::unauthorized, 5}, {ErrorKind::forbidden, 5},   {ErrorKind::policy, 3},
    {ErrorKind::too_many, 3},     {ErrorKind::unreachable, 6}, {ErrorKind::timeout, 7},
    {ErrorKind::protocol, 1},     {ErrorKind::too_large, 1},   {ErrorKind::unknown_outcome, 1},
    {ErrorKind::server, 1},       {ErrorKind::internal, 1},    {ErrorKind::interrupted, 130},
};

int combined(const std::vector<int>& codes) {
  std::vector<ExitCode> typed;
  for (const int code : codes)
    typed.push_back(static_cast<ExitCode>(code));
  return static_cast<int>(combine(typed));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exit_code_test)

BOOST_DATA_TEST_CASE(of_each_kind, boost::unit_test::data::make(rows), row) {
  BOOST_TEST(static_cast<int>(exit_code_of(row.kind)) == row.code);
}

BOOST_AUTO_TEST_CASE(of_several_targets) {
  BOOST_TEST(combined({}) == 0);
  BOOST_TEST(combined({0, 0}) == 0);
  BOOST_TEST(combined({3}) == 3);
  BOOST_TEST(combined({3, 3}) == 3);
  BOOST_TEST(combined({0, 3}) == 9);
  BOOST_TEST(combined({3, 0}) == 9);
  BOOST_TEST(combined({3, 4}) == 9);
}

BOOST_AUTO_TEST_SUITE_END()
