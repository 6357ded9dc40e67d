#include "plugin/cli/parse.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace std::chrono_literals;

namespace {

using Words = std::vector<std::string>;

template <class T>
T parse_as(const Words& words) {
  const Command command = parse_command_line(words);
  if (const auto* error = std::get_if<UsageError>(&command)) {
    BOOST_REQUIRE_MESSAGE((std::is_same_v<T, UsageError>), error->message);
  }
  BOOST_REQUIRE(std::holds_alternative<T>(command));
  return std::get<T>(command);
}

struct Bad {
  Words words;
  const char* says;
  const char* command;
};
std::ostream& operator<<(std::ostream& out, const Bad& row) {
  for (const auto& word : row.words)
    out << word << ' ';
  return out;
}

const char* const top = "kubectl maintenance";
const char* const enable = "kubectl maintenance enable";
const char* const disable = "kubectl maintenance disable";
const char* const status = "kubectl maintenance status";
const char* const run = "kubectl maintenance run";

const std::vector<Bad> bad{
    {{"frobnicate"}, "unknown command \"frobnicate\"", top},
    {{"--frobnicate"}, "unknown flag: --frobnicate", top},
    {{"enable"}, "name what it is about", enable},
    {{"enable", "pod"}, "the name of a pod is missing", enable},
    {{"enable", "pod", "A"}, "RFC 1123", enable},
    {{"enable", "pod", "a", "--frob"}, "unknown flag: --frob", enable},
    {{"enable", "pod", "a", "--frob=x"}, "unknown flag: --frob", enable},
    {{"enable", "pod", "a", "-x"}, "unknown shorthand flag", enable},
    {{"enable", "dc", "dc1", "dc2"}, "one datacenter at a time", enable},
    {{"enable", "pod", "a", "--timeout", "soon"}, "\"soon\" for --timeout", enable},
    {{"enable", "pod", "a", "--request-timeout=x"}, "\"x\" for --request-timeout", enable},
    {{"enable", "pod", "a", "--transport=ssh"}, "\"ssh\" for --transport", enable},
    {{"enable", "pod", "a", "--agent-token=t"}, "--agent-token needs --agent-url", enable},
    {{"enable", "pod", "a", "--agent-url=ftp://x"}, "--agent-url", enable},
    {{"enable", "pod", "a", "--agent-url=https://x", "--transport=tunnel"},
     "exclude each other",
     enable},
    {{"enable", "pod", "a", "--agent-url=https://x", "--agent-token=t", "--agent-token-file=f"},
     "exclude each other",
     enable},
    {{"enable", "pod", "a", "-o", "xml"}, "allowed formats are: json,name,table,yaml", enable},
    {{"enable", "pod", "a", "-o", "wide"}, "allowed formats are: json,name,table,yaml", enable},
    {{"enable", "pod", "a", "-n", "A_B"}, "namespace name \"A_B\"", enable},
    {{"enable", "pod", "a", "--instance", "a b"}, "instance name", enable},
    {{"enable", "pod", "a", "--wait=perhaps"}, "", enable},
    {{"enable", "pod", "a", "-v", "much"}, "", enable},
    {{"enable", "pod", "a", "--reason"}, "", enable},
    {{"enable", "pod", "a", "--reason", std::string(513, 'x')}, "longer than 512", enable},
    {{"disable", "pod", "a", "--reason", "x"}, "unknown flag: --reason", disable},
    {{"disable", "pod/a", "dc/b"}, "cannot be mixed", disable},
    {{"status", "pod", "a", "--yes"}, "unknown flag: --yes", status},
    {{"status", "x"}, "unknown kind", status},
    {{"enable", "pod", "a", "-l", "x=y"}, "-l and names exclude each other", enable},
    {{"enable", "dc", "-l", "x=y"}, "-l and names exclude each other", enable},
    {{"enable", "-l", "x=y", "--agent-url=https://x"}, "leave --agent-url out", enable},
    {{"enable", "--all"}, "unknown flag: --all", enable},
    {{"disable", "pod", "a", "--all"}, "--all and names exclude each other", disable},
    {{"disable", "--all", "-l", "x"}, "--all and -l exclude each other", disable},
    {{"disable", "pod", "a", "--force", "--dry-run"}, "exclude each other", disable},
    {{"status", "-A", "-w"}, "exclude each other", status},
    {{"status", "-A", "pod", "a"}, "exclude each other", status},
    {{"status", "-A", "-n", "x"}, "excludes --namespace", status},
    {{"check", "file.yaml"}, "a file is named with -f", "kubectl maintenance check"},
    {{"inject"}, "name one manifest with -f", "kubectl maintenance inject"},
    {{"inject", "-f", "a", "-f", "b"}, "name one manifest", "kubectl maintenance inject"},
    {{"inject", "-f", "a"}, "name the agent's image", "kubectl maintenance inject"},
    {{"inject", "-f", "a", "--image", "x y"},
     "is no name of an image",
     "kubectl maintenance inject"},
    {{"inject", "-f", "a", "--image", "x", "--config-map", "A"},
     "RFC 1123",
     "kubectl maintenance inject"},
    {{"port-forward", "x"}, "\"x\" is no port", "kubectl maintenance port-forward"},
    {{"port-forward", "65536"}, "is no port", "kubectl maintenance port-forward"},
    {{"port-forward", "1", "2"}, "one local port", "kubectl maintenance port-forward"},
    {{"port-forward", "--transport=proxy"},
     "leave --transport",
     "kubectl maintenance port-forward"},
    {{"run", "pod", "a", "sh"}, "the command goes behind --", run},
    {{"run", "dc", "a", "--", "sh"}, "run is about one pod", run},
    {{"run", "pod", "a", "b", "--", "sh"}, "run is about one pod", run},
    {{"run", "pod", "a"}, "the command to run is missing", run},
    {{"run", "pod", "a", "--"}, "the command to run is missing", run},
    {{"run", "--", "sh"}, "name what it is about", run},
    {{"run", "pod", "a", "--agent-url=https://x", "--", "sh"}, "leave --agent-url out", run},
    {{"enable", "pod", "a", "--dry-run=client"}, "", enable},
    {{"enable", "pod", "a", "--raeson=x"},
     "unknown flag: --raeson; did you mean --reason?",
     enable},
    {{"status", "--namespce", "x"}, "did you mean --namespace?", status},
    {{"enabel", "pod", "a"},
     "unknown command \"enabel\"; did you mean enable?",
     "kubectl maintenance"},
    {{"version", "x"}, "unexpected argument \"x\"", "kubectl maintenance version"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(parse_test)

BOOST_AUTO_TEST_CASE(enable_has_defaults) {
  const auto command = parse_as<EnableCommand>({"enable", "pod", "a", "b"});
  const ChangeOptions& options = command.options;
  BOOST_TEST((options.targets.kind == TargetKind::pod));
  BOOST_TEST(options.targets.names == (Words{"a", "b"}), boost::test_tools::per_element());
  BOOST_TEST(options.wait);
  BOOST_TEST(!options.yes);
  BOOST_TEST((options.timeout == 10min));
  BOOST_TEST((options.format == Format::table));
  BOOST_TEST((options.connection.request_timeout == 10s));
  BOOST_TEST(options.connection.verbosity == 0);
  BOOST_TEST(command.wish.reason == "");
}

BOOST_AUTO_TEST_CASE(a_dry_run_is_asked_for_in_kubectls_words_too) {
  for (const auto& [flag, wanted] : {std::pair{"--dry-run", true},
                                     {"--dry-run=server", true},
                                     {"--dry-run=true", true},
                                     {"--dry-run=none", false},
                                     {"--dry-run=false", false}}) {
    BOOST_TEST(parse_as<EnableCommand>({"enable", "pod", "a", flag}).options.dry_run == wanted,
               flag);
    BOOST_TEST(parse_as<DisableCommand>({"disable", flag, "pod/a"}).options.dry_run == wanted,
               flag);
  }
  BOOST_TEST(!parse_as<EnableCommand>({"enable", "pod", "a"}).options.dry_run);
}

BOOST_AUTO_TEST_CASE(flags_may_stand_anywhere) {
  const auto command = parse_as<EnableCommand>(
      {"-n", "ns", "enable", "--reason=disk check", "pod", "--wait=false", "a", "--timeout", "30s",
       "b", "--context=c", "-o", "json", "-y", "-v", "6", "--request-timeout", "2"});
  const ChangeOptions& options = command.options;
  BOOST_TEST(command.wish.reason == "disk check");
  BOOST_TEST(options.targets.names == (Words{"a", "b"}), boost::test_tools::per_element());
  BOOST_TEST(!options.wait);
  BOOST_TEST(options.yes);
  BOOST_TEST((options.timeout == 30s));
  BOOST_TEST((options.format == Format::json));
  BOOST_TEST(options.connection.verbosity == 6);
  BOOST_TEST((options.connection.request_timeout == 2s));
  BOOST_TEST(options.connection.overrides.namespace_name == "ns");
  BOOST_TEST(options.connection.overrides.context == "c");
}

BOOST_AUTO_TEST_CASE(every_connection_flag_arrives) {
  const auto command = parse_as<StatusCommand>({"status",
                                                "--kubeconfig",
                                                "k",
                                                "--context",
                                                "c",
                                                "--cluster",
                                                "cl",
                                                "--user",
                                                "u",
                                                "--namespace",
                                                "ns",
                                                "-s",
                                                "https://x",
                                                "--token",
                                                "t",
                                                "--certificate-authority",
                                                "ca",
                                                "--insecure-skip-tls-verify",
                                                "--tls-server-name",
                                                "sn",
                                                "--instance",
                                                "demo"});
  const Overrides& flags = command.connection.overrides;
  BOOST_TEST(flags.kubeconfig == "k");
  BOOST_TEST(flags.context == "c");
  BOOST_TEST(flags.cluster == "cl");
  BOOST_TEST(flags.user == "u");
  BOOST_TEST(flags.namespace_name == "ns");
  BOOST_TEST(flags.server == "https://x");
  BOOST_TEST(flags.token == "t");
  BOOST_TEST(flags.certificate_authority == "ca");
  BOOST_TEST(flags.insecure_skip_tls_verify);
  BOOST_TEST(flags.tls_server_name == "sn");
  BOOST_TEST(command.connection.instance == "demo");
}

BOOST_AUTO_TEST_CASE(kubectls_spellings_of_values) {
  for (const Words& words :
       {Words{"status", "-n=x"}, Words{"status", "-nx"}, Words{"status", "-n", "x"},
        Words{"status", "--namespace=x"}, Words{"status", "-n", "y", "-n", "x"}}) {
    BOOST_TEST(parse_as<StatusCommand>(words).connection.overrides.namespace_name == "x");
  }
  BOOST_TEST(parse_as<EnableCommand>({"enable", "--reason=", "pod", "a"}).wish.reason == "");
  BOOST_TEST(parse_as<EnableCommand>({"enable", "--reason", "-why", "pod", "a"}).wish.reason ==
             "-why");
  BOOST_TEST(parse_as<EnableCommand>({"enable", "--wait", "pod", "a"}).options.wait);
  BOOST_TEST(!parse_as<EnableCommand>({"enable", "pod", "a", "--wait=False"}).options.wait);
}

BOOST_AUTO_TEST_CASE(a_pod_may_be_called_like_a_command) {
  const auto command = parse_as<DisableCommand>({"disable", "pod", "status", "enable"});
  BOOST_TEST(command.options.targets.names == (Words{"status", "enable"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(zero_is_the_longest_timeout_and_no_timeout_is_longer) {
  BOOST_TEST((parse_as<EnableCommand>({"enable", "pod", "a", "--timeout=0"}).options.timeout ==
              longest_timeout));
  BOOST_TEST((parse_as<EnableCommand>({"enable", "pod", "a", "--timeout=100h"}).options.timeout ==
              longest_timeout));
}

BOOST_AUTO_TEST_CASE(status_forms) {
  BOOST_TEST(!parse_as<StatusCommand>({"status"}).targets.has_value());
  const auto some = parse_as<StatusCommand>({"status", "dc", "dc1", "dc2", "-o", "wide"});
  BOOST_REQUIRE(some.targets.has_value());
  BOOST_TEST((some.targets->kind == TargetKind::dc));
  BOOST_TEST(some.targets->names.size() == 2U);
  BOOST_TEST((some.format == Format::wide));
}

BOOST_AUTO_TEST_CASE(version_needs_nothing) {
  BOOST_TEST((parse_as<VersionCommand>({"version"}).format == Format::table));
  BOOST_TEST((parse_as<VersionCommand>({"version", "-o", "json"}).format == Format::json));
}

BOOST_AUTO_TEST_CASE(help_beats_everything_that_is_missing) {
  for (const Words& words : {Words{}, Words{"-h"}, Words{"--help"}}) {
    BOOST_TEST(testing::contains(parse_as<HelpText>(words).text, "Available Commands:"));
  }
  for (const Words& words :
       {Words{"enable", "-h"}, Words{"-h", "enable"}, Words{"enable", "pod", "--help"}}) {
    BOOST_TEST(testing::contains(parse_as<HelpText>(words).text, "  kubectl maintenance enable ("));
  }
}

BOOST_DATA_TEST_CASE(usage_errors_name_the_help, boost::unit_test::data::make(bad), row) {
  const auto error = parse_as<UsageError>(row.words);
  BOOST_TEST(testing::contains(error.message, row.says), error.message);
  BOOST_TEST(error.message != "");
  BOOST_TEST(error.command == row.command);
}

BOOST_AUTO_TEST_CASE(absurd_lengths_are_refused) {
  BOOST_TEST(parse_as<UsageError>(Words(5000, "x")).message == "too many arguments");
  Words many{"status", "pod"};
  for (int i = 0; i < 1100; ++i)
    many.push_back("p" + std::to_string(i));
  BOOST_TEST(parse_as<UsageError>(many).message == "more than 1000 names");
}

BOOST_AUTO_TEST_CASE(what_comes_behind_the_dashes_is_the_command_of_run) {
  const auto run_command = parse_as<RunCommand>(
      {"run", "pod/a", "-it", "-c", "gate", "--reason=r", "--", "sh", "-c", "--", "-n", "--yes"});
  BOOST_TEST(run_command.options.targets.names == Words{"a"});
  BOOST_TEST(run_command.words == (Words{"sh", "-c", "--", "-n", "--yes"}));
  BOOST_TEST(run_command.container == "gate");
  BOOST_TEST(run_command.input);
  BOOST_TEST(run_command.tty);
  BOOST_TEST(run_command.wish.reason == "r");
  BOOST_TEST(!run_command.options.yes);
  BOOST_TEST(run_command.options.connection.overrides.namespace_name == "");
}

BOOST_AUTO_TEST_CASE(help_after_the_dashes_is_the_commands) {
  BOOST_TEST(parse_as<RunCommand>({"run", "pod", "a", "--", "tar", "-h"}).words ==
             (Words{"tar", "-h"}));
}

BOOST_AUTO_TEST_CASE(labels_and_all_stand_for_names) {
  const auto labelled = parse_as<EnableCommand>({"enable", "pods", "-l", "rack=a"});
  BOOST_TEST(labelled.options.targets.selector == "rack=a");
  BOOST_TEST(labelled.options.targets.names.empty());
  const auto all = parse_as<DisableCommand>({"disable", "--all", "--force"});
  BOOST_TEST(all.options.targets.all);
  BOOST_TEST(all.force);
}

BOOST_AUTO_TEST_CASE(check_and_port_forward) {
  BOOST_TEST(parse_as<CheckCommand>({"check"}).files.empty());
  BOOST_TEST(parse_as<CheckCommand>({"check", "-f", "a.yaml", "--filename=-"}).files ==
             (Words{"a.yaml", "-"}));
  BOOST_TEST(parse_as<PortForwardCommand>({"port-forward"}).local_port == 8889);
  BOOST_TEST(parse_as<PortForwardCommand>({"port-forward", "0"}).local_port == 0);
  BOOST_TEST(parse_as<StatusCommand>({"status", "-w"}).watch);
  BOOST_TEST(parse_as<StatusCommand>({"status", "-A"}).all_namespaces);
}

BOOST_AUTO_TEST_SUITE_END()
