# shellcheck shell=bash disable=SC2034,SC2154 # the parts share variables; checked in cluster.sh
# Objects every cluster starts with: volumes, and what CoreDNS may read.
# Sourced; needs control_plane.sh.
#
# Volumes: there is no provisioner. `up` makes these folders and one PersistentVolume for each, in
# the StorageClass `local`, so that claims of a StatefulSet (storageClassName: local, at most 1Gi)
# bind. A used one is kept (Retain) until the next `up`, which starts with fresh folders.

# The demo needs 5; the rest is for tests, whose released volumes are not used again.
readonly volume_count=32

objects_create() {
  local number
  for ((number = 1; number <= volume_count; number++)); do
    # Cassandra runs as 999 and others as themselves; the folder above is closed to all but root.
    mkdir -p "$state/volumes/$number"
    chmod 0777 "$state/volumes/$number"
  done
  objects_list | kube create -f - >"$state/logs/objects.log" 2>&1 ||
    fail "the cluster's first objects could not be created: see $state/logs/objects.log"
}

objects_list() {
  local number
  coredns_role
  printf -- '---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: local}\n'
  printf 'provisioner: kubernetes.io/no-provisioner\nreclaimPolicy: Retain\n'
  for ((number = 1; number <= volume_count; number++)); do
    cat <<END
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: local-$number}
spec:
  accessModes: [ReadWriteOnce]
  capacity: {storage: 1Gi}
  hostPath: {path: $state/volumes/$number, type: Directory}
  persistentVolumeReclaimPolicy: Retain
  storageClassName: local
END
  done
}

coredns_role() {
  cat <<END
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: kubectl-maintenance:coredns}
rules:
- {apiGroups: [""], resources: [services, pods, namespaces], verbs: [list, watch]}
- {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: kubectl-maintenance:coredns}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kubectl-maintenance:coredns}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: kubectl-maintenance:coredns}]
END
}
