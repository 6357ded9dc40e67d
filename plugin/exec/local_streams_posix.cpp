#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <string>

#include "plugin/exec/local_streams.h"

namespace maintenance::plugin {
namespace {

/// The pipe's writing end: a signal handler can be told nothing, so this has to be global.
std::atomic<int> resize_pipe{-1};
static_assert(std::atomic<int>::is_always_lock_free, "read from a signal handler");

/// poll() promises room for this much in a pipe (POSIX, pipe(7)); a terminal is no worse.
constexpr std::size_t pipe_room_bytes = PIPE_BUF;
/// A file has room for any of it; this much at once keeps Ctrl-C quick.
constexpr std::size_t file_bytes_max = 1024UL * 1024;

void on_resize(int /*number*/) {
  const int saved = errno;
  const char byte = 'r';
  // A full pipe already holds the news.
  [[maybe_unused]] const auto written = ::write(resize_pipe.load(), &byte, 1);
  errno = saved;
}

Error failed(const std::string& doing) {
  return Error{ErrorKind::internal, doing, std::strerror(errno)};
}

bool is_file(int descriptor) {
  struct stat about {};
  return fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode);
}

bool has(const pollfd& entry, int events) {
  return (static_cast<unsigned>(entry.revents) & static_cast<unsigned>(events)) != 0;
}

}  // namespace

struct LocalStreams::State {
  Descriptors descriptors;
  std::array<int, 2> pipe{-1, -1};
  struct sigaction resize_before {};
  struct sigaction pipe_before {};
  termios terminal_before{};
  bool raw = false;
  bool output_is_file = false;
  bool error_is_file = false;

  explicit State(Descriptors used) : descriptors(used) {}
};

LocalStreams::LocalStreams(Descriptors descriptors) : state_(std::make_unique<State>(descriptors)) {
  state_->output_is_file = is_file(descriptors.output);
  state_->error_is_file = is_file(descriptors.error);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &state_->pipe_before);
  if (pipe(state_->pipe.data()) != 0) return;  // then a new size of the terminal goes unnoticed
  for (const int end : state_->pipe) {
    fcntl(end, F_SETFD, FD_CLOEXEC);
    fcntl(end, F_SETFL, O_NONBLOCK);
  }
  resize_pipe.store(state_->pipe[1]);
  struct sigaction action {};
  action.sa_handler = on_resize;
  action.sa_flags = SA_RESTART;
  sigaction(SIGWINCH, &action, &state_->resize_before);
}

LocalStreams::~LocalStreams() {
  restore();
  sigaction(SIGPIPE, &state_->pipe_before, nullptr);
  if (state_->pipe[0] < 0) return;
  sigaction(SIGWINCH, &state_->resize_before, nullptr);
  resize_pipe.store(-1);
  for (const int end : state_->pipe)
    close(end);
}

bool LocalStreams::input_is_terminal() const {
  return isatty(state_->descriptors.input) == 1;
}

std::optional<WindowSize> LocalStreams::window() const {
  winsize size{};
  for (const int descriptor : {state_->descriptors.output, state_->descriptors.input}) {
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
      return WindowSize{size.ws_col, size.ws_row};
    }
  }
  return std::nullopt;
}

void LocalStreams::make_raw() {
  const int input = state_->descriptors.input;
  if (state_->raw || tcgetattr(input, &state_->terminal_before) != 0) return;
  termios wanted = state_->terminal_before;
  cfmakeraw(&wanted);
  state_->raw = tcsetattr(input, TCSANOW, &wanted) == 0;
}

void LocalStreams::restore() {
  if (!state_->raw) return;
  tcsetattr(state_->descriptors.input, TCSANOW, &state_->terminal_before);
  state_->raw = false;
}

Result<Events> LocalStreams::wait(const Poco::Net::StreamSocket& socket, const Events& wanted,
                                  std::chrono::milliseconds limit) {
  const Descriptors& own = state_->descriptors;
  const auto only_if = [](bool wish, int descriptor) { return wish ? descriptor : -1; };
  const int socket_events = (wanted.readable ? POLLIN : 0) | (wanted.writable ? POLLOUT : 0);
  std::array<pollfd, 5> all{{
      {only_if(!wanted.cut, socket.impl()->sockfd()), static_cast<short>(socket_events), 0},
      {only_if(wanted.input, own.input), POLLIN, 0},
      {only_if(wanted.output, own.output), POLLOUT, 0},
      {only_if(wanted.error, own.error), POLLOUT, 0},
      {state_->pipe[0], POLLIN, 0},
  }};
  const auto limit_ms = static_cast<int>(std::clamp<long long>(limit.count(), 0, INT_MAX));
  if (poll(all.data(), all.size(), limit_ms) < 0 && errno != EINTR) {
    return failed("waiting for the command");
  }
  constexpr int over = POLLHUP | POLLERR | POLLNVAL;  // the next read or write says what it is
  Events out;
  out.readable = wanted.readable && has(all[0], POLLIN | over);
  out.writable = wanted.writable && has(all[0], POLLOUT | over);
  out.cut = has(all[0], over);
  out.input = has(all[1], POLLIN | over);
  out.output = has(all[2], POLLOUT | over);
  out.error = has(all[3], POLLOUT | over);
  if (has(all[4], POLLIN)) {
    std::array<char, 64> news{};
    while (::read(state_->pipe[0], news.data(), news.size()) > 0)
      out.resized = true;
  }
  return out;
}

Result<std::optional<std::size_t>> LocalStreams::read(char* into, std::size_t bytes_max) {
  const auto got = ::read(state_->descriptors.input, into, bytes_max);
  // EIO is a terminal that hung up. Others may have set O_NONBLOCK on the one that we share.
  if (got < 0 && errno == EIO) return std::optional<std::size_t>(0);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return std::optional<std::size_t>();
  if (got < 0) return failed("reading standard input");
  return std::optional<std::size_t>(static_cast<std::size_t>(got));
}

Result<std::size_t> LocalStreams::write(Sink sink, std::string_view bytes) {
  const bool to_output = sink == Sink::output;
  const int descriptor = to_output ? state_->descriptors.output : state_->descriptors.error;
  const bool file = to_output ? state_->output_is_file : state_->error_is_file;
  const std::size_t room = std::min(bytes.size(), file ? file_bytes_max : pipe_room_bytes);
  const auto written = ::write(descriptor, bytes.data(), room);
  if (written < 0 && (errno == EINTR || errno == EAGAIN)) return std::size_t{0};
  if (written < 0) return failed(to_output ? "writing standard output" : "writing standard error");
  return static_cast<std::size_t>(written);
}

}  // namespace maintenance::plugin
