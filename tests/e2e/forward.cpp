#include "tests/e2e/forward.h"

#include <algorithm>
#include <cctype>

namespace maintenance::e2e {
namespace {

constexpr milliseconds forward_limit = 20s;

std::string compact(std::string text) {
  std::erase_if(text, [](unsigned char c) { return std::isspace(c) != 0; });
  return text;
}

/// The port in kubectl's "Forwarding from 127.0.0.1:40123 -> 8889"; empty before it is printed.
std::string port_in(const std::string& printed) {
  constexpr std::string_view words = "Forwarding from 127.0.0.1:";
  const auto start = printed.find(words);
  if (start == std::string::npos) return {};
  const auto number = printed.substr(start + words.size());
  const auto end = number.find(' ');
  return end == std::string::npos ? std::string() : number.substr(0, end);
}

}  // namespace

Forward::Forward(const std::string& pod, int pod_port)
    : documented_("localhost:" + std::to_string(pod_port)),
      kubectl_({"kubectl", "port-forward", "pods/" + pod, ":" + std::to_string(pod_port)}) {
  until("the port-forward to " + pod, forward_limit, [this] {
    port_ = port_in(kubectl_.out());
    return !port_.empty() || !kubectl_.running();
  });
  BOOST_REQUIRE_MESSAGE(!port_.empty(), "kubectl port-forward ended: " << kubectl_.err());
}

std::string Forward::local(std::string text) const {
  const auto place = text.find(documented_);
  BOOST_REQUIRE_MESSAGE(place != std::string::npos, "no " << documented_ << " in: " << text);
  return text.replace(place, documented_.size(), "localhost:" + port_);
}

Answer curl(const Forward& forward, const std::string& arguments) {
  Answer answer;
  answer.outcome = succeeds("curl -sS -i -w '\\n%{http_code}' " + forward.local(arguments));
  std::string text = answer.outcome.out;
  const auto status = text.rfind('\n');
  answer.status = std::stoi(text.substr(status + 1));
  text.resize(status);
  const auto head = text.find("\r\n\r\n");
  if (head == std::string::npos) return answer;
  answer.headers = text.substr(0, head);
  answer.body = compact(text.substr(head + 4));
  return answer;
}

Answer curl_answers(const Forward& forward, const std::string& arguments, int status,
                    const std::string& body) {
  Answer answer = curl(forward, arguments);
  BOOST_REQUIRE_MESSAGE(answer.status == status,
                        "HTTP " << status << " was expected" << answer.outcome);
  BOOST_REQUIRE_MESSAGE(body.empty() || answer.body == body,
                        "the body should be " << body << answer.outcome);
  return answer;
}

}  // namespace maintenance::e2e
