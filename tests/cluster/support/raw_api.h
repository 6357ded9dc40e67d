#pragma once

#include <string>

#include "common/http/transport.h"
#include "common/text/json.h"

namespace maintenance::testing {

/// Requests to the API server as a test writes them: bodies in YAML, which the server reads too,
/// failures as exceptions, because a test cannot go on without its objects.
/// Borrows its transport; as thread-safe as it.
class RawApi {
 public:
  explicit RawApi(http::Transport& transport) : transport_(transport) {}

  /// The answer, whatever its status; throws when none came.
  [[nodiscard]] http::Response send(const std::string& method, const std::string& path,
                                    const std::string& body = {},
                                    const std::string& content_type = "application/yaml");
  [[nodiscard]] text::JsonView get(const std::string& path);
  text::JsonView create(const std::string& path, const std::string& yaml);
  /// A JSON merge patch.
  text::JsonView patch(const std::string& path, const std::string& json);
  /// Removes at once, without any grace.
  void destroy(const std::string& path);
  [[nodiscard]] bool exists(const std::string& path);

 private:
  text::JsonView object(const http::Response& answer, const std::string& doing);

  http::Transport& transport_;
};

}  // namespace maintenance::testing
