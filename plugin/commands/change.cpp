#include "plugin/commands/change.h"

#include <algorithm>
#include <vector>

#include "common/text/printable.h"
#include "plugin/cli/targets.h"
#include "plugin/commands/agent.h"
#include "plugin/commands/change_report.h"
#include "plugin/commands/consent.h"
#include "plugin/commands/hint.h"
#include "plugin/commands/resolve.h"
#include "plugin/commands/wait.h"
#include "plugin/output/progress.h"

namespace maintenance::plugin {
namespace {

/// One run of enable or disable.
class Change {
 public:
  struct Details {
    WishOptions wish = {};
    bool force = false;
  };

  Change(Wish wish, const ChangeOptions& options, Details details, Surroundings& around)
      : wish_(wish),
        options_(options),
        details_(std::move(details)),
        around_(around),
        agent_(around.link.transport(), around.clock, options.connection.request_timeout),
        report_(wish, options, around.io) {}

  ExitCode run() {
    Consent consent(agent_, around_, options_);
    if (options_.targets.names.empty()) return report_.finish();
    if (auto found = around_.link.prepare(); !found) {
      print_error(around_.io.err, with_way_out(found.error(), options_.targets.names.front()));
      return exit_code_of(found.error().kind);
    }
    if (wish_ == Wish::in) {
      enable_wish_ = EnableWish{details_.wish.reason, around_.link.user_name(),
                                details_.wish.hold_for, details_.wish.overrides};
    }
    if (options_.dry_run) return rehearse();
    if (wish_ == Wish::out) release_ = Release{around_.link.user_name(), details_.force};
    const auto refused = wish_ == Wish::in ? consent.to_enable(enable_wish_) : consent.to_disable();
    if (refused) return *refused;
    around_.interrupts.arm();
    for (const std::string& name : options_.targets.names) {
      change({options_.targets.kind, name});
      if (around_.interrupts.raised()) break;
    }
    if (!around_.interrupts.raised()) settle();
    if (around_.interrupts.raised()) return interrupted();
    return report_.finish();
  }

 private:
  Result<Changed> send(const Target& target, Effect effect) {
    return wish_ == Wish::in ? agent_.enable(target, enable_wish_, effect)
                             : agent_.disable(target, release_, effect);
  }

  /// Whoever wants a database back must not depend on the agent.
  [[nodiscard]] Error with_way_out(Error error, const std::string& pod) {
    if (wish_ != Wish::out || error.kind != ErrorKind::unreachable) return error;
    if (options_.targets.kind != TargetKind::pod) return error;
    const std::string command = around_.link.release_by_hand(pod);
    if (!command.empty()) error.cause += "; without an agent: " + command;
    return error;
  }

  /// Nothing is asked, because nothing is changed.
  ExitCode rehearse() {
    for (const std::string& name : options_.targets.names) {
      const Target target{options_.targets.kind, name};
      const std::string shown = target_name(target.kind, name);
      const auto judged = send(target, Effect::dry_run);
      if (!judged) {
        report_.failed(shown, judged.error());
        continue;
      }
      print_remarks(around_.io, shown, judged->verdict);
      if (judged->verdict.refuses()) {
        report_.failed(shown, refusal(judged->verdict));
        continue;
      }
      for (const PodReport& pod : judged->pods)
        report_.rehearsed(pod);
    }
    return report_.finish();
  }

  void change(const Target& target) {
    if (target.kind == TargetKind::pod) asked_.push_back(target.name);
    auto changed = send(target, Effect::real);
    if (!changed && changed.error().kind == ErrorKind::unknown_outcome &&
        target.kind == TargetKind::pod && !around_.interrupts.raised()) {
      changed = settle_doubt(agent_, wish_, target.name, changed.error());
    }
    const std::string shown = target_name(target.kind, target.name);
    if (!changed) {
      if (!around_.interrupts.raised()) {
        report_.failed(shown, with_way_out(changed.error(), target.name));
      }
      return;
    }
    if (changed->verdict.refuses()) {
      report_.failed(shown, refusal(changed->verdict));
      return;
    }
    print_remarks(around_.io, shown, changed->verdict);
    for (const PodReport& pod : changed->pods) {
      if (target.kind == TargetKind::dc) asked_.push_back(pod.name);
      take(pod);
    }
  }

  static Error refusal(const Verdict& verdict) {
    return Error{ErrorKind::policy, "", describe_refusal(verdict)};
  }

  void take(const PodReport& pod) {
    if (!pod.error.empty()) {
      report_.failed(target_name(TargetKind::pod, pod.name), rejected(pod));
      return;
    }
    warn(pod);
    accepted_.push_back(pod);
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
  Details details_;
  Surroundings& around_;
  Agent agent_;
  ChangeReport report_;
  EnableWish enable_wish_;
  Release release_;
  std::vector<std::string> asked_;   ///< pods for which a wish may be recorded
  std::vector<PodReport> accepted_;  ///< what the agent answered
};

/// The same with names for whatever stood for them.
ExitCode run_change(Wish wish, const ChangeOptions& options, Change::Details details,
                    Surroundings& around) {
  Agent agent(around.link.transport(), around.clock, options.connection.request_timeout);
  // A datacenter has no other name, and what nobody can be asked about is not looked up either.
  if (const auto impossible = Consent(agent, around, options).possible()) return *impossible;
  const auto targets = resolve_targets(options.targets, agent, around.link);
  if (!targets) {
    print_error(around.io.err, targets.error());
    return exit_code_of(targets.error().kind);
  }
  ChangeOptions resolved = options;
  resolved.targets = *targets;
  if (resolved.targets.names.empty()) around.io.err << "Nothing is in maintenance.\n";
  return Change(wish, resolved, std::move(details), around).run();
}

}  // namespace

ExitCode run_enable(const EnableCommand& command, Surroundings& surroundings) {
  return run_change(Wish::in, command.options, {command.wish, false}, surroundings);
}

ExitCode run_disable(const DisableCommand& command, Surroundings& surroundings) {
  return run_change(Wish::out, command.options, {{}, command.force}, surroundings);
}

}  // namespace maintenance::plugin
