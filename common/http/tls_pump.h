#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include <string>

#include "common/clock.h"
#include "common/result.h"

namespace maintenance::http {

/// Speaks TLS on `plain`, which is connected to `host`, and gives back a plain socket to what is
/// inside: Poco's own TLS needs a descriptor below it, so TLS inside TLS needs one in between. A
/// thread of its own moves the bytes, 16 KiB each way at a time; it ends when either side closes
/// its end, and the last handle on the socket waits for it. The certificate must be one for `host`
/// that `context` vouches for, unless the context checks nothing.
/// Fails with `unreachable` or, after `deadline`, `timeout`; a Watchdog::Guard on `plain` bounds
/// it.
[[nodiscard]] Result<Poco::Net::StreamSocket> unwrap_tls(const Poco::Net::StreamSocket& plain,
                                                         const std::string& host,
                                                         const Poco::Net::Context::Ptr& context);

}  // namespace maintenance::http
