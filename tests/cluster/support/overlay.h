#pragma once

#include <string>
#include <vector>

#include "tests/cluster/support/stage.h"

namespace maintenance::testing {

/// Applies agent/deploy/base with the component `instance` and these to the stage's namespace, for
/// the Cassandra cluster `demo`, as docs/install.md does it. Throws when kubectl does not succeed.
void apply_overlay(Stage& stage, const std::string& name_prefix,
                   const std::vector<std::string>& components = {});

}  // namespace maintenance::testing
