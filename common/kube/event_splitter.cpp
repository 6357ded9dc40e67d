#include "common/kube/event_splitter.h"

namespace maintenance::kube {
namespace {

constexpr const char* doing = "reading a watch";

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

}  // namespace

/// True when `c` ends an object. Whether brackets match is for the parser to say.
bool EventSplitter::take(char c) {
  event_ += c;
  if (in_string_) {
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_string_ = false;
    }
    return false;
  }
  if (c == '"') in_string_ = true;
  if (c == '{' || c == '[') ++depth_;
  if (c == '}' || c == ']') --depth_;
  return depth_ == 0;
}

Result<std::vector<std::string>> EventSplitter::feed(std::string_view bytes) {
  std::vector<std::string> events;
  for (const char c : bytes) {
    if (depth_ == 0) {
      if (is_blank(c)) continue;
      if (c != '{') return Error{ErrorKind::protocol, doing, "this is no stream of JSON objects"};
    }
    if (event_.size() >= bytes_max_) {
      return Error{ErrorKind::too_large, doing,
                   "an event is larger than " + std::to_string(bytes_max_) + " bytes"};
    }
    if (!take(c)) continue;
    events.push_back(std::move(event_));
    event_.clear();
  }
  return events;
}

}  // namespace maintenance::kube
