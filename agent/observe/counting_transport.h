#pragma once

#include "agent/observe/metrics.h"
#include "common/http/stream.h"
#include "common/http/transport.h"

namespace maintenance::agent {

/// Counts what the agent asks of the API server on its way to `inner`. Borrows both; as thread-safe
/// as `inner`.
class CountingTransport final : public http::Transport {
 public:
  CountingTransport(http::Transport& inner, Metrics& metrics) : inner_(inner), metrics_(metrics) {}

  [[nodiscard]] Result<http::Response> send(const http::Request& request,
                                            Deadline deadline) override {
    auto answer = inner_.send(request, deadline);
    metrics_.count_api_request(request.method,
                               answer ? std::optional<int>(answer->status) : std::nullopt);
    return answer;
  }

 private:
  http::Transport& inner_;
  Metrics& metrics_;
};

/// The same for watches, counted as method WATCH. Borrows both; as thread-safe as `inner`.
class CountingStreamer final : public http::Streamer {
 public:
  CountingStreamer(http::Streamer& inner, Metrics& metrics) : inner_(inner), metrics_(metrics) {}

  [[nodiscard]] Result<http::StreamAnswer> open(const http::Request& request,
                                                Deadline deadline) override {
    auto answer = inner_.open(request, deadline);
    constexpr int ok = 200;
    std::optional<int> status;
    if (answer) status = answer->stream ? ok : answer->refusal.status;
    metrics_.count_api_request("WATCH", status);
    return answer;
  }

 private:
  http::Streamer& inner_;
  Metrics& metrics_;
};

}  // namespace maintenance::agent
