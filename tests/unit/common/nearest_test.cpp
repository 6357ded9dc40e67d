#include "common/text/nearest.h"

#include <array>
#include <boost/test/unit_test.hpp>

namespace maintenance::testing {

BOOST_AUTO_TEST_SUITE(nearest_test)

BOOST_AUTO_TEST_CASE(what_was_probably_meant) {
  constexpr std::array<std::string_view, 5> known{"configMap", "listen.port", "log", "log.level",
                                                  "--log-level"};
  const std::vector<std::pair<std::string, std::string>> table{
      {"configmap", "configMap"},      // case
      {"config-map", "configMap"},     // another notation
      {"config_map", "configMap"},     //
      {"confgiMap", "configMap"},      // swapped
      {"cnofgiMap", "configMap"},      // twice
      {"listen.prot", "listen.port"},  //
      {"lgo", "log"},                  // of a short name one letter
      {"lg", "log"},                   //
      {"log.levle", "log.level"},      //
      {"gol", ""},                     // two of three are too many
      {"x", ""},                       //
      {"", ""},                        //
      {"somethingElse", ""},           //
      {std::string(100'000, 'a'), ""},
  };
  for (const auto& [wrong, meant] : table)
    BOOST_TEST(text::nearest(wrong, known) == meant, wrong.substr(0, 40));
}

BOOST_AUTO_TEST_CASE(of_nothing_known_nothing_is_near) {
  BOOST_TEST(text::nearest("a", {}) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
