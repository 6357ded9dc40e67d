#include "plugin/exec/exec_request.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;

BOOST_AUTO_TEST_SUITE(exec_request_test)

BOOST_AUTO_TEST_CASE(words_and_names_are_encoded) {
  const auto request =
      exec_http_request("ns", {"a", "gate", {"sh", "-c", "echo a&b=\xC3\xA4 +"}}, "key");
  BOOST_TEST(request.method == "GET");
  BOOST_TEST(request.target ==
             "/api/v1/namespaces/ns/pods/a/exec?container=gate&command=sh&command=-c&command="
             "echo%20a%26b%3D%C3%A4%20%2B&stdout=true&stderr=true");
}

BOOST_AUTO_TEST_CASE(a_terminal_has_no_stderr_of_its_own) {
  const auto request = exec_http_request("ns", {"a", "gate", {"sh"}, true, true}, "key");
  BOOST_TEST(contains(request.target, "&stdout=true&stdin=true&tty=true"), request.target);
  BOOST_TEST(!contains(request.target, "stderr"));
}

BOOST_AUTO_TEST_CASE(a_piped_input_needs_a_protocol_that_can_end_it) {
  BOOST_TEST(exec_protocols({"a", "", {}, true, false}).size() == 1U);
  BOOST_TEST(exec_protocols({"a", "", {}, true, false}).front() == exec_protocol_v5);
  BOOST_TEST(exec_protocols({"a", "", {}, true, true}).size() == 2U);
  BOOST_TEST(exec_protocols({"a", "", {}, false, false}).size() == 2U);
  const auto request = exec_http_request("ns", {"a", "gate", {"sh"}}, "key");
  BOOST_TEST(http::find_header(request.headers, "Sec-WebSocket-Protocol") ==
             "v5.channel.k8s.io, v4.channel.k8s.io");
}

BOOST_AUTO_TEST_SUITE_END()
