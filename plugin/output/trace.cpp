#include "plugin/output/trace.h"

#include <Poco/String.h>

#include <algorithm>
#include <array>

#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

/// Headers that carry secrets, whoever sends them: gateways set cookies of their own.
constexpr std::array<const char*, 5> secret{"Authorization", "Proxy-Authorization", "Cookie",
                                            "Set-Cookie", "X-Auth-Token"};

bool is_secret(const std::string& name) {
  return std::any_of(secret.begin(), secret.end(),
                     [&](const char* one) { return Poco::icompare(name, one) == 0; });
}

/// What is left of a secret value: the scheme of an Authorization says how one was to log in.
std::string masked(const std::string& value) {
  const auto scheme = value.find(' ');
  const std::string known = value.substr(0, scheme == std::string::npos ? 0 : scheme + 1);
  return (known == "Bearer " || known == "Basic " ? known : "") + "<masked>";
}

}  // namespace

void Trace::say_headers(std::string_view mark, const std::vector<http::Header>& list) {
  if (!shows(headers)) return;
  for (const http::Header& header : list) {
    const std::string value =
        is_secret(header.name) ? masked(header.value) : text::printable(header.value);
    err_ << mark << ' ' << text::printable(header.name) << ": " << value << '\n';
  }
}

}  // namespace maintenance::plugin
