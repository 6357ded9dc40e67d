#include "agent/auth/access_control.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>

#include <algorithm>
#include <vector>

#include "agent/auth/bearer.h"
#include "agent/reconcile/parallel.h"
#include "common/maintenance/record.h"
#include "common/text/printable.h"
#include "common/text/wipe.h"

namespace maintenance::agent {
namespace {

using Poco::Net::IPAddress;

/// Answers that are kept: a cluster's operators and their pods many times over, and some MB at
/// most.
constexpr std::size_t token_entries_max = 256;
constexpr std::size_t access_entries_max = 4096;
/// A little less than a request has, so that who waits for somebody else's question can still
/// answer.
constexpr std::chrono::seconds wait_for_others_max{8};

/// A name goes into the record; the ellipsis of a cut needs room too.
constexpr std::size_t user_shown_bytes_max = by_bytes_max - 8;

/// What a token's owner is allowed is asked about in these words.
constexpr const char* resource = "pods";
constexpr const char* subresource = "maintenance";

/// The API server did not say. The agent's own missing right is the likeliest cause on a new
/// installation.
Error unanswered(const Error& failure) {
  const bool ours = failure.kind == ErrorKind::forbidden || failure.kind == ErrorKind::unauthorized;
  const std::string hint =
      ours ? "; the agent needs the ClusterRole system:auth-delegator (component auth-delegator)"
           : "";
  return Error{ErrorKind::server, failure.doing, failure.cause + hint};
}

/// The parts of a cache key that say who asks: two users may share a name, and groups decide.
void add_user(std::vector<std::string>& key, const kube::User& user) {
  key.insert(key.end(), {user.name, user.uid, std::to_string(user.groups.size())});
  key.insert(key.end(), user.groups.begin(), user.groups.end());
  for (const auto& [name, values] : user.extra) {
    key.insert(key.end(), {name, std::to_string(values.size())});
    key.insert(key.end(), values.begin(), values.end());
  }
}

bool is_for(const kube::TokenReview& review, const std::string& audience) {
  return audience.empty() || std::find(review.audiences.begin(), review.audiences.end(),
                                       audience) != review.audiences.end();
}

}  // namespace

bool is_loopback(const std::string& address) noexcept {
  try {
    const IPAddress parsed(address);
    if (parsed.isLoopback()) return true;
    return parsed.isIPv4Mapped() && IPAddress(address.substr(address.rfind(':') + 1)).isLoopback();
  } catch (const std::exception&) {
    return false;
  }
}

AccessControl::AccessControl(const AuthSettings& settings, const Clock& clock)
    : settings_(settings),
      tokens_(clock, review_keep_time, token_entries_max, wait_for_others_max),
      accesses_(clock, review_keep_time, access_entries_max, wait_for_others_max) {}

bool AccessControl::needs_no_token(const std::string& address, Need need) const {
  if (settings_.loopback == LoopbackAccess::allow && is_loopback(address)) return true;
  if (settings_.anonymous == AnonymousAccess::write) return true;
  return settings_.anonymous == AnonymousAccess::read && need == Need::read;
}

Result<Admission> AccessControl::admit(kube::Client& client, const std::string& address,
                                       const std::vector<http::Header>& headers, Need need) {
  const bool open = needs_no_token(address, need);
  // Whoever may read reads, whatever else the request brings: a dead API server must not keep
  // anybody from looking.
  if (open && need == Need::read) return Admission{};
  auto token = bearer_token(headers);
  if (!token) return token.error();
  if (*token) {
    const text::WipeAtEnd end(**token);
    auto admission = identify(client, **token);
    if (admission) admission->everything = open;
    return admission;
  }
  if (open) return Admission{};
  return Error{
      ErrorKind::unauthorized, need == Need::read ? "reading" : "changing anything",
      "needs a bearer token, or a port-forward; for a service account: kubectl create token NAME" +
          (settings_.audience.empty() ? "" : " --audience " + settings_.audience)};
}

Result<Admission> AccessControl::identify(kube::Client& client, const std::string& token) {
  const auto review = tokens_.get(hash_.of({token, settings_.audience}),
                                  [&] { return client.review_token(token, settings_.audience); });
  if (!review) return unanswered(review.error());
  constexpr const char* doing = "checking the bearer token";
  if (!review->authenticated || review->user.name.empty()) {
    return Error{ErrorKind::unauthorized, doing,
                 "the API server does not accept it" +
                     (review->error.empty() ? "" : ": " + text::printable(review->error))};
  }
  if (!is_for(*review, settings_.audience)) {
    return Error{ErrorKind::unauthorized, doing,
                 "it is not for the audience " + settings_.audience};
  }
  return Admission{text::printable(review->user.name, user_shown_bytes_max), false, review->user};
}

Result<void> AccessControl::check(kube::Client& client, const Admission& admission,
                                  const std::string& verb, const std::string& pod) {
  if (admission.everything) return {};
  std::vector<std::string> key{verb, pod, client.namespace_name()};
  add_user(key, admission.identity);
  const auto review = accesses_.get(hash_.of(key), [&] {
    return client.review_access(admission.identity,
                                {client.namespace_name(), verb, resource, subresource, pod});
  });
  if (!review) return unanswered(review.error());
  if (review->allowed && !review->denied) return {};
  const std::string object = pod.empty() ? "every pod" : "pod " + pod;
  return Error{ErrorKind::forbidden,
               admission.user + " may not " + verb + " pods/maintenance of " + object +
                   " in namespace " + client.namespace_name(),
               review->reason.empty() ? "no role allows it" : text::printable(review->reason)};
}

Result<void> AccessControl::check_all(kube::Client& client, const Admission& admission,
                                      const std::string& verb, const std::set<std::string>& pods) {
  if (admission.everything) return {};
  const auto all = check(client, admission, verb, {});
  if (all || all.error().kind == ErrorKind::server) return all;
  const std::vector<std::string> names(pods.begin(), pods.end());
  std::vector<std::optional<Error>> failures(names.size());
  run_parallel(names.size(), [&](std::size_t i) {
    const auto one = check(client, admission, verb, names[i]);
    if (!one) failures[i] = one.error();
  });
  for (const auto& failure : failures) {
    if (failure) return *failure;
  }
  return {};
}

}  // namespace maintenance::agent
