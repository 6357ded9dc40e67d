#pragma once

#include "common/http/message.h"
#include "common/result.h"

namespace maintenance::plugin {

/// One try to ask an agent, by one way.
struct Attempt {
  Result<http::Response> answer;
  /// False when it is certain that no agent has seen the request.
  bool reached = false;
  /// True when what failed is the way itself, so that another one may work.
  bool other_way_may_work = false;
};

}  // namespace maintenance::plugin
