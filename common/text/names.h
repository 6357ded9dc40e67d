#pragma once

#include <string>
#include <string_view>

#include "common/result.h"

namespace maintenance::text {

/// Longest RFC 1123 subdomain, and therefore the longest pod or ConfigMap name
/// (Kubernetes: IsDNS1123Subdomain).
inline constexpr std::size_t subdomain_bytes_max = 253;
/// Longest RFC 1123 label, and the longest label value.
inline constexpr std::size_t label_bytes_max = 63;

/// True for a lower-case RFC 1123 subdomain: what a pod, StatefulSet or ConfigMap may be called.
[[nodiscard]] bool is_subdomain(std::string_view name) noexcept;
/// True for a lower-case RFC 1123 label: what a namespace may be called.
[[nodiscard]] bool is_label(std::string_view name) noexcept;
/// True for a non-empty Kubernetes label value: what a datacenter may be called.
[[nodiscard]] bool is_label_value(std::string_view value) noexcept;

/// Checks a name from outside before it may become part of any URL. `what` names the kind of
/// thing for the message ("pod", "namespace"). Fails with ErrorKind::invalid.
[[nodiscard]] Result<void> check_subdomain(std::string_view what, std::string_view name);
[[nodiscard]] Result<void> check_label(std::string_view what, std::string_view name);
[[nodiscard]] Result<void> check_label_value(std::string_view what, std::string_view value);

}  // namespace maintenance::text
