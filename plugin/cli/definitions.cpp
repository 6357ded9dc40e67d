#include "plugin/cli/definitions.h"

#include <algorithm>
#include <sstream>

#include "common/maintenance/record.h"
#include "common/text/duration.h"
#include "common/text/names.h"
#include "common/text/printable.h"
#include "plugin/cli/targets.h"
#include "plugin/cli/values.h"

namespace maintenance::plugin {
namespace {

const std::vector<std::string> completions{"bash", "zsh", "fish", "install"};

/// Names, or what stands for them.
Result<Targets> read_targets(const RawOptions& raw) {
  if (raw.selector.empty() && !raw.all) {
    auto targets = parse_targets(raw.words);
    if (targets && targets->kind == TargetKind::dc && targets->names.size() > 1) {
      return usage("one datacenter at a time");
    }
    return targets;
  }
  if (!raw.words.empty() && (raw.words.size() > 1 || !is_pod_word(raw.words.front()))) {
    return usage(std::string(raw.all ? "--all" : "-l") + " and names exclude each other");
  }
  if (raw.all && !raw.selector.empty()) return usage("--all and -l exclude each other");
  if (!raw.selector.empty() && !raw.agent.url.empty()) {
    return usage("labels are looked up at the API server; leave --agent-url out");
  }
  return Targets{TargetKind::pod, {}, raw.selector, raw.all};
}

Result<ChangeOptions> read_change(const RawOptions& raw) {
  ChangeOptions out;
  auto connection = read_connection(raw);
  if (!connection) return connection.error();
  auto targets = read_targets(raw);
  if (!targets) return targets.error();
  auto timeout = read_duration(raw.timeout, "--timeout", default_wait_timeout);
  if (!timeout) return timeout.error();
  auto format = read_format(raw.output, false);
  if (!format) return format.error();
  out.connection = std::move(*connection);
  out.targets = std::move(*targets);
  out.timeout = *timeout;
  out.format = *format;
  out.wait = raw.wait;
  out.yes = raw.yes;
  out.dry_run = raw.dry_run;
  return out;
}

std::vector<std::string> split_list(const std::string& raw) {
  std::vector<std::string> out;
  std::istringstream items(raw);
  for (std::string item; std::getline(items, item, ',');) {
    if (!item.empty()) out.push_back(item);
  }
  return out;
}

Result<WishOptions> read_wish(const RawOptions& raw) {
  if (raw.reason.size() > reason_bytes_max) {
    return usage("--reason is longer than " + std::to_string(reason_bytes_max) + " bytes");
  }
  if (!raw.hold_for.empty() && !text::parse_duration(raw.hold_for)) {
    return usage("invalid argument " + text::quoted(raw.hold_for) +
                 " for --for: write for example 90s, 15m, 2h30m or 3d");
  }
  return WishOptions{raw.reason, raw.hold_for, split_list(raw.guards_overridden)};
}

Result<Command> make_enable(const RawOptions& raw) {
  auto options = read_change(raw);
  if (!options) return options.error();
  auto wish = read_wish(raw);
  if (!wish) return wish.error();
  return Command(EnableCommand{std::move(*options), std::move(*wish)});
}

Result<Command> make_run(const RawOptions& raw) {
  auto options = read_change(raw);
  if (!options) return options.error();
  const Targets& targets = options->targets;
  if (targets.kind != TargetKind::pod || targets.names.size() != 1) {
    return usage("run is about one pod, and the command goes behind --: run pod NAME -- COMMAND");
  }
  auto wish = read_wish(raw);
  if (!wish) return wish.error();
  if (raw.behind.empty() || raw.behind.front().empty()) {
    return usage("the command to run is missing: run pod NAME -- COMMAND");
  }
  if (!raw.agent.url.empty()) {
    return usage("a command is run through the API server; leave --agent-url out");
  }
  return Command(RunCommand{std::move(*options), std::move(*wish), raw.behind, raw.container,
                            raw.input, raw.tty});
}

Result<Command> make_disable(const RawOptions& raw) {
  auto options = read_change(raw);
  if (!options) return options.error();
  if (raw.force && raw.dry_run) return usage("--force and --dry-run exclude each other");
  return Command(DisableCommand{std::move(*options), raw.force});
}

Result<Command> make_status(const RawOptions& raw) {
  StatusCommand out;
  auto connection = read_connection(raw);
  if (!connection) return connection.error();
  if (!raw.words.empty()) {
    auto targets = parse_targets(raw.words);
    if (!targets) return targets.error();
    out.targets = std::move(*targets);
  }
  auto format = read_format(raw.output, true);
  if (!format) return format.error();
  out.connection = std::move(*connection);
  out.format = *format;
  out.watch = raw.watch;
  out.all_namespaces = raw.all_namespaces;
  if (out.all_namespaces) {
    if (out.watch) return usage("--all-namespaces and --watch exclude each other");
    if (out.targets) return usage("--all-namespaces and names exclude each other");
    if (!raw.overrides.namespace_name.empty() || !raw.agent.url.empty()) {
      return usage("--all-namespaces excludes --namespace and --agent-url");
    }
  }
  return Command(std::move(out));
}

Result<Command> make_check(const RawOptions& raw) {
  if (!raw.words.empty()) {
    return usage("unexpected argument " + text::quoted(raw.words.front()) +
                 "; a file is named with -f");
  }
  auto connection = read_connection(raw);
  if (!connection) return connection.error();
  auto format = read_format(raw.output, false);
  if (!format) return format.error();
  return Command(CheckCommand{std::move(*connection), raw.files, *format});
}

Result<Command> make_inject(const RawOptions& raw) {
  if (!raw.words.empty()) {
    return usage("unexpected argument " + text::quoted(raw.words.front()) +
                 "; a file is named with -f");
  }
  if (raw.files.size() != 1) return usage("name one manifest with -f; - is standard input");
  if (!raw.remove && raw.image.empty()) return usage("name the agent's image with --image");
  if (!raw.image.empty() && !is_image(raw.image)) {
    return usage(text::quoted(raw.image) + " is no name of an image");
  }
  if (!raw.config_map.empty()) {
    if (auto valid = text::check_subdomain("ConfigMap", raw.config_map); !valid) {
      return valid.error();
    }
  }
  if (!raw.cassandra_image.empty() && !is_image(raw.cassandra_image)) {
    return usage(text::quoted(raw.cassandra_image) + " is no name of an image");
  }
  return Command(InjectCommand{raw.files.front(), raw.image, raw.config_map, raw.cassandra_image,
                               raw.remove, raw.diff});
}

Result<Command> make_port_forward(const RawOptions& raw) {
  PortForwardCommand out;
  auto connection = read_connection(raw);
  if (!connection) return connection.error();
  if (connection->way == Way::proxy || !connection->agent.url.empty()) {
    return usage("a port is forwarded through a tunnel; leave --transport and --agent-url out");
  }
  if (raw.words.size() > 1) return usage("one local port at most");
  if (!raw.words.empty()) {
    const auto port = read_port(raw.words.front());
    if (!port) return port.error();
    out.local_port = *port;
  }
  out.connection = std::move(*connection);
  return Command(std::move(out));
}

Result<Command> make_version(const RawOptions& raw) {
  if (!raw.words.empty()) return usage("unexpected argument " + text::quoted(raw.words.front()));
  auto connection = read_connection(raw);
  if (!connection) return connection.error();
  auto format = read_format(raw.output, false);
  if (!format) return format.error();
  return Command(VersionCommand{std::move(*connection), *format, raw.client_only});
}

Result<Command> make_config(const RawOptions& raw) {
  if (!raw.words.empty()) return usage("unexpected argument " + text::quoted(raw.words.front()));
  auto connection = read_connection(raw);
  if (!connection) return connection.error();
  auto format = read_format(raw.output, false);
  if (!format) return format.error();
  return Command(ConfigCommand{std::move(*connection), *format});
}

Result<Command> make_completion(const RawOptions& raw) {
  const auto& words = raw.words;
  if (words.size() == 1 &&
      std::find(completions.begin(), completions.end(), words.front()) != completions.end()) {
    return Command(CompletionCommand{words.front()});
  }
  return usage(
      "write one of: completion bash, completion zsh, completion fish, completion install");
}

void declare_selector(OptionTable& table, RawOptions& raw) {
  table.text("-l,--selector", raw.selector, "",
             "Label selector instead of names, such as 'rack=a'; of the pods that have the labels "
             "those count that are replicas of the Cassandra cluster.");
}

void declare_timeout(OptionTable& table, RawOptions& raw) {
  table.text("--timeout", raw.timeout, "10m",
             "The length of time to wait before giving up, such as 30s, 10m; 0 means one day.");
}

void declare_wish(OptionTable& table, RawOptions& raw) {
  table.text("--reason", raw.reason, "", "Why; shown by status to everybody.");
  table.text("--for", raw.hold_for, "",
             "How long, such as 15m, 2h30m, 3d; after that the pods run again. Empty: until "
             "disable.");
  table.text("--override", raw.guards_overridden, "",
             "Guards that shall not refuse, separated by commas, such as replica-down.");
}

void declare_run(OptionTable& table, RawOptions& raw) {
  table.flag("-i,--stdin", raw.input, "Pass standard input to the command.");
  table.flag("-t,--tty", raw.tty,
             "Give the command a terminal of its own. Standard input must be one.");
  table.text("-c,--container", raw.container, "",
             "The container to run the command in. Empty: the init container that holds the pod.");
  declare_wish(table, raw);
  declare_timeout(table, raw);
  table.flag("-y,--yes", raw.yes, "Do not ask, and override no guard that is not named.");
  table.words(raw.words);
}

void declare_change(OptionTable& table, RawOptions& raw) {
  table.flag("--wait", raw.wait, "If true, wait until the pods have reached their state.");
  declare_timeout(table, raw);
  table.flag("-y,--yes", raw.yes,
             "Do not ask before a whole datacenter is changed, or what somebody else has put into "
             "maintenance is ended. Needed for that where there is no terminal.");
  table.flag("--dry-run", raw.dry_run,
             "If true, let the agent judge, say what would happen, and change nothing.");
  table.text("-o,--output", raw.output, "table",
             "Output format. One of: (json, name, table, yaml).");
  table.words(raw.words);
}

void declare_enable(OptionTable& table, RawOptions& raw) {
  declare_wish(table, raw);
  declare_selector(table, raw);
  declare_change(table, raw);
}

void declare_disable(OptionTable& table, RawOptions& raw) {
  table.flag("--all", raw.all, "If true, every pod that is in maintenance.");
  table.flag("--force", raw.force,
             "If true, also restart a pod whose gate is kept busy by a command, which ends the "
             "command.");
  declare_selector(table, raw);
  declare_change(table, raw);
}

void declare_check(OptionTable& table, RawOptions& raw) {
  table.list("-f,--filename", raw.files,
             "A manifest to look through, without any cluster; - is standard input. This flag can "
             "be repeated.");
  table.text("-o,--output", raw.output, "table",
             "Output format. One of: (json, name, table, yaml).");
  table.words(raw.words);
}

void declare_inject(OptionTable& table, RawOptions& raw) {
  table.list("-f,--filename", raw.files,
             "The manifest: StatefulSets, CassandraDatacenters, Lists, several documents, YAML or "
             "JSON; - is standard "
             "input.");
  table.text("--image", raw.image, "", "The agent's image, which has the gate in it.");
  table.text("--config-map", raw.config_map, "",
             "Name of the maintenance ConfigMap. Empty: <cluster>-maintenance-configmap, by the "
             "label cassandra-cluster-instance of the pod template, or a CassandraDatacenter's "
             "clusterName.");
  table.text("--cassandra-image", raw.cassandra_image, "",
             "The image that Cassandra runs, where the manifest leaves that to an operator.");
  table.flag("--remove", raw.remove, "If true, take the gate out again.");
  table.flag("--diff", raw.diff, "If true, print the difference, and not the manifest.");
  table.words(raw.words);
}

void declare_port_forward(OptionTable& table, RawOptions& raw) {
  table.words(raw.words);
}

void declare_status(OptionTable& table, RawOptions& raw) {
  table.flag("-w,--watch", raw.watch,
             "If true, go on after the first look, and show each pod again when it changes.");
  table.flag("-A,--all-namespaces", raw.all_namespaces,
             "If true, ask the agents of all namespaces.");
  table.text("-o,--output", raw.output, "table",
             "Output format. One of: (json, name, table, wide, yaml).");
  table.words(raw.words);
}

void declare_config(OptionTable& table, RawOptions& raw) {
  table.text("-o,--output", raw.output, "table",
             "Output format. One of: (json, name, table, yaml).");
  table.words(raw.words);
}

void declare_version(OptionTable& table, RawOptions& raw) {
  table.flag("--client", raw.client_only,
             "If true, show the version of this program only; needs no cluster.");
  table.text("-o,--output", raw.output, "table",
             "Output format. One of: (json, name, table, yaml).");
  table.words(raw.words);
}

void declare_completion(OptionTable& table, RawOptions& raw) {
  table.words(raw.words);
}

}  // namespace

std::vector<CommandDefinition> definitions() {
  return {
      {enable_help(), declare_enable, make_enable, TargetsWanted::pods_or_dcs},
      {disable_help(), declare_disable, make_disable, TargetsWanted::pods_or_dcs},
      {status_help(), declare_status, make_status, TargetsWanted::pods_or_dcs},
      {run_help(), declare_run, make_run, TargetsWanted::pods, {}, true},
      {check_help(), declare_check, make_check},
      {inject_help(), declare_inject, make_inject},
      {config_help(), declare_config, make_config},
      {port_forward_help(), declare_port_forward, make_port_forward},
      {completion_help(), declare_completion, make_completion, TargetsWanted::none, completions},
      {version_help(), declare_version, make_version}};
}

}  // namespace maintenance::plugin
