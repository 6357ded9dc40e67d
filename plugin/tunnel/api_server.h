#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "common/http/connection.h"
#include "common/http/transport.h"
#include "plugin/kubeconfig/load.h"
#include "plugin/output/trace.h"

namespace maintenance::plugin {

/// Our side of one API server. Keeps one connection open and uses it for as many requests as it
/// lasts, so that discovery and the upgrade after it cost one TLS handshake; opens another one when
/// it is gone. Adds the credentials. Owned by the program; borrows watchdog and trace; not
/// thread-safe.
class ApiServer final : public http::Transport {
 public:
  ApiServer(LoadedAccess loaded, http::Watchdog& watchdog, Trace& trace);

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
    return loaded_.access.namespace_name;
  }
  /// `the API server of context "x" at https://…`, for messages.
  [[nodiscard]] std::string name() const;
  /// `user "x" of the kubeconfig`, for messages.
  [[nodiscard]] std::string caller() const;
  [[nodiscard]] http::Watchdog& watchdog() noexcept { return watchdog_; }

 private:
  [[nodiscard]] Result<void> connect(Deadline deadline);
  [[nodiscard]] Result<http::Request> authorized(const http::Request& request) const;
  template <class Answer, class Exchange>
  [[nodiscard]] Result<Answer> converse(const http::Request& request, Deadline deadline,
                                        const Exchange& exchange);
  void trace_answer(const http::Request& request, int status, Deadline began);

  LoadedAccess loaded_;
  http::Watchdog& watchdog_;
  Trace& trace_;
  Poco::Net::Context::Ptr context_;
  std::unique_ptr<http::Connection> connection_;
};

}  // namespace maintenance::plugin
