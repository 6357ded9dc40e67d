#pragma once

#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "common/result.h"

namespace maintenance::http {

/// How the end of a body is told, from the header block.
struct BodyRule {
  std::optional<std::size_t> content_length;
  bool chunked = false;
  std::string content_type;
  std::size_t bytes_max = 0;
};

/// Reads a whole body. Poco's streams end a truncated body like a complete one, so completeness is
/// checked here: by Content-Length, or, without one, by the JSON being whole. No byte at all
/// without a Content-Length is a cut answer too: a header block that was cut looks like that.
/// Fails with `protocol` (cut short) or `too_large`.
[[nodiscard]] Result<std::string> read_body(std::istream& stream, const BodyRule& rule);

/// Where a chunked body comes from. Owned by its connection; may throw Poco exceptions.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// The next byte, or -1 at the end of the connection.
  virtual int next_byte() = 0;
  /// Reads at least one and at most `count` bytes; 0 only at the end of the connection.
  virtual std::size_t next_bytes(char* buffer, std::size_t count) = 0;
};

/// A chunked body, piece by piece. Borrows its source; used by one thread.
class ChunkedBody {
 public:
  /// `bytes_max` bounds the whole body; without it a body may go on for ever, as a watch does.
  explicit ChunkedBody(ByteSource& source, std::optional<std::size_t> bytes_max = std::nullopt)
      : source_(source), bytes_max_(bytes_max) {}
  /// Waits for at least one byte and reads at most `count`. 0 after the last chunk, its trailers
  /// read and dropped. Fails with `protocol` (cut short, or not chunks), or with `too_large` as
  /// soon as a chunk is announced that goes over the limit, before its bytes come.
  [[nodiscard]] Result<std::size_t> next(char* buffer, std::size_t count);

 private:
  [[nodiscard]] Result<void> begin_chunk();
  [[nodiscard]] Result<void> skip_trailers();

  ByteSource& source_;
  std::optional<std::size_t> bytes_max_;
  std::size_t announced_ = 0;  ///< by all chunks so far; counted only where there is a limit
  std::size_t left_ = 0;       ///< of the chunk being read
  bool ended_ = false;
};

/// Reads a chunked body to its last chunk, trailers included (they are dropped). JSON must be whole
/// as well: some proxies end the chunks in good order when the server behind them is lost. Fails
/// with `protocol` (cut short, or not chunks) or `too_large`.
[[nodiscard]] Result<std::string> read_chunked_body(ByteSource& source, const BodyRule& rule);

/// True when `body` is one JSON value with all its brackets and quotes closed.
[[nodiscard]] bool is_closed_json(std::string_view body) noexcept;

}  // namespace maintenance::http
