#include "tests/cluster/linear/fault_proxy.h"

#include <Poco/Exception.h>
#include <Poco/String.h>

#include <array>
#include <cstdlib>

#include "common/text/json.h"

namespace maintenance::testing {
namespace {

using Poco::Net::SocketAddress;
using Poco::Net::StreamSocket;

/// How quickly a blocked thread notices that the proxy stops.
constexpr long look_us = 20'000;
/// Far above what the API server takes: its own answer is never given up.
constexpr std::chrono::seconds upstream_patience{20};
/// A request that is late arrives up to this long after its client was cut off: long enough that
/// the client has read the state again and decided, often more than once.
constexpr int late_ms_max = 90;
constexpr int slow_ms_max = 25;
/// Between two drops of an answer; eight of them may or may not be beyond a client's patience.
constexpr int drop_ms_max = 30;
constexpr std::size_t drops = 8;

std::string http_text(int status, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) +
         " Proxied\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// What an API server, or somebody before it, says when it does not do it.
std::string failure_text(int status, const std::string& reason) {
  return http_text(status, R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":")" +
                               reason + R"(","message":"made up by the proxy","code":)" +
                               std::to_string(status) + "}");
}

std::string made_up_answer(Fault fault) {
  if (fault == Fault::conflict) return failure_text(409, "Conflict");
  if (fault == Fault::too_many) return failure_text(429, "TooManyRequests");
  if (fault == Fault::unavailable) return failure_text(503, "ServiceUnavailable");
  if (fault == Fault::gateway_error_after) return failure_text(504, "Timeout");
  return failure_text(500, "InternalError");
}

void send_all(StreamSocket& socket, const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const int now = socket.sendBytes(bytes.data() + sent, static_cast<int>(bytes.size() - sent));
    if (now <= 0) throw Poco::IOException("the client is gone");
    sent += static_cast<std::size_t>(now);
  }
}

void reset(StreamSocket& socket) {
  socket.setLinger(true, 0);
  socket.close();
}

bool is_config_map_write(const http::Request& request) {
  return request.method == "PATCH" && request.target.find("/configmaps/") != std::string::npos;
}

/// The head's lines as a request without a body.
http::Request parse_head(const std::string& head) {
  http::Request request;
  const auto blank = head.find(' ');
  const auto second = head.find(' ', blank + 1);
  request.method = head.substr(0, blank);
  request.target = head.substr(blank + 1, second - blank - 1);
  for (auto at = head.find("\r\n") + 2; at < head.size();) {
    const auto end = head.find("\r\n", at);
    const auto colon = head.find(':', at);
    if (colon >= end) break;
    const std::string name = head.substr(at, colon - at);
    const std::string value = Poco::trim(head.substr(colon + 1, end - colon - 1));
    at = end + 2;
    // About this connection, not about the request.
    const std::string lower = Poco::toLower(name);
    if (lower == "host" || lower == "connection" || lower == "content-length") continue;
    request.headers.push_back({name, value});
  }
  return request;
}

std::size_t body_bytes(const std::string& head) {
  const std::string name = "\r\ncontent-length:";
  const std::string lower = Poco::toLower(head);
  const auto found = lower.find(name);
  return found == std::string::npos
             ? 0
             : std::strtoul(lower.c_str() + found + name.size(), nullptr, 10);
}

}  // namespace

FaultProxy::FaultProxy(const Parts& parts)
    : parts_(parts),
      faults_(parts.seed),
      listener_(SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(0))),
      acceptor_([this] { accept_all(); }) {}

FaultProxy::~FaultProxy() {
  finish();
}

http::Endpoint FaultProxy::endpoint() const {
  http::Endpoint endpoint;
  endpoint.tls = false;
  endpoint.host = "127.0.0.1";
  endpoint.port = listener_.address().port();
  return endpoint;
}

void FaultProxy::finish() {
  stopping_ = true;
  if (acceptor_.joinable()) acceptor_.join();
  reap(true);
}

std::vector<ForwardedWrite> FaultProxy::writes() const {
  const std::lock_guard lock(mutex_);
  return writes_;
}

Moment FaultProxy::now() const {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                               parts_.epoch)
      .count();
}

void FaultProxy::accept_all() {
  while (!stopping_) {
    if (!listener_.poll(Poco::Timespan(look_us), Poco::Net::Socket::SELECT_READ)) continue;
    reap(false);
    StreamSocket socket;
    try {
      socket = listener_.acceptConnection();
    } catch (const Poco::Exception&) {
      continue;  // gone before it was served
    }
    Conversation& conversation = conversations_.emplace_back();
    conversation.socket = socket;
    conversation.thread = std::thread([this, &conversation] { serve(conversation); });
  }
}

void FaultProxy::reap(bool all) {
  std::erase_if(conversations_, [all](Conversation& conversation) {
    if (!all && !conversation.ended) return false;
    conversation.thread.join();
    return true;
  });
}

void FaultProxy::serve(Conversation& conversation) {
  try {
    conversation.socket.setNoDelay(true);
    conversation.socket.setReceiveTimeout(Poco::Timespan(look_us));
    http::Request request;
    while (read_request(conversation, request) && answer(conversation, request)) {
    }
    conversation.socket.close();
  } catch (const Poco::Exception&) {
    // The client went away: that is its right.
  }
  conversation.ended = true;
}

/// False when the client has closed or the proxy stops.
bool FaultProxy::read_more(Conversation& conversation) {
  std::array<char, 8192> block{};
  while (!stopping_) {
    try {
      const int count =
          conversation.socket.receiveBytes(block.data(), static_cast<int>(block.size()));
      if (count <= 0) return false;
      conversation.received.append(block.data(), static_cast<std::size_t>(count));
      return true;
    } catch (const Poco::TimeoutException&) {
      continue;  // look again whether the test is over
    }
  }
  return false;
}

bool FaultProxy::read_request(Conversation& conversation, http::Request& request) {
  std::string& received = conversation.received;
  std::size_t head_end = 0;
  while ((head_end = received.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more(conversation)) return false;
  }
  const std::string head = received.substr(0, head_end + 2);
  const std::size_t end = head_end + 4 + body_bytes(head);
  while (received.size() < end) {
    if (!read_more(conversation)) return false;
  }
  request = parse_head(head);
  request.body = received.substr(head_end + 4, end - head_end - 4);
  received.erase(0, end);
  return true;
}

bool FaultProxy::answer(Conversation& conversation, const http::Request& request) {
  const Moment arrived = now();
  const Fault fault = faults_.draw(http::is_read(request.method));
  if (fault != Fault::none) return hit(conversation, request, fault, arrived);
  send_all(conversation.socket, forward(request, arrived));
  return true;
}

bool FaultProxy::hit(Conversation& conversation, const http::Request& request, Fault fault,
                     Moment arrived) {
  switch (fault) {
    case Fault::none:
    case Fault::slow_before:
      pause(slow_ms_max);
      send_all(conversation.socket, forward(request, arrived));
      return true;
    case Fault::conflict:
    case Fault::too_many:
    case Fault::server_error:
    case Fault::unavailable:
      send_all(conversation.socket, made_up_answer(fault));
      return true;
    case Fault::server_error_after:
    case Fault::gateway_error_after:
      forward(request, arrived);
      send_all(conversation.socket, made_up_answer(fault));
      return true;
    case Fault::reset_before:
      reset(conversation.socket);
      return false;
    case Fault::timeout_before:
      await_hang_up(conversation);
      return false;
    case Fault::late:
      reset(conversation.socket);
      pause(late_ms_max);
      forward(request, arrived);
      return false;
    case Fault::late_after_timeout:
      await_hang_up(conversation);
      pause(late_ms_max);
      forward(request, arrived);
      return false;
    case Fault::lost_answer:
      forward(request, arrived);
      return false;
    case Fault::reset_after:
      forward(request, arrived);
      reset(conversation.socket);
      return false;
    case Fault::timeout_after:
      forward(request, arrived);
      await_hang_up(conversation);
      return false;
    case Fault::cut_answer:
      cut(conversation, forward(request, arrived));
      return false;
    case Fault::slow_bytes:
      drip(conversation, forward(request, arrived));
      return true;
  }
  return false;
}

/// Gives back the API server's answer as bytes for the client.
std::string FaultProxy::forward(const http::Request& request, Moment arrived) {
  ForwardedWrite write{arrived, {now(), 0}, 0, {}};
  const auto deadline = std::chrono::steady_clock::now() + upstream_patience;
  const auto answered = parts_.upstream.send(altered(request), deadline);
  write.at_server.to = now();
  if (!answered) {
    ++upstream_failures_;
    return made_up_answer(Fault::gateway_error_after);
  }
  if (is_config_map_write(request)) {
    write.status = answered->status;
    const auto object = text::parse_json_object(answered->body, "reading an answer");
    if (answered->successful() && object) {
      write.resource_version = text::JsonView(*object).object("metadata").text("resourceVersion");
    }
    const std::lock_guard lock(mutex_);
    writes_.push_back(write);
  }
  return http_text(answered->status, answered->body);
}

http::Request FaultProxy::altered(const http::Request& request) const {
  if (!parts_.drop_resource_versions || !is_config_map_write(request)) return request;
  http::Request out = request;
  const auto body = text::parse_json_object(request.body, "reading a write");
  if (!body) return out;
  if (auto metadata = (*body)->getObject("metadata")) metadata->remove("resourceVersion");
  out.body = text::to_json(**body);
  return out;
}

void FaultProxy::drip(Conversation& conversation, const std::string& bytes) {
  const std::size_t size = bytes.size() / drops + 1;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    pause(drop_ms_max);
    send_all(conversation.socket, bytes.substr(at, size));
  }
}

/// In its head or in its body, in good order or by a reset.
void FaultProxy::cut(Conversation& conversation, const std::string& bytes) {
  const auto end = static_cast<std::size_t>(faults_.below(static_cast<int>(bytes.size())));
  send_all(conversation.socket, bytes.substr(0, end));
  if (faults_.below(2) == 0) reset(conversation.socket);
}

void FaultProxy::await_hang_up(Conversation& conversation) {
  while (read_more(conversation)) {
  }
}

void FaultProxy::pause(int milliseconds_max) {
  std::this_thread::sleep_for(std::chrono::milliseconds(faults_.below(milliseconds_max)));
}

}  // namespace maintenance::testing
