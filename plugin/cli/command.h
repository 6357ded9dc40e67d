#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "plugin/kubeconfig/selection.h"
#include "plugin/tunnel/way.h"

namespace maintenance::plugin {

enum class TargetKind { pod, dc };

/// What a command is about. The names are checked and differ from each other.
struct Targets {
  TargetKind kind = TargetKind::pod;
  std::vector<std::string> names = {};
  std::string selector = {};  ///< instead of names: the pods with these labels
  bool all = false;           ///< instead of names: every pod that is in maintenance
};

/// Longest wait for one answer unless --request-timeout says otherwise.
inline constexpr std::chrono::milliseconds default_request_timeout{std::chrono::seconds(10)};
/// Longest wait for a pod's state unless --timeout says otherwise: draining a replica takes
/// minutes, and a grace period of more than ten is rare.
inline constexpr std::chrono::milliseconds default_wait_timeout{std::chrono::minutes(10)};
/// What "0" means for either of them, which in kubectl is "for ever".
inline constexpr std::chrono::milliseconds longest_timeout{std::chrono::hours(24)};

/// An agent that is reached without the API server, behind an ingress for example.
struct AgentAddress {
  std::string url = {};         ///< empty: the agent is looked for in the cluster
  std::string token = {};       ///< bearer token, or empty
  std::string token_file = {};  ///< beats `token`
  std::string ca_file = {};     ///< empty: the system's certificate authorities
};

/// How to reach the agent; the same for every command.
struct ConnectionOptions {
  std::string command = {};  ///< "kubectl maintenance status", for audit logs
  Overrides overrides;
  Way way = Way::automatic;
  AgentAddress agent = {};
  std::string instance;  ///< which Cassandra cluster, when a namespace has several
  std::chrono::milliseconds request_timeout = default_request_timeout;
  int verbosity = 0;
};

enum class Format { table, wide, json, yaml, name };

/// What enable and disable have in common.
struct ChangeOptions {
  ConnectionOptions connection;
  Targets targets;
  bool wait = true;
  std::chrono::milliseconds timeout = default_wait_timeout;
  Format format = Format::table;
  bool yes = false;
  bool dry_run = false;
};

/// What goes with the wish to hold pods.
struct WishOptions {
  std::string reason;
  std::string hold_for = {};                ///< a duration as the agent reads it, or empty
  std::vector<std::string> overrides = {};  ///< ids of soft guards
};

struct EnableCommand {
  ChangeOptions options;
  WishOptions wish;
};

struct DisableCommand {
  ChangeOptions options;
  bool force = false;  ///< also restart a pod whose gate is kept busy
};

/// Runs something in one held pod.
struct RunCommand {
  ChangeOptions options;
  WishOptions wish;
  std::vector<std::string> words;  ///< the command and its arguments
  std::string container = {};      ///< empty: the one that holds the pod
  bool input = false;
  bool tty = false;
};

struct StatusCommand {
  ConnectionOptions connection;
  std::optional<Targets> targets;  ///< nothing: the whole cluster
  Format format = Format::table;
  bool watch = false;
  bool all_namespaces = false;
};

/// Looks for what is in the way of all other commands; with files, for mistakes in manifests.
struct CheckCommand {
  ConnectionOptions connection;
  std::vector<std::string> files = {};  ///< "-" is standard input
  Format format = Format::table;
};

/// Adds the gate to a manifest, or takes it out. Needs no cluster.
struct InjectCommand {
  std::string file;        ///< "-" is standard input
  std::string image = {};  ///< of the agent
  std::string config_map = {};
  std::string cassandra_image = {};
  bool remove = false;
  bool diff = false;
};

/// The agent's own port.
inline constexpr std::uint16_t default_local_port = 8889;

struct PortForwardCommand {
  ConnectionOptions connection;
  std::uint16_t local_port = default_local_port;  ///< 0: one that is free
};

struct VersionCommand {
  ConnectionOptions connection;
  Format format = Format::table;
  bool client_only = false;
};

struct ConfigCommand {
  ConnectionOptions connection;
  Format format = Format::table;
};

/// Scripts for shells, and the link by which kubectl asks us.
struct CompletionCommand {
  std::string what;  ///< "bash", "zsh", "fish" or "install"
};

/// In front of the words to complete, as in kubectl.
inline constexpr const char* complete_word = "__complete";

/// What a shell or kubectl asks when somebody presses TAB.
struct CompleteCommand {
  std::vector<std::string> words;
};

/// A text that was asked for; goes to stdout.
struct HelpText {
  std::string text;
};

/// The command line cannot be understood. Goes to stderr, exit code 2.
struct UsageError {
  std::string message;
  std::string command;  ///< "kubectl maintenance enable": whose help to read
};

using Command = std::variant<EnableCommand, DisableCommand, StatusCommand, RunCommand, CheckCommand,
                             InjectCommand, ConfigCommand, PortForwardCommand, VersionCommand,
                             CompletionCommand, CompleteCommand, HelpText, UsageError>;

}  // namespace maintenance::plugin
