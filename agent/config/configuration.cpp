#include "agent/config/configuration.h"

#include "agent/config/config_file.h"
#include "agent/config/config_yaml.h"
#include "agent/config/setting.h"
#include "common/text/printable.h"

namespace maintenance::agent {
namespace {

/// Longer than any path or selector; keeps messages and logs short.
constexpr std::size_t value_bytes_max = 4096;

struct Sources {
  const FlagValues& flags;
  const kube::Environment& environment;
  const FileValues& file;
};

Value value_of(const Setting& setting, const Sources& from) {
  if (const auto flag = from.flags.find(setting.flag); flag != from.flags.end()) {
    return {flag->second, Origin::flag, 0};
  }
  std::string variable = from.environment(std::string(setting.variable));
  if (!variable.empty()) return {std::move(variable), Origin::environment, 0};
  if (const auto entry = from.file.find(setting.path); entry != from.file.end()) {
    return {entry->second.text, Origin::file, entry->second.line};
  }
  return {std::string(setting.fallback), Origin::fallback, 0};
}

/// Where the value stands, for a message about it.
std::string place_of(const Setting& setting, const Value& value, const std::string& file) {
  switch (value.origin) {
    case Origin::flag:
      return "flag " + std::string(setting.flag);
    case Origin::environment:
      return "environment variable " + std::string(setting.variable);
    case Origin::file:
      return file_place(file, value.line) + ": " + std::string(setting.path);
    case Origin::fallback:
      break;
  }
  return "setting " + std::string(setting.path) + " (environment variable " +
         std::string(setting.variable) + ")";
}

Result<void> apply_value(const Setting& setting, const Value& value, const std::string& file,
                         Settings& settings) {
  const std::string place = place_of(setting, value, file);
  if (text::printable(value.text, value_bytes_max) != value.text) {
    return Error{ErrorKind::invalid, place + "=" + text::quoted(value.text),
                 "must be UTF-8 without control characters, of at most 4096 bytes"};
  }
  return setting.apply(settings, place, value.text);
}

/// What only several settings together can break.
Result<void> check_together(const Settings& settings) {
  if (settings.api.client_cert_file.empty() != settings.api.client_key_file.empty()) {
    return Error{ErrorKind::invalid,
                 "api.clientCertFile (MAINTENANCE_API_CLIENT_CERT_FILE) and api.clientKeyFile "
                 "(MAINTENANCE_API_CLIENT_KEY_FILE)",
                 "must be given together"};
  }
  if (settings.tls.cert_file.empty() != settings.tls.key_file.empty()) {
    return Error{ErrorKind::invalid,
                 "tls.certFile (MAINTENANCE_TLS_CERT_FILE) and tls.keyFile "
                 "(MAINTENANCE_TLS_KEY_FILE)",
                 "must be given together"};
  }
  if (!settings.tls.client_ca_file.empty() && settings.tls.cert_file.empty()) {
    return Error{ErrorKind::invalid, "tls.clientCaFile (MAINTENANCE_TLS_CLIENT_CA_FILE)",
                 "needs tls.certFile and tls.keyFile"};
  }
  return {};
}

}  // namespace

Result<Configuration> load_configuration(const CommandLine& command_line,
                                         const kube::Environment& environment) {
  Configuration out;
  out.file = command_line.config_file.empty() ? environment(config_file_variable)
                                              : command_line.config_file;
  FileValues file;
  if (!out.file.empty()) {
    auto read = read_config_file(out.file);
    if (!read) return read.error();
    file = std::move(*read);
  }
  for (const Setting& setting : setting_table()) {
    Value value = value_of(setting, {command_line.values, environment, file});
    const auto applied = apply_value(setting, value, out.file, out.settings);
    if (!applied) return applied.error();
    out.values.push_back(std::move(value));
  }
  if (const auto checked = check_together(out.settings); !checked) return checked.error();
  return out;
}

Result<Settings> load_settings(const kube::Environment& environment) {
  auto configuration = load_configuration({}, environment);
  if (!configuration) return configuration.error();
  return std::move(configuration->settings);
}

}  // namespace maintenance::agent
