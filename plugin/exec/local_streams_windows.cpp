#include <winsock2.h>
// winsock2.h first: windows.h would bring the old one.
#include <windows.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "common/http/socket_pair.h"
#include "plugin/exec/local_streams.h"

namespace maintenance::plugin {
namespace {

/// Only sockets can be waited for together; the size of a console has to be looked at now and then.
constexpr std::chrono::milliseconds look_at_window_every{250};
/// What one look at standard input brings at most.
constexpr std::size_t block_bytes = 32UL * 1024;
/// A write waits until all of it has been taken; this much at once keeps Ctrl-C quick.
constexpr std::size_t write_bytes_max = 32UL * 1024;
/// Between two attempts to end a read that is under way.
constexpr std::chrono::milliseconds cancel_again_after{10};

Error failed(const std::string& doing) {
  return Error{ErrorKind::internal, doing, "Windows error " + std::to_string(GetLastError())};
}

HANDLE handle_of(int descriptor) {
  const DWORD which = descriptor == 0   ? STD_INPUT_HANDLE
                      : descriptor == 1 ? STD_OUTPUT_HANDLE
                                        : STD_ERROR_HANDLE;
  return GetStdHandle(which);
}

/// Reads standard input on a thread of its own, one block ahead, and tells by a byte on a socket,
/// which can be waited for, that something is there. Not before it is asked to: another program may
/// want it.
class InputReader {
 public:
  InputReader() {
    if (auto pair = http::make_socket_pair()) sockets_ = *pair;
  }

  ~InputReader() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    while (thread_.joinable() && !ended())
      CancelSynchronousIo(thread_handle());
    if (thread_.joinable()) thread_.join();
    for (const SOCKET socket : {sockets_.near_end, sockets_.far_end}) {
      if (socket != INVALID_SOCKET) closesocket(socket);
    }
  }
  InputReader(const InputReader&) = delete;
  InputReader& operator=(const InputReader&) = delete;

  [[nodiscard]] SOCKET news() const noexcept { return sockets_.near_end; }

  void start() {
    if (thread_.joinable()) return;
    thread_ = std::thread([this] { run(); });
  }

  Result<std::optional<std::size_t>> take(char* into, std::size_t bytes_max) {
    const std::lock_guard lock(mutex_);
    if (from_ == to_ && !at_end_) return std::optional<std::size_t>();
    const std::size_t count = std::min(bytes_max, to_ - from_);
    std::copy_n(block_.data() + from_, count, into);
    from_ += count;
    // The end stays to be seen; a block that is used up makes room for the next one.
    if (from_ == to_ && !at_end_) {
      char byte = 0;
      recv(sockets_.near_end, &byte, 1, 0);
      changed_.notify_all();
    }
    return std::optional<std::size_t>(count);
  }

 private:
  HANDLE thread_handle() { return reinterpret_cast<HANDLE>(thread_.native_handle()); }

  bool ended() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, cancel_again_after, [this] { return ended_; });
  }

  void run() {
    std::array<char, block_bytes> block{};
    bool more = true;
    while (more) {
      DWORD got = 0;
      more = ReadFile(handle_of(0), block.data(), static_cast<DWORD>(block.size()), &got,
                      nullptr) != 0 &&
             got > 0;
      std::unique_lock lock(mutex_);
      if (over_) break;
      block_ = block;
      from_ = 0;
      to_ = more ? got : 0;
      at_end_ = !more;
      send(sockets_.far_end, "i", 1, 0);
      changed_.wait(lock, [this] { return over_ || (from_ == to_ && !at_end_); });
      if (over_) break;
    }
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

  http::SocketPair sockets_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::array<char, block_bytes> block_{};
  std::size_t from_ = 0;
  std::size_t to_ = 0;
  bool at_end_ = false;
  bool over_ = false;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace

struct LocalStreams::State {
  InputReader input;
  DWORD input_mode_before = 0;
  DWORD output_mode_before = 0;
  bool raw = false;
  std::optional<WindowSize> last_window;
};

LocalStreams::LocalStreams(Descriptors /*only the process's own*/)
    : state_(std::make_unique<State>()) {
  state_->last_window = window();
}

LocalStreams::~LocalStreams() {
  restore();
}

bool LocalStreams::input_is_terminal() const {
  DWORD mode = 0;
  return GetConsoleMode(handle_of(0), &mode) != 0;
}

std::optional<WindowSize> LocalStreams::window() const {
  CONSOLE_SCREEN_BUFFER_INFO info{};
  if (GetConsoleScreenBufferInfo(handle_of(1), &info) == 0) return std::nullopt;
  const int columns = info.srWindow.Right - info.srWindow.Left + 1;
  const int rows = info.srWindow.Bottom - info.srWindow.Top + 1;
  if (columns <= 0 || rows <= 0) return std::nullopt;
  return WindowSize{static_cast<std::uint16_t>(columns), static_cast<std::uint16_t>(rows)};
}

void LocalStreams::make_raw() {
  if (state_->raw || GetConsoleMode(handle_of(0), &state_->input_mode_before) == 0) return;
  constexpr DWORD cooked = ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT | ENABLE_PROCESSED_INPUT;
  state_->raw = SetConsoleMode(handle_of(0), (state_->input_mode_before & ~cooked) |
                                                 ENABLE_VIRTUAL_TERMINAL_INPUT) != 0;
  if (!state_->raw || GetConsoleMode(handle_of(1), &state_->output_mode_before) == 0) return;
  SetConsoleMode(handle_of(1), state_->output_mode_before | ENABLE_PROCESSED_OUTPUT |
                                   ENABLE_VIRTUAL_TERMINAL_PROCESSING |
                                   DISABLE_NEWLINE_AUTO_RETURN);
}

void LocalStreams::restore() {
  if (!state_->raw) return;
  SetConsoleMode(handle_of(0), state_->input_mode_before);
  if (state_->output_mode_before != 0) SetConsoleMode(handle_of(1), state_->output_mode_before);
  state_->raw = false;
}

Result<Events> LocalStreams::wait(const Poco::Net::StreamSocket& socket, const Events& wanted,
                                  std::chrono::milliseconds limit) {
  Events out;
  // A write to a file, a pipe or a console waits by itself.
  out.output = wanted.output;
  out.error = wanted.error;
  if (wanted.input) state_->input.start();
  std::array<WSAPOLLFD, 2> all{};
  all[0].fd = wanted.cut ? INVALID_SOCKET : socket.impl()->sockfd();
  all[0].events =
      static_cast<short>((wanted.readable ? POLLIN : 0) | (wanted.writable ? POLLOUT : 0));
  all[1].fd = wanted.input ? state_->input.news() : INVALID_SOCKET;
  all[1].events = POLLIN;
  const bool ready = out.output || out.error;
  const auto wait_ms = ready
                           ? std::chrono::milliseconds(0)
                           : std::clamp(limit, std::chrono::milliseconds(0), look_at_window_every);
  const bool nothing_to_poll = all[0].fd == INVALID_SOCKET && all[1].fd == INVALID_SOCKET;
  if (nothing_to_poll) {
    // WSAPoll refuses that.
    Sleep(static_cast<DWORD>(wait_ms.count()));
  } else if (WSAPoll(all.data(), static_cast<ULONG>(all.size()),
                     static_cast<INT>(wait_ms.count())) < 0) {
    return Error{ErrorKind::internal, "waiting for the command",
                 "Windows error " + std::to_string(WSAGetLastError())};
  }
  constexpr int over = POLLHUP | POLLERR | POLLNVAL;  // the next read or write says what it is
  const auto has = [](const WSAPOLLFD& entry, int events) {
    return entry.fd != INVALID_SOCKET && (entry.revents & events) != 0;
  };
  out.readable = wanted.readable && has(all[0], POLLIN | over);
  out.writable = wanted.writable && has(all[0], POLLOUT | over);
  out.cut = has(all[0], over);
  out.input = has(all[1], POLLIN | over);
  const auto now = window();
  out.resized = now != state_->last_window;
  state_->last_window = now;
  return out;
}

Result<std::optional<std::size_t>> LocalStreams::read(char* into, std::size_t bytes_max) {
  return state_->input.take(into, bytes_max);
}

Result<std::size_t> LocalStreams::write(Sink sink, std::string_view bytes) {
  const bool to_output = sink == Sink::output;
  const auto size = static_cast<DWORD>(std::min(bytes.size(), write_bytes_max));
  DWORD written = 0;
  if (WriteFile(handle_of(to_output ? 1 : 2), bytes.data(), size, &written, nullptr) == 0)
    return failed(to_output ? "writing standard output" : "writing standard error");
  return static_cast<std::size_t>(written);
}

}  // namespace maintenance::plugin
