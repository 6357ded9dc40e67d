#include "plugin/manifest/edits.h"

#include <boost/test/unit_test.hpp>

using namespace maintenance::plugin;

namespace {

const std::string ten = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(edits_test)

BOOST_AUTO_TEST_CASE(lines_come_and_go_where_they_should) {
  BOOST_TEST(apply_edits(ten, {}) == ten);
  BOOST_TEST(apply_edits("a\nb\n", {{2, 0, {"x", "y"}}}) == "a\nx\ny\nb\n");
  BOOST_TEST(apply_edits("a\nb\n", {{2, 1, {}}, {1, 0, {"x"}}}) == "x\na\n");
  BOOST_TEST(apply_edits("a\n", {{2, 0, {"end"}}}) == "a\nend\n");
  BOOST_TEST(apply_edits("a\nb\n", {{1, 1, {"x"}}}) == "x\nb\n");
}

BOOST_AUTO_TEST_CASE(a_diff_is_one_that_patch_understands) {
  BOOST_TEST(render_diff("f", ten, {}) == "");
  BOOST_TEST(render_diff("f", ten, {{5, 0, {"x"}}}) ==
             "--- f\n+++ f\n@@ -2,6 +2,7 @@\n 2\n 3\n 4\n+x\n 5\n 6\n 7\n");
  // Far apart: two hunks, and the second knows what the first has added.
  BOOST_TEST(render_diff("f", ten, {{1, 0, {"x"}}, {10, 1, {}}}) ==
             "--- f\n+++ f\n@@ -1,3 +1,4 @@\n+x\n 1\n 2\n 3\n@@ -7,4 +8,3 @@\n 7\n 8\n 9\n-10\n");
  // Close together: one.
  BOOST_TEST(render_diff("f", ten, {{4, 1, {"y"}}, {6, 0, {"x"}}}) ==
             "--- f\n+++ f\n@@ -1,8 +1,9 @@\n 1\n 2\n 3\n-4\n+y\n 5\n+x\n 6\n 7\n 8\n");
}

BOOST_AUTO_TEST_SUITE_END()
