#pragma once

#include "common/result.h"

namespace maintenance::plugin {

class ApiServer;

/// An API server's failure in the words of somebody who wanted to reach an agent: who is not
/// logged in where, which permissions to ask for.
[[nodiscard]] Error explain(const Error& failure, const ApiServer& api);

}  // namespace maintenance::plugin
