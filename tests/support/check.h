#pragma once

#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string>

#include "common/maintenance/state.h"
#include "common/result.h"

/// Stops the test with the failure's own text when `result` is a failure. Evaluates it once.
#define REQUIRE_OK(result)                                                                         \
  do {                                                                                             \
    const auto& required_result = (result);                                                        \
    BOOST_REQUIRE_MESSAGE(                                                                         \
        required_result.ok(),                                                                      \
        "failed: " << (required_result.ok() ? std::string() : required_result.error().message())); \
  } while (false)

namespace maintenance {

// Boost.Test finds these by argument-dependent lookup, so that a red line shows words, not numbers.
inline std::ostream& boost_test_print_type(std::ostream& out, ErrorKind kind) {
  return out << to_string(kind);
}
inline std::ostream& boost_test_print_type(std::ostream& out, State state) {
  return out << to_string(state);
}
inline std::ostream& boost_test_print_type(std::ostream& out, Wish wish) {
  return out << to_string(wish);
}

namespace testing {

/// The failure inside `result`; stops the test when it is a success.
template <class T>
[[nodiscard]] const Error& failure_of(const Result<T>& result) {
  BOOST_REQUIRE_MESSAGE(!result.ok(), "a success, but a failure was expected");
  return result.error();
}

/// The kind of the failure inside `result`; stops the test when it is a success.
template <class T>
[[nodiscard]] ErrorKind kind_of(const Result<T>& result) {
  return failure_of(result).kind;
}

[[nodiscard]] inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace testing
}  // namespace maintenance
