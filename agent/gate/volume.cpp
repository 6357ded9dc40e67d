#include "agent/gate/volume.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <optional>

#include "agent/gate/descriptor.h"

namespace maintenance::gate {
namespace {

constexpr const char* data_link = "..data";

/// How often one look starts again because the kubelet swapped under it. A swap comes once a minute
/// or on a change; 32 in the few microseconds of a look are not a kubelet.
constexpr int attempts_max = 32;

// O_PATH needs no permission to list the folder: the gate only asks for one name.
constexpr int open_flags = O_PATH | O_DIRECTORY | O_CLOEXEC;

View unreadable(const std::string& what, int error) {
  return View{Presence::unreadable, {}, what + ": " + ::strerror(error)};
}

/// Exists / does not exist / errno.
struct Answer {
  bool exists = false;
  int error = 0;  ///< 0 when `exists` is certain
};

Answer exists(int directory, const std::string& name, int flags) {
  struct stat status {};
  if (::fstatat(directory, name.c_str(), &status, flags) == 0) return {true, 0};
  return {false, errno == ENOENT ? 0 : errno};
}

/// The target of `..data`, or nothing with errno set.
std::optional<std::string> read_data_link(int directory) {
  std::array<char, NAME_MAX + 1> target{};
  const auto length = ::readlinkat(directory, data_link, target.data(), target.size());
  if (length < 0) return std::nullopt;
  return std::string(target.data(), static_cast<std::size_t>(length));
}

View no_data_link(int directory, const std::string& path, const std::string& pod, int error) {
  if (exists(directory, pod, 0).exists) return View{Presence::present, {}, {}};
  if (error == ENOENT) {
    return View{Presence::unreadable, {}, path + " has no ..data: it is not a mounted ConfigMap"};
  }
  return unreadable(path + "/..data", error);
}

/// One attempt; nothing when the volume was swapped meanwhile.
std::optional<View> look_once(int directory, const std::string& path, const std::string& pod) {
  const auto published = read_data_link(directory);
  if (!published) return no_data_link(directory, path, pod, errno);
  const Descriptor data(::openat(directory, published->c_str(), open_flags));
  if (!data) {
    const int error = errno;
    if (error == ENOENT && read_data_link(directory) != published) return std::nullopt;
    return unreadable(path + "/..data", error);
  }
  const Answer file = exists(data.get(), pod, 0);
  if (file.exists) return View{Presence::present, *published, {}};
  if (file.error != 0) return unreadable(path + "/" + pod, file.error);
  const Answer link = exists(data.get(), pod, AT_SYMLINK_NOFOLLOW);
  if (link.exists || link.error != 0) {
    return View{Presence::unreadable, *published, path + "/" + pod + " is a link to nothing"};
  }
  // The name a user sees usually leads through ..data to the same answer, but a file could have
  // been mounted there on its own. Following it is right: left-over links to nothing are normal.
  const Answer visible = exists(directory, pod, 0);
  if (visible.exists) return View{Presence::present, *published, {}};
  if (visible.error != 0) return unreadable(path + "/" + pod, visible.error);
  if (read_data_link(directory) != published) return std::nullopt;
  return View{Presence::absent, *published, {}};
}

}  // namespace

View look(const std::string& directory, const std::string& pod) {
  const Descriptor opened(::open(directory.c_str(), open_flags));
  if (!opened) return unreadable(directory, errno);
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const auto view = look_once(opened.get(), directory, pod);
    if (view) return *view;
  }
  return View{Presence::unreadable, {}, directory + " is being rewritten all the time"};
}

View MountedVolume::look() {
  View view = gate::look(directory_, pod_);
  if (view.presence == Presence::present) {
    record_seen_in_ = view.published;
  } else if (view.presence == Presence::absent && view.published == record_seen_in_) {
    view.presence = Presence::unreadable;
    view.reason = "the record vanished from " + directory_ + "/" + view.published +
                  " although the kubelet published nothing new";
  }
  return view;
}

}  // namespace maintenance::gate
