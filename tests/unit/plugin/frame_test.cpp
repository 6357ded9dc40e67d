#include "plugin/tunnel/frame.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/check.h"
#include "tests/unit/plugin/frames.h"

using namespace maintenance;
using namespace maintenance::plugin;
using maintenance::testing::ServerFrame;

namespace {

/// Every message that `bytes` make, fed at once.
std::vector<Message> decode(const std::string& bytes) {
  FrameDecoder decoder;
  decoder.feed(bytes);
  std::vector<Message> out;
  while (true) {
    auto message = decoder.next();
    REQUIRE_OK(message);
    if (!*message) return out;
    out.push_back(std::move(**message));
  }
}

struct Hostile {
  const char* name;
  std::string bytes;
  const char* says;
};
std::ostream& operator<<(std::ostream& out, const Hostile& row) {
  return out << row.name;
}

const std::vector<Hostile> hostile{
    {"masked", ServerFrame{.payload = "x", .masked = true}.bytes(), "masks its frames"},
    {"reserved 1", ServerFrame{.payload = "x", .reserved = 1}.bytes(), "reserved bits"},
    {"reserved 4", ServerFrame{.payload = "x", .reserved = 4}.bytes(), "reserved bits"},
    {"text", ServerFrame{.payload = "x", .opcode = 1}.bytes(), "text"},
    {"opcode 3", ServerFrame{.payload = "x", .opcode = 3}.bytes(), "unknown opcode"},
    {"opcode 11", ServerFrame{.payload = "x", .opcode = 11}.bytes(), "unknown opcode"},
    {"long ping", ServerFrame{.payload = std::string(126, 'x'), .opcode = 9}.bytes(), "too long"},
    {"split ping", ServerFrame{.opcode = 9, .final = false}.bytes(), "control frame is fragmented"},
    {"stray fragment", ServerFrame{.payload = "x", .opcode = 0}.bytes(), "continues nothing"},
    {"message within a message",
     ServerFrame{.payload = "x", .final = false}.bytes() + ServerFrame{.payload = "y"}.bytes(),
     "within another"},
    {"too large", std::string("\x82\x7F\x00\x00\x00\x00\x00\x10\x00\x01", 10), "too large"},
    {"absurd length", std::string("\x82\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 10), "too large"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(frame_test)

BOOST_AUTO_TEST_CASE(encodes_what_the_standard_shows) {
  // RFC 6455 section 5.7: "Hello", masked.
  const std::string frame = encode_frame(Opcode::text, "Hello", {0x37, 0xfa, 0x21, 0x3d});
  BOOST_TEST(frame == "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
}

BOOST_AUTO_TEST_CASE(encodes_every_length_class) {
  for (const std::size_t size : {0U, 1U, 125U, 126U, 127U, 65535U, 65536U, 70000U}) {
    const std::string payload(size, 'p');
    const std::string frame = encode_frame(Opcode::binary, payload, {1, 2, 3, 4});
    const std::size_t head = size < 126 ? 2 : size < 65536 ? 4 : 10;
    BOOST_TEST(frame.size() == head + 4 + size);
    BOOST_TEST((frame[1] & 0x80) != 0);  // a client always masks
    if (head < 10) BOOST_TEST((testing::unmasked(frame, 0x2) == payload));
  }
}

BOOST_AUTO_TEST_CASE(decodes_every_length_class_in_every_form) {
  for (const std::size_t size : {0U, 1U, 125U, 126U, 127U, 65535U, 65536U, 1048576U}) {
    const std::string payload(size, 'p');
    const auto messages = decode(ServerFrame{.payload = payload}.bytes());
    BOOST_REQUIRE(messages.size() == 1U);
    BOOST_TEST((messages[0].payload == payload));
  }
  for (const int length_bytes : {1, 2, 8}) {  // longer forms than needed are harmless
    const auto messages =
        decode(ServerFrame{.payload = "abc", .length_bytes = length_bytes}.bytes());
    BOOST_REQUIRE(messages.size() == 1U);
    BOOST_TEST(messages[0].payload == "abc");
  }
}

BOOST_AUTO_TEST_CASE(puts_fragments_together_around_control_frames) {
  const std::string bytes =
      ServerFrame{.payload = "one ", .final = false}.bytes() + testing::ping_frame("p") +
      ServerFrame{.payload = "two ", .opcode = 0, .final = false}.bytes() + testing::close_frame() +
      ServerFrame{.payload = "three", .opcode = 0}.bytes();
  const auto messages = decode(bytes);
  BOOST_REQUIRE(messages.size() == 3U);
  BOOST_TEST((messages[0].opcode == Opcode::ping));
  BOOST_TEST(messages[0].payload == "p");
  BOOST_TEST((messages[1].opcode == Opcode::close));
  BOOST_TEST((messages[2].opcode == Opcode::binary));
  BOOST_TEST(messages[2].payload == "one two three");
}

BOOST_AUTO_TEST_CASE(any_cut_gives_the_same_messages) {
  const std::string bytes = ServerFrame{.payload = "ab", .final = false}.bytes() +
                            testing::ping_frame("") +
                            ServerFrame{.payload = std::string(130, 'c'), .opcode = 0}.bytes() +
                            ServerFrame{.payload = "d", .length_bytes = 8}.bytes();
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    FrameDecoder decoder;
    std::vector<std::string> payloads;
    for (const std::string& part : {bytes.substr(0, cut), bytes.substr(cut)}) {
      decoder.feed(part);
      while (true) {
        auto message = decoder.next();
        REQUIRE_OK(message);
        if (!*message) break;
        payloads.push_back((*message)->payload);
      }
    }
    BOOST_TEST(payloads == (std::vector<std::string>{"", "ab" + std::string(130, 'c'), "d"}));
  }
}

BOOST_AUTO_TEST_CASE(one_byte_at_a_time) {
  const std::string bytes = ServerFrame{.payload = std::string(300, 'x')}.bytes();
  FrameDecoder decoder;
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
    decoder.feed(bytes.substr(i, 1));
    auto message = decoder.next();
    REQUIRE_OK(message);
    BOOST_REQUIRE(!message->has_value());
  }
  decoder.feed(bytes.substr(bytes.size() - 1));
  auto message = decoder.next();
  REQUIRE_OK(message);
  BOOST_REQUIRE(message->has_value());
  BOOST_TEST((*message)->payload.size() == 300U);
}

BOOST_DATA_TEST_CASE(hostile_frames_are_refused_for_good, boost::unit_test::data::make(hostile),
                     row) {
  FrameDecoder decoder;
  decoder.feed(row.bytes);
  auto message = decoder.next();
  const Error failure = testing::failure_of(message);
  BOOST_TEST(failure.kind == ErrorKind::protocol);
  BOOST_TEST(testing::contains(failure.message(), row.says), failure.message());
  // No way back: what follows is not a frame boundary.
  decoder.feed(testing::binary_frame("fine"));
  BOOST_TEST(testing::kind_of(decoder.next()) == ErrorKind::protocol);
}

BOOST_AUTO_TEST_CASE(fragments_share_one_limit) {
  FrameDecoder decoder(10);
  decoder.feed(ServerFrame{.payload = "123456", .final = false}.bytes());
  auto first = decoder.next();
  REQUIRE_OK(first);
  decoder.feed(ServerFrame{.payload = "12345", .opcode = 0}.bytes());
  BOOST_TEST(testing::contains(testing::failure_of(decoder.next()).message(), "too large"));
}

BOOST_AUTO_TEST_SUITE_END()
