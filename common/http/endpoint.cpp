#include "common/http/endpoint.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <algorithm>

#include "common/text/printable.h"

namespace maintenance::http {

std::string Endpoint::url() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  return std::string(tls ? "https://" : "http://") + (ipv6 ? "[" + host + "]" : host) + ":" +
         std::to_string(port) + path_prefix;
}

Result<Endpoint> parse_endpoint(const std::string& url) {
  const auto refuse = [&](const std::string& why) {
    return Error{ErrorKind::invalid, "reading the server address " + text::quoted(url), why};
  };
  try {
    const Poco::URI uri(url);
    if (uri.getScheme() != "https" && uri.getScheme() != "http") {
      return refuse("it must start with https:// or http://");
    }
    if (uri.getHost().empty()) return refuse("it names no host");
    Endpoint endpoint;
    endpoint.tls = uri.getScheme() == "https";
    endpoint.host = uri.getHost();
    endpoint.port = uri.getPort();
    // The path as it was written: a decoded %0D%0A would end the request line.
    std::string prefix = uri.getPathEtc();
    prefix.resize(std::min(prefix.find_first_of("?#"), prefix.size()));
    while (!prefix.empty() && prefix.back() == '/')
      prefix.pop_back();
    endpoint.path_prefix = prefix;
    return endpoint;
  } catch (const Poco::Exception& failure) {
    return refuse(text::printable(failure.displayText()));
  }
}

std::pair<std::string, std::string> user_info(const std::string& url) {
  const auto begin = url.find("://");
  if (begin == std::string::npos) return {};
  const std::string authority =
      url.substr(begin + 3, url.find_first_of("/?#", begin + 3) - begin - 3);
  const auto at = authority.rfind('@');
  if (at == std::string::npos) return {};
  const std::string info = authority.substr(0, at);
  const auto colon = info.find(':');  // before it is decoded: an encoded colon separates nothing
  std::pair<std::string, std::string> out;
  try {
    Poco::URI::decode(info.substr(0, colon), out.first);
    if (colon != std::string::npos) Poco::URI::decode(info.substr(colon + 1), out.second);
  } catch (const Poco::Exception&) {
    return {};
  }
  return out;
}

}  // namespace maintenance::http
