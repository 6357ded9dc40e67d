#include "plugin/output/renaming.h"

#include <utility>

namespace maintenance::plugin {
namespace {

/// What is longer is passed on in parts: no message of ours is.
constexpr std::size_t line_bytes_max = 16 * 1024;

}  // namespace

RenamingBuffer::RenamingBuffer(std::ostream& behind, ProgramName name)
    : behind_(behind), name_(std::move(name)) {}

RenamingBuffer::~RenamingBuffer() {
  (void)sync();
}

RenamingBuffer::int_type RenamingBuffer::overflow(int_type character) {
  if (traits_type::eq_int_type(character, traits_type::eof()))
    return traits_type::not_eof(character);
  const char byte = traits_type::to_char_type(character);
  return xsputn(&byte, 1) == 1 ? character : traits_type::eof();
}

std::streamsize RenamingBuffer::xsputn(const char* bytes, std::streamsize count) {
  for (std::streamsize i = 0; i < count; ++i) {
    line_ += bytes[i];
    if ((bytes[i] == '\n' || line_.size() >= line_bytes_max) && !pass_on()) return i;
  }
  return count;
}

int RenamingBuffer::sync() {
  if (!pass_on()) return -1;
  behind_.flush();
  return behind_ ? 0 : -1;
}

bool RenamingBuffer::pass_on() {
  behind_ << in_the_name_of(name_, line_);
  line_.clear();
  return static_cast<bool>(behind_);
}

}  // namespace maintenance::plugin
