# shellcheck shell=bash disable=SC2034,SC2154 # the parts share variables; checked in cluster.sh
# Instead of a node: kwok, which says of each pod that it runs. No container is started, so one
# small machine has room for a thousand pods; evictions, grace periods and StatefulSets are real.
# And the API server's own account of who asked it for what. Sourced; needs control_plane.sh.

# Ten times what it takes on a small idle machine.
readonly simulation_ready_s=60

# What the API server is asked by service accounts outside of kube-system, in logs/audit.log: a line
# for each request, when it comes.
audit_prepare() {
  # A thousand pods make garbage faster than Go's default likes: a fifth of the API server's time
  # went into collecting it, on two cores that it shares with whoever is measured.
  process_gogc=400
  cat >"$state/audit.yaml" <<'END'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [ResponseStarted, ResponseComplete]
rules:
- {level: None, userGroups: ["system:serviceaccounts:kube-system"]}
- {level: Metadata, userGroups: ["system:serviceaccounts"]}
- {level: None}
END
}

simulation_finish() {
  # In a real cluster the controllers have machines of their own. Here those that simulated pods
  # have no use for would take a quarter of a core from the API server whenever many pods change.
  local wanted=statefulset-controller,node-lifecycle-controller
  controllers_start "$wanted,serviceaccount-controller,serviceaccount-token-controller"
  kube create -f - >"$state/logs/objects.log" 2>&1 <<END ||
apiVersion: v1
kind: Node
metadata: {name: $node_name}
END
    fail "the node could not be created: see $state/logs/objects.log"
  process_start kwok "${programs[kwok]}" "--kubeconfig=$state/kubeconfig" --manage-all-nodes=true \
    "--config=$cluster_folder/simulated_pods.yaml"
  step_done "controllers, scheduler"
  wait_for "the simulated node" kwok "$simulation_ready_s" simulation_is_ready
  step_done "node $node_name, simulated"
}

simulation_is_ready() {
  node_is_ready && kube get serviceaccount default -o name >/dev/null 2>&1
}
