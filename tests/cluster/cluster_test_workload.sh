# shellcheck shell=bash disable=SC2154 # wait_s, standin, state are cluster_test.sh's
# What the project's tests do with a cluster, once through. Sourced by cluster_test.sh.

# test_workload NAME: starts that cluster and uses it.
test_
