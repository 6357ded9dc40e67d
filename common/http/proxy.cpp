#include "common/http/proxy.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

#include "common/http/endpoint.h"

namespace maintenance::http {
namespace {

struct Scheme {
  std::string_view name;
  Proxy::Kind kind;
  std::uint16_t port;  ///< when the address names none
};

/// The schemes that kubectl takes, with Go's default ports.
constexpr std::array<Scheme, 3> schemes{{{"http", Proxy::Kind::http, 80},
                                         {"https", Proxy::Kind::https, 443},
                                         {"socks5", Proxy::Kind::socks5, 1080}}};

Error refuse(const std::string& why) {
  return Error{ErrorKind::invalid, "reading the address of a proxy", why};
}

}  // namespace

std::string Proxy::url() const {
  const auto* const scheme = std::find_if(schemes.begin(), schemes.end(),
                                          [&](const Scheme& one) { return one.kind == kind; });
  const bool ipv6 = host.find(':') != std::string::npos;
  return std::string(scheme->name) + "://" + (ipv6 ? "[" + host + "]" : host) + ":" +
         std::to_string(port);
}

Result<Proxy> parse_proxy(const std::string& url) {
  try {
    const Poco::URI uri(url);
    const auto* const scheme = std::find_if(schemes.begin(), schemes.end(), [&](const Scheme& one) {
      return one.name == uri.getScheme();
    });
    if (scheme == schemes.end()) {
      return refuse("it must start with http://, https:// or socks5://");
    }
    if (uri.getHost().empty()) return refuse("it names no host");
    Proxy proxy;
    proxy.kind = scheme->kind;
    proxy.host = uri.getHost();
    proxy.port = uri.getPort() == 0 ? scheme->port : uri.getPort();
    std::tie(proxy.username, proxy.password) = user_info(url);
    return proxy;
  } catch (const Poco::Exception&) {
    return refuse("it is not a URL");
  }
}

}  // namespace maintenance::http
