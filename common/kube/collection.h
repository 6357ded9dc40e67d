#pragma once

#include <chrono>
#include <string>

#include "common/text/json_members.h"

namespace maintenance::kube {

/// Objects of one kind in one namespace, perhaps only some of them. A plain value.
struct Collection {
  std::string api;       ///< "/api/v1", "/apis/apps/v1"
  std::string resource;  ///< "pods"
  std::string label_selector = {};
  std::string field_selector = {};
  const text::Members* members = nullptr;  ///< what is wanted of each object; null: all of it
};

inline constexpr const char* core_api = "/api/v1";
inline constexpr const char* apps_api = "/apis/apps/v1";
inline constexpr const char* policy_api = "/apis/policy/v1";
inline constexpr const char* events_api = "/apis/events.k8s.io/v1";

/// In the place of a namespace; no namespace has such a name.
inline constexpr const char* all_namespaces = "*";

/// How new a list has to be.
enum class Freshness {
  current,    ///< consistent with every write that was answered before
  may_be_old  ///< whatever the API server has at hand: quicker, and perhaps out of date
};

/// Path of a resource, of one object, or of an object's subresource; every part is encoded.
/// For `all_namespaces` it is the resource in all of them.
[[nodiscard]] std::string object_path(const std::string& api, const std::string& namespace_name,
                                      const std::string& resource, const std::string& name = {},
                                      const std::string& subresource = {});
/// Path and query of one page of a list; `next` is the continue token of the page before.
[[nodiscard]] std::string list_target(const Collection& collection,
                                      const std::string& namespace_name, const std::string& next,
                                      Freshness freshness = Freshness::current);
/// Path and query of a watch from `resource_version`, with bookmarks, ended by the server after
/// `lifetime`.
[[nodiscard]] std::string watch_target(const Collection& collection,
                                       const std::string& namespace_name,
                                       const std::string& resource_version,
                                       std::chrono::seconds lifetime);

/// Objects per page of a list: a page of pods is about 2 MB, which a request needs while it is
/// read.
inline constexpr int list_page_objects = 250;

}  // namespace maintenance::kube
