#include "plugin/output/trace.h"

#include <boost/test/unit_test.hpp>
#include <sstream>

using namespace maintenance;

BOOST_AUTO_TEST_SUITE(trace_test)

BOOST_AUTO_TEST_CASE(headers_show_from_9_on) {
  for (const int verbosity : {0, 1, 6, 8, 9, 10}) {
    std::ostringstream err;
    plugin::Trace trace(err, verbosity);
    trace.say_headers(">", {{"Accept", "application/json"}});
    BOOST_TEST(err.str() == (verbosity >= 9 ? "> Accept: application/json\n" : ""));
  }
}

BOOST_AUTO_TEST_CASE(what_logs_somebody_in_is_masked) {
  struct Row {
    http::Header header;
    const char* shown;
  };
  for (const Row& row :
       {Row{{"Authorization", "Bearer s3cret"}, "> Authorization: Bearer <masked>\n"},
        Row{{"authorization", "Basic czNjcmV0"}, "> authorization: Basic <masked>\n"},
        Row{{"Authorization", "s3cret"}, "> Authorization: <masked>\n"},
        Row{{"Authorization", "s3cret more"}, "> Authorization: <masked>\n"},
        Row{{"Proxy-Authorization", "Basic czNjcmV0"}, "> Proxy-Authorization: Basic <masked>\n"},
        Row{{"Cookie", "session=s3cret"}, "> Cookie: <masked>\n"},
        Row{{"Set-Cookie", "session=s3cret"}, "> Set-Cookie: <masked>\n"}}) {
    std::ostringstream err;
    plugin::Trace trace(err, 9);
    trace.say_headers(">", {row.header});
    BOOST_TEST(err.str() == row.shown);
  }
}

BOOST_AUTO_TEST_CASE(control_characters_of_others_do_not_reach_the_terminal) {
  std::ostringstream err;
  plugin::Trace trace(err, 9);
  trace.say_headers("<", {{"Server", "\x1b[2Jx\r\n"}});
  BOOST_TEST(err.str().find('\x1b') == std::string::npos);
  BOOST_TEST(err.str().find('\n') == err.str().size() - 1);
}

BOOST_AUTO_TEST_SUITE_END()
