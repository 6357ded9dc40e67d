#pragma once

#include <Poco/JSON/Object.h>

#include <map>
#include <string>
#include <vector>

#include "common/text/json.h"

namespace maintenance::kube {

/// A user as the API server knows one. A plain value.
struct User {
  std::string name;
  std::string uid;
  std::vector<std::string> groups;
  std::map<std::string, std::vector<std::string>> extra;
};

/// What a TokenReview says about a token (authentication.k8s.io/v1).
struct TokenReview {
  bool authenticated = false;
  User user;
  std::vector<std::string> audiences;  ///< of those that were asked for, the token's own
  std::string error;
};

/// What somebody wants to do with a resource of the core group. An empty name means every object.
struct ResourceAccess {
  std::string namespace_name;
  std::string verb;
  std::string resource;
  std::string subresource;
  std::string name;
};

/// What a SubjectAccessReview says (authorization.k8s.io/v1). An authorizer that has no opinion
/// neither allows nor denies; only `allowed` is a yes.
struct AccessReview {
  bool allowed = false;
  bool denied = false;
  std::string reason;
};

/// The question whether `token` is good for `audience`; empty: for the API server itself. The
/// object holds the token, so it is never printed.
[[nodiscard]] Poco::JSON::Object::Ptr token_review_request(const std::string& token,
                                                           const std::string& audience);
[[nodiscard]] TokenReview read_token_review(const text::JsonView& object);

/// The question whether `user` may do that.
[[nodiscard]] Poco::JSON::Object::Ptr access_review_request(const User& user,
                                                            const ResourceAccess& access);
[[nodiscard]] AccessReview read_access_review(const text::JsonView& object);

}  // namespace maintenance::kube
