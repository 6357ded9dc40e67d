#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <string>

#include "common/text/file.h"
#include "tests/support/check.h"

namespace maintenance::testing {

/// A file of docs/ that is written from the code has this content. With MAINTENANCE_UPDATE_DOCS it
/// is written first; `how_to_update` follows the file's name when it is stale.
inline void expect_generated(const std::string& file, const std::string& expected,
                             const std::string& how_to_update) {
  if (std::getenv("MAINTENANCE_UPDATE_DOCS") != nullptr) std::ofstream(file) << expected;
  const auto content = text::read_file(file);
  REQUIRE_OK(content);
  BOOST_TEST((*content == expected), file << how_to_update);
}

}  // namespace maintenance::testing
