#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/maintenance/state.h"
#include "plugin/manifest/yaml_path.h"

namespace maintenance::plugin::manifest {

/// An object of a manifest that describes Cassandra pods: where in it things are that the gate
/// needs. Borrows from the parsed text. A plain value.
struct Gateable {
  std::string shown;                     ///< "StatefulSet ring-dc1"
  int line = 0;                          ///< where the object begins
  const YamlValue* pod = nullptr;        ///< the specification of its pods
  const YamlValue* cassandra = nullptr;  ///< their Cassandra container
  std::string cluster;                   ///< name of the Cassandra cluster; empty when it says none
  std::vector<std::string> data_volumes;
  /// Data that its operator mounts in Cassandra by itself, as flow maps of YAML.
  std::vector<std::string> operator_mounts;
};

/// A StatefulSet, or a CassandraDatacenter of the cass-operator (whose podTemplateSpec it merges
/// with its own); nothing when it is neither, or has no Cassandra container.
[[nodiscard]] std::optional<Gateable> gateable(const YamlValue& object,
                                               const ContainerNames& names);

}  // namespace maintenance::plugin::manifest
