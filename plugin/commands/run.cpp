#include "plugin/commands/run.h"

#include "common/text/printable.h"
#include "plugin/cli/targets.h"
#include "plugin/commands/agent.h"
#include "plugin/commands/change_report.h"
#include "plugin/commands/consent.h"
#include "plugin/commands/hint.h"
#include "plugin/commands/wait.h"
#include "plugin/output/progress.h"

namespace maintenance::plugin {
namespace {

constexpr std::chrono::milliseconds put_back_pause{std::chrono::seconds(1)};

/// One run of `run`.
class Run {
 public:
  Run(const RunCommand& command, Surroundings& around, LocalStreams& local)
      : command_(command),
        options_(command.options),
        around_(around),
        local_(local),
        agent_(around.link.transport(), around.clock, options_.connection.request_timeout),
        pod_(options_.targets.names.front()),
        shown_(target_name(TargetKind::pod, pod_)) {}

  int run() {
    if (auto found = around_.link.prepare(); !found) return say(found.error());
    // Before the pod leaves the ring for nothing.
    if (auto allowed = around_.link.may_execute(); !allowed) return say(allowed.error());
    auto before = agent_.pod(pod_, agent_.soon());
    if (!before) return say(before.error());
    as_found_ = *before && (*before)->wish == Wish::in;
    int code = 0;
    if (as_found_) {
      around_.io.err << shown_ << " is in maintenance already, and stays so\n";
      around_.interrupts.arm();
      code = hold(**before);
    } else {
      code = enable();
    }
    const int back = mine_ ? put_back() : 0;
    return code != 0 ? code : back;
  }

 private:
  static int number(ExitCode code) { return static_cast<int>(code); }

  int say(const Error& error) {
    print_error(around_.io.err, error);
    return number(exit_code_of(error.kind));
  }
  int say_of_pod(const Error& error) { return say(Error{error.kind, shown_, error.message()}); }

  int enable() {
    EnableWish wish{command_.wish.reason, around_.link.user_name(), command_.wish.hold_for,
                    command_.wish.overrides};
    if (wish.reason.empty()) {
      // Arguments may be secret.
      wish.reason = "kubectl maintenance run " + text::printable(command_.words.front(), 100);
    }
    Consent consent(agent_, around_, options_);
    if (const auto refused = consent.to_enable(wish)) return number(*refused);
    around_.interrupts.arm();
    auto changed = agent_.enable({TargetKind::pod, pod_}, wish);
    const bool stopped = around_.interrupts.raised();
    if (stopped) calm();
    if (!changed && changed.error().kind == ErrorKind::unknown_outcome) {
      changed = settle_doubt(agent_, Wish::in, pod_, changed.error());
      // Perhaps it was recorded: then it was us.
      mine_ = !changed;
    }
    if (changed) take(*changed);
    if (stopped) return interrupted();
    if (!changed) return say_of_pod(changed.error());
    if (changed->verdict.refuses()) {
      return say_of_pod(Error{ErrorKind::policy, "", describe_refusal(changed->verdict)});
    }
    print_remarks(around_.io, shown_, changed->verdict);
    if (changed->pods.empty()) {
      return say_of_pod(Error{ErrorKind::protocol, "", "the agent's answer names no pod"});
    }
    return hold(changed->pods.front());
  }

  /// Remembers what is to be put back.
  void take(const Changed& changed) {
    if (changed.verdict.refuses() || changed.pods.empty()) return;
    const PodReport& report = changed.pods.front();
    mine_ = report.changed.value_or(true);
    if (report.record) record_id_ = report.record->id;
  }

  /// Waits until the pod is held, and runs the command.
  int hold(const PodReport& report) {
    const WaitEnd end = wait(Wish::in, report);
    if (stopped_) return interrupted();
    if (end.outcome == WaitEnd::Outcome::reverted) mine_ = false;
    if (end.outcome != WaitEnd::Outcome::reached) {
      return say_of_pod(wait_error(Wish::in, options_, end));
    }
    return execute();
  }

  int execute() {
    around_.io.out.flush();
    const ExecRequest request{pod_, command_.container, command_.words, command_.input,
                              command_.tty && local_.input_is_terminal()};
    if (command_.tty && !request.tty) {
      print_warning(around_.io.err, "standard input is no terminal, so the command gets none");
    }
    const auto end =
        around_.link.execute(request, local_, [this] { return around_.interrupts.raised(); });
    if (end) return end->exit_code;
    if (around_.interrupts.raised()) return interrupted();
    const int code = say_of_pod(end.error());
    if (end.error().kind == ErrorKind::unreachable) may_still_run();
    return code;
  }

  int interrupted() {
    around_.io.err << "error: " << shown_ << ": interrupted\n";
    calm();
    return number(ExitCode::interrupted);
  }

  void may_still_run() {
    around_.io.err << shown_ << ": the command may still run there; the pod stays held until it "
                   << "has ended\n";
  }

  /// What was interrupted is over; putting back needs connections again.
  void calm() {
    around_.interrupts.forget();
    around_.link.resume();
  }

  WaitEnd wait(Wish wish, const PodReport& from) {
    WaitEnd out{pod_, WaitEnd::Outcome::failed, from, std::nullopt};
    Progress progress(around_.io, choose_progress(around_.io.terminal, false));
    Waiter waiter(agent_, around_.clock, around_.interrupts, progress);
    stopped_ = !waiter.wait(wish, {from}, around_.clock.steady_now() + options_.timeout,
                            [&out](const WaitEnd& end) { out = end; });
    return out;
  }

  /// Ends our own record and no other. Nothing when there is nothing to end.
  Result<std::optional<PodReport>> release() {
    const auto now = agent_.pod(pod_, agent_.soon());
    if (!now) return now.error();
    if (!*now) return std::optional<PodReport>();
    const PodReport& report = **now;
    if (report.wish == Wish::out) return std::optional<PodReport>(report);
    if (report.record && !record_id_.empty() && report.record->id != record_id_) {
      return Error{ErrorKind::conflict, "",
                   "it was put into maintenance by " + text::printable(report.record->by) +
                       " meanwhile, and stays so"};
    }
    const auto changed = agent_.disable({TargetKind::pod, pod_}, {around_.link.user_name(), false});
    if (!changed) return changed.error();
    if (changed->verdict.refuses()) {
      return Error{ErrorKind::policy, "", describe_refusal(changed->verdict)};
    }
    if (changed->pods.empty()) return std::optional<PodReport>(report);
    return std::optional<PodReport>(changed->pods.front());
  }

  /// The same, as often as the way to the agent needs it.
  Result<std::optional<PodReport>> release_at_last() {
    const Deadline give_up = around_.clock.steady_now() + put_back_tries;
    while (true) {
      auto released = release();
      const bool again = !released && (may_pass(released.error().kind) ||
                                       released.error().kind == ErrorKind::unknown_outcome);
      if (!again || around_.clock.steady_now() >= give_up) return released;
      if (around_.interrupts.wait_for(put_back_pause)) return released;
    }
  }

  int put_back() {
    const auto released = release_at_last();
    if (!released) {
      const int code = say_of_pod(released.error().within("it was not put back"));
      around_.io.err << "To let it run again type "
                     << next_command("disable", {pod_}, options_.connection) << '\n';
      return code;
    }
    if (!*released) return 0;
    const WaitEnd end = wait(Wish::out, **released);
    if (stopped_) {
      around_.io.err << "error: " << shown_ << " is on its way back; see "
                     << next_command("status", {pod_}, options_.connection) << '\n';
      return number(ExitCode::interrupted);
    }
    if (end.outcome == WaitEnd::Outcome::reached || end.outcome == WaitEnd::Outcome::gone) {
      around_.io.err << shown_ << " back to normal\n";
      return 0;
    }
    return say_of_pod(wait_error(Wish::out, options_, end));
  }

  const RunCommand& command_;
  const ChangeOptions& options_;
  Surroundings& around_;
  LocalStreams& local_;
  Agent agent_;
  const std::string& pod_;
  std::string shown_;
  std::string record_id_;  ///< of the record that our wish has made
  bool as_found_ = false;  ///< it was in maintenance before
  bool mine_ = false;      ///< our wish may be on record
  bool stopped_ = false;   ///< the last wait was interrupted
};

}  // namespace

int run_run(const RunCommand& command, Surroundings& surroundings, LocalStreams& local) {
  return Run(command, surroundings, local).run();
}

}  // namespace maintenance::plugin
