#include "plugin/credentials/credentials.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"
#include "tests/unit/plugin/fakes.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace std::chrono_literals;
using maintenance::testing::contains;
using maintenance::testing::failure_of;

namespace {

ProgramEnd printing(const std::string& status) {
  return {0,
          R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":)" +
              status + "}"};
}

struct Stage {
  testing::FakeClock clock;
  testing::FakePrograms programs;
  testing::FakeTerminal terminal;
  LoadedAccess access;

  Stage() {
    access.access.endpoint.host = "api";
    access.user_name = "me";
  }
  void use_exec(const std::string& mode = "IfAvailable") {
    access.exec.emplace();
    access.exec->api_version = "client.authentication.k8s.io/v1";
    access.exec->command = "login";
    access.exec->args = {"--quiet"};
    access.exec->env = {{"A", "b"}};
    access.exec->interactive_mode = mode;
  }
  Credentials credentials() { return Credentials(access, {clock, programs, terminal}); }
};

std::string authorization(const Credentials& credentials) {
  const auto headers = credentials.headers();
  REQUIRE_OK(headers);
  return std::string(http::find_header(*headers, "Authorization"));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(credentials_test, Stage)

BOOST_AUTO_TEST_CASE(a_token_needs_no_program) {
  access.access.token = "t";
  Credentials own = credentials();
  const auto another = own.refresh();
  REQUIRE_OK(another);
  BOOST_TEST(!*another);
  BOOST_TEST(authorization(own) == "Bearer t");
  const auto renewed = own.renew();
  REQUIRE_OK(renewed);
  BOOST_TEST(!*renewed);
  BOOST_TEST(programs.started.empty());
}

BOOST_AUTO_TEST_CASE(name_and_password_and_whose_part_we_take) {
  access.username = "jane";
  access.password = "s3cret";
  access.as.user = "joe";
  const auto headers = credentials().headers();
  REQUIRE_OK(headers);
  BOOST_TEST(http::find_header(*headers, "Authorization").substr(0, 6) == "Basic ");
  BOOST_TEST(http::find_header(*headers, "Impersonate-User") == "joe");
}

BOOST_AUTO_TEST_CASE(a_plugin_is_run_once_and_told_what_the_entry_says) {
  use_exec();
  programs.ends = {printing(R"({"token":"t1"})")};
  Credentials own = credentials();
  REQUIRE_OK(own.refresh());
  REQUIRE_OK(own.refresh());
  BOOST_TEST(authorization(own) == "Bearer t1");
  BOOST_REQUIRE(programs.started.size() == 1U);
  const ProgramStart& start = programs.started.front();
  BOOST_TEST(start.command == "login");
  BOOST_TEST(start.args == std::vector<std::string>{"--quiet"}, boost::test_tools::per_element());
  BOOST_REQUIRE(start.env.size() == 2U);
  BOOST_TEST(start.env[0].first == "A");
  BOOST_TEST(start.env[1].first == "KUBERNETES_EXEC_INFO");
}

BOOST_AUTO_TEST_CASE(what_has_expired_is_fetched_again) {
  use_exec();
  const std::string soon = text::format_timestamp(clock.now() + 60s);
  programs.ends = {printing(R"({"token":"t1","expirationTimestamp":")" + soon + "\"}"),
                   printing(R"({"token":"t2"})")};
  Credentials own = credentials();
  REQUIRE_OK(own.refresh());
  BOOST_TEST(authorization(own) == "Bearer t1");
  clock.sleep_for(61s);
  REQUIRE_OK(own.refresh());
  BOOST_TEST(authorization(own) == "Bearer t2");
}

BOOST_AUTO_TEST_CASE(what_is_not_accepted_is_fetched_again_once) {
  use_exec();
  programs.ends = {printing(R"({"token":"t1"})"), printing(R"({"token":"t2"})")};
  Credentials own = credentials();
  REQUIRE_OK(own.refresh());
  BOOST_TEST(*own.renew());
  BOOST_TEST(authorization(own) == "Bearer t2");
  BOOST_TEST(!*own.renew());
  BOOST_TEST(programs.started.size() == 2U);
}

BOOST_AUTO_TEST_CASE(another_certificate_needs_another_connection) {
  use_exec();
  const auto certificate = [](const std::string& name, const std::string& end) {
    return printing(R"({"clientCertificateData":")" + name +
                    R"(","clientKeyData":"k","expirationTimestamp":")" + end + "\"}");
  };
  const std::string past = text::format_timestamp(clock.now() - 1s);
  programs.ends = {certificate("c1", past), certificate("c1", past), certificate("c2", past)};
  Credentials own = credentials();
  BOOST_TEST(*own.refresh());
  BOOST_TEST(own.tls().client_cert_pem == "c1");
  BOOST_TEST(!*own.refresh());
  BOOST_TEST(*own.refresh());
  BOOST_TEST(own.tls().client_cert_pem == "c2");
}

BOOST_AUTO_TEST_CASE(who_may_be_asked) {
  struct Row {
    const char* mode;
    bool terminal;
    bool with_input;
  };
  for (const Row& row :
       {Row{"Never", true, false}, Row{"Never", false, false}, Row{"IfAvailable", true, true},
        Row{"IfAvailable", false, false}, Row{"", true, true}, Row{"Always", true, true}}) {
    use_exec(row.mode);
    terminal.input = row.terminal;
    programs.ends = {printing(R"({"token":"t"})")};
    Credentials own = credentials();
    REQUIRE_OK(own.refresh());
    BOOST_TEST(programs.started.back().with_input == row.with_input, row.mode);
  }
  use_exec("Always");
  terminal.input = false;
  Credentials own = credentials();
  const Error failure = failure_of(own.refresh());
  BOOST_TEST(failure.kind == ErrorKind::unauthorized);
  BOOST_TEST(contains(failure.message(), "standard input is not a terminal"));
}

BOOST_AUTO_TEST_CASE(what_goes_wrong_names_plugin_and_user_and_no_secret) {
  struct Row {
    Result<ProgramEnd> end;
    const char* says;
  };
  const std::vector<Row> rows{{Error{ErrorKind::not_found, "running", "there is no such program"},
                               "there is no such program; install it: x"},
                              {ProgramEnd{3, "s3cret"}, "exit code 3; install it: x"},
                              {ProgramEnd{0, "s3cret"}, "not JSON"},
                              {printing(R"({"clientKeyData":"s3cret"})"), "only useful together"}};
  use_exec();
  access.exec->install_hint = "install it: \x1b[2Jx";
  for (const Row& row : rows) {
    programs.ends = {row.end};
    Credentials own = credentials();
    const Error failure = failure_of(own.refresh());
    BOOST_TEST(failure.kind == ErrorKind::unauthorized);
    const std::string text = failure.message();
    BOOST_TEST(contains(text, "exec plugin \"login\" of user \"me\": "), text);
    BOOST_TEST(!contains(text, "s3cret"), text);
    BOOST_TEST(!contains(text, "\x1b"), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
