#include "agent/observe/metrics.h"

namespace maintenance::agent {

void Metrics::count_request(const std::string& method, int status) {
  const std::lock_guard lock(mutex_);
  ++requests_[{method, status}];
}

std::string Metrics::exposition() const {
  std::string out =
      "# HELP maintenance_agent_build_info Version of the agent; always 1.\n"
      "# TYPE maintenance_agent_build_info gauge\n"
      "maintenance_agent_build_info{version=\"" MAINTENANCE_VERSION
      "\"} 1\n"
      "# HELP maintenance_agent_requests_total Requests to the API, by method and status.\n"
      "# TYPE maintenance_agent_requests_total counter\n";
  const std::lock_guard lock(mutex_);
  for (const auto& [key, count] : requests_) {
    out += "maintenance_agent_requests_total{method=\"" + key.first + "\",status=\"" +
           std::to_string(key.second) + "\"} " + std::to_string(count) + "\n";
  }
  return out;
}

}  // namespace maintenance::agent
