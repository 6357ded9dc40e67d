#include "agent/gate/copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "agent/gate/descriptor.h"

namespace maintenance::gate {
namespace {

constexpr std::size_t buffer_bytes = 65536;
constexpr mode_t program_mode = 0755;  // the gate runs as another user than the copy was made by

Error failed(const std::string& doing) {
  return Error{ErrorKind::internal, doing, ::strerror(errno)};
}

Result<void> write_all(int file, const char* data, std::size_t size, const std::string& path) {
  while (size > 0) {
    const auto written = ::write(file, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failed("writing " + path);
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return {};
}

Result<void> copy_bytes(int from, const std::string& source, int to, const std::string& path) {
  static std::array<char, buffer_bytes> buffer;
  while (true) {
    const auto length = ::read(from, buffer.data(), buffer.size());
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return failed("reading " + source);
    if (length == 0) return {};
    const auto written = write_all(to, buffer.data(), static_cast<std::size_t>(length), path);
    if (!written) return written;
  }
}

/// Writes the copy under a name that nobody runs. No fsync: after a crash of the node the kubelet
/// runs the copying container again before the gate.
Result<void> write_copy(const std::string& source, const std::string& path) {
  const Descriptor from(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
  if (!from) return failed("opening " + source);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failed("removing " + path);
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const Descriptor to(::open(path.c_str(), flags, program_mode));
  if (!to) return failed("creating " + path);
  const auto copied = copy_bytes(from.get(), source, to.get(), path);
  if (!copied) return copied;
  // Again, because a umask may have taken bits away.
  if (::fchmod(to.get(), program_mode) != 0) return failed("making executable " + path);
  return {};
}

}  // namespace

Result<std::string> copy_program(const std::string& source, const std::string& directory) {
  const std::string path = directory + "/" + program_name;
  const std::string unfinished = directory + "/." + program_name + ".unfinished";
  const auto copied = write_copy(source, unfinished);
  if (copied && ::rename(unfinished.c_str(), path.c_str()) == 0) return path;
  Error error = copied ? failed("renaming to " + path) : copied.error();
  ::unlink(unfinished.c_str());
  return error;
}

}  // namespace maintenance::gate
