#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "common/result.h"
#include "plugin/cli/command.h"
#include "plugin/cli/options.h"

namespace maintenance::plugin {

/// A command line that cannot be understood, in one sentence.
[[nodiscard]] Error usage(const std::string& why);

/// Readers of what flags say. Fail with `invalid`, naming the flag.
[[nodiscard]] Result<std::chrono::milliseconds> read_duration(const std::string& text,
                                                              const std::string& flag,
                                                              std::chrono::milliseconds fallback);
/// `wide` where a command has more columns to show.
[[nodiscard]] Result<Format> read_format(const std::string& text, bool wide_allowed);
/// A TCP port; 0 is one that is free.
[[nodiscard]] Result<std::uint16_t> read_port(const std::string& text);
/// Whether this can be the name of an image: it is written into a manifest as it is.
[[nodiscard]] bool is_image(const std::string& text);
[[nodiscard]] Result<ConnectionOptions> read_connection(const RawOptions& raw);

}  // namespace maintenance::plugin
