#pragma once

#include <string>
#include <utility>

#include "tests/cluster/support/stage.h"

namespace maintenance::testing {

/// Makes the service account if it is not there, and asks the API server for a token of it, for
/// `audience` or, when that is empty, for the API server itself.
[[nodiscard]] std::string service_account_token(Stage& stage, const std::string& name,
                                                const std::string& audience = {});

/// A Role of these rules in the stage's namespace, bound to the service account of the same name.
void grant(Stage& stage, const std::string& name, const std::string& rules);

/// Talks to the API server with a bearer token, as a pod would. Owned by a test; thread-safe.
class TokenTransport final : public http::Transport, public http::Streamer {
 public:
  TokenTransport(Stage& stage, std::string token)
      : access_(access_with_token(stage.cluster(), std::move(token), stage.namespace_name())),
        connecting_(transport_for(access_, stage.watchdog())),
        authorized_(connecting_, access_, "cluster-tests/1"),
        authorized_streams_(connecting_, access_, "cluster-tests/1") {}

  [[nodiscard]] Result<http::Response> send(const http::Request& request,
                                            Deadline deadline) override {
    return authorized_.send(request, deadline);
  }
  [[nodiscard]] Result<http::StreamAnswer> open(const http::Request& request,
                                                Deadline deadline) override {
    return authorized_streams_.open(request, deadline);
  }

 private:
  kube::Access access_;
  http::ConnectingTransport connecting_;
  kube::AuthorizedTransport authorized_;
  kube::AuthorizedStreamer authorized_streams_;
};

}  // namespace maintenance::testing
