#pragma once

#include <Poco/Net/Context.h>

#include <mutex>
#include <string>

#include "agent/auth/keyed_hash.h"
#include "agent/config/settings.h"
#include "agent/observe/log.h"
#include "agent/observe/metrics.h"
#include "common/http/tls.h"

namespace maintenance::agent {

/// The certificate of the API's port, read again when its files change, as the kubelet changes
/// those of a Secret's volume. A pair that cannot be used (half of it written, say) leaves the one
/// before in use and is told in log and metrics. Owned by main; refresh() is for one thread, the
/// rest is thread-safe.
class ServerCertificate {
 public:
  ServerCertificate(const TlsFiles& files, Log& log, Metrics& metrics);

  /// Looks at the files, which takes a millisecond; to be called every few seconds.
  void refresh();
  /// For new connections; null as long as there has been no pair that can be used.
  [[nodiscard]] Poco::Net::Context::Ptr context() const;

 private:
  [[nodiscard]] Result<http::ServerTlsSettings> read() const;
  void tell(const Error& failure);

  const TlsFiles& files_;
  Log& log_;
  Metrics& metrics_;
  KeyedHash hash_;
  std::string seen_;  ///< hash of what was in the files, good or bad
  std::string used_;  ///< hash of what is in use
  std::string told_;  ///< the failure that was told last, so that it is told once
  mutable std::mutex mutex_;
  Poco::Net::Context::Ptr context_;
};

}  // namespace maintenance::agent
