#include "plugin/manifest/gateable.h"

namespace maintenance::plugin::manifest {
namespace {

Gateable stateful_set(const YamlValue& object) {
  Gateable out;
  out.pod = at(&object, {"spec", "template", "spec"});
  out.cluster = text_of(
      at(&object, {"spec", "template", "metadata", "labels", "cassandra-cluster-instance"}));
  out.data_volumes = data_volumes(object);
  return out;
}

/// The operator merges podTemplateSpec with what it makes itself, and calls the claim for
/// Cassandra's data server-data (its constant PvcName).
Gateable cassandra_datacenter(const YamlValue& object) {
  Gateable out;
  out.pod = at(&object, {"spec", "podTemplateSpec", "spec"});
  out.cluster = text_of(at(&object, {"spec", "clusterName"}));
  out.operator_mounts = {"{name: server-data, mountPath: /var/lib/cassandra}"};
  return out;
}

}  // namespace

std::optional<Gateable> gateable(const YamlValue& object, const ContainerNames& names) {
  const std::string kind = text_of(object.find("kind"));
  Gateable out;
  if (kind == "StatefulSet") {
    out = stateful_set(object);
  } else if (kind == "CassandraDatacenter") {
    out = cassandra_datacenter(object);
  } else {
    return std::nullopt;
  }
  out.cassandra = named(maps_of(out.pod, "containers"), names.cassandra);
  if (out.cassandra == nullptr) return std::nullopt;
  out.line = object.line;
  out.shown = kind + " " + text_of(at(&object, {"metadata", "name"}));
  return out;
}

}  // namespace maintenance::plugin::manifest
