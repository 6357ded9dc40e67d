#include "plugin/cli/values.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "common/http/endpoint.h"
#include "common/text/duration.h"
#include "common/text/names.h"
#include "common/text/printable.h"

namespace maintenance::plugin {
namespace {

Result<Way> read_way(const std::string& text) {
  if (text.empty() || text == "auto") return Way::automatic;
  if (text == "tunnel") return Way::tunnel;
  if (text == "proxy") return Way::proxy;
  return usage("invalid argument " + text::quoted(text) +
               " for --transport, allowed are: auto,tunnel,proxy");
}

Result<AgentAddress> read_agent(const RawOptions& raw) {
  const AgentAddress& agent = raw.agent;
  if (agent.url.empty()) {
    for (const auto& [flag, value] : {std::pair{"--agent-token", &agent.token},
                                      std::pair{"--agent-token-file", &agent.token_file},
                                      std::pair{"--agent-certificate-authority", &agent.ca_file}}) {
      if (!value->empty()) return usage(std::string(flag) + " needs --agent-url");
    }
    return agent;
  }
  if (!raw.transport.empty()) return usage("--agent-url and --transport exclude each other");
  if (!agent.token.empty() && !agent.token_file.empty()) {
    return usage("--agent-token and --agent-token-file exclude each other");
  }
  if (auto endpoint = http::parse_endpoint(agent.url); !endpoint) {
    return endpoint.error().within("--agent-url");
  }
  return agent;
}

}  // namespace

Error usage(const std::string& why) {
  return Error{ErrorKind::invalid, "", why};
}

Result<std::chrono::milliseconds> read_duration(const std::string& text, const std::string& flag,
                                                std::chrono::milliseconds fallback) {
  if (text.empty()) return fallback;
  const auto duration = text::parse_duration(text);
  if (!duration) {
    return usage("invalid argument " + text::quoted(text) + " for " + flag +
                 ": write for example 30s or 10m");
  }
  return duration->count() == 0 ? longest_timeout : std::min(*duration, longest_timeout);
}

Result<Format> read_format(const std::string& text, bool wide_allowed) {
  if (text.empty() || text == "table") return Format::table;
  if (text == "json") return Format::json;
  if (text == "yaml") return Format::yaml;
  if (text == "name") return Format::name;
  if (text == "wide" && wide_allowed) return Format::wide;
  return usage("unable to match a printer suitable for the output format " + text::quoted(text) +
               ", allowed formats are: json,name,table," + (wide_allowed ? "wide,yaml" : "yaml"));
}

Result<std::uint16_t> read_port(const std::string& text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, port);
  if (failure == std::errc() && rest == end && !text.empty()) return port;
  return usage(text::quoted(text) + " is no port; write a number up to 65535");
}

bool is_image(const std::string& text) {
  constexpr std::size_t image_bytes_max = 512;  // registries allow 255 for the name alone
  if (text.empty() || text.size() > image_bytes_max) return false;
  constexpr std::string_view more = "./:_@-";
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           more.find(c) != std::string_view::npos;
  });
}

Result<ConnectionOptions> read_connection(const RawOptions& raw) {
  ConnectionOptions out;
  out.command = raw.command;
  out.overrides = raw.overrides;
  out.verbosity = raw.verbosity;
  out.instance = raw.instance;
  if (!out.instance.empty()) {
    if (auto valid = text::check_label_value("instance", out.instance); !valid) {
      return valid.error();
    }
  }
  auto way = read_way(raw.transport);
  if (!way) return way.error();
  out.way = *way;
  auto agent = read_agent(raw);
  if (!agent) return agent.error();
  out.agent = std::move(*agent);
  if (const std::string& name = out.overrides.namespace_name; !name.empty()) {
    if (auto valid = text::check_label("namespace", name); !valid) return valid.error();
  }
  auto timeout = read_duration(raw.request_timeout, "--request-timeout", default_request_timeout);
  if (!timeout) return timeout.error();
  out.request_timeout = *timeout;
  return out;
}

}  // namespace maintenance::plugin
