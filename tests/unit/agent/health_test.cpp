#include "agent/server/health.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/agent/stage.h"

namespace maintenance::testing {
namespace {

struct HealthStage {
  FakeClock clock;
  agent::Metrics metrics{clock};
  bool ready = true;
  agent::Health health{metrics, [this] { return ready; }};

  agent::ApiResponse get(const std::string& target, const std::string& method = "GET") {
    return health.handle({method, target, {}, {}, {}});
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(health_test, HealthStage)

BOOST_AUTO_TEST_CASE(alive_is_not_ready) {
  BOOST_TEST(get("/livez").status == 200);
  BOOST_TEST(get("/readyz").status == 200);
  ready = false;
  BOOST_TEST(get("/livez").status == 200);
  BOOST_TEST(get("/readyz").status == 503);
  BOOST_TEST(get("/readyz?verbose").status == 503);
}

BOOST_AUTO_TEST_CASE(version_and_metrics) {
  metrics.count_request("GET", 200);
  BOOST_TEST(get("/version").body == R"({"version":")" MAINTENANCE_VERSION "\"}");
  const auto exposition = get("/metrics");
  BOOST_TEST(has_all(exposition.content_type, {"version=0.0.4"}));
  BOOST_TEST(has_all(exposition.body,
                     {"# TYPE maintenance_agent_requests_total counter",
                      R"(maintenance_agent_requests_total{method="GET",status="200"} 1)"}));
  BOOST_TEST(exposition.body.back() == '\n');
}

BOOST_AUTO_TEST_CASE(nothing_else) {
  BOOST_TEST(get("/pods/a").status == 404);
  BOOST_TEST(get("/livez", "PUT").status == 405);
}

BOOST_AUTO_TEST_CASE(what_is_no_request_is_not_carried_out) {
  const auto answer =
      health.handle({"GET", "/livez", {}, {}, {}, agent::Unfit{413, "the body is too large"}});
  BOOST_TEST(answer.status == 413);
  BOOST_TEST(has_all(answer.body, {"too large"}), answer.body);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace maintenance::testing
