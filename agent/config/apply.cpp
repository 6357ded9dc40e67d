#include "agent/config/apply.h"

#include <Poco/Net/IPAddress.h>

#include <charconv>

#include "common/text/duration.h"
#include "common/text/names.h"
#include "common/text/printable.h"

namespace maintenance::agent::apply {

Error wrong(std::string_view where, const std::string& value, std::string_view rule) {
  return Error{ErrorKind::invalid, std::string(where) + "=" + text::quoted(value),
               std::string(rule)};
}

Result<void> config_map(Settings& settings, std::string_view where, const std::string& value) {
  if (value.empty()) {
    return Error{ErrorKind::invalid, std::string(where),
                 "must name the maintenance ConfigMap, for example demo-maintenance-configmap; "
                 "set CONFIGMAP_NAME, --config-map, or configMap in the configuration file"};
  }
  if (!text::is_subdomain(value)) {
    return wrong(where, value, "must be the name of a Kubernetes object");
  }
  settings.config_map = value;
  return {};
}

Result<void> namespace_name(Settings& settings, std::string_view where, const std::string& value) {
  if (!value.empty() && !text::is_label(value)) {
    return wrong(where, value, "must be the name of a namespace");
  }
  settings.namespace_name = value;
  return {};
}

Result<void> bind(Settings& settings, std::string_view where, const std::string& value) {
  Poco::Net::IPAddress address;
  if (value != "any" && !Poco::Net::IPAddress::tryParse(value, address)) {
    return wrong(where, value, "must be an IP address or 'any'");
  }
  settings.bind = value;
  return {};
}

Result<void> selector(Settings& settings, std::string_view where, const std::string& value) {
  auto parsed = kube::LabelSelector::parse(value);
  if (!parsed) return wrong(where, value, parsed.error().cause);
  settings.selector = std::move(*parsed);
  return {};
}

Result<void> log_level(Settings& settings, std::string_view where, const std::string& value) {
  for (const LogLevel level : {LogLevel::debug, LogLevel::info, LogLevel::warn, LogLevel::error}) {
    if (to_string(level) != value) continue;
    settings.log_level = level;
    return {};
  }
  return wrong(where, value, "must be debug, info, warn or error");
}

Result<void> log_format(Settings& settings, std::string_view where, const std::string& value) {
  if (value != "json" && value != "text") return wrong(where, value, "must be json or text");
  settings.log_format = value == "json" ? LogFormat::json : LogFormat::text;
  return {};
}

Result<void> anonymous_access(Settings& settings, std::string_view where,
                              const std::string& value) {
  AnonymousAccess& access = settings.auth.anonymous;
  if (value == "none") return access = AnonymousAccess::none, Result<void>();
  if (value == "read") return access = AnonymousAccess::read, Result<void>();
  if (value == "write") return access = AnonymousAccess::write, Result<void>();
  return wrong(where, value, "must be none, read or write");
}

Result<void> loopback_access(Settings& settings, std::string_view where, const std::string& value) {
  if (value != "allow" && value != "token") return wrong(where, value, "must be allow or token");
  settings.auth.loopback = value == "allow" ? LoopbackAccess::allow : LoopbackAccess::token;
  return {};
}

Result<void> audience(Settings& settings, std::string_view where, const std::string& value) {
  if (value.empty()) {
    return wrong(where, value, "must be an audience, or cluster for the API server's own");
  }
  settings.auth.audience = value == "cluster" ? "" : value;
  return {};
}

Result<void> read_port(std::uint16_t& port, std::string_view where, const std::string& value) {
  std::uint16_t number = 0;
  const char* end = value.data() + value.size();
  const auto [last, failure] = std::from_chars(value.data(), end, number);
  if (failure != std::errc() || last != end) {
    return wrong(where, value, "must be a port from 1 to 65535, or 0 for any free one");
  }
  port = number;
  return {};
}

/// An optional DNS prefix and a name.
Result<void> read_label_key(std::string& key, std::string_view where, const std::string& value) {
  const auto slash = value.find('/');
  const bool prefix_valid =
      slash == std::string::npos || text::is_subdomain(value.substr(0, slash));
  const std::string name = slash == std::string::npos ? value : value.substr(slash + 1);
  if (!prefix_valid || !text::is_label_value(name)) {
    return wrong(where, value, "must be the key of a label");
  }
  key = value;
  return {};
}

Result<void> read_container(std::string& name, std::string_view where, const std::string& value) {
  if (!text::is_label(value)) return wrong(where, value, "must be the name of a container");
  name = value;
  return {};
}

Result<void> read_strictness(Strictness& strictness, std::string_view where,
                             const std::string& value) {
  if (value != "enforce" && value != "warn") return wrong(where, value, "must be enforce or warn");
  strictness = value == "enforce" ? Strictness::enforce : Strictness::warn;
  return {};
}

Result<void> read_duration(std::chrono::seconds& duration, std::string_view where,
                           const std::string& value) {
  const auto parsed = text::parse_duration(value);
  if (!parsed || parsed->count() == 0) {
    return wrong(where, value, "must be a duration such as 3h or 10d");
  }
  duration = std::chrono::duration_cast<std::chrono::seconds>(*parsed);
  return {};
}

}  // namespace maintenance::agent::apply
