#pragma once

#include <deque>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "plugin/commands/surroundings.h"
#include "plugin/credentials/program_runner.h"
#include "plugin/output/io.h"
#include "tests/support/fake_clock.h"
#include "tests/support/scripted_transport.h"

namespace maintenance::testing {

/// A terminal that is whatever a test wants.
class FakeTerminal final : public plugin::Terminal {
 public:
  bool input = false;
  bool live = false;
  std::size_t width = 80;

  [[nodiscard]] bool input_is_terminal() const override { return input; }
  [[nodiscard]] bool error_is_live() const override { return live; }
  [[nodiscard]] std::size_t columns() const override { return width; }
};

/// Programs that print what a test wants, one after the other; the last one again and again.
class FakePrograms final : public plugin::ProgramRunner {
 public:
  std::deque<Result<plugin::ProgramEnd>> ends;
  std::vector<plugin::ProgramStart> started;

  [[nodiscard]] Result<plugin::ProgramEnd> run(const plugin::ProgramStart& start) override {
    started.push_back(start);
    if (ends.empty()) return Error{ErrorKind::not_found, "", "there is no such program"};
    auto end = ends.front();
    if (ends.size() > 1) ends.pop_front();
    return end;
  }
};

/// Streams that a test can look into.
struct FakeIo {
  FakeTerminal terminal;
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  plugin::Io io{in, out, err, terminal};
};

/// Waits by moving the fake clock; Ctrl-C comes after a number of waits.
class FakeInterrupts final : public plugin::Interrupts {
 public:
  explicit FakeInterrupts(FakeClock& clock) : clock_(clock) {}

  void raise_after(int waits) { waits_left_ = waits; }
  void raise() { raised_ = true; }
  [[nodiscard]] bool armed() const { return armed_; }

  void arm() override { armed_ = true; }
  [[nodiscard]] bool raised() const override { return raised_; }
  void forget() override { raised_ = false; }
  [[nodiscard]] bool wait_for(std::chrono::milliseconds duration) override {
    if (raised_) return true;
    if (waits_left_ == 0) {
      raised_ = true;
      return true;
    }
    if (waits_left_ > 0) --waits_left_;
    clock_.sleep_for(duration);
    return false;
  }

 private:
  FakeClock& clock_;
  int waits_left_ = -1;
  bool armed_ = false;
  bool raised_ = false;
};

/// A way to a scripted agent.
class FakeLink final : public plugin::AgentLink {
 public:
  ScriptedTransport agent;
  Result<void> found;
  std::string user = "jane";
  int asked_for_user = 0;
  Result<void> allowed;  ///< to execute
  /// What a command does; by default it succeeds.
  std::function<Result<plugin::ExecEnd>()> command = [] { return plugin::ExecEnd{}; };
  std::vector<plugin::ExecRequest> executed;
  int resumed = 0;
  std::map<std::string, std::string> by_hand;  ///< pod -> the command without an agent

  [[nodiscard]] std::string release_by_hand(const std::string& pod) override {
    const auto known = by_hand.find(pod);
    return known == by_hand.end() ? std::string() : known->second;
  }
  std::map<plugin::Examination, Result<std::string>> examined;  ///< by default all is well
  std::vector<std::string> labelled;                            ///< pods with any labels
  Result<std::vector<plugin::AgentPlace>> places{std::vector<plugin::AgentPlace>()};

  [[nodiscard]] Result<std::string> examine(plugin::Examination step) override {
    const auto seen = examined.find(step);
    return seen == examined.end() ? Result<std::string>(std::string("fine")) : seen->second;
  }
  [[nodiscard]] Result<std::vector<std::string>> pods_matching(
      const std::string& /*selector*/) override {
    return labelled;
  }
  [[nodiscard]] Result<std::vector<plugin::AgentPlace>> agents_everywhere() override {
    return places;
  }
  [[nodiscard]] Result<void> forward(Poco::Net::StreamSocket local) override {
    if (forwarded) return forwarded(std::move(local));
    return {};
  }
  std::function<Result<void>(Poco::Net::StreamSocket)> forwarded;
  [[nodiscard]] Result<void> may_execute() override { return allowed; }
  [[nodiscard]] Result<plugin::ExecEnd> execute(
      const plugin::ExecRequest& request, plugin::LocalStreams& /*local*/,
      const std::function<bool()>& /*called_off*/) override {
    executed.push_back(request);
    return command();
  }
  void resume() override { ++resumed; }
  [[nodiscard]] Result<void> prepare() override { return found; }
  [[nodiscard]] std::string user_name() override {
    ++asked_for_user;
    return user;
  }
  [[nodiscard]] http::Transport& transport() override { return agent; }
};

/// Everything that a command needs, faked.
struct FakeSurroundings {
  FakeIo streams;
  FakeClock clock;
  FakeInterrupts interrupts{clock};
  FakeLink link;
  plugin::Surroundings around{streams.io, link, clock, interrupts};

  [[nodiscard]] std::string out() const { return streams.out.str(); }
  [[nodiscard]] std::string err() const { return streams.err.str(); }
};

}  // namespace maintenance::testing
