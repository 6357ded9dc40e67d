#pragma once

#include <map>
#include <string>
#include <vector>

#include "plugin/cli/parse.h"
#include "plugin/commands/change.h"
#include "plugin/commands/check.h"
#include "plugin/commands/complete.h"
#include "plugin/commands/completion.h"
#include "plugin/commands/config.h"
#include "plugin/commands/inject.h"
#include "plugin/commands/run.h"
#include "plugin/commands/status.h"
#include "plugin/commands/status_everywhere.h"
#include "plugin/commands/version.h"
#include "tests/unit/plugin/fakes.h"
#include "tests/unit/plugin/reports.h"

namespace maintenance::testing {

using namespace plugin;

inline const std::string dc1 = "demo-cassandra-dc1-";
inline const std::string manifest =
    "kind: StatefulSet\nmetadata: {name: demo-cassandra-dc1}\nspec:\n  template:\n    spec:\n"
    "      containers:\n      - name: cassandra\n        image: cassandra:4.1\n";
inline const std::string config_object =
    R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"demo-maintenance-configmap",)"
    R"("namespace":"cassandra","resourceVersion":"4711"},"data":{"demo-cassandra-dc1-2":)"
    R"("{\"id\":\"id-1\",\"by\":\"jane\",\"reason\":\"disk check\",)"
    R"(\"since\":\"2025-12-31T23:30:00Z\"}"}})";

/// A cluster with one pod of each kind, whose agent does at once what it is asked. Pod "…-9" is
/// refused, and "…-7" is not there.
class Cluster {
 public:
  Answer answer(const http::Request& request) {
    const std::string path = request.target.substr(0, request.target.find('?'));
    if (path == "/config") return json_answer(200, config_object);
    if (path == "/v1/status") return status_report_answer(pods());
    const std::string name = path.substr(path.rfind('/') + 1);
    if (name == dc1 + "7") return problem_answer(404, "there is no pod " + name);
    if (name == dc1 + "9" && request.method == "PUT") {
      return json_answer(409, ordered_ready_refusal);
    }
    const bool dry = request.target.find("dryRun=true") != std::string::npos;
    if (path.rfind("/v1/dcs/", 0) == 0) return dc_change(request.method, dry);
    return pod_answer(name, request.method, dry);
  }

 private:
  /// As they are when nobody has asked for anything, otherwise where they were asked to be.
  std::vector<PodReport> pods() {
    PodReport held = pod_report(dc1 + "2", State::held, Wish::in);
    held.record->until = text::parse_timestamp("2026-01-01T02:00:00Z");
    held.record->verified = true;
    PodReport missing = pod_report(dc1 + "10", State::missing, Wish::in);
    missing.record->reason = "a reason with \x1b[31mcolour\x1b[0m and \xC3\xBCml\xC3\xA4uts";
    missing.uid = "";
    missing.warnings = {"there is no such pod; it will be held when it comes back"};
    PodReport leaving = pod_report(dc1 + "1", State::leaving, Wish::out);
    leaving.released_by = "tom";
    std::vector<PodReport> all{missing, held, leaving,
                               pod_report(dc1 + "0", State::normal, Wish::out)};
    for (PodReport& pod : all) {
      const auto asked = asked_.find(pod.name);
      if (asked != asked_.end()) pod = settled(pod.name, asked->second);
    }
    return all;
  }
  static PodReport settled(const std::string& name, bool in) {
    return pod_report(name, in ? State::held : State::normal, in ? Wish::in : Wish::out);
  }
  PodReport change(const std::string& name, const std::string& method, bool dry) {
    const bool in = method == "PUT";
    if (!dry) asked_[name] = in;
    PodReport report = settled(name, in);
    report.changed = true;
    return report;
  }
  Answer dc_change(const std::string& method, bool dry) {
    return dc_answer({change(dc1 + "0", method, dry), change(dc1 + "1", method, dry)}, dry);
  }
  Answer pod_answer(const std::string& name, const std::string& method, bool dry) {
    if (method == "GET") return testing::pod_answer(settled(name, asked_[name]));
    Poco::JSON::Object::Ptr object = report_to_json(change(name, method, dry));
    if (dry) object->set("dryRun", true);
    return json_answer(200, text::to_json(*object));
  }
  std::map<std::string, bool> asked_;
};

/// Runs a command line the way the program does, but for what is outside. Owned by one test, for
/// one command line.
struct Play : FakeSurroundings {
  Cluster cluster;
  LocalStreams local;
  /// What comes instead of the agent's answers.
  std::function<Answer(Answer)> spoil = [](Answer answer) { return answer; };

  Play() {
    link.agent.handle_with(
        [this](const http::Request& request) { return spoil(cluster.answer(request)); });
    link.labelled = {dc1 + "0", dc1 + "1"};
    link.places = std::vector<AgentPlace>{{"cassandra", "demo"}, {"far", "other"}};
    link.command = [] { return ExecEnd{3}; };
  }

  int operator()(const HelpText& help) {
    streams.out << help.text;
    return 0;
  }
  int operator()(const UsageError& error) {
    streams.err << "error: " << error.message << '\n';
    return 2;
  }
  int operator()(const EnableCommand& command) { return number(run_enable(command, around)); }
  int operator()(const DisableCommand& command) { return number(run_disable(command, around)); }
  int operator()(const StatusCommand& command) {
    if (!command.all_namespaces) return number(run_status(command, around));
    return number(run_status_everywhere(command, around, [&](const AgentPlace& place) {
      return place.namespace_name == "far"
                 ? PlaceAnswer(Error{ErrorKind::unreachable, "", "its node is gone"})
                 : Agent(link.agent, clock, default_request_timeout).status(Deadline::max());
    }));
  }
  int operator()(const RunCommand& command) { return run_run(command, around, local); }
  int operator()(const CheckCommand& command) {
    const FileReader read = [](const std::string&) { return Result<std::string>(manifest); };
    return number(command.files.empty() ? run_check(command, around)
                                        : run_check_files(command, streams.io, read));
  }
  int operator()(const InjectCommand& command) {
    const FileReader read = [](const std::string&) { return Result<std::string>(manifest); };
    return number(run_inject(command, streams.io, read));
  }
  int operator()(const ConfigCommand& command) { return number(run_config(command, around)); }
  int operator()(const PortForwardCommand& /*command*/) { return 0; }  // help only
  int operator()(const VersionCommand& command) {
    if (!command.client_only) return number(run_version(command, around));
    print_versions(command, std::nullopt, streams.io);
    return 0;
  }
  int operator()(const CompletionCommand& command) {
    return number(run_completion(command, streams.io, {}));
  }
  int operator()(const CompleteCommand& command) {
    const Suggestions suggestions = suggest(command.words);
    print_words(suggestions, streams.out);
    if (suggestions.names) (void)print_names(suggestions, around);
    print_directive(suggestions, streams.out);
    return 0;
  }

  /// The exit code of this command line.
  int run(const std::vector<std::string>& words) {
    return std::visit(*this, parse_command_line(words));
  }

 private:
  static int number(ExitCode code) { return static_cast<int>(code); }
};

}  // namespace maintenance::testing
