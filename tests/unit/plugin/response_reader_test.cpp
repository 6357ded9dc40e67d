#include "plugin/tunnel/response_reader.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <sstream>

#include "tests/support/check.h"

using namespace maintenance;
using namespace maintenance::plugin;

namespace {

struct Row {
  const char* name;
  std::string bytes;
  int status;  ///< 0: refused
  std::string body_or_words;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

const std::string ok = "HTTP/1.1 200 OK\r\n";
const std::string chunked =
    ok + "Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n";

const std::vector<Row> rows{
    {"length", ok + "Content-Length: 2\r\n\r\n{}", 200, "{}"},
    {"more than the length", ok + "Content-Length: 2\r\n\r\n{}HTTP/1.1 500", 200, "{}"},
    {"empty body", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404, ""},
    {"no content", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
    {"chunks", chunked + "3\r\n{\"a\r\n4;x=y\r\n\":1}\r\n0\r\n\r\n", 200, "{\"a\":1}"},
    {"until the end", ok + "\r\n{\"a\":[1]}", 200, "{\"a\":[1]}"},
    {"nothing", "", 0, "cut short"},
    {"half a status line", "HTTP/1.1 20", 0, "cut short"},
    {"half a header block", ok + "Content-Le", 0, "not HTTP"},
    {"not HTTP", "SSH-2.0-OpenSSH\r\n\r\n", 0, ""},
    {"short of its length", ok + "Content-Length: 3\r\n\r\n{}", 0, "cut short"},
    {"negative length", ok + "Content-Length: -1\r\n\r\n{}", 0, "length is negative"},
    {"too long", ok + "Content-Length: 101\r\n\r\n" + std::string(101, 'x'), 0, "larger than 100"},
    {"absurdly long", ok + "Content-Length: 9223372036854775807\r\n\r\nx", 0, "larger than 100"},
    {"no last chunk", chunked + "2\r\n{}\r\n", 0, "cut short"},
    {"cut within a chunk", chunked + "5\r\n{}", 0, "cut short"},
    {"no line after a chunk", chunked + "2\r\n{}0\r\n\r\n", 0, "cut short"},
    {"chunk without a size", chunked + "x\r\n{}\r\n0\r\n\r\n", 0, "a chunk has no size"},
    {"negative chunk", chunked + "-2\r\n{}\r\n0\r\n\r\n", 0, "a chunk has no size"},
    {"chunk beyond 64 bits", chunked + "fffffffffffffffff\r\n{}", 0, "a chunk has no size"},
    {"chunk beyond the limit", chunked + "ffff\r\n{}", 0, "larger than 100"},
    {"endless chunk line", chunked + std::string(1000, '1'), 0, "cut short"},
    {"many small chunks beyond the limit",
     chunked + "33\r\n" + std::string(51, 'x') + "\r\n33\r\n" + std::string(51, 'x'), 0,
     "larger than 100"},
    {"until the end, cut", ok + "\r\n{\"a\":[1", 0, "cut short"},
    {"until the end, too much", ok + "\r\n" + std::string(101, 'x'), 0, "larger than 100"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(response_reader_test)

BOOST_DATA_TEST_CASE(answers, boost::unit_test::data::make(rows), row) {
  std::istringstream in(row.bytes);
  const auto answer = read_response(in, 100);
  if (row.status == 0) {
    const Error failure = testing::failure_of(answer);
    BOOST_TEST(testing::contains(failure.message(), row.body_or_words), failure.message());
    return;
  }
  REQUIRE_OK(answer);
  BOOST_TEST(answer->status == row.status);
  BOOST_TEST(answer->body == row.body_or_words);
}

BOOST_AUTO_TEST_CASE(headers_are_kept) {
  std::istringstream in(ok + "X-Request-Id: 7\r\nContent-Length: 0\r\n\r\n");
  const auto answer = read_response(in);
  REQUIRE_OK(answer);
  BOOST_TEST(http::find_header(answer->headers, "x-request-id") == "7");
}

BOOST_AUTO_TEST_SUITE_END()
