#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/server/exchange.h"
#include "agent/server/listener.h"
#include "agent/server/request_head.h"
#include "agent/server/wire.h"
#include "common/clock.h"

namespace maintenance::agent {

/// One connection from its first byte to its last: one request, and never a second one, so that
/// bytes after it cannot become another. Moves on as far as it can without waiting, and says what
/// it waits for. Owned by a listener's loop; used by that thread alone.
class Conversation {
 public:
  enum class Stage { reading, working, writing, draining, over };

  Conversation(std::uint64_t id, const Poco::Net::StreamSocket& socket,
               const ListenerLimits& limits, const TlsContext& tls);
  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  /// Does all that can be done now.
  void advance(Deadline now);
  /// The request, once, when the stage has become `working`. The answer is due.
  [[nodiscard]] ApiRequest take_request() { return std::move(request_); }
  /// The answer, as bytes; it is written from now on.
  void answer(std::string bytes, Deadline now);
  /// Ends it whatever it was doing.
  void cut() noexcept { stage_ = Stage::over; }

  [[nodiscard]] Stage stage() const noexcept { return stage_; }
  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }
  [[nodiscard]] int descriptor() const { return wire_.descriptor(); }
  [[nodiscard]] const std::string& address() const noexcept { return wire_.address(); }
  /// Events of poll(2) that would let it move on; 0 while its request is worked on.
  [[nodiscard]] short awaited() const noexcept;
  /// When its patience ends, in every stage but `working`.
  [[nodiscard]] Deadline deadline() const noexcept { return deadline_; }
  /// Whether its request has been handed over to be answered.
  [[nodiscard]] bool was_handed_over() const noexcept { return handed_over_; }
  /// Bytes of the answer that nobody has taken yet.
  [[nodiscard]] std::size_t unsent_bytes() const noexcept { return out_.size() - sent_; }

 private:
  [[nodiscard]] Flow step(Deadline now);
  [[nodiscard]] Flow choose_wire();
  [[nodiscard]] Flow read();
  [[nodiscard]] Flow write();
  void look_at_bytes();
  void look_at_head(std::size_t end);
  void hand_over(std::string body);
  void written(Deadline now);

  const std::uint64_t id_;
  Wire wire_;
  const ListenerLimits& limits_;
  const TlsContext& tls_;
  Deadline deadline_;
  Stage stage_ = Stage::reading;
  Flow last_ = Flow::wants_read;
  bool wire_chosen_;
  std::optional<Unfit> refused_;  ///< for what it speaks
  std::string in_;                ///< at most a head, a body and one block more
  std::optional<RequestHead> head_;
  std::size_t body_begin_ = 0;
  std::size_t body_end_ = 0;
  bool handed_over_ = false;
  bool more_came_ = false;  ///< bytes that were no part of the request
  bool complete_ = false;   ///< the answer was written, and nothing is left to be dropped
  ApiRequest request_;
  std::string out_;
  std::size_t sent_ = 0;
  std::size_t dropped_bytes_ = 0;
};

}  // namespace maintenance::agent
