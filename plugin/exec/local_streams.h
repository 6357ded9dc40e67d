#pragma once

#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include "common/result.h"
#include "plugin/exec/exec_channels.h"

namespace maintenance::plugin {

/// Which of our own streams a command writes to.
enum class Sink { output, error };

/// What to wait for, and what has come.
struct Events {
  bool readable = false;  ///< the socket
  bool writable = false;
  bool input = false;   ///< bytes, or the end, of our standard input
  bool output = false;  ///< there is room in our standard output
  bool error = false;
  bool resized = false;  ///< the terminal; always waited for
  bool cut = false;      ///< the socket is gone; waited for unless it is known
};

/// Our end of a command that runs elsewhere: the process's three streams as bytes, and its
/// terminal. Nothing here blocks but wait(). While one exists, writing to a pipe that nobody reads
/// is an error instead of the end of the process. One at a time; owned by one command and used by
/// its thread.
class LocalStreams {
 public:
  struct Descriptors {
    int input = 0;
    int output = 1;
    int error = 2;
  };

  LocalStreams() : LocalStreams(Descriptors{}) {}
  explicit LocalStreams(Descriptors descriptors);
  /// Puts the terminal back as it was found.
  ~LocalStreams();
  LocalStreams(const LocalStreams&) = delete;
  LocalStreams& operator=(const LocalStreams&) = delete;

  [[nodiscard]] bool input_is_terminal() const;
  /// Of the terminal, while it has a size.
  [[nodiscard]] std::optional<WindowSize> window() const;
  /// Every key goes to the command as it is, Ctrl-C included. Nothing where there is no terminal.
  void make_raw();
  /// As before make_raw.
  void restore();

  /// Waits for one of these events, at most this long.
  [[nodiscard]] Result<Events> wait(const Poco::Net::StreamSocket& socket, const Events& wanted,
                                    std::chrono::milliseconds limit);
  /// Once wait() says so. Gives back how many bytes came; 0 at the end, nothing when somebody else
  /// who reads the same terminal was quicker.
  [[nodiscard]] Result<std::optional<std::size_t>> read(char* into, std::size_t bytes_max);
  /// Once wait() says so. Gives back how many bytes there was room for.
  [[nodiscard]] Result<std::size_t> write(Sink sink, std::string_view bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace maintenance::plugin
