#pragma once

#include <functional>
#include <string>

#include "common/http/endpoint.h"
#include "common/http/stream.h"
#include "common/http/transport.h"
#include "common/result.h"

namespace maintenance::kube {

/// How to reach one API server and as whom. A plain value; holds secrets, so it is never printed.
struct Access {
  http::Endpoint endpoint;
  std::string namespace_name = "default";
  std::string token;       ///< bearer token, or empty
  std::string token_file;  ///< read anew for each request when set; beats `token`
};

/// Looks an environment variable up; empty when unset. Passed in so that tests need no setenv.
using Environment = std::function<std::string(const std::string& name)>;
[[nodiscard]] Environment process_environment();

/// The folder in which the kubelet mounts a pod's service account.
inline constexpr const char* service_account_folder =
    "/var/run/secrets/kubernetes.io/serviceaccount";

/// Access of a pod by its service account: KUBERNETES_SERVICE_HOST and _PORT, ca.crt, token and
/// namespace of `folder`. Fails with `invalid` and says what is missing.
[[nodiscard]] Result<Access> in_cluster_access(const Environment& environment,
                                               const std::string& folder = service_account_folder);

/// Adds the bearer token (and our User-Agent) to each request on its way to `inner`. A token file
/// is read for each request, because the kubelet rotates it. Never sends a token in the clear.
/// Borrows `inner`; as thread-safe as it.
class AuthorizedTransport final : public http::Transport {
 public:
  AuthorizedTransport(http::Transport& inner, Access access, std::string user_agent);
  [[nodiscard]] Result<http::Response> send(const http::Request& request,
                                            Deadline deadline) override;

 private:
  http::Transport& inner_;
  Access access_;
  std::string user_agent_;
};

/// The same for streams. Borrows `inner`; as thread-safe as it.
class AuthorizedStreamer final : public http::Streamer {
 public:
  AuthorizedStreamer(http::Streamer& inner, Access access, std::string user_agent);
  [[nodiscard]] Result<http::StreamAnswer> open(const http::Request& request,
                                                Deadline deadline) override;

 private:
  http::Streamer& inner_;
  Access access_;
  std::string user_agent_;
};

/// The headers that say who we are. Fails when the token file cannot be read, or when a token
/// would travel over plain http.
[[nodiscard]] Result<std::vector<http::Header>> authorization_headers(const Access& access);

}  // namespace maintenance::kube
