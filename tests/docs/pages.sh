#!/usr/bin/env bash
# Types what the tutorial and the how-to pages tell to type, in the cluster of the stories. That of callers from
# outside wants an ingress: external_story types it.
#
#   tests/docs/pages.sh PROGRAMS [PAGE...]      PROGRAMS is the folder with kubectl-maintenance
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

programs=$(realpath "${1:?"usage: pages.sh PROGRAMS [PAGE...]"}")
shift
pages=("$@")
if ((${#pages[@]} == 0)); then
  for page in docs/tutorial.md docs/howto/*.md; do
    [[ $page == */external.md ]] || pages+=("$page")
  done
fi
eval "$(tests/cluster/cluster.sh env --name "${MAINTENANCE_TEST_CLUSTER:-test}")"
# Pages choose a namespace in it.
copy=$(mktemp)
trap 'rm -f "$copy"' EXIT
cp "$KUBECONFIG" "$copy"
export KUBECONFIG=$copy PATH=$programs:$PATH
/usr/bin/python3 tests/docs/run_page.py "${pages[@]}"
