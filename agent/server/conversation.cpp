#include "agent/server/conversation.h"

#include <Poco/String.h>
#include <poll.h>

#include "agent/auth/access_control.h"
#include "agent/server/request_check.h"
#include "common/text/wipe.h"

namespace maintenance::agent {
namespace {

/// Unread bytes that are taken off a connection before it is closed, so that the caller reads our
/// answer instead of a connection reset, and for how long.
constexpr std::size_t dropped_bytes_max = 1024UL * 1024;
constexpr std::chrono::seconds drop_time_max{2};

/// The first byte of a TLS connection (RFC 8446 section 5.1: a handshake record). No method of HTTP
/// begins with it.
constexpr unsigned char tls_handshake = 22;

constexpr const char* continue_answer = "HTTP/1.1 100 Continue\r\n\r\n";

bool expects_continue(const RequestHead& head) {
  const std::string wish(http::find_header(head.headers, "Expect"));
  return Poco::icompare(wish, "100-continue") == 0;
}

}  // namespace

Conversation::Conversation(std::uint64_t id, const Poco::Net::StreamSocket& socket,
                           const ListenerLimits& limits, const TlsContext& tls)
    : id_(id),
      wire_(socket),
      limits_(limits),
      tls_(tls),
      deadline_(std::chrono::steady_clock::now() + limits.read_time_max),
      wire_chosen_(!tls) {}

/// Whoever sees the end of a connection may rely on it that its request is no longer counted. One
/// that was cut ends without a goodbye.
Conversation::~Conversation() {
  if (complete_) wire_.finish();
  text::wipe(in_);
}

short Conversation::awaited() const noexcept {
  if (stage_ == Stage::working || stage_ == Stage::over) return 0;
  return last_ == Flow::wants_room ? POLLOUT : POLLIN;
}

void Conversation::advance(Deadline now) {
  last_ = Flow::moved;
  while (last_ == Flow::moved && stage_ != Stage::working && stage_ != Stage::over)
    last_ = step(now);
  if (last_ == Flow::ended || (now >= deadline_ && stage_ != Stage::working)) stage_ = Stage::over;
}

/// One step; Flow::moved asks for the next one.
Flow Conversation::step(Deadline now) {
  if (!wire_chosen_) return choose_wire();
  if (unsent_bytes() > 0) return write();
  if (stage_ == Stage::reading) return read();
  if (stage_ == Stage::writing) {
    written(now);
    return Flow::moved;
  }
  return dropped_bytes_ < dropped_bytes_max ? wire_.drop(dropped_bytes_) : Flow::ended;
}

/// Whether the caller speaks TLS is seen by its first byte.
Flow Conversation::choose_wire() {
  unsigned char first = 0;
  if (const Flow flow = wire_.peek(first); flow != Flow::moved) return flow;
  wire_chosen_ = true;
  if (first != tls_handshake) {
    if (!is_loopback(address())) refused_ = Unfit{400, "this port speaks TLS: use https://"};
    return Flow::moved;
  }
  const auto context = tls_();
  return context.isNull() ? Flow::ended : wire_.secure(context);
}

Flow Conversation::read() {
  const Flow flow = wire_.receive(in_);
  if (flow == Flow::moved) look_at_bytes();
  return flow;
}

void Conversation::look_at_bytes() {
  if (!head_) {
    const std::size_t end = head_end(in_);
    if (end == std::string::npos && !is_no_head(in_)) return;
    look_at_head(end);
    if (stage_ != Stage::reading) return;
  }
  if (in_.size() < body_end_) return;
  more_came_ = in_.size() > body_end_;
  hand_over(in_.substr(body_begin_, body_end_ - body_begin_));
}

void Conversation::look_at_head(std::size_t end) {
  head_ = parse_head(in_);
  if (refused_) head_->unfit = refused_;
  if (head_->unfit) {
    // Where it ends is not known, so whatever comes is dropped after the answer.
    more_came_ = true;
    return hand_over({});
  }
  body_begin_ = end;
  body_end_ = end + body_length(head_->headers);
  if (in_.size() < body_end_ && expects_continue(*head_)) {
    out_ = continue_answer;
    sent_ = 0;
  }
}

void Conversation::hand_over(std::string body) {
  request_ = ApiRequest{head_->method,   head_->target, std::move(head_->headers),
                        std::move(body), {address()},   head_->unfit};
  text::wipe(in_);
  handed_over_ = true;
  stage_ = Stage::working;
}

void Conversation::answer(std::string bytes, Deadline now) {
  out_ = std::move(bytes);
  sent_ = 0;
  stage_ = Stage::writing;
  deadline_ = now + limits_.write_time_max;
  advance(now);
}

Flow Conversation::write() {
  std::string_view rest = std::string_view(out_).substr(sent_);
  const Flow flow = wire_.send(rest);
  sent_ = out_.size() - rest.size();
  return flow;
}

void Conversation::written(Deadline now) {
  out_ = {};
  sent_ = 0;
  complete_ = !more_came_;
  stage_ = complete_ ? Stage::over : Stage::draining;
  if (complete_) return;
  wire_.finish();
  deadline_ = now + drop_time_max;
}

}  // namespace maintenance::agent
