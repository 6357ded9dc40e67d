#include "plugin/commands/check.h"

#include <Poco/JSON/Array.h>

#include <array>
#include <set>

#include "common/text/printable.h"
#include "plugin/commands/agent.h"
#include "plugin/commands/manifest_input.h"
#include "plugin/commands/version.h"
#include "plugin/manifest/lint.h"
#include "plugin/output/document.h"

namespace maintenance::plugin {
namespace {

/// Wide enough for the longest name of a step.
constexpr std::size_t step_columns = 13;

/// The steps after the agent was found.
class ClusterCheck {
 public:
  ClusterCheck(const CheckCommand& command, Surroundings& around, CheckReport& report)
      : around_(around),
        agent_(around.link.transport(), around.clock, command.connection.request_timeout),
        report_(report) {}

  void run() {
    const Deadline began = around_.clock.steady_now();
    const auto answer = agent_.status(agent_.soon());
    if (!answer) return report_.failed("agent", answer.error());
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(around_.clock.steady_now() - began);
    const ClusterReport& cluster = answer->report;
    report_.passed("agent", "answers in " + std::to_string(took.count()) + " ms, " +
                                std::to_string(cluster.pods.size()) +
                                " pods of Cassandra cluster " + text::quoted(cluster.cluster));
    version(cluster);
    if (cluster.pods.empty()) {
      return report_.failed(
          "pods",
          Error{ErrorKind::not_found, "",
                "the agent's selector CASSANDRA_ENDPOINT_LABELS matches no pod in namespace " +
                    text::quoted(cluster.namespace_name)});
    }
    policy(cluster);
    gate(cluster);
    warnings(cluster);
  }

 private:
  void version(const ClusterReport& cluster) {
    const std::string agent = "v" + cluster.agent_version;
    const auto skew = version_skew(agent);
    if (skew) {
      report_.noted("version", *skew);
    } else {
      report_.passed("version", "agent " + text::printable(agent));
    }
  }

  void policy(const ClusterReport& cluster) {
    for (const StatefulSetReport& set : cluster.stateful_sets) {
      const std::string detail = "StatefulSet " + text::printable(set.name) + " is " +
                                 text::printable(set.pod_management_policy);
      if (set.pod_management_policy == "Parallel") {
        report_.passed("policy", detail);
      } else {
        report_.noted("policy", detail + ": one of its pods can be in maintenance at a time");
      }
    }
  }

  /// One pod of each StatefulSet stands for all: they have one template. The guards are asked, and
  /// nothing is changed.
  void gate(const ClusterReport& cluster) {
    std::set<std::string> seen;
    for (const PodReport& pod : cluster.pods) {
      if (pod.stateful_set.empty() || !seen.insert(pod.stateful_set).second) continue;
      const std::string set = "StatefulSet " + text::printable(pod.stateful_set);
      const auto judged = agent_.enable({TargetKind::pod, pod.name}, {}, Effect::dry_run);
      if (!judged) return report_.failed("gate", judged.error());
      bool has_gate = true;
      for (const Finding& finding : judged->verdict.findings) {
        if (finding.guard == "no-gate") {
          has_gate = false;
          report_.failed("gate", Error{ErrorKind::policy, "",
                                       text::printable(finding.message) +
                                           "; next: " + text::printable(finding.remedy)});
        } else if (finding.guard == "no-drain") {
          report_.noted("drain", text::printable(finding.message));
        }
      }
      if (!has_gate) return;
      report_.passed("gate", set + " has it");
    }
  }

  void warnings(const ClusterReport& cluster) {
    for (const PodReport& pod : cluster.pods) {
      for (const std::string& warning : pod.warnings)
        report_.noted("pods", "pod/" + text::printable(pod.name) + ": " + text::printable(warning));
    }
  }

  Surroundings& around_;
  Agent agent_;
  CheckReport& report_;
};

Poco::JSON::Object::Ptr finding_object(const std::string& file, const LintFinding& finding) {
  Poco::JSON::Object::Ptr out = new Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER);
  out->set("file", file);
  out->set("line", finding.line);
  out->set("severity", to_string(finding.severity));
  out->set("rule", finding.rule);
  out->set("object", finding.object);
  out->set("message", finding.message);
  out->set("remedy", finding.remedy);
  return out;
}

}  // namespace

void CheckReport::add(const std::string& result, const std::string& step,
                      const std::string& detail) {
  steps_.push_back({step, result, detail});
  if (is_document(format_)) return;
  if (format_ == Format::name) {
    io_.out << step << ' ' << result << '\n';
    return;
  }
  const std::size_t gap = step.size() < step_columns ? step_columns - step.size() : 1;
  io_.out << (result + "    ").substr(0, 6) << step << std::string(gap, ' ') << detail << '\n'
          << std::flush;
}

void CheckReport::passed(const std::string& step, const std::string& detail) {
  add("ok", step, detail);
}

void CheckReport::noted(const std::string& step, const std::string& detail) {
  add("note", step, detail);
}

void CheckReport::failed(const std::string& step, const Error& error) {
  code_ = exit_code_of(error.kind);
  // What to do about it may take several lines, which are no part of a table.
  const std::string message = error.message();
  add("fail", step, is_document(format_) ? message : "see below");
  print_error(io_.err, error);
}

ExitCode CheckReport::finish() {
  if (!is_document(format_)) return code_;
  Poco::JSON::Array::Ptr steps = new Poco::JSON::Array;
  for (const Step& step : steps_) {
    Poco::JSON::Object::Ptr entry = new Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER);
    entry->set("step", step.name);
    entry->set("result", step.result);
    entry->set("detail", step.detail);
    steps->add(entry);
  }
  Poco::JSON::Object document(Poco::JSON_PRESERVE_KEY_ORDER);
  document.set("steps", steps);
  io_.out << render_document(document, format_);
  return code_;
}

ExitCode run_check(const CheckCommand& command, Surroundings& surroundings) {
  struct Early {
    const char* name;
    Examination step;
  };
  constexpr std::array<Early, 4> early{{{"kubeconfig", Examination::kubeconfig},
                                        {"login", Examination::login},
                                        {"permissions", Examination::permissions},
                                        {"agent pod", Examination::agent_pod}}};
  CheckReport report(command.format, surroundings.io);
  for (const auto& [name, step] : early) {
    const auto seen = surroundings.link.examine(step);
    if (!seen) {
      report.failed(name, seen.error());
      return report.finish();
    }
    report.passed(name, *seen);
  }
  ClusterCheck(command, surroundings, report).run();
  return report.finish();
}

ExitCode run_check_files(const CheckCommand& command, Io& io, const FileReader& read) {
  bool bad = false;
  int objects = 0;
  Poco::JSON::Array::Ptr findings = new Poco::JSON::Array;
  for (const std::string& file : command.files) {
    const auto text = read_manifest(file, io.in, read);
    if (!text) {
      print_error(io.err, text.error());
      return exit_code_of(text.error().kind);
    }
    const auto report = lint_manifest(*text, ContainerNames{});
    if (!report) {
      print_error(io.err, report.error().within(text::printable(file)));
      return exit_code_of(report.error().kind);
    }
    bad = bad || report->has_errors();
    objects += report->objects;
    for (const LintFinding& finding : report->findings) {
      findings->add(finding_object(file, finding));
      if (command.format == Format::table) io.out << render_finding(file, finding);
      if (command.format == Format::name) io.out << finding.rule << '\n';
    }
  }
  if (is_document(command.format)) {
    Poco::JSON::Object document(Poco::JSON_PRESERVE_KEY_ORDER);
    document.set("objects", objects);
    document.set("findings", findings);
    io.out << render_document(document, command.format);
  } else {
    io.err << objects << (objects == 1 ? " object" : " objects") << " looked at, "
           << findings->size() << (findings->size() == 1 ? " finding" : " findings") << '\n';
  }
  return bad ? ExitCode::error : ExitCode::done;
}

}  // namespace maintenance::plugin
