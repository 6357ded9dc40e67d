#include "plugin/tunnel/handshake.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/text/base64.h"
#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::plugin;
using Headers = std::vector<http::Header>;

namespace {

/// RFC 6455 section 1.3.
const std::string key = "dGhlIHNhbXBsZSBub25jZQ==";
const std::string accept_key = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

Headers answer(const std::string& upgrade, const std::string& connection,
               const std::string& accepted, const std::string& protocol) {
  return {{"upgrade", upgrade},
          {"CONNECTION", connection},
          {"Sec-Websocket-Accept", accepted},
          {"Sec-WebSocket-Protocol", protocol}};
}

struct Row {
  const char* name;
  Headers headers;
  const char* says;  ///< empty: accepted
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}
const std::vector<Row> rows{
    {"as written", answer("websocket", "Upgrade", accept_key, "v4.channel.k8s.io"), ""},
    {"letter case", answer("WebSocket", "upgrade", accept_key, "v4.channel.k8s.io"), ""},
    {"lists", answer("h2c, websocket", "keep-alive, Upgrade", accept_key, "v4.channel.k8s.io"), ""},
    {"no headers", {}, "does not switch"},
    {"another protocol", answer("SPDY/3.1", "Upgrade", accept_key, "v4.channel.k8s.io"),
     "does not switch"},
    {"no connection", answer("websocket", "keep-alive", accept_key, "v4.channel.k8s.io"),
     "no Connection: Upgrade"},
    {"word within a word", answer("websocket", "NoUpgrade", accept_key, "v4.channel.k8s.io"),
     "no Connection: Upgrade"},
    {"another key", answer("websocket", "Upgrade", "AAAA", "v4.channel.k8s.io"),
     "does not belong to our request"},
    {"letter case of the hash",
     answer("websocket", "Upgrade", "S3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "v4.channel.k8s.io"),
     "does not belong to our request"},
    {"no subprotocol", answer("websocket", "Upgrade", accept_key, ""), "chose the protocol \"\""},
    {"another subprotocol", answer("websocket", "Upgrade", accept_key, "v5.channel.k8s.io"),
     "chose the protocol \"v5.channel.k8s.io\""},
};

class FixedRandom final : public RandomSource {
 public:
  [[nodiscard]] std::uint32_t next() override { return value_++; }

 private:
  std::uint32_t value_ = 0x01020304;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(handshake_test)

BOOST_AUTO_TEST_CASE(the_standards_own_example) {
  BOOST_TEST(accept_value(key) == accept_key);
}

BOOST_AUTO_TEST_CASE(keys_are_16_bytes_and_fresh) {
  FixedRandom fixed;
  const std::string first = make_websocket_key(fixed);
  const std::string second = make_websocket_key(fixed);
  const auto bytes = text::base64_decode(first);
  BOOST_REQUIRE(bytes.has_value());
  BOOST_TEST(bytes->size() == 16U);
  BOOST_TEST(bytes->substr(0, 4) == "\x04\x03\x02\x01");
  BOOST_TEST(first != second);
  SystemRandom device;
  BOOST_TEST(make_websocket_key(device) != make_websocket_key(device));
}

BOOST_AUTO_TEST_CASE(the_request_names_pod_port_and_protocol) {
  const http::Request request = port_forward_request("cassandra", "agent pod/0", 8889, key);
  BOOST_TEST(request.method == "GET");
  BOOST_TEST(request.target ==
             "/api/v1/namespaces/cassandra/pods/agent%20pod%2F0/portforward?ports=8889");
  BOOST_TEST(http::find_header(request.headers, "Connection") == "Upgrade");
  BOOST_TEST(http::find_header(request.headers, "Upgrade") == "websocket");
  BOOST_TEST(http::find_header(request.headers, "Sec-WebSocket-Version") == "13");
  BOOST_TEST(http::find_header(request.headers, "Sec-WebSocket-Key") == key);
  BOOST_TEST(http::find_header(request.headers, "Sec-WebSocket-Protocol") == "v4.channel.k8s.io");
  BOOST_TEST(http::find_header(request.headers, "Sec-WebSocket-Extensions") == "");
}

BOOST_DATA_TEST_CASE(answers, boost::unit_test::data::make(rows), row) {
  const auto checked = check_switch(row.headers, key, {tunnel_protocol});
  if (std::string(row.says).empty()) {
    REQUIRE_OK(checked);
    return;
  }
  BOOST_TEST(testing::kind_of(checked) == ErrorKind::protocol);
  BOOST_TEST(testing::contains(checked.error().message(), row.says), checked.error().message());
}

BOOST_AUTO_TEST_CASE(an_extension_that_nobody_offered_is_refused) {
  Headers headers = rows.front().headers;
  headers.push_back({"Sec-WebSocket-Extensions", "permessage-deflate"});
  BOOST_TEST(testing::kind_of(check_switch(headers, key, {tunnel_protocol})) ==
             ErrorKind::protocol);
}

BOOST_AUTO_TEST_SUITE_END()
