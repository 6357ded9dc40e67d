#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/auth/keyed_hash.h"
#include "agent/auth/review_cache.h"
#include "agent/config/settings.h"
#include "common/clock.h"
#include "common/http/message.h"
#include "common/kube/client.h"
#include "common/kube/reviews.h"
#include "common/result.h"

namespace maintenance::agent {

/// What a request does, for the question who may send it.
enum class Need { read, write };

/// How long an answer of the API server counts, a yes as well as a no: who has just lost a right
/// must not take a database down with it.
inline constexpr std::chrono::seconds review_keep_time{10};

/// Who is let in, and for what. A plain value.
struct Admission {
  std::string user;        ///< the verified name; empty when no token was looked at
  bool everything = true;  ///< whatever it asks for; otherwise each object is a question of its own
  kube::User identity;     ///< for those questions
};

/// True for an address of the loopback interface, in IPv4, IPv6, or the one mapped into the other.
[[nodiscard]] bool is_loopback(const std::string& address) noexcept;

/// Decides who may call: callers from loopback, whom Kubernetes has let through by
/// pods/portforward; others without a token up to what is configured; beyond that the owner of a
/// bearer token, by TokenReview and then SubjectAccessReview for resource `pods`, subresource
/// `maintenance`. Nothing that a header says of an identity is believed. Owned by the Api; borrows
/// settings and clock; all calls are thread-safe.
///
/// Failures: `unauthorized` (no token, or none that is good), `forbidden` (the user may not), and
/// `server` when the API server did not say; that is never taken for a yes, and never remembered.
class AccessControl {
 public:
  AccessControl(const AuthSettings& settings, const Clock& clock);

  /// Looks at the caller's address and, in the request's headers, token. `client` is bounded by the
  /// request's deadline.
  [[nodiscard]] Result<Admission> admit(kube::Client& client, const std::string& address,
                                        const std::vector<http::Header>& headers, Need need);

  /// Whether an admitted caller may do this (get, list, update, delete) with this pod; an empty
  /// name means every pod of the namespace.
  [[nodiscard]] Result<void> check(kube::Client& client, const Admission& admission,
                                   const std::string& verb, const std::string& pod);
  /// The same for many pods. Fails for the first one, by name, that is not allowed.
  [[nodiscard]] Result<void> check_all(kube::Client& client, const Admission& admission,
                                       const std::string& verb, const std::set<std::string>& pods);

 private:
  [[nodiscard]] bool needs_no_token(const std::string& address, Need need) const;
  [[nodiscard]] Result<Admission> identify(kube::Client& client, const std::string& token);

  const AuthSettings& settings_;
  KeyedHash hash_;
  ReviewCache<kube::TokenReview> tokens_;
  ReviewCache<kube::AccessReview> accesses_;
};

}  // namespace maintenance::agent
