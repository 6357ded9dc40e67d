// What attackers send, theme by theme, to the whole agent behind a real socket: each with the
// answer that it deserves, and none with an effect. What could be two requests is in listener_test.
#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/agent/listener_stage.h"

namespace maintenance::testing {
namespace {

const std::string p0 = pod_name("dc1", 0);
const std::string pod = "/pods/" + p0;
const std::string v1_pod = "/v1/pods/" + p0;

/// Bytes, and the status that they are answered with.
struct Attack {
  std::string bytes;
  int status;
};

std::string request(const std::string& line, const std::string& headers = {}) {
  return line + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
}

std::string request_with(const std::string& line, const std::string& body,
                         const std::string& headers = {}) {
  return line + " HTTP/1.1\r\nHost: a\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

struct AttackStage : ListenerStage {
  /// Each is answered as it should be, once, and nothing has happened by it.
  void expect(const std::vector<Attack>& attacks) const {
    for (const Attack& attack : attacks) {
      const std::string answer = exchange(attack.bytes);
      BOOST_TEST_CONTEXT(attack.bytes.substr(0, 200) << " => " << answer.substr(0, 200)) {
        BOOST_TEST(status_line(answer).starts_with("HTTP/1.1 " + std::to_string(attack.status)));
        BOOST_TEST(answers_in(answer) == 1U);
        BOOST_TEST(untouched());
      }
    }
    BOOST_TEST(exchange(request("GET /v1/status")).starts_with("HTTP/1.1 200"));
  }
  /// The same, of callers who have no rights because of where they come from.
  void trust_nobody_for_his_address() { settings.auth.loopback = agent::LoopbackAccess::token; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(attacks_test, AttackStage)

BOOST_AUTO_TEST_CASE(the_method_is_the_one_in_the_first_line) {
  std::vector<Attack> attacks{
      {request("GET " + v1_pod + "?_method=DELETE"), 400},
      {request("GET " + v1_pod + "?method=PUT"), 400},
      {request("put " + v1_pod), 405},
      {request("PUTPUT " + v1_pod), 405},
      {request("TRACE " + v1_pod), 405},
      {request("CONNECT " + v1_pod), 405},
      {request("PROPFIND " + v1_pod), 405},
      {request("PATCH " + v1_pod), 405},
      {request_with("POST " + v1_pod, "_method=PUT",
                    "Content-Type: application/x-www-form-urlencoded\r\n"),
       405},
      {request("PUT\t" + v1_pod), 400},
      {request("P\xC3\x9CT " + v1_pod), 400},
  };
  for (const char* header : {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"}) {
    attacks.push_back({request("GET " + v1_pod, std::string(header) + ": DELETE\r\n"), 200});
    attacks.push_back({request("POST " + v1_pod, std::string(header) + ": PUT\r\n"), 405});
  }
  expect(attacks);
}

BOOST_AUTO_TEST_CASE(a_path_has_one_reading) {
  std::vector<Attack> attacks;
  for (const std::string& target : std::vector<std::string>{
           // The absolute form is for proxies; its host could be another one than Host says.
           "http://a" + pod, "https://elsewhere" + pod, "//a" + pod, "a:8889", "*",
           // Empty, relative, or hidden parts.
           "/pods//" + p0, "/pods/./" + p0, "/pods/../pods/" + p0, "/pods/x/../" + p0, pod + "/",
           "/v1/../pods/" + p0, "/pods/%2e/" + p0, "/pods/%2e%2e/pods/" + p0, "/pods/.%2E/" + p0,
           // Slashes that somebody else takes for slashes.
           "/pods%2f" + p0, "/pods%2F" + p0, "/pods%5c" + p0, "\\pods\\" + p0, "/pods\\" + p0,
           "/pods/dc1%2F" + p0,
           // Escapes that are none, or that are resolved twice by whoever is careless.
           "/pods/%", "/pods/%4", "/pods/%zz", "/pods/%252e%252e", "/pods/" + p0 + "%2500",
           "/pods/%u0064", "/pods/a%2562",
           // Ends that a C string would have, or a browser's.
           pod + "%00", pod + "%00.json", pod + ";v=1", pod + "%3b", pod + "#part", pod + "%23",
           pod + "%20", pod + "%0d%0aX:%20y", pod + ".", pod + "%2e",
           // Overlong, full-width and broken UTF-8.
           "/pods/%c0%ae%c0%ae/" + p0, "/pods/..%c0%af" + p0, "/pods/%e0%80%af" + p0,
           "/pods/%f0%80%80%af" + p0, "/pods/%ef%bc%8f" + p0, "/pods/%ff", "/pods/\xC0\xAF" + p0,
           "/pods/%ed%a0%80",
           // Names that are none.
           "/pods/UPPER", "/pods/a_b", "/pods/-a", "/pods/a..b", "/pods/" + std::string(254, 'a'),
           "/dcs/-", "/dcs/a%2Cb", "/dcs/dc1%3Ddc2", "/dcs/" + std::string(64, 'a'),
           // Said twice, or not known.
           pod + "?dryRun=true&dryRun=false", pod + "?dryRun=true&dry%52un=false",
           pod + "?dryrun=true", pod + "?dryRun=TRUE", pod + "?force=1", pod + "?x=%"}) {
    attacks.push_back({request("PUT " + target), 400});
    attacks.push_back({request("DELETE " + target), 400});
  }
  for (const std::string& target : std::vector<std::string>{
           "/PODS/" + p0, "/Pods/" + p0, "/v1/PODS/" + p0, "/V1/pods/" + p0, "/v1", "/", "/v1/pods",
           "/metrics", "/api/v1/namespaces/cassandra/pods/" + p0, "/%76%32/pods/" + p0,
           "/pods/" + p0 + "/eviction"}) {
    attacks.push_back({request("PUT " + target), 404});
    attacks.push_back({request("DELETE " + target), 404});
  }
  expect(attacks);
}

BOOST_AUTO_TEST_CASE(no_header_says_who_or_where_somebody_is) {
  trust_nobody_for_his_address();
  std::vector<Attack> attacks;
  for (const char* header : {"X-Remote-User: admin",
                             "Remote-User: admin",
                             "X-Remote-Group: system:masters",
                             "X-Forwarded-User: admin",
                             "X-Forwarded-Email: a@b",
                             "X-Auth-Request-User: admin",
                             "X-Webauth-User: admin",
                             "Impersonate-User: system:admin",
                             "Impersonate-Group: system:masters",
                             "X-Forwarded-For: 127.0.0.1",
                             "X-Real-IP: 127.0.0.1",
                             "Forwarded: for=127.0.0.1",
                             "X-Client-IP: ::1",
                             "True-Client-IP: 127.0.0.1",
                             "X-Client-Cert: -----BEGIN CERTIFICATE-----",
                             "X-SSL-Client-Verify: SUCCESS",
                             "X-Forwarded-Client-Cert: By=a;Subject=\"CN=admin\"",
                             "Cookie: session=admin",
                             "Authorization: Basic YWRtaW46YWRtaW4=",
                             "Authorization: Negotiate abc",
                             "Proxy-Authorization: Bearer good"}) {
    for (const char* method : {"PUT ", "DELETE "}) {
      attacks.push_back({request(method + pod, std::string(header) + "\r\n"), 401});
    }
  }
  // Where it goes is said by the first line alone.
  for (const char* header : {"X-Original-URL: ", "X-Rewrite-URL: ", "X-Forwarded-Prefix: "}) {
    attacks.push_back({request("PUT /nowhere", header + pod + "\r\n"), 404});
  }
  expect(attacks);
}

BOOST_AUTO_TEST_CASE(a_token_is_one_word_in_one_header) {
  trust_nobody_for_his_address();
  cluster.tokens["good"] = {"jane"};
  std::vector<Attack> attacks;
  for (const std::string& headers : std::vector<std::string>{
           "Authorization: Bearer\r\n", "Authorization: Bearer \r\n", "Authorization: good\r\n",
           "Authorization: Bearer good evil\r\n", "Authorization: Bearer evil\r\n",
           "Authorization: Bearer good,evil\r\n", "Authorization: Bearer evil, Bearer good\r\n",
           "Authorization: Bearer evil\r\nAuthorization: Bearer good\r\n",
           "Authorization: Bearer good\r\nAuthorization: Bearer good\r\n",
           "Authorization: Bearer \"good\"\r\n", "Authorization: Bearer g\xC3\xB6od\r\n",
           "Authorization:\r\n", "X-Authorization: Bearer good\r\n",
           "Authorization: Bearer " + std::string(10000, 'a') + "\r\n"}) {
    attacks.push_back({request("PUT " + pod, headers), 401});
  }
  attacks.push_back({request("PUT " + pod + "?access_token=good"), 401});
  attacks.push_back({request_with("PUT " + v1_pod, R"({"access_token":"good"})"), 401});
  // A token that is good, whose owner may do nothing.
  attacks.push_back({request("PUT " + pod, "Authorization: Bearer good\r\n"), 403});
  attacks.push_back({request("DELETE " + v1_pod, "authorization: bearer good\r\n"), 403});
  expect(attacks);
}

BOOST_AUTO_TEST_CASE(a_body_has_one_reading) {
  std::vector<Attack> attacks;
  const std::string deep(60000, '[');
  for (const std::string& body : std::vector<std::string>{
           "null", "[]", "\"reason\"", "0", "true", "{", "{}{}", "{} x", "{\"reason\":1}",
           // Two readings: some take the first, some the last.
           "{\"dryRun\":true,\"dryRun\":false}", "{\"dryRun\":true,\"dry\\u0052un\":false}",
           "{\"reason\":\"a\",\"reason\":\"a\"}", "{\"reason\":[\"a\"]}", "{\"reason\":{\"a\":1}}",
           "{\"dryRun\":\"true\"}", "{\"dryRun\":1}", "{\"force\":\"false\"}",
           "{\"override\":\"quorum\"}", "{\"override\":[[\"quorum\"]]}",
           "{\"override\":[\"ordered-ready\"]}", "{\"Reason\":\"a\"}", "{\"reason \":\"a\"}",
           "{\"until\":\"9999-12-31T23:59:59Z\"}", "{\"until\":253402300799}",
           "{\"duration\":\"1e9h\"}", "{\"duration\":\"-1h\"}", "{\"duration\":1e999}",
           "{\"duration\":99999999999999999999}", "{\"__proto__\":{}}",
           "{\"reason\":\"" + std::string(5000, 'a') + "\"}", deep, "{\"reason\":" + deep,
           "\xEF\xBB\xBF{\"nobody\":1}", std::string("{\0}", 3), std::string("\xFF\xFE{\0}\0", 6),
           "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>", "reason=a",
           "reason: a", "{\"reason\":\"\\ud800\"}", "{'reason':'a'}"}) {
    attacks.push_back({request_with("PUT " + v1_pod, body), 400});
  }
  expect(attacks);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
