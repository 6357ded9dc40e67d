// Agents, and whatever is in between, that answer anything: every command ends with an exit code of
// ours and moves nobody's cursor.
#include <Poco/JSON/Array.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "tests/support/sanitized.h"
#include "tests/unit/plugin/play.h"

namespace maintenance::testing {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

const std::string marker = "@HERE@";

using Words = std::vector<std::string>;

/// Commands that each read answers in their own way.
const std::vector<Words> readers{
    {"status"},
    {"status", "-o", "json"},
    {"status", "-o", "yaml"},
    {"enable", "pod", dc1 + "0", "--timeout", "3s"},
    {"disable", "pod", dc1 + "2", "--timeout", "3s", "-o", "json"},
    {"enable", "dc", "dc1", "--yes", "--timeout", "3s"},
    {"enable", "pod", dc1 + "9"},
    {"config"},
};

/// And those that share it.
const std::vector<Words> others{
    {"status", "-o", "wide"},
    {"status", "-o", "name"},
    {"status", "-A"},
    {"status", "pod", dc1 + "2"},
    {"enable", "pod", dc1 + "0", "--dry-run"},
    {"disable", "--all", "--yes", "--timeout", "3s"},
    {"run", "pod", dc1 + "0", "--timeout", "3s", "--", "true"},
    {"config", "-o", "yaml"},
    {"check"},
    {"version"},
    {"__complete", "disable", "pod", ""},
};

/// Under a sanitizer, where all takes ten times as long, only some values are replaced.
constexpr std::size_t stride = sanitized ? 5 : 1;

constexpr int exit_code_max = 9;
/// What a person may have to scroll through, whatever the agent says. A document may be what the
/// agent has sent.
constexpr std::size_t output_bytes_max = 1024UL * 1024;

/// Characters that a terminal takes for a command: C0 but for line ends and tabs, DEL, and C1 in
/// UTF-8. Nothing when there is none.
std::string command_in(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c1 = byte == 0xC2 && i + 1 < text.size() &&
                    static_cast<unsigned char>(text[i + 1]) >= 0x80 &&
                    static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F || c1) {
      return "byte " + std::to_string(byte) + " in: " + text.substr(i < 60 ? 0 : i - 60, 120);
    }
  }
  return {};
}

void expect_harmless(const Words& words, const std::function<Answer(Answer)>& spoil) {
  Play play;
  play.spoil = spoil;
  const int code = play.run(words);
  BOOST_TEST((code >= 0 && code <= exit_code_max), code);
  BOOST_TEST(command_in(play.out()) == "");
  BOOST_TEST(command_in(play.err()) == "");
  BOOST_TEST(play.err().size() < output_bytes_max);
  const bool document = std::find(words.begin(), words.end(), "-o") != words.end();
  if (!document) BOOST_TEST(play.out().size() < output_bytes_max);
}

void expect_harmless_everywhere(const Answer& instead) {
  for (const auto* commands : {&readers, &others}) {
    for (const Words& words : *commands) {
      BOOST_TEST_CONTEXT(words.front() << " " << (words.size() > 1 ? words[1] : ""))
      expect_harmless(words, [&](const Answer&) { return instead; });
    }
  }
}

Var spoiled(const Var& value, std::size_t& countdown);

Var spoiled_object(const Object& object, std::size_t& countdown) {
  Object::Ptr out = new Object;
  for (const auto& [key, value] : object)
    out->set(key, spoiled(value, countdown));
  return out;
}

Var spoiled_array(const Array& array, std::size_t& countdown) {
  Array::Ptr out = new Array;
  for (const Var& item : array)
    out->add(spoiled(item, countdown));
  return out;
}

/// A copy of `value` whose value number `countdown`, counted from the outside, is the marker.
Var spoiled(const Var& value, std::size_t& countdown) {
  if (countdown == 0) {
    countdown = std::string::npos;  // too far to come by again
    return marker;
  }
  --countdown;
  if (value.type() == typeid(Object::Ptr)) {
    return spoiled_object(*value.extract<Object::Ptr>(), countdown);
  }
  if (value.type() == typeid(Array::Ptr)) {
    return spoiled_array(*value.extract<Array::Ptr>(), countdown);
  }
  return value;
}

/// The body with its value number `place` replaced by this JSON; nothing when there are not so
/// many.
std::optional<std::string> with_value(const std::string& body, std::size_t place,
                                      const std::string& json) {
  const auto object = text::parse_json_object(body, "an answer");
  if (!object) return std::nullopt;
  std::size_t countdown = place;
  const Var out = spoiled(Var(*object), countdown);
  // It is counted down to npos by the one that was replaced, and on from there by what follows.
  if (countdown <= place) return std::nullopt;
  std::string text = Var::toString(out);
  const auto at = text.find("\"" + marker + "\"");
  if (at == std::string::npos) return json;  // the whole of it
  return text.replace(at, marker.size() + 2, json);
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hostile_answers_test)

BOOST_AUTO_TEST_CASE(any_value_may_be_of_any_type) {
  const std::vector<std::string> values{
      "null",
      "-1",
      "99999999999999999999",
      "{}",
      R"([{"name":[]},null,7])",
      R"("\u001b]0;title\u0007\u001b[2J\r\n\u009b31m\u007f\u0000 \u202e")",
      "\"" + std::string(3000, 'a') + "\"",
  };
  for (const Words& words : readers) {
    for (const std::string& value : values) {
      bool there = true;
      for (std::size_t place = 0; there; place += stride) {
        there = false;
        BOOST_TEST_CONTEXT(words.front() << ", value " << place << ": " << value.substr(0, 60))
        expect_harmless(words, [&](Answer answer) {
          if (!answer) return answer;
          if (auto body = with_value(answer->body, place, value)) {
            there = true;
            answer->body = *body;
          }
          return answer;
        });
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_answer_of_an_agent) {
  for (const std::string& body :
       std::vector<std::string>{"", "null", "[]", "7", "\"text\"", "{", "{}{}", nested(120),
                                nested(20000), "{\"pods\":" + nested(20000) + "}", "{\"a\":1e999}",
                                "{\"a\":\"\\ud800\"}", "\xFF\xFE{}", std::string("{}\0", 3),
                                "<html>\x1b[2J</html>", "{\"pods\":[" + std::string(100000, '{')}) {
    BOOST_TEST_CONTEXT(body.substr(0, 60)) {
      for (const int status : {200, 409})
        expect_harmless_everywhere(json_answer(status, body));
    }
  }
}

BOOST_AUTO_TEST_CASE(any_status_may_come) {
  for (const int status :
       {0, 100, 204, 301, 302, 304, 308, 401, 403, 404, 407, 418, 429, 431, 503, 511, 599, 999}) {
    BOOST_TEST_CONTEXT(status)
    expect_harmless_everywhere(problem_answer(status, "\\u001b[2J said with colour"));
  }
}

BOOST_AUTO_TEST_CASE(headers_are_others_text_too) {
  for (const Words& words : readers) {
    expect_harmless(words, [](Answer answer) {
      if (!answer) return answer;
      for (const char* name : {"Warning", "Location", "Retry-After", "X-Request-Id", "Server"}) {
        answer->headers.push_back({name, "299 - \"\x1b[31m\xC2\x9B 2J\r\n" + nested(3000) + "\""});
      }
      return answer;
    });
  }
}

BOOST_AUTO_TEST_CASE(a_huge_answer_to_a_small_question) {
  // More than a real connection would let in.
  const std::string message((sanitized ? 1UL : 10UL) * 1024 * 1024, 'x');
  for (const int status : {200, 409}) {
    expect_harmless_everywhere(json_answer(status, R"({"detail":")" + message + "\"}"));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
