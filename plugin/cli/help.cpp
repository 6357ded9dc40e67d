#include "plugin/cli/help.h"

#include <algorithm>

namespace maintenance::plugin {
namespace {

constexpr const char* states = R"(States:
  normal     not wished, Cassandra is running and ready
  entering   wished; the pod is being restarted and has not reached the gate yet
  held       wished, and so it is: the gate holds the pod, Cassandra does not run
  leaving    no longer wished; the gate has not let go yet
  starting   not wished; Cassandra is on its way to being ready
  missing    wished, but there is no such pod at the moment
  drifted    wished, but Cassandra is running and no restart is under way
)";

constexpr const char* exit_codes = R"(Exit codes:
  0    done, or already so
  1    error
  2    the command line cannot be understood; nothing was sent
  3    refused by the policy
  4    not found: the pod or the datacenter
  5    not allowed: not logged in, or a permission is missing
  6    unreachable: the API server or the agent, or there is no agent
  7    timed out
  8    changed by someone else while waiting
  9    some targets failed, others did not
  130  interrupted
)";

/// `text` in lines of at most `width` bytes, each after `indent`.
std::string wrap(const std::string& text, const std::string& indent, std::size_t width) {
  std::string out;
  std::string line;
  std::size_t from = 0;
  while (from < text.size()) {
    const std::size_t end = std::min(text.find(' ', from), text.size());
    const std::string word = text.substr(from, end - from);
    from = end + 1;
    if (!line.empty() && indent.size() + line.size() + 1 + word.size() > width) {
      out += indent + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return out + indent + line + "\n";
}

constexpr std::size_t help_width = 100;

}  // namespace

std::string states_help() {
  return states;
}

std::string exit_codes_help() {
  return exit_codes;
}

std::string program_summary() {
  return "Take replicas of a Cassandra cluster out of the ring and bring them back";
}

std::string program_description() {
  return "In maintenance mode a pod is restarted and held before Cassandra starts, with its "
         "volumes mounted. The wish is kept by the maintenance agent in the cluster; this program "
         "finds it by itself.";
}

std::string render_help(const CommandHelp& help, const std::vector<OptionHelp>& options,
                        const ProgramName& name) {
  std::string out = wrap(in_the_name_of(name, help.description), " ", help_width);
  out += "\nExamples:\n" + help.examples;
  out += "\nOptions:\n";
  for (const OptionHelp& option : options) {
    out += "    " + option.flags + ":\n" + wrap(option.text, "        ", help_width) + "\n";
  }
  out += "Usage:\n  " + std::string(program_name) + " " + help.usage + "\n";
  if (!help.more.empty()) out += "\n" + help.more;
  return in_the_name_of(name, out + "\n" + exit_codes);
}

std::string render_overview(const std::vector<CommandHelp>& commands, const ProgramName& name) {
  std::string out = program_summary() + ".\n\n" + wrap(program_description(), " ", help_width) +
                    "\nAvailable Commands:\n";
  for (const CommandHelp& command : commands) {
    out += "  " + command.name +
           std::string(14 - std::min<std::size_t>(13, command.name.size()), ' ') + command.summary +
           "\n";
  }
  out += "\nUsage:\n  kubectl maintenance COMMAND [options]\n\n";
  out += std::string(states) + "\n" + exit_codes;
  out +=
      "\nUse \"kubectl maintenance COMMAND -h\" for the options of a command. Options go after "
      "the word\nmaintenance, because kubectl accepts none in front of a plugin's name.\n";
  return in_the_name_of(name, out);
}

CommandHelp enable_help() {
  return CommandHelp{
      "enable",
      "Put pods, or all pods of a datacenter, into maintenance",
      "Put replicas into maintenance: each pod is restarted gracefully and held before Cassandra "
      "starts. Waits until the pods are really held.",
      "  # Hold one replica, and say why\n"
      "  kubectl maintenance enable pod demo-cassandra-dc1-0 -n cassandra --reason 'disk check'\n\n"
      "  # Hold two replicas without waiting\n"
      "  kubectl maintenance enable pod demo-cassandra-dc1-0 demo-cassandra-dc1-1 --wait=false\n\n"
      "  # See what the agent says to it, and change nothing\n"
      "  kubectl maintenance enable pod demo-cassandra-dc1-0 --dry-run\n\n"
      "  # Hold a whole datacenter without being asked\n"
      "  kubectl maintenance enable dc dc1 --yes\n",
      "enable (pod NAME... | pod/NAME... | dc NAME | -l SELECTOR) [options]",
      states};
}

CommandHelp disable_help() {
  return CommandHelp{
      "disable",
      "Let pods, or all pods of a datacenter, run again",
      "End the maintenance of replicas: the gate lets each pod go on and Cassandra starts. Waits "
      "until Cassandra is ready again. Works also when the pod is gone or crashing.",
      "  # Let one replica run again\n"
      "  kubectl maintenance disable pod demo-cassandra-dc1-0 -n cassandra\n\n"
      "  # Let a whole datacenter run again without being asked\n"
      "  kubectl maintenance disable dc dc1 --yes\n\n"
      "  # Let everything run again that is in maintenance\n"
      "  kubectl maintenance disable --all\n",
      "disable (pod NAME... | pod/NAME... | dc NAME | -l SELECTOR | --all) [options]",
      states};
}

CommandHelp status_help() {
  return CommandHelp{
      "status",
      "Show wish and reality of all pods of the Cassandra cluster",
      "Show every replica of the Cassandra cluster, or some of them: what is wished, what is real, "
      "who wished it, since when and why.",
      "  # The whole cluster\n"
      "  kubectl maintenance status -n cassandra\n\n"
      "  # One pod, for a script\n"
      "  kubectl maintenance status pod demo-cassandra-dc1-0 -o json\n\n"
      "  # Everything that is known, one datacenter\n"
      "  kubectl maintenance status dc dc1 -o wide\n\n"
      "  # Every pod again whenever it changes\n"
      "  kubectl maintenance status -w\n\n"
      "  # Every Cassandra cluster with an agent\n"
      "  kubectl maintenance status -A\n",
      "status [pod NAME... | pod/NAME... | dc NAME...] [options]",
      std::string("Columns:\n"
                  "  STATE      where the pod is, from wish and reality together (see below)\n"
                  "  WISH       in: it is to be held; out: it is to run\n"
                  "  REALITY    what the pod is doing\n"
                  "  BY         who wished it; (?) after a name that nobody has verified\n"
                  "  SINCE      when it was wished, UTC; AGE is the time since then\n"
                  "  REASON     what was given with --reason\n\n") +
          states};
}

CommandHelp run_help() {
  return CommandHelp{
      "run",
      "Run a command in a held pod, and let the pod run again",
      "Put a replica into maintenance, run a command in it while Cassandra does not run, and let "
      "it "
      "run again. A pod that is in maintenance already stays so. The pod is put back whatever "
      "happens: also after Ctrl-C, and when the connection is lost. Standard output is the "
      "command's and nothing else.",
      "  # Back up the data of one replica\n"
      "  kubectl maintenance run pod demo-cassandra-dc1-0 -n cassandra -- \\\n"
      "    tar -C /var/lib/cassandra -cf - data > backup.tar\n\n"
      "  # Look around in a shell\n"
      "  kubectl maintenance run pod demo-cassandra-dc1-0 -it -- sh\n\n"
      "  # Put a backup back\n"
      "  kubectl maintenance run pod demo-cassandra-dc1-0 -i -- \\\n"
      "    tar -C /var/lib/cassandra -xf - < backup.tar\n",
      "run pod NAME [options] -- COMMAND [ARGUMENT...]",
      std::string("The exit code is the command's, once it has run. Otherwise it is one of those "
                  "below.\n\n") +
          states};
}

CommandHelp check_help() {
  return CommandHelp{
      "check",
      "Look for what is in the way of all other commands",
      "Walk the way from the kubeconfig to the agent and its Cassandra cluster step by step, "
      "change "
      "nothing, and stop at the first step that fails, with what to do about it. With -f, look "
      "through manifests instead, without any cluster, for what maintenance mode needs: "
      "podManagementPolicy, the gate and its ConfigMap volume, preStop, the grace period.",
      "  # Why does nothing work?\n"
      "  kubectl maintenance check -n cassandra\n\n"
      "  # Before it is applied\n"
      "  kubectl maintenance check -f cassandracluster.yaml\n\n"
      "  # What a chart renders\n"
      "  helm template demo ./chart | kubectl maintenance check -f -\n",
      "check [-f FILE...] [options]",
      ""};
}

CommandHelp inject_help() {
  return CommandHelp{
      "inject",
      "Add the gate to a manifest",
      "Print a manifest in which every StatefulSet with a container called cassandra has the gate: "
      "the init containers and volumes that maintenance mode needs, with Cassandra's own image, "
      "memory and data. Only lines are inserted, so that order and comments stay; what is written "
      "in brackets, as JSON is, cannot be kept so and is rewritten. What has the gate already "
      "stays "
      "as it is. Needs no cluster.",
      "  # See what it would add\n"
      "  kubectl maintenance inject -f cassandra.yaml --image REGISTRY/maintenance-agent:1 "
      "--diff\n\n"
      "  # Apply it\n"
      "  kubectl maintenance inject -f cassandra.yaml --image REGISTRY/maintenance-agent:1 |\n"
      "    kubectl apply -f -\n\n"
      "  # Take it out again\n"
      "  kubectl maintenance inject -f cassandra.yaml --remove\n",
      "inject -f FILE --image IMAGE [options]",
      ""};
}

CommandHelp port_forward_help() {
  return CommandHelp{
      "port-forward",
      "Keep a way to the agent open for curl and browsers",
      "Listen on a port of this machine and carry each connection to the agent, until Ctrl-C. "
      "Without LOCAL_PORT it is 8889; with 0 it is one that is free. An agent that is replaced "
      "meanwhile is found again.",
      "  # Talk to the agent with curl\n"
      "  kubectl maintenance port-forward -n cassandra &\n"
      "  curl -X PUT localhost:8889/pods/demo-cassandra-dc1-0\n",
      "port-forward [LOCAL_PORT] [options]",
      ""};
}

CommandHelp config_help() {
  return CommandHelp{"config",
                     "Show the maintenance ConfigMap as the agent sees it",
                     "Show the records in the maintenance ConfigMap as the agent sees them: which "
                     "pods are wished to be held, by whom, since and until when, and why.",
                     "  # The records\n"
                     "  kubectl maintenance config -n cassandra\n\n"
                     "  # The whole object\n"
                     "  kubectl maintenance config -o yaml\n",
                     "config [options]",
                     ""};
}

CommandHelp completion_help() {
  return CommandHelp{
      "completion",
      "Set up TAB for commands, flags and names, and manual pages",
      "Make TAB complete commands, flags, and the names of pods and datacenters. With 'install' a "
      "link called kubectl_complete-maintenance is put beside the program, which is how kubectl "
      "1.26 and later ask a plugin (kubectl's own completion must be set up), and manual pages "
      "into ../share/man from there. The others print a script for those who type "
      "kubectl-maintenance.",
      "  # TAB after 'kubectl maintenance'\n"
      "  kubectl maintenance completion install\n\n"
      "  # TAB after 'kubectl-maintenance', in bash\n"
      "  source <(kubectl maintenance completion bash)\n",
      "completion (install | bash | zsh | fish)",
      ""};
}

CommandHelp version_help() {
  return CommandHelp{
      "version",
      "Show the versions of this program and of the agent",
      "Show the versions of this program and of the agent, and warn when they are so "
      "far apart that one may not know what the other can.",
      "  # Both\n"
      "  kubectl maintenance version -n cassandra\n\n"
      "  # This program alone, without a cluster\n"
      "  kubectl maintenance version --client\n",
      "version [options]",
      ""};
}

}  // namespace maintenance::plugin
