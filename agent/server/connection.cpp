#include "agent/server/connection.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerConnection.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <unistd.h>

#include <array>
#include <optional>

#include "agent/server/request_check.h"

namespace maintenance::agent {
namespace {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;
using Poco::Net::StreamSocket;

/// Unread bytes that are taken off a refused request, so that the caller reads our answer instead
/// of a connection reset.
constexpr std::size_t discarded_bytes_max = 1024UL * 1024;

/// A second descriptor of the same connection. The watchdog cuts this one, because Poco closes its
/// own at a time of its choosing and the number may then be another connection's.
StreamSocket twin_of(const StreamSocket& socket) {
  const int descriptor = ::dup(socket.impl()->sockfd());
  if (descriptor < 0) throw Poco::IOException("no file descriptor is left");
  return StreamSocket(new Poco::Net::StreamSocketImpl(descriptor));
}

/// The deadlines of one connection: a short one to send the request, a longer one for the rest.
class Deadlines {
 public:
  Deadlines(http::Watchdog& watchdog, const StreamSocket& socket)
      : watchdog_(watchdog), twin_(twin_of(socket)) {
    guard_.emplace(watchdog_, twin_, std::chrono::steady_clock::now() + request_read_time_max);
  }
  void request_is_complete() {
    guard_.emplace(watchdog_, twin_, std::chrono::steady_clock::now() + connection_time_max);
  }
  /// Tells the caller that the answer is complete although its request is not.
  void answer_is_complete() { twin_.shutdownSend(); }

 private:
  http::Watchdog& watchdog_;
  StreamSocket twin_;
  std::optional<http::Watchdog::Guard> guard_;
};

/// Counts a request while it is being answered.
class InFlight {
 public:
  explicit InFlight(std::atomic<int>& count) : count_(count) { ++count_; }
  ~InFlight() { --count_; }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  std::atomic<int>& count_;
};

void send(const std::string& method, const ApiResponse& answer, HTTPServerResponse& out) {
  out.setStatusAndReason(static_cast<HTTPServerResponse::HTTPStatus>(answer.status),
                         status_title(answer.status));
  for (const http::Header& header : answer.headers)
    out.add(header.name, header.value);
  out.setKeepAlive(false);
  out.setContentLength64(static_cast<Poco::Int64>(answer.body.size()));
  if (!answer.content_type.empty()) out.setContentType(answer.content_type);
  std::ostream& body = out.send();
  if (method == "HEAD" || answer.status == 204) return;
  body.write(answer.body.data(), static_cast<std::streamsize>(answer.body.size()));
  body.flush();
}

/// Answers one request. Owned by Poco.
class RequestHandler final : public Poco::Net::HTTPRequestHandler {
 public:
  RequestHandler(Listener::Shared& shared, Deadlines& deadlines)
      : shared_(shared), deadlines_(deadlines) {}

  void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
    const InFlight counted(shared_.in_flight);
    ApiRequest in;
    in.method = request.getMethod();
    in.target = request.getURI();
    for (const auto& [name, value] : request)
      in.headers.push_back(http::Header{name, value});
    in.caller.address = request.clientAddress().host().toString();
    if (const auto unfit = find_unfit(in.method, in.target, in.headers)) {
      return refuse(in, *unfit, request, response);
    }
    in.body.resize(body_length(in.headers));
    request.stream().read(in.body.data(), static_cast<std::streamsize>(in.body.size()));
    if (static_cast<std::size_t>(request.stream().gcount()) != in.body.size()) {
      return refuse(in, Unfit{400, "the body is shorter than its Content-Length"}, request,
                    response);
    }
    deadlines_.request_is_complete();
    send(in.method, shared_.handler(in), response);
  }

 private:
  void refuse(const ApiRequest& in, const Unfit& unfit, HTTPServerRequest& request,
              HTTPServerResponse& response) {
    send(in.method, shared_.refuse(in.target, unfit.status, unfit.why), response);
    deadlines_.answer_is_complete();
    request.stream().clear();
    std::array<char, 16 * 1024> block{};
    std::size_t discarded = 0;
    while (discarded < discarded_bytes_max) {
      request.stream().read(block.data(), block.size());
      const auto count = static_cast<std::size_t>(request.stream().gcount());
      if (count == 0) break;
      discarded += count;
    }
  }

  Listener::Shared& shared_;
  Deadlines& deadlines_;
};

/// Gives Poco the handler of one connection's request. Owned by that connection.
class HandlerFactory final : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  HandlerFactory(Listener::Shared& shared, Deadlines& deadlines)
      : shared_(shared), deadlines_(deadlines) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(const HTTPServerRequest&) override {
    return new RequestHandler(shared_, deadlines_);
  }

 private:
  Listener::Shared& shared_;
  Deadlines& deadlines_;
};

Poco::Net::HTTPServerParams::Ptr http_params() {
  Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
  // An unread body would be parsed as the next request on the connection: there is no next one.
  params->setKeepAlive(false);
  params->setTimeout(Poco::Timespan(std::chrono::seconds(request_read_time_max).count(), 0));
  return params;
}

/// One connection: one request within its deadlines. Owned and deleted by Poco.
class Connection final : public Poco::Net::TCPServerConnection {
 public:
  Connection(const StreamSocket& socket, std::shared_ptr<Listener::Shared> shared)
      : TCPServerConnection(socket), shared_(std::move(shared)) {}

  void run() override {
    try {
      Deadlines deadlines(shared_->watchdog, socket());
      Poco::Net::HTTPServerConnection http(socket(), http_params(),
                                           new HandlerFactory(*shared_, deadlines));
      http.run();
    } catch (const Poco::Exception&) {
      // Not HTTP, or the caller went away: there is nobody left to tell.
    } catch (const std::exception&) {
      // No memory for this connection; the others go on.
    }
  }

 private:
  std::shared_ptr<Listener::Shared> shared_;
};

}  // namespace

ConnectionFactory::ConnectionFactory(std::shared_ptr<Listener::Shared> shared)
    : shared_(std::move(shared)) {}

Poco::Net::TCPServerConnection* ConnectionFactory::createConnection(const StreamSocket& socket) {
  return new Connection(socket, shared_);
}

}  // namespace maintenance::agent
