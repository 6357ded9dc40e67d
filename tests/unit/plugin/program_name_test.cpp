#include "plugin/cli/program_name.h"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace maintenance::plugin;

BOOST_AUTO_TEST_SUITE(program_name_test)

BOOST_AUTO_TEST_CASE(the_usual_names) {
  const ProgramName usual;
  for (const char* called :
       {"kubectl-maintenance", "/usr/bin/kubectl-maintenance", "kubectl_complete-maintenance",
        "C:\\krew\\bin\\kubectl-maintenance.exe"}) {
    BOOST_TEST((program_name_of(called) == usual), called);
  }
}

/// krew links kubectl-cassandra_maintenance to the program; kubectl runs it for
/// "cassandra-maintenance".
BOOST_AUTO_TEST_CASE(a_name_is_typed_as_kubectl_reads_it) {
  const ProgramName name = program_name_of("/root/.krew/bin/kubectl-cassandra_maintenance");
  BOOST_TEST(name.command == "kubectl cassandra-maintenance");
  BOOST_TEST(name.file == "kubectl-cassandra_maintenance");
  BOOST_TEST(name.completion == "kubectl_complete-cassandra_maintenance");
  BOOST_TEST((program_name_of("kubectl_complete-cassandra_maintenance") == name));
  BOOST_TEST(program_name_of("kubectl-a_b-c").command == "kubectl a-b c");
}

BOOST_AUTO_TEST_CASE(what_is_no_plugins_name_is_not_believed) {
  const ProgramName usual;
  for (const std::string& called :
       {std::string(), std::string("a.out"), std::string("kubectl-"), std::string("kubectl"),
        std::string("kubectl-a\x1b[31m"), std::string("kubectl-a b"), std::string("kubectl-$(id)"),
        "kubectl-" + std::string(101, 'a')}) {
    BOOST_TEST((program_name_of(called) == usual), called);
  }
}

BOOST_AUTO_TEST_CASE(texts_are_renamed) {
  const ProgramName name = program_name_of("kubectl-cassandra_maintenance");
  BOOST_TEST(in_the_name_of(name,
                            "type 'kubectl maintenance status' or kubectl-maintenance; TAB: "
                            "kubectl_complete-maintenance") ==
             "type 'kubectl cassandra-maintenance status' or kubectl-cassandra_maintenance; TAB: "
             "kubectl_complete-cassandra_maintenance");
  BOOST_TEST(in_the_name_of(name, "kubectl maintenanc") == "kubectl maintenanc");
  BOOST_TEST(in_the_name_of(ProgramName(), "kubectl maintenance") == "kubectl maintenance");
}

BOOST_AUTO_TEST_SUITE_END()
