#pragma once

#include <optional>
#include <vector>

#include "common/clock.h"
#include "common/http/endpoint.h"
#include "common/http/message.h"
#include "plugin/credentials/exec_credential.h"
#include "plugin/credentials/program_runner.h"
#include "plugin/kubeconfig/load.h"
#include "plugin/output/terminal.h"

namespace maintenance::plugin {

/// Says to the API server who we are: a token (of a file, read anew for each request), a name and
/// password, a client certificate, or what an exec plugin gives out; and as whom we act. An exec
/// plugin is run when something is needed of it, again when that has expired, and once more when
/// the server does not accept it; like kubectl, nothing is kept for the next command. Owned by the
/// program; borrows the rest; not thread-safe.
class Credentials {
 public:
  struct Parts {
    const Clock& clock;
    ProgramRunner& programs;
    const Terminal& terminal;
  };
  Credentials(LoadedAccess access, const Parts& parts);

  /// Makes sure that there is something to log in with. True when the client certificate is another
  /// one than at the last call: what is connected still stands for the old one. Fails with what
  /// reading or running says.
  [[nodiscard]] Result<bool> refresh();
  /// After the server has answered 401: true when there is something new to try, once for each
  /// process. Fails like refresh().
  [[nodiscard]] Result<bool> renew();

  /// For the next connection.
  [[nodiscard]] http::TlsSettings tls() const;
  /// For each request. Fails when the token's file cannot be read.
  [[nodiscard]] Result<std::vector<http::Header>> headers() const;

  [[nodiscard]] const LoadedAccess& access() const noexcept { return access_; }

 private:
  [[nodiscard]] Result<bool> run_plugin();
  [[nodiscard]] Result<ProgramStart> start_of(const ExecPlugin& exec) const;

  LoadedAccess access_;
  Parts parts_;
  std::optional<ExecCredential> given_;
  bool renewed_ = false;
};

}  // namespace maintenance::plugin
