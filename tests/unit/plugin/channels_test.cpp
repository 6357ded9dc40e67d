#include "plugin/tunnel/channels.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"
#include "tests/unit/plugin/frames.h"

using namespace maintenance;
using namespace maintenance::plugin;
using maintenance::testing::agent_port_prefix;

namespace {

const std::string data_channel(1, '\0');
const std::string error_channel = "\x01";

}  // namespace

BOOST_AUTO_TEST_SUITE(channels_test)

BOOST_AUTO_TEST_CASE(prefixes_are_taken_off_each_channel) {
  PortForwardChannels channels(8889);
  std::string data;
  REQUIRE_OK(channels.take(data_channel + agent_port_prefix, data));
  REQUIRE_OK(channels.take(error_channel + agent_port_prefix, data));
  REQUIRE_OK(channels.take(data_channel + "hello ", data));
  REQUIRE_OK(channels.take(data_channel + "world", data));
  BOOST_TEST(data == "hello world");
  BOOST_TEST(channels.error_text() == "");
}

BOOST_AUTO_TEST_CASE(a_prefix_is_bytes_and_not_a_message) {
  PortForwardChannels channels(8889);
  std::string data;
  REQUIRE_OK(channels.take(data_channel + agent_port_prefix.substr(0, 1), data));
  REQUIRE_OK(channels.take(data_channel, data));
  REQUIRE_OK(channels.take("", data));
  REQUIRE_OK(channels.take(data_channel + agent_port_prefix.substr(1) + "at once", data));
  REQUIRE_OK(channels.take(error_channel + agent_port_prefix + "bad ", data));
  REQUIRE_OK(channels.take(error_channel + "luck", data));
  BOOST_TEST(data == "at once");
  BOOST_TEST(channels.error_text() == "bad luck");
}

BOOST_AUTO_TEST_CASE(another_port_or_channel_is_refused) {
  std::string data;
  for (const std::string& message : {data_channel + "\x50\x01", error_channel + "\x22\xB9",
                                     std::string("\x02\xB9\x22"), std::string("\xFF\x01")}) {
    PortForwardChannels channels(8889);
    BOOST_TEST(testing::kind_of(channels.take(message, data)) == ErrorKind::protocol);
  }
  BOOST_TEST(data == "");
}

BOOST_AUTO_TEST_CASE(an_endless_error_text_is_cut) {
  PortForwardChannels channels(8889);
  std::string data;
  REQUIRE_OK(channels.take(error_channel + agent_port_prefix, data));
  for (int i = 0; i < 10; ++i)
    REQUIRE_OK(channels.take(error_channel + std::string(1000, 'e'), data));
  BOOST_TEST(channels.error_text().size() == error_text_bytes_max);
}

BOOST_AUTO_TEST_CASE(what_we_send_goes_to_the_data_channel) {
  BOOST_TEST(PortForwardChannels::wrap("GET") == data_channel + "GET");
}

BOOST_AUTO_TEST_SUITE_END()
