#pragma once

#include <string_view>

namespace maintenance::agent {

/// docs/openapi.yaml as it was when this program was built.
[[nodiscard]] std::string_view openapi_document() noexcept;

}  // namespace maintenance::agent
