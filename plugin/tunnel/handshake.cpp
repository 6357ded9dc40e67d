#include "plugin/tunnel/handshake.h"

#include <Poco/DigestEngine.h>
#include <Poco/SHA1Engine.h>
#include <Poco/String.h>
#include <Poco/StringTokenizer.h>

#include <algorithm>

#include "common/text/base64.h"
#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

constexpr const char* websocket_guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr int key_words = 4;  // of 32 bits: RFC 6455 wants 16 bytes

/// True when a comma-separated header, in any letter case, has `token` among its values.
bool lists(std::string_view header, const std::string& token) {
  const Poco::StringTokenizer values(
      std::string(header), ",",
      Poco::StringTokenizer::TOK_TRIM | Poco::StringTokenizer::TOK_IGNORE_EMPTY);
  for (const std::string& value : values) {
    if (Poco::icompare(value, token) == 0) return true;
  }
  return false;
}

}  // namespace

std::string make_websocket_key(RandomSource& random) {
  std::string bytes;
  for (int word = 0; word < key_words; ++word) {
    const std::uint32_t value = random.next();
    for (unsigned shift = 0; shift < 32; shift += 8) {
      bytes += static_cast<char>((value >> shift) & 0xFFU);
    }
  }
  return text::base64_encode(bytes);
}

std::string accept_value(const std::string& key) {
  Poco::SHA1Engine engine;
  engine.update(key + websocket_guid);
  const Poco::DigestEngine::Digest& digest = engine.digest();
  return text::base64_encode(std::string(digest.begin(), digest.end()));
}

http::Request port_forward_request(const std::string& namespace_name, const std::string& pod,
                                   std::uint16_t port, const std::string& key) {
  http::Request request;
  request.target = "/api/v1/namespaces/" + http::percent_encode(namespace_name) + "/pods/" +
                   http::percent_encode(pod) + "/portforward?ports=" + std::to_string(port);
  request.headers = upgrade_headers(key, {tunnel_protocol});
  return request;
}

std::vector<http::Header> upgrade_headers(const std::string& key,
                                          const std::vector<std::string_view>& protocols) {
  // One header with a list: servers look at the first one only.
  std::string list;
  for (const std::string_view protocol : protocols)
    list += (list.empty() ? "" : ", ") + std::string(protocol);
  return {{"Connection", "Upgrade"},
          {"Upgrade", "websocket"},
          {"Sec-WebSocket-Version", "13"},
          {"Sec-WebSocket-Key", key},
          {"Sec-WebSocket-Protocol", list}};
}

Result<std::string> check_switch(const std::vector<http::Header>& headers, const std::string& key,
                                 const std::vector<std::string_view>& offered) {
  const auto refuse = [](const std::string& why) {
    return Error{ErrorKind::protocol, "switching to websocket", why};
  };
  if (!lists(http::find_header(headers, "Upgrade"), "websocket")) {
    return refuse("the answer does not switch to websocket");
  }
  if (!lists(http::find_header(headers, "Connection"), "Upgrade")) {
    return refuse("the answer has no Connection: Upgrade");
  }
  if (http::find_header(headers, "Sec-WebSocket-Accept") != accept_value(key)) {
    return refuse("the answer does not belong to our request");
  }
  const std::string_view protocol = http::find_header(headers, "Sec-WebSocket-Protocol");
  if (std::find(offered.begin(), offered.end(), protocol) == offered.end()) {
    return refuse("the server chose the protocol " + text::quoted(protocol));
  }
  if (!http::find_header(headers, "Sec-WebSocket-Extensions").empty()) {
    return refuse("the server uses an extension that we did not offer");
  }
  return std::string(protocol);
}

}  // namespace maintenance::plugin
