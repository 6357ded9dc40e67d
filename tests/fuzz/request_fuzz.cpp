#include <Poco/String.h>

#include <string>

#include "agent/auth/bearer.h"
#include "agent/server/request_check.h"
#include "agent/server/request_head.h"
#include "tests/fuzz/require.h"
#include "tests/unit/agent/stage.h"

using namespace maintenance;

namespace {

/// What the harness's API server takes for somebody who may do everything.
constexpr const char* known_token = "known-token";

/// Two datacenters, one person with a token, and the request is from neither port-forward.
struct Stage : testing::AgentStage {
  Stage() {
    cluster.add_dc("dc1", 2);
    cluster.add_dc("dc2", 1, "OrderedReady");
    cluster.tokens[known_token] = {"jane"};
    for (const char* verb : {"get", "list", "update", "delete"})
      cluster.rights.insert(std::string("jane ") + verb + " pods/maintenance *");
  }
};

/// One host, no second way to say how long the body is, and a length within the limit: what the
/// server in front of us and we could read differently is refused.
void require_unambiguous(const agent::RequestHead& head) {
  int hosts = 0;
  for (const http::Header& header : head.headers) {
    if (Poco::icompare(header.name, "Host") == 0) ++hosts;
    testing::require(Poco::icompare(header.name, "Transfer-Encoding") != 0);
    testing::require(header.value.find_first_of(std::string_view("\r\n\0", 3)) ==
                     std::string::npos);
  }
  testing::require(hosts == 1);
  testing::require(agent::body_length(head.headers) <= agent::request_body_bytes_max);
}

}  // namespace

/// Whatever bytes come to the agent's port: the answer is a whole one and never the agent's own
/// failure, and nothing in the cluster changes unless somebody who may has asked for it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const agent::RequestHead head = agent::parse_head(bytes);
  const std::size_t end = agent::head_end(bytes);
  std::string body;
  if (!head.unfit) {
    testing::require(end != std::string_view::npos && !agent::is_no_head(bytes.substr(0, end / 2)));
    require_unambiguous(head);
    body = bytes.substr(end, agent::body_length(head.headers));
  }
  const auto token = agent::bearer_token(head.headers);
  const bool known = token && *token && **token == known_token;

  Stage stage;
  const agent::ApiResponse answer = stage.api->handle(
      agent::ApiRequest{head.method, head.target, head.headers, body, {"203.0.113.7"}, head.unfit});
  testing::require(answer.status >= 200 && answer.status < 500);
  if (head.unfit) testing::require(answer.status >= 400);
  if (!known || (head.method != "PUT" && head.method != "DELETE"))
    testing::require(stage.untouched());
  if (answer.status >= 400) testing::require(stage.cluster.data.empty());
  // Who writes it elsewhere has given it away himself.
  if (known && head.target.find(known_token) == std::string::npos &&
      body.find(known_token) == std::string::npos) {
    testing::require(answer.body.find(known_token) == std::string::npos);
    testing::require(stage.log_text().find(known_token) == std::string::npos);
  }
  return 0;
}
