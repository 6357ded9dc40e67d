#include "agent/program.h"

#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>

#include "agent/config/command_line.h"
#include "agent/config/configuration.h"
#include "agent/config/settings.h"
#include "agent/memory.h"
#include "agent/observe/counting_transport.h"
#include "agent/observe/event_writer.h"
#include "agent/reconcile/reconciler.h"
#include "agent/server/api.h"
#include "agent/server/health.h"
#include "agent/server/listener.h"
#include "agent/server/server_certificate.h"
#include "common/http/connection.h"
#include "common/http/keeping_transport.h"
#include "common/http/tls.h"
#include "common/text/printable.h"

namespace maintenance::agent {
namespace {

using std::chrono::milliseconds;

constexpr int exit_done = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

/// Requests at once. Each one is a thread that mostly waits for the API server.
constexpr int api_threads_max = 64;
/// Probes and one collector; more would only hide that somebody hammers the port.
constexpr int health_threads_max = 4;
constexpr std::size_t health_connections_max = 64;

/// Requests under way get this long after the signal; the process is gone within a second.
constexpr milliseconds drain_time{700};
/// ... and then, with their connections to the API server cut, this long to notice.
constexpr milliseconds notice_time{100};
constexpr milliseconds between_looks{5};

/// How often memory is given back that nobody uses.
constexpr std::chrono::seconds give_back_every{60};
/// How often the certificate's files are looked at, when there are any.
constexpr std::chrono::seconds certificate_look_every{10};

/// What a step of the start-up says: on with the next one, or end here with an exit code.
struct StepResult {
  std::optional<int> exit_code;
};
constexpr StepResult go_on{};

/// The parts of a running agent, in the order in which they are made; they end in reverse.
class Program {
 public:
  Program(std::span<const char* const> arguments, const kube::Environment& environment)
      : arguments_(arguments), environment_(environment) {}

  int run() {
    for (const auto& step : start_steps) {
      const StepResult result = (this->*step)();
      if (result.exit_code) return *result.exit_code;
    }
    wait_for_signal();
    stopping_since_ = clock_.steady_now();
    for (const auto& step : stop_steps)
      run_stop_step(step);
    return exit_done;
  }

 private:
  using StartStep = StepResult (Program::*)();
  using StopStep = void (Program::*)();

  StepResult read_arguments();
  StepResult read_settings();
  StepResult prepare_access();
  StepResult check_only();
  StepResult block_signals();
  StepResult open_log();
  StepResult make_client();
  StepResult make_api();
  StepResult open_health_listener();
  StepResult open_api_listener();
  StepResult announce();

  void announce_stop();
  void stop_background_work();
  void stop_accepting();
  void finish_requests();
  void cut_connections();
  void end_at_once_if_stuck();

  static constexpr std::array<StartStep, 11> start_steps{
      &Program::read_arguments,    &Program::read_settings, &Program::prepare_access,
      &Program::check_only,        &Program::block_signals, &Program::open_log,
      &Program::make_client,       &Program::make_api,      &Program::open_health_listener,
      &Program::open_api_listener, &Program::announce};
  static constexpr std::array<StopStep, 6> stop_steps{
      &Program::announce_stop,   &Program::stop_background_work, &Program::stop_accepting,
      &Program::finish_requests, &Program::cut_connections,      &Program::end_at_once_if_stuck};

  static StepResult fail(int exit_code, const Error& error);
  [[nodiscard]] std::string instance_name() const;
  void wait_for_signal();
  void run_stop_step(StopStep step) noexcept;
  bool wait_until_idle(Deadline deadline);
  [[nodiscard]] bool background_is_idle() const;

  std::span<const char* const> arguments_;
  const kube::Environment& environment_;
  CommandLine command_line_;
  Settings settings_;
  kube::Access access_;
  Poco::Net::Context::Ptr tls_;
  sigset_t signals_{};
  SystemClock clock_;
  SystemRandom random_;
  std::atomic<bool> ready_{false};
  Deadline stopping_since_;
  std::optional<http::Watchdog> outgoing_;
  std::optional<Log> log_;
  std::optional<http::KeepingTransport> transport_;
  std::optional<kube::AuthorizedTransport> authorized_;
  Metrics metrics_{clock_};
  std::optional<CountingTransport> counted_;
  std::optional<http::Watchdog> watching_;  ///< of the watches alone, which it ends
  std::optional<http::ConnectingTransport> streams_;
  std::optional<kube::AuthorizedStreamer> authorized_streams_;
  std::optional<CountingStreamer> counted_streams_;
  std::optional<kube::Client> client_;
  std::optional<EventWriter> events_;
  Doorbell doorbell_;
  std::optional<ClusterView> view_;
  std::unique_ptr<Api> api_;
  std::optional<Reconciler> reconciler_;
  std::optional<ReconcilerThread> reconciler_thread_;
  std::optional<Health> health_;
  std::optional<ServerCertificate> certificate_;  ///< when there is TLS
  std::unique_ptr<Listener> health_listener_;
  std::unique_ptr<Listener> api_listener_;
};

StepResult Program::fail(int exit_code, const Error& error) {
  std::cerr << "maintenance-agent: " << error.message() << "\n";
  return StepResult{exit_code};
}

StepResult Program::read_arguments() {
  auto command_line = parse_command_line(arguments_);
  if (!command_line) return fail(exit_usage, command_line.error());
  command_line_ = std::move(*command_line);
  if (command_line_.mode == Mode::help) {
    std::cout << help_text();
    return StepResult{exit_done};
  }
  if (command_line_.mode == Mode::version) {
    std::cout << "maintenance-agent " MAINTENANCE_VERSION "\n";
    return StepResult{exit_done};
  }
  return go_on;
}

StepResult Program::read_settings() {
  auto configuration = load_configuration(command_line_, environment_);
  if (!configuration) return fail(exit_usage, configuration.error());
  if (command_line_.mode == Mode::print_config) {
    std::cout << to_yaml(*configuration);
    return StepResult{exit_done};
  }
  if (command_line_.mode == Mode::check_config) {
    std::cout << describe(*configuration) << "configuration file: "
              << (configuration->file.empty() ? "none" : text::printable(configuration->file))
              << "\n";
  }
  settings_ = std::move(configuration->settings);
  return go_on;
}

/// Only files are looked at. Whether the API server answers is found out by each request: the agent
/// starts without it, because it may come back.
StepResult Program::prepare_access() {
  auto access = make_access(settings_, environment_);
  if (!access) return fail(exit_usage, access.error());
  access_ = std::move(*access);
  settings_.namespace_name = access_.namespace_name;
  if (!access_.endpoint.tls) return go_on;
  auto tls = http::make_client_context(access_.endpoint.tls_settings);
  if (!tls) return fail(exit_usage, tls.error());
  tls_ = *tls;
  return go_on;
}

StepResult Program::check_only() {
  if (command_line_.mode != Mode::check_config) return go_on;
  std::cout << "configuration is usable\n";
  return StepResult{exit_done};
}

/// Before any thread exists, so that every thread inherits it and only wait_for_signal() sees them.
StepResult Program::block_signals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  return go_on;
}

StepResult Program::open_log() {
  log_.emplace(std::make_shared<spdlog::sinks::stdout_sink_mt>(), clock_, settings_.log_format,
               settings_.log_level);
  return go_on;
}

StepResult Program::make_client() {
  outgoing_.emplace();
  transport_.emplace(access_.endpoint, tls_, *outgoing_, clock_);
  authorized_.emplace(*transport_, access_, "maintenance-agent/" MAINTENANCE_VERSION);
  counted_.emplace(*authorized_, metrics_);
  client_.emplace(*counted_, clock_, settings_.namespace_name);
  events_.emplace(EventWriter::Parts{*client_, *log_, metrics_});
  watching_.emplace();
  streams_.emplace(access_.endpoint, tls_, *watching_);
  authorized_streams_.emplace(*streams_, access_, "maintenance-agent/" MAINTENANCE_VERSION);
  counted_streams_.emplace(*authorized_streams_, metrics_);
  return go_on;
}

/// The pod's name, which is its host name: it tells two agents apart.
std::string Program::instance_name() const {
  const std::string host = environment_("HOSTNAME");
  return host.empty() ? "maintenance-agent" : host;
}

StepResult Program::make_api() {
  view_.emplace(ClusterView::Parts{*client_, *counted_streams_, *watching_, settings_, clock_,
                                   random_, *log_, [this] { doorbell_.ring(); }});
  metrics_.ask_for_view([this] { return view_->is_current(); });
  const Tell tell = [this, instance = instance_name()](const Happening& happening) {
    events_->report(make_event(happening, instance, clock_.now()));
  };
  api_ = std::make_unique<Api>(
      Api::Parts{*client_, settings_, clock_, random_, *log_, metrics_, {}, &*view_, tell});
  reconciler_.emplace(
      Reconciler::Parts{*client_, api_->shared(*client_), *log_, metrics_, {}, tell});
  reconciler_thread_.emplace(*reconciler_, doorbell_, clock_);
  return go_on;
}

StepResult Program::open_health_listener() {
  health_.emplace(metrics_, [this] { return ready_.load(); });
  Listener::Settings where{settings_.bind, settings_.health_port};
  where.limits.threads_max = health_threads_max;
  where.limits.connections_max = health_connections_max;
  auto listener =
      Listener::open(where, [this](const ApiRequest& request) { return health_->handle(request); });
  if (!listener) return fail(exit_failed, listener.error());
  health_listener_ = std::move(*listener);
  health_listener_->start();
  return go_on;
}

StepResult Program::open_api_listener() {
  Listener::Settings where{settings_.bind, settings_.port};
  where.limits.threads_max = api_threads_max;
  if (!settings_.tls.cert_file.empty()) {
    certificate_.emplace(settings_.tls, *log_, metrics_);
    certificate_->refresh();
    where.tls = [this] { return certificate_->context(); };
  }
  auto listener =
      Listener::open(where, [this](const ApiRequest& request) { return api_->handle(request); });
  if (!listener) return fail(exit_failed, listener.error());
  api_listener_ = std::move(*listener);
  api_listener_->start();
  ready_ = true;
  return go_on;
}

StepResult Program::announce() {
  log_->info("started", {{"version", MAINTENANCE_VERSION},
                         {"port", std::to_string(api_listener_->port())},
                         {"health_port", std::to_string(health_listener_->port())},
                         {"namespace", settings_.namespace_name},
                         {"config_map", settings_.config_map},
                         {"selector", settings_.selector.text()},
                         {"api_server", access_.endpoint.url()}});
  if (settings_.auth.anonymous == AnonymousAccess::write) {
    log_->warn("open_to_everybody", {{"setting", "auth.anonymous=write"},
                                     {"cause", "whoever reaches the port may restart pods"}});
  }
  return go_on;
}

void Program::wait_for_signal() {
  const timespec pause{(certificate_ ? certificate_look_every : give_back_every).count(), 0};
  Deadline give_back_at = clock_.steady_now() + give_back_every;
  while (sigtimedwait(&signals_, nullptr, &pause) < 0) {
    if (certificate_) certificate_->refresh();
    if (clock_.steady_now() < give_back_at) continue;
    transport_->close_idle();
    give_memory_back();
    give_back_at = clock_.steady_now() + give_back_every;
  }
}

void Program::announce_stop() {
  ready_ = false;
  log_->info("stopping", {{"in_flight", std::to_string(api_listener_->in_flight())}});
}

void Program::stop_background_work() {
  api_->request_stop();
  reconciler_thread_->request_stop();
  view_->request_stop();
  events_->request_stop();
}

/// Both at once: each takes up to a quarter of a second to notice.
void Program::stop_accepting() {
  const std::jthread other([this] { health_listener_->stop_accepting(); });
  api_listener_->stop_accepting();
}

void Program::finish_requests() {
  wait_until_idle(stopping_since_ + drain_time);
}

/// Whoever is still waiting for the API server, background work included, waits no longer.
void Program::cut_connections() {
  outgoing_->cancel();
}

void Program::end_at_once_if_stuck() {
  const bool idle = wait_until_idle(clock_.steady_now() + notice_time);
  log_->info("stopped", {{"outcome", idle ? "complete" : "requests were cut off"}});
  log_->flush();
  if (!idle) std::_Exit(exit_done);  // a thread that cannot be interrupted, in name resolution
}

bool Program::background_is_idle() const {
  return api_->background_is_idle() && reconciler_thread_->stopped() && view_->stopped() &&
         events_->stopped();
}

bool Program::wait_until_idle(Deadline deadline) {
  while (api_listener_->in_flight() > 0 || !background_is_idle()) {
    if (clock_.steady_now() >= deadline) return false;
    clock_.sleep_for(between_looks);
  }
  return true;
}

/// The list runs to its end whatever happens in one of its steps.
void Program::run_stop_step(StopStep step) noexcept {
  try {
    (this->*step)();
  } catch (const std::exception& failure) {
    std::cerr << "maintenance-agent: stopping: " << failure.what() << "\n";
  }
}

}  // namespace

int run_program(std::span<const char* const> arguments, const kube::Environment& environment) {
  return std::make_unique<Program>(arguments, environment)->run();
}

}  // namespace maintenance::agent
