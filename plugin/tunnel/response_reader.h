#pragma once

#include <istream>

#include "common/http/message.h"
#include "common/result.h"

namespace maintenance::plugin {

/// Largest answer of an agent: the report of 1,000 pods is about 1 MB.
inline constexpr std::size_t agent_answer_bytes_max = 8UL * 1024 * 1024;

inline constexpr const char* reading_answer = "reading the agent's answer";

/// Reads one HTTP answer from a stream that does not end with it. Returns as soon as the body is
/// complete, by its Content-Length or its last chunk; without either, only a JSON body can be told
/// to be whole. Fails with `protocol` (cut short or not HTTP) or `too_large`.
[[nodiscard]] Result<http::Response> read_response(std::istream& stream,
                                                   std::size_t bytes_max = agent_answer_bytes_max);

}  // namespace maintenance::plugin
