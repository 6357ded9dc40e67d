#include "common/kube/reviews.h"

#include <Poco/JSON/Array.h>

namespace maintenance::kube {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;
using text::JsonView;

Array::Ptr array_of(const std::vector<std::string>& texts) {
  Array::Ptr array = new Array;
  for (const std::string& text : texts)
    array->add(text);
  return array;
}

Object::Ptr review(const std::string& group, const std::string& kind, const Object::Ptr& spec) {
  Object::Ptr body = new Object;
  body->set("apiVersion", group + "/v1");
  body->set("kind", kind);
  body->set("spec", spec);
  return body;
}

User read_user(const JsonView& object) {
  User user{object.text("username"), object.text("uid"), object.texts("groups"), {}};
  const JsonView extra = object.object("extra");
  if (extra.raw().isNull()) return user;
  for (const std::string& key : extra.raw()->getNames())
    user.extra.emplace(key, extra.texts(key));
  return user;
}

}  // namespace

Object::Ptr token_review_request(const std::string& token, const std::string& audience) {
  Object::Ptr spec = new Object;
  spec->set("token", token);
  if (!audience.empty()) spec->set("audiences", array_of({audience}));
  return review("authentication.k8s.io", "TokenReview", spec);
}

TokenReview read_token_review(const JsonView& object) {
  const JsonView status = object.object("status");
  return TokenReview{status.flag("authenticated"), read_user(status.object("user")),
                     status.texts("audiences"), status.text("error")};
}

Object::Ptr access_review_request(const User& user, const ResourceAccess& access) {
  Object::Ptr attributes = new Object;
  attributes->set("namespace", access.namespace_name);
  attributes->set("verb", access.verb);
  attributes->set("resource", access.resource);
  attributes->set("subresource", access.subresource);
  if (!access.name.empty()) attributes->set("name", access.name);
  Object::Ptr extra = new Object;
  for (const auto& [key, values] : user.extra)
    extra->set(key, array_of(values));
  Object::Ptr spec = new Object;
  spec->set("resourceAttributes", attributes);
  spec->set("user", user.name);
  spec->set("uid", user.uid);
  spec->set("groups", array_of(user.groups));
  spec->set("extra", extra);
  return review("authorization.k8s.io", "SubjectAccessReview", spec);
}

AccessReview read_access_review(const JsonView& object) {
  const JsonView status = object.object("status");
  return AccessReview{status.flag("allowed"), status.flag("denied"), status.text("reason")};
}

}  // namespace maintenance::kube
