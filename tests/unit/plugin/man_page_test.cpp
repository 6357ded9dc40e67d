#include "plugin/cli/man_page.h"

#include <boost/test/unit_test.hpp>

#include "plugin/cli/parse.h"
#include "tests/support/check.h"

using namespace maintenance::plugin;
using maintenance::testing::contains;

namespace {

const ManPage& page_of(const std::vector<ManPage>& pages, const std::string& file) {
  for (const ManPage& page : pages) {
    if (page.file == file) return page;
  }
  throw std::runtime_error("no page " + file);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(man_page_test)

BOOST_AUTO_TEST_CASE(one_for_the_program_and_one_for_each_command) {
  const auto pages = man_pages({});
  BOOST_TEST(pages.size() == 1 + command_references().size());
  const std::string& text = page_of(pages, "kubectl-maintenance-run.1").text;
  for (const char* part : {".TH KUBECTL\\-MAINTENANCE\\-RUN 1",
                           ".SH NAME\nkubectl\\-maintenance\\-run \\- Run a command",
                           ".SH SYNOPSIS\n\\fBkubectl maintenance\\fR run pod NAME",
                           ".SH OPTIONS\n.TP\n", "\\fB\\-n, \\-\\-namespace=''\\fR\n",
                           ".SH EXAMPLES\n.nf\n", ".SH STATES\n.nf\n", ".SH EXIT CODES\n.nf\n"}) {
    BOOST_TEST(contains(text, part), part << " is not in\n" << text);
  }
  BOOST_TEST(
      contains(page_of(pages, "kubectl-maintenance.1").text, "kubectl\\-maintenance\\-enable(1)"));
}

BOOST_AUTO_TEST_CASE(a_line_that_looks_like_a_request_is_none) {
  const CommandReference reference{
      {"frob", "Does.", ".so /etc/passwd\n'so there\\n", "  frob\n", "frob", ""}, {}};
  const std::string text = man_page(reference, {}).text;
  BOOST_TEST(contains(text, "\n\\&.so /etc/passwd\n\\&'so there\\en\n"), text);
}

BOOST_AUTO_TEST_CASE(no_text_is_taken_for_a_request) {
  for (const ManPage& page : man_pages({})) {
    std::istringstream lines(page.text);
    for (std::string line; std::getline(lines, line);) {
      if (line.empty() || (line[0] != '.' && line[0] != '\'')) continue;
      const std::string request = line.substr(1, 2);
      BOOST_TEST((request == "TH" || request == "SH" || request == "TP" || request == "nf" ||
                  request == "fi"),
                 page.file << ": " << line);
    }
  }
}

BOOST_AUTO_TEST_CASE(in_the_name_that_people_type) {
  for (const ManPage& page : man_pages(program_name_of("kubectl-cassandra_maintenance"))) {
    BOOST_TEST(page.file.rfind("kubectl-cassandra_maintenance", 0) == 0U, page.file);
    BOOST_TEST(!contains(page.text, "kubectl maintenance"), page.text);
    BOOST_TEST(!contains(page.text, "kubectl\\-maintenance"), page.text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
