#include "common/http/proxy_environment.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/NumberParser.h>
#include <Poco/String.h>
#include <Poco/StringTokenizer.h>

namespace maintenance::http {
namespace {

using Poco::Net::IPAddress;

/// "a.example:443" or "[::1]:443" in two; without a port the second is empty.
std::pair<std::string, std::string> split_port(const std::string& text) {
  if (text.rfind('[', 0) == 0) {
    const auto end = text.find(']');
    if (end == std::string::npos) return {text, ""};
    const bool port = end + 1 < text.size() && text[end + 1] == ':';
    return {text.substr(1, end - 1), port ? text.substr(end + 2) : ""};
  }
  const auto colon = text.find(':');
  const bool one = colon != std::string::npos && text.find(':', colon + 1) == std::string::npos;
  return one ? std::pair(text.substr(0, colon), text.substr(colon + 1)) : std::pair(text, "");
}

bool covers_range(const std::string& range, const std::string& host) {
  IPAddress address;
  const auto slash = range.find('/');
  unsigned bits = 0;
  IPAddress base;
  if (!IPAddress::tryParse(host, address) || !IPAddress::tryParse(range.substr(0, slash), base) ||
      !Poco::NumberParser::tryParseUnsigned(range.substr(slash + 1), bits) ||
      base.family() != address.family() || bits > static_cast<unsigned>(base.length()) * 8U) {
    return false;
  }
  const IPAddress mask(bits, base.family());
  return (address & mask) == (base & mask);
}

bool covers_name(std::string name, const std::string& host) {
  if (name.rfind("*.", 0) == 0) name.erase(0, 1);
  const bool only_below = name.rfind('.', 0) == 0;
  const std::string suffix = only_below ? name : "." + name;
  return host.ends_with(suffix) || (!only_below && host == name);
}

bool covers(const std::string& entry, const std::string& host, std::uint16_t port) {
  if (entry == "*") return true;
  if (entry.find('/') != std::string::npos) return covers_range(entry, host);
  const auto [name, entry_port] = split_port(entry);
  if (name.empty() || (!entry_port.empty() && entry_port != std::to_string(port))) return false;
  IPAddress excepted;
  IPAddress address;
  if (IPAddress::tryParse(name, excepted)) {
    return IPAddress::tryParse(host, address) && address == excepted;
  }
  return covers_name(name, host);
}

bool is_this_machine(const std::string& host) {
  IPAddress address;
  return host == "localhost" || (IPAddress::tryParse(host, address) && address.isLoopback());
}

/// The first of the two that is set, with its name.
std::pair<std::string, std::string> either(const Variables& variables, const std::string& name) {
  const std::string lower = Poco::toLower(name);
  if (std::string value = variables(name); !value.empty()) return {name, value};
  return {lower, variables(lower)};
}

}  // namespace

bool is_excepted(const std::string& no_proxy, const std::string& host, std::uint16_t port) {
  const Poco::StringTokenizer entries(
      Poco::toLower(no_proxy), ",",
      Poco::StringTokenizer::TOK_TRIM | Poco::StringTokenizer::TOK_IGNORE_EMPTY);
  const std::string name = Poco::toLower(host);
  for (const std::string& entry : entries) {
    if (covers(entry, name, port)) return true;
  }
  return false;
}

Result<std::optional<Proxy>> proxy_from_environment(const Endpoint& endpoint,
                                                    const Variables& variables) {
  const std::optional<Proxy> none;
  auto [name, value] = either(variables, endpoint.tls ? "HTTPS_PROXY" : "HTTP_PROXY");
  if (value.empty() || is_this_machine(Poco::toLower(endpoint.host))) return none;
  if (is_excepted(either(variables, "NO_PROXY").second, endpoint.host, endpoint.port)) return none;
  if (value.find("://") == std::string::npos) value = "http://" + value;
  auto proxy = parse_proxy(value);
  if (!proxy) return Error{ErrorKind::invalid, "reading " + name, proxy.error().cause};
  proxy->origin = name;
  return std::optional(std::move(*proxy));
}

}  // namespace maintenance::http
