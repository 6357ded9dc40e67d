#include "plugin/commands/change.h"

#include <algorithm>
#include <vector>

#include "common/text/printable.h"
#include "plugin/cli/targets.h"
#include "plugin/commands/agent.h"
#include "plugin/commands/change_report.h"
#include "plugin/commands/hint.h"
#include "plugin/commands/wait.h"
#include "plugin/output/confirmation.h"
#include "plugin/output/progress.h"

namespace maintenance::plugin {
namespace {

/// One run of enable or disable.
class Change {
 public:
  Change(Wish wish, const ChangeOptions& options, WishOptions options_of_wish, Surroundings& around)
      : wish_(wish),
        options_(options),
        wish_options_(std::move(options_of_wish)),
        around_(around),
        agent_(around.link.transport(), around.clock, options.connection.request_timeout),
        report_(wish, options, around.io) {}

  ExitCode run() {
    if (options_.targets.kind == TargetKind::dc && !options_.yes) {
      if (const auto refused = ask()) return *refused;
    }
    if (auto found = around_.link.prepare(); !found) {
      print_error(around_.io.err, found.error());
      return exit_code_of(found.error().kind);
    }
    if (wish_ == Wish::in) {
      enable_wish_ = EnableWish{wish_options_.reason, around_.link.user_name(),
                                wish_options_.hold_for, wish_options_.overrides};
    }
    around_.interrupts.arm();
    if (options_.targets.kind == TargetKind::dc) {
      change_dc(options_.targets.names.front());
    } else {
      change_pods();
    }
    if (!around_.interrupts.raised()) settle();
    if (around_.interrupts.raised()) return interrupted();
    return report_.finish();
  }

 private:
  /// Asks before a whole datacenter is changed; an exit code when the answer is no.
  std::optional<ExitCode> ask() {
    const std::string dc = text::quoted(options_.targets.names.front());
    if (!around_.io.terminal.input_is_terminal()) {
      around_.io.err << "error: changing the whole datacenter " << dc
                     << " needs --yes where there is no terminal to ask on\n";
      return ExitCode::usage;
    }
    const std::string question =
        wish_ == Wish::in
            ? "All replicas of datacenter " + dc + " will be restarted and held at once. Continue?"
            : "All replicas of datacenter " + dc + " will leave maintenance. Continue?";
    const auto answer = confirm(around_.io, question);
    if (answer) return std::nullopt;
    print_error(around_.io.err, answer.error());
    return exit_code_of(answer.error().kind);
  }

  void change_pods() {
    for (const std::string& name : options_.targets.names) {
      asked_.push_back(name);
      take(name, change_pod(name));
      if (around_.interrupts.raised()) return;
    }
  }

  Result<PodReport> change_pod(const std::string& name) {
    auto changed =
        wish_ == Wish::in ? agent_.enable_pod(name, enable_wish_) : agent_.disable_pod(name);
    if (changed || changed.error().kind != ErrorKind::unknown_outcome) return changed;
    if (around_.interrupts.raised()) return changed;
    // The answer was lost. Whether the wish was recorded is not ours to guess.
    const auto now = agent_.pod(name, agent_.soon());
    if (now && *now && (*now)->wish == wish_) return **now;
    if (now && !*now && wish_ == Wish::out) return changed.error().within("the pod is gone and");
    return changed.error().within("it is not known whether the wish was recorded");
  }

  void take(const std::string& name, const Result<PodReport>& changed) {
    if (changed) {
      warn(*changed);
      accepted_.push_back(*changed);
    } else if (!around_.interrupts.raised()) {
      report_.failed(target_name(TargetKind::pod, name), changed.error());
    }
  }

  void change_dc(const std::string& name) {
    const auto changed =
        wish_ == Wish::in ? agent_.enable_dc(name, enable_wish_) : agent_.disable_dc(name);
    if (!changed) {
      if (around_.interrupts.raised()) return;
      report_.failed(target_name(TargetKind::dc, name), changed.error());
      return;
    }
    for (const PodReport& pod : *changed) {
      asked_.push_back(pod.name);
      take(pod.name, pod.error.empty() ? Result<PodReport>(pod) : rejected(pod));
    }
  }

  /// The agent could not carry the wish out for this pod of a datacenter.
  static Error rejected(const PodReport& pod) {
    return Error{ErrorKind::server, "", text::printable(pod.error)};
  }

  void warn(const PodReport& pod) {
    for (const std::string& warning : pod.warnings) {
      print_warning(around_.io.err,
                    target_name(TargetKind::pod, pod.name) + ": " + text::printable(warning));
    }
  }

  /// Waits, or says at once where the pods are.
  void settle() {
    if (!options_.wait) {
      for (const PodReport& pod : accepted_)
        report_.accepted(pod);
      return;
    }
    const bool for_program = options_.format != Format::table;
    Progress progress(around_.io, choose_progress(around_.io.terminal, for_program));
    Waiter waiter(agent_, around_.clock, around_.interrupts, progress);
    waiter.wait(wish_, accepted_, around_.clock.steady_now() + options_.timeout,
                [this](const WaitEnd& end) { report_.ended(first_of(end.pod), end); });
  }

  [[nodiscard]] const PodReport& first_of(const std::string& name) const {
    return *std::find_if(accepted_.begin(), accepted_.end(),
                         [&](const PodReport& pod) { return pod.name == name; });
  }

  ExitCode interrupted() {
    const char* opposite = wish_ == Wish::in ? "disable" : "enable";
    around_.io.err << "error: interrupted; what was asked for goes on in the cluster: see "
                   << next_command("status", asked_, options_.connection);
    if (!asked_.empty()) {
      around_.io.err << ", take it back with "
                     << next_command(opposite, asked_, options_.connection);
    }
    around_.io.err << '\n';
    return ExitCode::interrupted;
  }

  Wish wish_;
  const ChangeOptions& options_;
  WishOptions wish_options_;
  Surroundings& around_;
  Agent agent_;
  ChangeReport report_;
  EnableWish enable_wish_;
  std::vector<std::string> asked_;   ///< pods for which a wish may be recorded
  std::vector<PodReport> accepted_;  ///< what the agent answered
};

}  // namespace

ExitCode run_enable(const EnableCommand& command, Surroundings& surroundings) {
  return Change(Wish::in, command.options, command.wish, surroundings).run();
}

ExitCode run_disable(const DisableCommand& command, Surroundings& surroundings) {
  return Change(Wish::out, command.options, {}, surroundings).run();
}

}  // namespace maintenance::plugin
