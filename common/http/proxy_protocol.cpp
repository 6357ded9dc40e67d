#include "common/http/proxy_protocol.h"

#include <Poco/Net/IPAddress.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "common/text/base64.h"
#include "common/text/printable.h"

namespace maintenance::http {
namespace {

constexpr const char* reading = "reading the proxy's answer";
constexpr char socks_version = 5;
constexpr char login_version = 1;
constexpr char no_login = 0;
constexpr char by_password = 2;
constexpr char connect_command = 1;
constexpr char ipv4_address = 1;
constexpr char domain_name = 3;
constexpr char ipv6_address = 4;
constexpr std::size_t text_bytes_max = 255;
constexpr std::size_t port_bytes = 2;

Error broken(const std::string& why) {
  return Error{ErrorKind::protocol, reading, why};
}

Error refused(const std::string& why) {
  return Error{ErrorKind::unreachable, "", why};
}

/// RFC 1928 section 6, in the order of the codes.
constexpr std::array<const char*, 9> socks_replies{"",
                                                   "it failed",
                                                   "it does not allow this connection",
                                                   "the network is unreachable",
                                                   "the host is unreachable",
                                                   "connection refused",
                                                   "the connection took too long",
                                                   "it does not know the command CONNECT",
                                                   "it does not know this kind of address"};

std::string with_length(const std::string& text) {
  return static_cast<char>(text.size()) + text;
}

}  // namespace

std::string connect_request(const Proxy& proxy, const std::string& host, std::uint16_t port) {
  const bool ipv6 = host.find(':') != std::string::npos;
  const std::string target = (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
  std::string out = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
  if (!proxy.username.empty() || !proxy.password.empty()) {
    out += "Proxy-Authorization: Basic " +
           text::base64_encode(proxy.username + ":" + proxy.password) + "\r\n";
  }
  return out + "User-Agent: kubectl-maintenance/" MAINTENANCE_VERSION "\r\n\r\n";
}

Result<void> check_connect_answer(std::string_view head) {
  const std::string_view line = head.substr(0, head.find("\r\n"));
  // "HTTP/1.1 200", and perhaps " OK".
  int status = 0;
  const std::string_view digits = line.substr(std::min<std::size_t>(line.size(), 9), 3);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), status);
  const bool ends = line.size() == 12 || (line.size() > 12 && line[12] == ' ');
  if (line.rfind("HTTP/1.", 0) != 0 || read.ec != std::errc() || status < 100 || !ends) {
    return broken("it is no HTTP");
  }
  if (status >= 200 && status < 300) return {};
  if (status == 407) return refused("it wants a name and a password (407)");
  return refused("it answered " + text::printable(line.substr(9), 200) + " to CONNECT");
}

Socks5::Socks5(Proxy proxy, std::string host, std::uint16_t port)
    : proxy_(std::move(proxy)), host_(std::move(host)), port_(port) {
  const bool login = !proxy_.username.empty() || !proxy_.password.empty();
  output_ = {socks_version, static_cast<char>(login ? 2 : 1), no_login};
  if (login) output_ += by_password;
  expect(Stage::method, 2);
}

std::string Socks5::take_output() {
  return std::exchange(output_, {});
}

void Socks5::expect(Stage stage, std::size_t bytes) {
  stage_ = stage;
  wanted_ = bytes;
}

void Socks5::ask_for_connection() {
  output_ = {socks_version, connect_command, 0};
  Poco::Net::IPAddress address;
  if (Poco::Net::IPAddress::tryParse(host_, address)) {
    output_ += address.family() == Poco::Net::AddressFamily::IPv4 ? ipv4_address : ipv6_address;
    output_.append(static_cast<const char*>(address.addr()),
                   static_cast<std::size_t>(address.length()));
  } else {
    output_ += domain_name + with_length(host_.substr(0, text_bytes_max));
  }
  output_ += {static_cast<char>(port_ >> 8U), static_cast<char>(port_ & 0xFFU)};
  expect(Stage::reply_head, 4);
}

Result<void> Socks5::take_method(std::string_view bytes) {
  if (bytes[0] != socks_version) return broken("it does not speak SOCKS 5");
  if (bytes[1] == no_login) {
    ask_for_connection();
    return {};
  }
  const bool login = !proxy_.username.empty() || !proxy_.password.empty();
  if (bytes[1] != by_password || !login) return refused("it wants to be logged in to");
  if (proxy_.username.size() > text_bytes_max || proxy_.password.size() > text_bytes_max) {
    return Error{ErrorKind::invalid, reading, "name or password is longer than SOCKS 5 allows"};
  }
  output_ = login_version + with_length(proxy_.username) + with_length(proxy_.password);
  expect(Stage::login, 2);
  return {};
}

Result<void> Socks5::take_reply_head(std::string_view bytes) {
  const auto code = static_cast<std::uint8_t>(bytes[1]);
  if (bytes[0] != socks_version) return broken("it does not speak SOCKS 5");
  if (code != 0) {
    return refused(code < socks_replies.size() ? socks_replies.at(code)
                                               : "it said no (" + std::to_string(code) + ")");
  }
  if (bytes[3] == ipv4_address) {
    expect(Stage::reply_rest, 4 + port_bytes);
  } else if (bytes[3] == ipv6_address) {
    expect(Stage::reply_rest, 16 + port_bytes);
  } else if (bytes[3] == domain_name) {
    expect(Stage::reply_length, 1);
  } else {
    return broken("it gave an address of an unknown kind");
  }
  return {};
}

Result<void> Socks5::take(std::string_view bytes) {
  if (bytes.size() != wanted_ || bytes.empty()) return broken("it is too short");
  switch (stage_) {
    case Stage::method:
      return take_method(bytes);
    case Stage::login:
      if (bytes[1] != 0) return refused("it does not accept name and password");
      ask_for_connection();
      return {};
    case Stage::reply_head:
      return take_reply_head(bytes);
    case Stage::reply_length:
      expect(Stage::reply_rest, static_cast<std::uint8_t>(bytes[0]) + port_bytes);
      return {};
    case Stage::reply_rest:
    case Stage::done:
      expect(Stage::done, 0);
      return {};
  }
  return {};
}

}  // namespace maintenance::http
