#include "common/kube/reviews.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"

namespace maintenance::testing {
namespace {

using kube::User;
using text::JsonView;

JsonView parsed(const std::string& json) {
  const auto object = text::parse_json_object(json, "a test");
  REQUIRE_OK(object);
  return JsonView(*object);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reviews_test)

BOOST_AUTO_TEST_CASE(a_token_is_asked_about_for_an_audience) {
  const JsonView asked(kube::token_review_request("abc", "agent"));
  BOOST_TEST(asked.text("apiVersion") == "authentication.k8s.io/v1");
  BOOST_TEST(asked.text("kind") == "TokenReview");
  BOOST_TEST(asked.object("spec").text("token") == "abc");
  BOOST_TEST(asked.object("spec").texts("audiences") == std::vector<std::string>{"agent"});
  const JsonView own(kube::token_review_request("abc", ""));
  BOOST_TEST(!own.object("spec").has("audiences"));
}

BOOST_AUTO_TEST_CASE(the_answer_about_a_token_is_read_whole) {
  const auto review = kube::read_token_review(parsed(
      R"({"status":{"authenticated":true,"audiences":["agent","x"],"user":{"username":"jane",)"
      R"("uid":"u","groups":["a","b"],"extra":{"k":["v","w"],"odd":7}}}})"));
  BOOST_TEST(review.authenticated);
  BOOST_TEST(review.audiences == (std::vector<std::string>{"agent", "x"}));
  BOOST_TEST(review.user.name == "jane");
  BOOST_TEST(review.user.uid == "u");
  BOOST_TEST(review.user.groups == (std::vector<std::string>{"a", "b"}));
  BOOST_TEST(review.user.extra.at("k") == (std::vector<std::string>{"v", "w"}));
  BOOST_TEST(review.user.extra.at("odd").empty());
}

BOOST_AUTO_TEST_CASE(what_is_missing_or_of_another_type_is_no_yes) {
  for (const std::string json :
       {"{}", R"({"status":null})", R"({"status":[]})", R"({"status":{"authenticated":"true"}})",
        R"({"status":{"authenticated":1,"user":"jane"}})"}) {
    const auto review = kube::read_token_review(parsed(json));
    BOOST_TEST(!review.authenticated, json);
    BOOST_TEST(review.user.name.empty(), json);
  }
  for (const std::string json : {"{}", R"({"status":{"allowed":"true"}})", R"({"allowed":true})"})
    BOOST_TEST(!kube::read_access_review(parsed(json)).allowed, json);
}

BOOST_AUTO_TEST_CASE(access_is_asked_about_for_the_whole_user) {
  const User user{"jane", "u", {"a"}, {{"k", {"v"}}}};
  const JsonView asked(
      kube::access_review_request(user, {"ns", "update", "pods", "maintenance", "p0"}));
  BOOST_TEST(asked.text("kind") == "SubjectAccessReview");
  const JsonView spec = asked.object("spec");
  BOOST_TEST(spec.text("user") == "jane");
  BOOST_TEST(spec.text("uid") == "u");
  BOOST_TEST(spec.texts("groups") == std::vector<std::string>{"a"});
  BOOST_TEST(spec.object("extra").texts("k") == std::vector<std::string>{"v"});
  BOOST_TEST(spec.object("resourceAttributes").text("name") == "p0");
  const JsonView all(kube::access_review_request(user, {"ns", "list", "pods", "maintenance", ""}));
  BOOST_TEST(!all.object("spec").object("resourceAttributes").has("name"));
}

BOOST_AUTO_TEST_CASE(the_answer_about_access_is_read_whole) {
  const auto review = kube::read_access_review(
      parsed(R"({"status":{"allowed":true,"denied":true,"reason":"because"}})"));
  BOOST_TEST(review.allowed);
  BOOST_TEST(review.denied);
  BOOST_TEST(review.reason == "because");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
