#pragma once

#include <set>
#include <string>

#include "common/http/transport.h"
#include "common/kube/client.h"
#include "common/text/json.h"
#include "plugin/discovery/agent_finder.h"
#include "plugin/root_api/root_world.h"

namespace maintenance::plugin {

/// Stands between the commands and a server that may know the root API only (GET, PUT, DELETE
/// /pods/{pod}, /config): what the commands ask under /v1 is answered from the cluster's objects
/// and that API, once the server has said that it has no /v1. Every other server is passed through.
/// Borrows everything; not thread-safe.
class RootApi final : public http::Transport {
 public:
  struct Parts {
    http::Transport& server;
    kube::Client& client;
    AgentFinder& finder;
  };
  explicit RootApi(const Parts& parts) : parts_(parts) {}

  /// Errors as the transport below.
  [[nodiscard]] Result<http::Response> send(const http::Request& request,
                                            Deadline deadline) override;

 private:
  struct Wish {
    bool in = false;
    bool dry_run = false;
  };

  [[nodiscard]] Result<http::Response> translate(const http::Request& request, Deadline deadline);
  [[nodiscard]] Result<http::Response> get(const std::string& what, const std::string& name,
                                           Deadline deadline);
  [[nodiscard]] Result<http::Response> change(const std::string& what, const std::string& name,
                                              const http::Request& request, Deadline deadline);
  [[nodiscard]] Result<http::Response> carry_out(const std::set<std::string>& pods,
                                                 const RootWorld& before, bool is_dc, Wish wish,
                                                 Deadline deadline);
  [[nodiscard]] Result<void> send_wish(const std::string& pod, bool in, Deadline deadline);
  [[nodiscard]] Result<RootWorld> look(Deadline deadline);
  [[nodiscard]] Result<http::Response> config(Deadline deadline);

  Parts parts_;
  bool is_old_ = false;
};

}  // namespace maintenance::plugin
