#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace maintenance {

/// What kind of expected failure happened. Callers decide on the kind, people read the text.
enum class ErrorKind {
  invalid,       ///< the input itself is wrong; repeating it cannot help
  not_found,     ///< the object does not exist
  conflict,      ///< somebody else changed the object; read again and decide again
  unauthorized,  ///< the server does not know who we are (401)
  forbidden,     ///< the server knows us and says no (403)
  policy,        ///< refused by a guard of ours
  too_many,      ///< refused for now: a disruption budget or a rate limit (429)
  unreachable,   ///< nothing was sent: no route, refused, no such host, bad certificate
  timeout,  ///< the deadline passed before anything was sent or for a read that changed nothing
  unknown_outcome,  ///< a write was sent and its answer never came: read the state before claiming
                    ///< anything
  protocol,         ///< the other side answered something that is not what the protocol allows
  too_large,        ///< an answer or an input is beyond its limit
  server,           ///< the other side failed (5xx)
  interrupted,      ///< stopped by a signal or by our own shut-down
  internal          ///< a defect of ours, reported instead of hidden
};

[[nodiscard]] std::string_view to_string(ErrorKind kind) noexcept;

/// An expected failure: its kind, what we were doing, and why it failed. A plain value.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string doing;  ///< "reading ConfigMap cassandra/demo-maintenance-configmap"
  std::string cause;  ///< "connection refused"

  /// One sentence for people: "reading X: connection refused".
  [[nodiscard]] std::string message() const;
  /// The same failure, seen from the caller's work: "outer: reading X: connection refused".
  [[nodiscard]] Error within(std::string_view outer) const;
};

/// A value or an Error; ignoring one does not compile. Owned by whoever holds it; not
/// synchronised. Asking for the value of a failure is a defect and stops the process.
template <class T>
class [[nodiscard]] Result {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): `return value;` is how results are made
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor): `return error;` is how results are made
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  [[nodiscard]] const T& value() const& { return assert(ok()), std::get<0>(state_); }
  [[nodiscard]] T& value() & { return assert(ok()), std::get<0>(state_); }
  [[nodiscard]] T&& value() && { return assert(ok()), std::get<0>(std::move(state_)); }
  [[nodiscard]] const T& operator*() const& { return value(); }
  [[nodiscard]] T& operator*() & { return value(); }
  [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }
  [[nodiscard]] const T* operator->() const { return &value(); }
  [[nodiscard]] T* operator->() { return &value(); }
  [[nodiscard]] const Error& error() const { return assert(!ok()), std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): `return error;` is how results are made
  Result(Error error) : error_(std::move(error)) {}

  [[nodiscard]] bool ok() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return ok(); }
  [[nodiscard]] const Error& error() const { return assert(!ok()), error_.value(); }

 private:
  std::optional<Error> error_;
};

}  // namespace maintenance
