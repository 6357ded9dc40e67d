#pragma once

#include <Poco/Net/TCPServerConnectionFactory.h>

#include <memory>

#include "agent/server/listener.h"

namespace maintenance::agent {

/// Makes the connections of a Listener. Owned by Poco's server; thread-safe.
class ConnectionFactory final : public Poco::Net::TCPServerConnectionFactory {
 public:
  explicit ConnectionFactory(std::shared_ptr<Listener::Shared> shared);
  Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override;

 private:
  std::shared_ptr<Listener::Shared> shared_;
};

}  // namespace maintenance::agent
