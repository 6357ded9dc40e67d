#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "common/http/connection.h"
#include "common/http/transport.h"
#include "plugin/credentials/credentials.h"
#include "plugin/output/trace.h"

namespace maintenance::plugin {

/// Our side of one API server. Keeps one connection open and uses it for as many requests as it
/// lasts, so that discovery and the upgrade after it cost one TLS handshake; opens another one when
/// it is gone. Adds the credentials; when the server does not accept them and there are newer ones
/// to be had, the request is made once more with those. Owned by the program; borrows the rest; not
/// thread-safe.
class ApiServer final : public http::Transport {
 public:
  /// `own_headers` go with every request: what an audit log shall tell of us.
  ApiServer(Credentials& credentials, http::Watchdog& watchdog, Trace& trace,
            std::vector<http::Header> own_headers = {});

  /// Prepares certificates and credentials without connecting, so that what is wrong with them is
  /// said as such and not as the failure of some request.
  [[nodiscard]] Result<void> prepare();
  /// Any answer of the server is a success, as with every Transport. A read on a connection that
  /// turns out to be closed is repeated once on a new one.
  [[nodiscard]] Result<http::Response> send(const http::Request& request,
                                            Deadline deadline) override;
  /// Sends an upgrade request; when the server switches, the connection is given away.
  [[nodiscard]] Result<http::UpgradeAnswer> upgrade(const http::Request& request,
                                                    Deadline deadline);

  [[nodiscard]] const std::string& namespace_name() const noexcept {
    return access().access.namespace_name;
  }
  /// `the API server of context "x" at https://…`, for messages.
  [[nodiscard]] std::string name() const;
  /// `user "x" of the kubeconfig`, for messages.
  [[nodiscard]] std::string caller() const;
  [[nodiscard]] http::Watchdog& watchdog() noexcept { return watchdog_; }

 private:
  [[nodiscard]] const LoadedAccess& access() const noexcept { return credentials_.access(); }
  [[nodiscard]] Result<void> connect(Deadline deadline);
  [[nodiscard]] Result<http::Request> authorized(const http::Request& request) const;
  void drop_connection();
  template <class Answer, class Exchange>
  [[nodiscard]] Result<Answer> attempt(const http::Request& request, Deadline deadline,
                                       const Exchange& exchange);
  template <class Answer, class Exchange>
  [[nodiscard]] Result<Answer> converse(const http::Request& request, Deadline deadline,
                                        const Exchange& exchange);

  Credentials& credentials_;
  http::Watchdog& watchdog_;
  Trace& trace_;
  std::vector<http::Header> own_headers_;
  Poco::Net::Context::Ptr context_;
  std::unique_ptr<http::Connection> connection_;
};

}  // namespace maintenance::plugin
