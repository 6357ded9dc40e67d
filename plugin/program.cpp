#include "plugin/program.h"

#include <exception>

#include "common/text/file.h"
#include "common/text/printable.h"
#include "plugin/cli/parse.h"
#include "plugin/commands/agent.h"
#include "plugin/commands/change.h"
#include "plugin/commands/check.h"
#include "plugin/commands/cluster_link.h"
#include "plugin/commands/complete.h"
#include "plugin/commands/completion.h"
#include "plugin/commands/config.h"
#include "plugin/commands/exit_code.h"
#include "plugin/commands/inject.h"
#include "plugin/commands/port_forward.h"
#include "plugin/commands/run.h"
#include "plugin/commands/status.h"
#include "plugin/commands/status_everywhere.h"
#include "plugin/commands/url_link.h"
#include "plugin/commands/version.h"
#include "plugin/kubeconfig/load.h"
#include "plugin/output/trace.h"

namespace maintenance::plugin {
namespace {

std::string first_pod(const Targets& targets) {
  const bool named = targets.kind == TargetKind::pod && !targets.names.empty();
  return named ? targets.names.front() : std::string();
}

/// Runs one command, by its type. Gives back the process's exit code.
class Runner {
 public:
  Runner(Io& io, const kube::Environment& environment, const ProgramName& called)
      : io_(io), environment_(environment), called_(called) {}

  ExitCode operator()(const HelpText& help) {
    io_.out << help.text;
    return ExitCode::done;
  }
  ExitCode operator()(const UsageError& error) {
    io_.err << "error: " << error.message << "\nSee '" << error.command
            << " -h' for help and examples\n";
    return ExitCode::usage;
  }
  ExitCode operator()(const VersionCommand& command) {
    bool asked = false;
    ExitCode code = ExitCode::done;
    if (!command.client_only) {
      code = with_agent(command.connection, "", [&](Surroundings& around) {
        asked = true;
        return run_version(command, around);
      });
    }
    // Our own version is known, whatever is in the way.
    if (!asked) print_versions(command, std::nullopt, io_);
    return code;
  }
  ExitCode operator()(const CompletionCommand& command) {
    return run_completion(command, io_, environment_, called_);
  }
  /// Never an error: a shell would show it in the middle of what somebody types.
  ExitCode operator()(const CompleteCommand& command) {
    const Suggestions suggestions = suggest(command.words);
    print_words(suggestions, io_.out);
    if (suggestions.names) {
      std::ostream nowhere(nullptr);
      Io quiet{io_.in, io_.out, nowhere, io_.terminal};
      ConnectionOptions connection = suggestions.names->connection;
      connection.request_timeout = complete_timeout;
      (void)Runner(quiet, environment_, called_)
          .with_agent(connection, "",
                      [&](Surroundings& around) { return print_names(suggestions, around); });
    }
    print_directive(suggestions, io_.out);
    return ExitCode::done;
  }
  ExitCode operator()(const ConfigCommand& command) {
    return with_agent(command.connection, "",
                      [&](Surroundings& around) { return run_config(command, around); });
  }
  ExitCode operator()(const EnableCommand& command) {
    return with_agent(command.options.connection, first_pod(command.options.targets),
                      [&](Surroundings& around) { return run_enable(command, around); });
  }
  ExitCode operator()(const DisableCommand& command) {
    return with_agent(command.options.connection, first_pod(command.options.targets),
                      [&](Surroundings& around) { return run_disable(command, around); });
  }
  int operator()(const RunCommand& command) {
    LocalStreams local;
    // Anything else than the command's own code comes back by the same way.
    int code = 0;
    const ExitCode own = with_agent(command.options.connection, first_pod(command.options.targets),
                                    [&](Surroundings& around) {
                                      code = run_run(command, around, local);
                                      return ExitCode::done;
                                    });
    return own == ExitCode::done ? code : static_cast<int>(own);
  }
  ExitCode operator()(const CheckCommand& command) {
    if (!command.files.empty()) return run_check_files(command, io_, text::read_file);
    const auto failed = [&](const char* step, const Error& error) {
      CheckReport report(command.format, io_);
      report.failed(step, error);
      return report.finish();
    };
    return with_agent(
        command.connection, "", [&](Surroundings& around) { return run_check(command, around); },
        failed);
  }
  ExitCode operator()(const InjectCommand& command) {
    return run_inject(command, io_, text::read_file);
  }
  ExitCode operator()(const PortForwardCommand& command) {
    return with_agent(command.connection, "",
                      [&](Surroundings& around) { return run_port_forward(command, around); });
  }
  ExitCode operator()(const StatusCommand& command) {
    if (command.all_namespaces) {
      return with_agent(command.connection, "", [&](Surroundings& around) {
        return run_status_everywhere(command, around, [&](const AgentPlace& place) {
          return ask(command.connection, place);
        });
      });
    }
    return with_agent(command.connection, command.targets ? first_pod(*command.targets) : "",
                      [&](Surroundings& around) { return run_status(command, around); });
  }

 private:
  /// The status of one of many agents. Says nothing: whoever asks tells what came of it.
  PlaceAnswer ask(ConnectionOptions connection, const AgentPlace& place) {
    connection.overrides.namespace_name = place.namespace_name;
    if (!place.instance.empty()) connection.instance = place.instance;
    std::ostream nowhere(nullptr);
    Io quiet{io_.in, nowhere, nowhere, io_.terminal};
    PlaceAnswer answer = Error{ErrorKind::internal, "", "not asked"};
    (void)Runner(quiet, environment_, called_)
        .with_agent(
            connection, "",
            [&](Surroundings& around) {
              Agent agent(around.link.transport(), around.clock, connection.request_timeout);
              answer = agent.status(agent.soon());
              return ExitCode::done;
            },
            [&](const char* /*step*/, const Error& error) {
              answer = error;
              return ExitCode::error;
            });
    return answer;
  }

  template <class Run>
  ExitCode with_agent(const ConnectionOptions& connection, const std::string& pod, const Run& run) {
    return with_agent(connection, pod, run, [this](const char* /*step*/, const Error& error) {
      print_error(io_.err, error);
      return exit_code_of(error.kind);
    });
  }

  /// `failed` hears of what is in the way before anything is sent.
  template <class Run, class Failed>
  ExitCode with_agent(const ConnectionOptions& connection, const std::string& pod, const Run& run,
                      const Failed& failed) {
    SystemClock clock;
    if (!connection.agent.url.empty()) {
      UrlLink link(connection.agent, text::read_file, environment_);
      return with_link(link, clock, run, failed);
    }
    auto loaded = load_access(connection.overrides, environment_, text::read_file);
    if (!loaded) return failed("kubeconfig", loaded.error());
    Trace trace(io_.err, connection.verbosity);
    ClusterLink link(std::move(*loaded), connection, pod, clock, io_.terminal, trace);
    return with_link(link, clock, run, failed);
  }

  template <class Link, class Run, class Failed>
  ExitCode with_link(Link& link, Clock& clock, const Run& run, const Failed& failed) {
    if (auto usable = link.check(); !usable) return failed("credentials", usable.error());
    const auto interrupts = make_process_interrupts([&link] { link.cancel(); });
    Surroundings around{io_, link, clock, *interrupts};
    return run(around);
  }

  Io& io_;
  const kube::Environment& environment_;
  const ProgramName& called_;
};

}  // namespace

std::vector<std::string> words_of(int argc, const char* const* argv) {
  if (argc < 1) return {};
  std::vector<std::string> words(argv + 1, argv + argc);
  if (is_asked_for_completions(argv[0])) words.insert(words.begin(), complete_word);
  return words;
}

int run_program(const std::vector<std::string>& words, Io& io, const kube::Environment& environment,
                const ProgramName& called) {
  int code = static_cast<int>(ExitCode::error);
  try {
    Runner runner(io, environment, called);
    code = std::visit([&runner](const auto& command) { return static_cast<int>(runner(command)); },
                      parse_command_line(words, called));
  } catch (const std::exception& failure) {
    // A defect of ours; said instead of a crash, so that it can be reported.
    print_error(io.err,
                Error{ErrorKind::internal, "internal error", text::printable(failure.what())});
  }
  io.out.flush();
  if (!io.out && code == 0) {
    print_error(io.err, Error{ErrorKind::internal, "", "standard output cannot be written"});
    code = static_cast<int>(ExitCode::error);
  }
  return code;
}

}  // namespace maintenance::plugin
