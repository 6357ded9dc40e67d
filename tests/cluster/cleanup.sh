# shellcheck shell=bash disable=SC2034,SC2154 # the parts share variables; checked in cluster.sh
# Taking a cluster away, completely, whether it lives, was killed, or is left from before a
# reboot. Each step is harmless when there is nothing to do. Sourced; needs processes.sh, state.sh.

readonly cgroup_empty_s=10

# cluster_stop: everything but the state folder, where the logs are.
cluster_stop() {
  local number
  number=$(recorded number)
  # Process 1 of the node takes its containers, mounts and interfaces with it.
  processes_end || true
  [[ -z $number ]] || machine_clear "$number"
}

cluster_clear() {
  cluster_stop
  mounts_remove
  # One file system: should a mount be left in spite of all, its content is not ours to delete.
  [[ ! -d $state ]] || rm -rf --one-file-system "$state" 2>/dev/null || true
}

# machine_clear NUMBER: interface, firewall table, control groups.
machine_clear() {
  numbers_apply "$1"
  [[ $(recorded mode) == full && $EUID == 0 ]] || return 0
  [[ ! -e /sys/class/net/$link ]] || ip link delete "$link" 2>/dev/null || true
  nft delete table inet "$link" 2>/dev/null || true
  wait_until "$cgroup_empty_s" cgroups_remove || true
}

# A group goes when its last process is gone for the kernel too, a moment after its end.
cgroups_remove() {
  local folders
  mapfile -t folders < <(cgroup_folders)
  ((${#folders[@]})) || return 0
  find "${folders[@]}" -depth -type d -exec rmdir {} + 2>/dev/null || true
  [[ -z $(cgroup_folders) ]]
}

# In the one tree of version 2, or in each controller's tree of version 1: the node's own group, and
# those of its containers. As the kubelet names no parent (cgroupsPerQOS false), runc makes them in
# the group of containerd's namespace, which other clusters use too; containerd's folder of tasks
# tells which are ours, so this must come before that folder goes.
cgroup_folders() {
  local task group path
  for group in "$link" "$state"/containerd/io.containerd.runtime.v2.task/k8s.io/*; do
    task=${group##*/}
    [[ $group == "$link" ]] || group="k8s.io/$task"
    for path in "/sys/fs/cgroup/$group" /sys/fs/cgroup/*/"$group"; do
      [[ ! -d $path ]] || printf '%s\n' "$path"
    done
  done
}

# The node mounts in its own namespace, so there should be none; if there are, they hold the folder.
mounts_remove() {
  local path
  for path in $(mounts_list | sort -r); do umount --lazy "$path" 2>/dev/null || true; done
}

mounts_list() { cut -d ' ' -f 5 /proc/self/mountinfo | grep -F "$state/" || true; }

# What is still there, one line each; nothing when the cluster has gone completely.
cluster_remains() {
  local path
  for path in $(process_list); do printf 'process %s (%s)\n' "$path" "$(<"/proc/$path/comm")"; done
  for path in $(mounts_list); do printf 'mount %s\n' "$path"; done
  if [[ -n ${link:-} ]]; then
    for path in $(cgroup_folders); do printf 'control group %s\n' "$path"; done
    [[ ! -e /sys/class/net/$link ]] || printf 'network interface %s\n' "$link"
    [[ $EUID != 0 ]] || ! nft list table inet "$link" >/dev/null 2>&1 || printf 'firewall table inet %s\n' "$link"
  fi
  [[ ! -e $state ]] || printf 'folder %s\n' "$state"
}
