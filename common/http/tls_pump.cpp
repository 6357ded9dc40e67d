#include "common/http/tls_pump.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>
#include <string_view>
#include <thread>
#include <utility>

#include "common/http/kept_socket.h"
#include "common/http/socket_pair.h"
#include "common/text/printable.h"

namespace maintenance::http {
namespace {

using Poco::Net::Context;
using Poco::Net::StreamSocket;
using Ssl = std::unique_ptr<SSL, void (*)(SSL*)>;

/// Moved at a time in each direction: the largest record of TLS.
constexpr std::size_t block_bytes = 16UL * 1024;
/// Nothing is missed by a wait that ends early; it only must not be endless for Poco.
constexpr long longest_wait_s = 60;

/// What came in on one side and has not gone out on the other yet.
class Block {
 public:
  [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
  [[nodiscard]] char* space() noexcept { return bytes_.data(); }
  void filled(std::size_t count) noexcept {
    begin_ = 0;
    end_ = count;
  }
  [[nodiscard]] std::string_view rest() const noexcept {
    return {bytes_.data() + begin_, end_ - begin_};
  }
  void drained(std::size_t count) noexcept { begin_ += count; }

 private:
  std::array<char, block_bytes> bytes_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

/// The thread between the TLS connection and the far end of a socket pair.
class Pump {
 public:
  Pump(Ssl ssl, StreamSocket plain, StreamSocket far_end)
      : ssl_(std::move(ssl)), plain_(std::move(plain)), far_(std::move(far_end)) {
    plain_.setBlocking(false);
    far_.setBlocking(false);
    thread_ = std::thread([this] { run(); });
  }
  /// The near end must be closed by now: nobody is left to read, or to wait for what was written.
  ~Pump() {
    end(plain_);
    thread_.join();
  }
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;

 private:
  void run() noexcept {
    try {
      while (!done()) {
        wanted_ = {};
        bool moved = send_in();
        moved = receive_in() || moved;
        moved = send_out() || moved;
        moved = receive_out() || moved;
        if (!moved && !done()) wait();
      }
    } catch (const Poco::Exception&) {
      // One of the two is gone, which the other side is told below.
    }
    end(far_);
    end(plain_);
  }

  [[nodiscard]] bool done() const noexcept {
    return near_closed_ || (peer_closed_ && inward_.empty());
  }

  static void end(StreamSocket& socket) noexcept {
    try {
      socket.shutdown();
    } catch (const Poco::Exception&) {
      // It was at an end already.
    }
  }

  bool receive_in() {
    if (peer_closed_ || !inward_.empty()) return false;
    const int got = SSL_read(ssl_.get(), inward_.space(), static_cast<int>(block_bytes));
    if (got > 0)
      inward_.filled(static_cast<std::size_t>(got));
    else
      note(got);
    return got > 0;
  }

  bool send_out() {
    if (peer_closed_ || outward_.empty()) return false;
    const std::string_view rest = outward_.rest();
    const int sent = SSL_write(ssl_.get(), rest.data(), static_cast<int>(rest.size()));
    if (sent > 0)
      outward_.drained(static_cast<std::size_t>(sent));
    else
      note(sent);
    return sent > 0;
  }

  /// What the TLS side waits for; anything but waiting is its end.
  void note(int result) {
    const int why = SSL_get_error(ssl_.get(), result);
    if (why == SSL_ERROR_WANT_READ)
      wanted_.to_read = true;
    else if (why == SSL_ERROR_WANT_WRITE)
      wanted_.to_write = true;
    else
      peer_closed_ = true;
    ERR_clear_error();
  }

  bool send_in() {
    if (inward_.empty()) return false;
    const std::string_view rest = inward_.rest();
    try {
      const int sent = far_.sendBytes(rest.data(), static_cast<int>(rest.size()));
      if (sent > 0) inward_.drained(static_cast<std::size_t>(sent));
      return sent > 0;
    } catch (const Poco::IOException& failure) {
      // Poco takes "not now" for a failure when it sends, but not when it receives.
      if (failure.code() != POCO_EWOULDBLOCK) throw;
      return false;
    }
  }

  bool receive_out() {
    if (!outward_.empty()) return false;
    const int got = far_.receiveBytes(outward_.space(), static_cast<int>(block_bytes));
    if (got == 0) near_closed_ = true;
    if (got > 0) outward_.filled(static_cast<std::size_t>(got));
    return got > 0;
  }

  void wait() {
    Poco::Net::Socket::SocketList readable;
    Poco::Net::Socket::SocketList writable;
    Poco::Net::Socket::SocketList broken;
    if (wanted_.to_read) readable.push_back(plain_);
    if (wanted_.to_write) writable.push_back(plain_);
    if (outward_.empty()) readable.push_back(far_);
    if (!inward_.empty()) writable.push_back(far_);
    Poco::Net::Socket::select(readable, writable, broken, Poco::Timespan(longest_wait_s, 0));
  }

  struct Wanted {
    bool to_read = false;
    bool to_write = false;
  };

  Ssl ssl_;
  StreamSocket plain_;
  StreamSocket far_;
  Block inward_;   ///< from the peer, for the near end
  Block outward_;  ///< from the near end, for the peer
  Wanted wanted_;
  bool near_closed_ = false;
  bool peer_closed_ = false;
  std::thread thread_;
};

/// The near end of the pair. Owns the pump behind it.
class PumpedSocket final : public KeptSocket {
 public:
  PumpedSocket(poco_socket_t descriptor, std::unique_ptr<Pump> pump)
      : KeptSocket(descriptor), pump_(std::move(pump)) {}
  ~PumpedSocket() override { StreamSocketImpl::close(); }

 private:
  std::unique_ptr<Pump> pump_;
};

/// Why a handshake failed, in OpenSSL's words.
std::string why_no_handshake(const SSL* ssl) {
  const long verdict = SSL_get_verify_result(ssl);
  if (verdict != X509_V_OK) {
    return std::string("certificate verify failed: ") + X509_verify_cert_error_string(verdict);
  }
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason == nullptr ? "the connection ended during the TLS handshake" : reason;
}

Ssl client_of(const Context::Ptr& context, const std::string& host) {
  Ssl ssl(SSL_new(context->sslContext()), SSL_free);
  if (!ssl) return ssl;
  const int mode = SSL_CTX_get_verify_mode(context->sslContext());
  // OpenSSL's own verdict counts here, without Poco's callback, which looks for a socket of Poco's.
  SSL_set_verify(ssl.get(), mode, nullptr);
  SSL_set_mode(ssl.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  Poco::Net::IPAddress address;
  if (Poco::Net::IPAddress::tryParse(host, address)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), host.c_str());
  } else {
    // Names in the subject have not counted for years, for Go neither.
    SSL_set_hostflags(ssl.get(),
                      X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl.get(), host.c_str());
    // The macro for this casts in the old style; OpenSSL does not change the name.
    SSL_ctrl(ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(host.c_str()));
  }
  return ssl;
}

}  // namespace

Result<StreamSocket> unwrap_tls(const StreamSocket& plain, const std::string& host,
                                const Context::Ptr& context) {
  const auto fail = [](ErrorKind kind, const std::string& why) {
    ERR_clear_error();
    return Error{kind, "speaking TLS", text::printable(why)};
  };
  ERR_clear_error();
  Ssl ssl = client_of(context, host);
  if (!ssl) return fail(ErrorKind::internal, "OpenSSL has no connection to give");
  SSL_set_fd(ssl.get(), static_cast<int>(plain.impl()->sockfd()));
  const int result = SSL_connect(ssl.get());
  if (result != 1) {
    const bool late = SSL_get_error(ssl.get(), result) == SSL_ERROR_WANT_READ;
    if (late) return fail(ErrorKind::timeout, "no TLS handshake in time");
    return fail(ErrorKind::unreachable, why_no_handshake(ssl.get()));
  }
  const auto pair = make_socket_pair();
  if (!pair) return pair.error();
  auto pump =
      std::make_unique<Pump>(std::move(ssl), plain, StreamSocket(new KeptSocket(pair->far_end)));
  return StreamSocket(new PumpedSocket(pair->near_end, std::move(pump)));
}

}  // namespace maintenance::http
