#include "plugin/output/renaming.h"

#include <boost/test/unit_test.hpp>
#include <sstream>

using namespace maintenance::plugin;

namespace {

struct Stage {
  std::ostringstream behind;
  RenamingBuffer buffer{behind, program_name_of("kubectl-cassandra_maintenance")};
  std::ostream out{&buffer};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(renaming_test, Stage)

BOOST_AUTO_TEST_CASE(a_name_in_pieces_is_one_name) {
  out << "see 'kubectl main"
      << "tenance" << ' ' << "status'";
  BOOST_TEST(behind.str().empty());
  out << '\n';
  BOOST_TEST(behind.str() == "see 'kubectl cassandra-maintenance status'\n");
}

/// A question or a line of progress has no end.
BOOST_AUTO_TEST_CASE(what_is_flushed_is_seen) {
  out << "kubectl maintenance? [y/N]: " << std::flush;
  BOOST_TEST(behind.str() == "kubectl cassandra-maintenance? [y/N]: ");
}

BOOST_AUTO_TEST_CASE(nothing_is_kept_to_itself) {
  {
    RenamingBuffer ends(behind, ProgramName());
    std::ostream(&ends) << "kubectl maintenance";
  }
  BOOST_TEST(behind.str() == "kubectl maintenance");
}

BOOST_AUTO_TEST_CASE(a_line_without_end_does_not_grow) {
  out << std::string(1'000'000, 'x');
  BOOST_TEST(behind.str().size() > 900'000U);
}

BOOST_AUTO_TEST_CASE(a_stream_that_fails_is_told) {
  behind.setstate(std::ios::badbit);
  out << "text\n";
  BOOST_TEST(!out);
}

BOOST_AUTO_TEST_SUITE_END()
