#include "common/result.h"

namespace maintenance {

std::string_view to_string(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::invalid:
      return "invalid";
    case ErrorKind::not_found:
      return "not found";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::unauthorized:
      return "unauthorized";
    case ErrorKind::forbidden:
      return "forbidden";
    case ErrorKind::policy:
      return "refused by policy";
    case ErrorKind::too_many:
      return "too many requests";
    case ErrorKind::unreachable:
      return "unreachable";
    case ErrorKind::timeout:
      return "timed out";
    case ErrorKind::unknown_outcome:
      return "unknown outcome";
    case ErrorKind::protocol:
      return "protocol error";
    case ErrorKind::too_large:
      return "too large";
    case ErrorKind::server:
      return "server error";
    case ErrorKind::interrupted:
      return "interrupted";
    case ErrorKind::internal:
      return "internal error";
  }
  return "internal error";
}

std::string Error::message() const {
  if (doing.empty()) return cause;
  return doing + ": " + cause;
}

Error Error::within(std::string_view outer) const {
  return Error{kind, std::string(outer), message()};
}

}  // namespace maintenance
