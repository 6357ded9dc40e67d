#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/config/settings.h"
#include "common/result.h"

/// The functions that the table of settings names: each checks one text and puts it where it
/// belongs. Pure but for the settings they change; `where` is for the message of a failure.
namespace maintenance::agent::apply {

/// "flag --log-level="x": must be ...".
[[nodiscard]] Error wrong(std::string_view where, const std::string& value, std::string_view rule);

[[nodiscard]] Result<void> config_map(Settings& settings, std::string_view where,
                                      const std::string& value);
[[nodiscard]] Result<void> namespace_name(Settings& settings, std::string_view where,
                                          const std::string& value);
/// An IP address or "any".
[[nodiscard]] Result<void> bind(Settings& settings, std::string_view where,
                                const std::string& value);
[[nodiscard]] Result<void> selector(Settings& settings, std::string_view where,
                                    const std::string& value);
[[nodiscard]] Result<void> log_level(Settings& settings, std::string_view where,
                                     const std::string& value);
[[nodiscard]] Result<void> log_format(Settings& settings, std::string_view where,
                                      const std::string& value);
[[nodiscard]] Result<void> anonymous_access(Settings& settings, std::string_view where,
                                            const std::string& value);
[[nodiscard]] Result<void> loopback_access(Settings& settings, std::string_view where,
                                           const std::string& value);
/// An audience, or "cluster" for the API server's own.
[[nodiscard]] Result<void> audience(Settings& settings, std::string_view where,
                                    const std::string& value);

// What several settings share; each reads a text into the variable that it is given.
[[nodiscard]] Result<void> read_port(std::uint16_t& port, std::string_view where,
                                     const std::string& value);
[[nodiscard]] Result<void> read_label_key(std::string& key, std::string_view where,
                                          const std::string& value);
[[nodiscard]] Result<void> read_container(std::string& name, std::string_view where,
                                          const std::string& value);
[[nodiscard]] Result<void> read_strictness(Strictness& strictness, std::string_view where,
                                           const std::string& value);
[[nodiscard]] Result<void> read_duration(std::chrono::seconds& duration, std::string_view where,
                                         const std::string& value);

template <std::uint16_t Settings::*field>
Result<void> port(Settings& settings, std::string_view where, const std::string& value) {
  return read_port(settings.*field, where, value);
}
template <std::string Settings::*field>
Result<void> label_key(Settings& settings, std::string_view where, const std::string& value) {
  return read_label_key(settings.*field, where, value);
}
template <std::string ContainerNames::*field>
Result<void> container(Settings& settings, std::string_view where, const std::string& value) {
  return read_container(settings.containers.*field, where, value);
}
template <Strictness Settings::*field>
Result<void> strictness(Settings& settings, std::string_view where, const std::string& value) {
  return read_strictness(settings.*field, where, value);
}
template <std::chrono::seconds Settings::*field>
Result<void> duration(Settings& settings, std::string_view where, const std::string& value) {
  return read_duration(settings.*field, where, value);
}
template <std::string TlsFiles::*field>
Result<void> tls(Settings& settings, std::string_view /*where*/, const std::string& value) {
  settings.tls.*field = value;
  return {};
}
template <std::string ApiSettings::*field>
Result<void> api(Settings& settings, std::string_view /*where*/, const std::string& value) {
  settings.api.*field = value;
  return {};
}

}  // namespace maintenance::agent::apply
