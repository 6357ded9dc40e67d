#include "common/kube/collection.h"

#include "common/http/message.h"

namespace maintenance::kube {
namespace {

std::string with_selectors(std::string target, const Collection& collection) {
  if (!collection.label_selector.empty()) {
    target += "&labelSelector=" + http::percent_encode(collection.label_selector);
  }
  if (!collection.field_selector.empty()) {
    target += "&fieldSelector=" + http::percent_encode(collection.field_selector);
  }
  return target;
}

}  // namespace

std::string object_path(const std::string& api, const std::string& namespace_name,
                        const std::string& resource, const std::string& name,
                        const std::string& subresource) {
  std::string out = api;
  if (namespace_name != all_namespaces)
    out += "/namespaces/" + http::percent_encode(namespace_name);
  out += "/" + resource;
  if (!name.empty()) out += "/" + http::percent_encode(name);
  if (!subresource.empty()) out += "/" + subresource;
  return out;
}

std::string list_target(const Collection& collection, const std::string& namespace_name,
                        const std::string& next, Freshness freshness) {
  std::string target = object_path(collection.api, namespace_name, collection.resource) +
                       "?limit=" + std::to_string(list_page_objects);
  target = with_selectors(std::move(target), collection);
  if (freshness == Freshness::may_be_old && next.empty()) target += "&resourceVersion=0";
  if (!next.empty()) target += "&continue=" + http::percent_encode(next);
  return target;
}

std::string watch_target(const Collection& collection, const std::string& namespace_name,
                         const std::string& resource_version, std::chrono::seconds lifetime) {
  return with_selectors(object_path(collection.api, namespace_name, collection.resource) +
                            "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" +
                            std::to_string(lifetime.count()) +
                            "&resourceVersion=" + http::percent_encode(resource_version),
                        collection);
}

}  // namespace maintenance::kube
