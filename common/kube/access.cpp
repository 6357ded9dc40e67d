#include "common/kube/access.h"

#include <charconv>
#include <cstdlib>

#include "common/http/forget.h"
#include "common/text/file.h"
#include "common/text/names.h"

namespace maintenance::kube {
namespace {

constexpr const char* in_cluster_doing = "finding the API server from inside the cluster";

Result<std::uint16_t> parse_port(const std::string& text) {
  unsigned port = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (failure != std::errc() || end != text.data() + text.size() || port == 0 || port > 65535) {
    return Error{ErrorKind::invalid, in_cluster_doing, "KUBERNETES_SERVICE_PORT is no port"};
  }
  return static_cast<std::uint16_t>(port);
}

bool is_header_safe(const std::string& token) {
  for (const char c : token) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

Result<http::Request> authorized(const http::Request& request, const Access& access,
                                 const std::string& user_agent) {
  auto headers = authorization_headers(access);
  if (!headers) return headers.error();
  http::Request full = request;
  full.headers.push_back({"User-Agent", user_agent});
  for (http::Header& header : *headers)
    full.headers.push_back(std::move(header));
  return full;
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return std::string(value == nullptr ? "" : value);
  };
}

Result<Access> in_cluster_access(const Environment& environment, const std::string& folder) {
  Access access;
  access.endpoint.host = environment("KUBERNETES_SERVICE_HOST");
  if (access.endpoint.host.empty()) {
    return Error{ErrorKind::invalid, in_cluster_doing, "KUBERNETES_SERVICE_HOST is not set"};
  }
  auto port = parse_port(environment("KUBERNETES_SERVICE_PORT"));
  if (!port) return port.error();
  access.endpoint.port = *port;
  auto ca = text::read_file(folder + "/ca.crt");
  if (!ca) return ca.error().within(in_cluster_doing);
  access.endpoint.tls_settings.ca_pem = *ca;
  access.token_file = folder + "/token";
  access.namespace_name = environment("POD_NAMESPACE");
  if (access.namespace_name.empty()) {
    auto ns = text::read_file(folder + "/namespace");
    if (!ns) return ns.error().within(in_cluster_doing);
    access.namespace_name = text::trimmed(*ns);
  }
  if (auto valid = text::check_label("namespace", access.namespace_name); !valid) {
    return valid.error();
  }
  return access;
}

Result<std::vector<http::Header>> authorization_headers(const Access& access) {
  std::string token = access.token;
  const text::WipeAtEnd end(token);
  const std::string doing = "preparing credentials";
  if (!access.token_file.empty()) {
    auto content = text::read_file(access.token_file);
    if (!content) return content.error().within(doing);
    const text::WipeAtEnd end_of_content(*content);
    token = text::trimmed(*content);
    if (token.empty()) return Error{ErrorKind::invalid, doing, access.token_file + " is empty"};
  }
  if (token.empty()) return std::vector<http::Header>{};
  if (!is_header_safe(token)) {
    return Error{ErrorKind::invalid, doing, "the token has characters that no token may have"};
  }
  if (!access.endpoint.tls) {
    return Error{ErrorKind::invalid, doing,
                 "a token is never sent over plain http; use an https server address"};
  }
  return std::vector<http::Header>{{"Authorization", "Bearer " + token}};
}

AuthorizedTransport::AuthorizedTransport(http::Transport& inner, Access access,
                                         std::string user_agent)
    : inner_(inner), access_(std::move(access)), user_agent_(std::move(user_agent)) {}

Result<http::Response> AuthorizedTransport::send(const http::Request& request, Deadline deadline) {
  auto full = authorized(request, access_, user_agent_);
  if (!full) return full.error();
  const http::ForgetAtEnd end(full->headers);
  return inner_.send(*full, deadline);
}

AuthorizedStreamer::AuthorizedStreamer(http::Streamer& inner, Access access, std::string user_agent)
    : inner_(inner), access_(std::move(access)), user_agent_(std::move(user_agent)) {}

Result<http::StreamAnswer> AuthorizedStreamer::open(const http::Request& request,
                                                    Deadline deadline) {
  auto full = authorized(request, access_, user_agent_);
  if (!full) return full.error();
  const http::ForgetAtEnd end(full->headers);
  return inner_.open(*full, deadline);
}

}  // namespace maintenance::kube
