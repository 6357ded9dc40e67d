#include "common/http/body.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/check.h"

using maintenance::ErrorKind;
using maintenance::testing::kind_of;
namespace http = maintenance::http;

namespace {

struct JsonRow {
  std::string sentence;
  std::string body;
  bool closed;
};

const std::vector<JsonRow> json_rows{
    {"an object", R"({"a":[1,{"b":"c"}]})", true},
    {"an array", "[]", true},
    {"a text", R"("x")", true},
    {"white space around it", " \n{}\n", true},
    {"brackets inside a text do not count", R"({"a":"}]{["})", true},
    {"an escaped quote does not end a text", R"({"a":"\"}"})", true},
    {"an escaped backslash does not escape the quote", R"({"a":"\\"})", true},
    {"an open object", R"({"a":1)", false},
    {"an open array", "[1,2", false},
    {"an open text", R"({"a":"b)", false},
    {"a text that ends with a backslash", R"({"a":"b\)", false},
    {"an escaped quote as the last byte", R"({"a":"b\"})", false},
    {"a bracket too many", "{}}", false},
    {"a closing bracket first", "}{", false},
    {"nothing", "", false},
    {"white space alone", " \n", false},
};

struct BodyRow {
  std::string sentence;
  std::string bytes;
  http::BodyRule rule;
  std::optional<ErrorKind> failure;
};

http::BodyRule rule(std::optional<std::size_t> length, bool chunked, const std::string& type) {
  return http::BodyRule{length, chunked, type, 100};
}

const std::vector<BodyRow> body_rows{
    {"the announced length", "12345", rule(5, false, "text/plain"), {}},
    {"an announced length of nothing", "", rule(0, false, "application/json"), {}},
    {"less than announced", "1234", rule(5, false, "text/plain"), ErrorKind::protocol},
    {"nothing of what was announced", "", rule(5, false, "text/plain"), ErrorKind::protocol},
    {"exactly the limit", std::string(100, 'x'), rule(100, false, "text/plain"), {}},
    {"an announcement over the limit", "", rule(101, false, "text/plain"), ErrorKind::too_large},
    {"more than the limit without announcement", std::string(101, 'x'),
     rule({}, true, "text/plain"), ErrorKind::too_large},
    {"whole JSON in chunks", "{}", rule({}, true, "application/json"), {}},
    {"cut JSON in chunks", "{", rule({}, true, "application/json"), ErrorKind::protocol},
    {"no JSON in chunks", "", rule({}, true, "application/json"), ErrorKind::protocol},
    {"cut JSON with parameters in its type", "{", rule({}, true, "application/json;charset=utf-8"),
     ErrorKind::protocol},
    {"cut problem document", "{", rule({}, true, "application/problem+json"), ErrorKind::protocol},
    {"cut JSON until the end of the connection", "{", rule({}, false, "application/json"),
     ErrorKind::protocol},
    {"nothing at all and no length", "", rule({}, false, "text/plain"), ErrorKind::protocol},
    {"plain text in chunks", "too many", rule({}, true, "text/plain"), {}},
    {"a length beside chunks does not count", "{}", rule(5, true, "application/json"), {}},
};

struct ChunkRow {
  std::string sentence;
  std::string bytes;
  std::optional<ErrorKind> failure;
  std::string body;
};

const std::vector<ChunkRow> chunk_rows{
    {"one chunk", "3\r\nabc\r\n0\r\n\r\n", {}, "abc"},
    {"no chunk", "0\r\n\r\n", {}, ""},
    {"several chunks", "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", {}, "abc"},
    {"hexadecimal sizes in both cases",
     "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n",
     {},
     "01234567890123456789"},
    {"leading zeros", "0003\r\nabc\r\n000\r\n\r\n", {}, "abc"},
    {"extensions", "3;a=b;c\r\nabc\r\n0;z\r\n\r\n", {}, "abc"},
    {"trailers", "3\r\nabc\r\n0\r\nA: b\r\nC: d\r\n\r\n", {}, "abc"},
    {"bare line feeds", "3\nabc\n0\n\n", {}, "abc"},
    {"line ends within a chunk", "4\r\n\r\n\r\n\r\n0\r\n\r\n", {}, "\r\n\r\n"},
    {"exactly the limit",
     "64\r\n" + std::string(100, 'x') + "\r\n0\r\n\r\n",
     {},
     std::string(100, 'x')},
    {"over the limit at once", "65\r\n", ErrorKind::too_large, ""},
    {"over the limit in the end", "64\r\n" + std::string(100, 'x') + "\r\n1\r\n",
     ErrorKind::too_large, ""},
    {"a size that would overflow", "ffffffffffffffff\r\n", ErrorKind::too_large, ""},
    {"a size with too many digits", "10000000000000000\r\n", ErrorKind::protocol, ""},
    {"a negative size", "-1\r\n", ErrorKind::protocol, ""},
    {"a size with a sign", "+3\r\nabc\r\n0\r\n\r\n", ErrorKind::protocol, ""},
    {"no size", "\r\nabc", ErrorKind::protocol, ""},
    {"a size that is none", "xyz\r\n", ErrorKind::protocol, ""},
    {"a size with a tail", "3x\r\nabc\r\n0\r\n\r\n", ErrorKind::protocol, ""},
    {"a chunk longer than its size", "2\r\nabc\r\n0\r\n\r\n", ErrorKind::protocol, ""},
    {"an endless size line", std::string(100'000, '0'), ErrorKind::protocol, ""},
    {"an endless list of trailers",
     "0\r\n" +
         [] {
           std::string trailers;
           for (int i = 0; i < 1000; ++i)
             trailers += "a: b\r\n";
           return trailers;
         }() +
         "\r\n",
     ErrorKind::protocol, ""},
};

/// Gives a text away in small pieces, as a network does.
class TextSource final : public http::ByteSource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  int next_byte() override {
    return at_ < text_.size() ? static_cast<unsigned char>(text_[at_++]) : -1;
  }
  std::size_t next_bytes(char* buffer, std::size_t count) override {
    const std::size_t piece = std::min<std::size_t>({count, 3, text_.size() - at_});
    text_.copy(buffer, piece, at_);
    at_ += piece;
    return piece;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

/// A stream whose source fails after its bytes, like Poco's after a reset.
class FailingBuffer final : public std::stringbuf {
 public:
  using std::stringbuf::stringbuf;

 protected:
  int_type underflow() override {
    const int_type next = std::stringbuf::underflow();
    if (traits_type::eq_int_type(next, traits_type::eof())) throw std::runtime_error("reset");
    return next;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(body_test)

BOOST_AUTO_TEST_CASE(closed_json_is_told_from_cut_json) {
  for (const JsonRow& row : json_rows) {
    BOOST_TEST_CONTEXT(row.sentence) {
      BOOST_TEST(http::is_closed_json(row.body) == row.closed);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_body_is_complete_or_a_failure) {
  for (const BodyRow& row : body_rows) {
    BOOST_TEST_CONTEXT(row.sentence) {
      std::istringstream stream(row.bytes);
      const auto body = http::read_body(stream, row.rule);
      if (row.failure) {
        BOOST_TEST(kind_of(body) == *row.failure);
      } else {
        REQUIRE_OK(body);
        BOOST_TEST(*body == row.bytes);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_chunked_body_is_complete_or_a_failure) {
  for (const ChunkRow& row : chunk_rows) {
    BOOST_TEST_CONTEXT(row.sentence) {
      TextSource source(row.bytes);
      const auto body = http::read_chunked_body(source, rule({}, true, "text/plain"));
      if (row.failure) {
        BOOST_TEST(kind_of(body) == *row.failure);
      } else {
        REQUIRE_OK(body);
        BOOST_TEST(*body == row.body);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_cut_of_a_chunked_body_is_noticed) {
  const std::string whole = "3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    TextSource source(whole.substr(0, length));
    BOOST_TEST(!http::read_chunked_body(source, rule({}, true, "text/plain")).ok(),
               "cut after " << length << " bytes");
  }
}

BOOST_AUTO_TEST_CASE(json_that_is_open_after_its_last_chunk_was_cut_by_somebody_in_between) {
  const http::BodyRule json = rule({}, true, "application/json");
  TextSource open("3\r\n{\"a\r\n0\r\n\r\n");
  BOOST_TEST(kind_of(http::read_chunked_body(open, json)) == ErrorKind::protocol);
  TextSource whole("2\r\n{}\r\n0\r\n\r\n");
  REQUIRE_OK(http::read_chunked_body(whole, json));
}

BOOST_AUTO_TEST_CASE(nothing_after_a_chunked_body_is_read) {
  TextSource source("1\r\na\r\n0\r\n\r\nHTTP/1.1 200 OK");
  REQUIRE_OK(http::read_chunked_body(source, rule({}, true, "text/plain")));
  BOOST_TEST(source.next_byte() == 'H');
}

BOOST_AUTO_TEST_CASE(every_cut_of_a_json_body_is_noticed) {
  const std::string whole = R"({"items":[{"a":"b \" c"},{"d":[1,2,"]}"]}],"e":null})";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    std::istringstream stream(whole.substr(0, length));
    const auto body = http::read_body(stream, rule({}, true, "application/json"));
    BOOST_TEST(!body.ok(), "cut after " << length << " bytes");
  }
}

BOOST_AUTO_TEST_CASE(a_stream_that_breaks_is_a_failure_even_without_a_length) {
  // One whole block comes, the next one breaks.
  FailingBuffer buffer(std::string(16UL * 1024, 'x'));
  std::istream stream(&buffer);
  const auto body = http::read_body(stream, http::BodyRule{{}, false, "text/plain", 1'000'000});
  BOOST_TEST(kind_of(body) == ErrorKind::protocol);
}

BOOST_AUTO_TEST_CASE(a_body_larger_than_one_block_keeps_its_bytes_in_order) {
  std::string whole;
  for (int i = 0; whole.size() < 100'000; ++i)
    whole += std::to_string(i) + ",";
  std::istringstream stream(whole);
  const auto body =
      http::read_body(stream, http::BodyRule{whole.size(), false, "text/plain", whole.size()});
  REQUIRE_OK(body);
  BOOST_TEST((*body == whole));
}

BOOST_AUTO_TEST_SUITE_END()
