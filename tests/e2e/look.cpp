#include "tests/e2e/look.h"

#include <cstdio>
#include <sstream>

namespace maintenance::e2e {
namespace {

constexpr const char* gate_container = "maintenance-mode";
constexpr const char* cassandra_container = "cassandra";

std::string container_field(const std::string& pod, const std::string& list,
                            const std::string& container, const std::string& field_name) {
  return field("pod/" + pod,
               "{.status." + list + "[?(@.name==\"" + container + "\")]." + field_name + "}");
}

/// Waits on the API server's side: a look every few hundred milliseconds would keep a core busy.
bool wait_for(const std::string& pod, const std::string& condition, milliseconds limit) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(limit).count();
  return testing::shell("kubectl wait pod/" + pod + " --for=" + condition +
                            " --timeout=" + std::to_string(seconds) + "s",
                        limit + 10s)
      .ok();
}

}  // namespace

std::string field(const std::string& object, const std::string& jsonpath) {
  const auto outcome =
      testing::run({"kubectl", "get", object, "--ignore-not-found", "-o", "jsonpath=" + jsonpath});
  BOOST_REQUIRE_MESSAGE(outcome.ok(), "reading the state of the world" << outcome);
  return outcome.out;
}

std::string gate_field(const std::string& pod, const std::string& field_name) {
  return container_field(pod, "initContainerStatuses", gate_container, field_name);
}

std::string cassandra_field(const std::string& pod, const std::string& field_name) {
  return container_field(pod, "containerStatuses", cassandra_container, field_name);
}

std::string uid_of(const std::string& pod) {
  return field("pod/" + pod, "{.metadata.uid}");
}

std::optional<std::string> record_of(const std::string& pod, const std::string& map) {
  // The mark tells a key without a value from no key.
  const auto outcome = testing::run({"kubectl", "get", "configmap", map, "-o",
                                     "go-template={{range $key, $value := .data}}{{if eq $key \"" +
                                         pod + "\"}}={{$value}}{{end}}{{end}}"});
  BOOST_REQUIRE_MESSAGE(outcome.ok(), "reading the record of " << pod << outcome);
  if (outcome.out.empty()) return std::nullopt;
  return outcome.out.substr(1);
}

bool is_held(const std::string& pod) {
  return field("pod/" + pod, "{.metadata.deletionTimestamp}").empty() &&
         !gate_field(pod, "state.running.startedAt").empty();
}

bool is_ready(const std::string& pod) {
  return field("pod/" + pod, "{.status.conditions[?(@.type==\"Ready\")].status}") == "True";
}

void wait_until_held(const std::string& pod, milliseconds limit) {
  until(pod + " held", limit, [&pod] { return is_held(pod); });
}

void wait_until_ready(const std::string& pod, milliseconds limit) {
  BOOST_REQUIRE_MESSAGE(wait_for(pod, "condition=Ready", limit),
                        pod << " is not Ready"
                            << testing::shell("kubectl get pod " + pod +
                                              " -o wide; kubectl get events --sort-by="
                                              ".lastTimestamp | tail -n 20"));
}

void is_untouched(const std::string& pod, const std::string& uid, const std::string& map) {
  BOOST_REQUIRE_MESSAGE(uid_of(pod) == uid, pod << " was restarted");
  BOOST_REQUIRE_MESSAGE(is_ready(pod), pod << " is no longer Ready");
  const auto record = record_of(pod, map);
  BOOST_REQUIRE_MESSAGE(!record, pod << " is on record: " << record.value_or(""));
}

std::string gate_log(const std::string& pod) {
  return succeeds("kubectl logs " + pod + " -c " + gate_container).out;
}

WallTime log_time(const std::string& log, const std::string& text) {
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    if (line.find(text) == std::string::npos) continue;
    const auto time = parse_time(line.substr(0, line.find(' ')));
    BOOST_REQUIRE_MESSAGE(time, "no time at the start of: " << line);
    return *time;
  }
  BOOST_REQUIRE_MESSAGE(false, "no line with '" << text << "' in:\n" << log);
  return {};
}

std::optional<WallTime> parse_time(const std::string& text) {
  using namespace std::chrono;
  int year_number = 0, hour = 0, minute = 0, second = 0, end = 0;
  unsigned month_number = 0, day_number = 0;
  const int read = std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d%n", &year_number,
                               &month_number, &day_number, &hour, &minute, &second, &end);
  if (read != 6) return std::nullopt;
  const year_month_day date{year(year_number), month(month_number), day(day_number)};
  if (!date.ok()) return std::nullopt;
  int fraction = 0;
  if (text[static_cast<std::size_t>(end)] == '.') {
    fraction = std::stoi((text.substr(static_cast<std::size_t>(end) + 1) + "000").substr(0, 3));
  }
  return sys_days{date} + hours(hour) + minutes(minute) + seconds(second) + milliseconds(fraction);
}

WallTime wall_now() {
  return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

std::string node() {
  return trimmed(succeeds("kubectl get nodes -o jsonpath='{.items[0].metadata.name}'").out);
}

bool runs_in_gate(const std::string& pod, const std::string& program) {
  return testing::shell("kubectl exec " + pod + " -c " + gate_container + " -- pidof " + program)
      .ok();
}

std::string pod_with(const std::string& label_selector) {
  const auto outcome = testing::run(
      {"kubectl", "get", "pods", "-l", label_selector, "-o", "jsonpath={.items[*].metadata.name}"});
  BOOST_REQUIRE_MESSAGE(outcome.ok(), "looking for " << label_selector << outcome);
  return outcome.out.substr(0, outcome.out.find(' '));
}

std::string agent_pod() {
  const std::string pod = pod_with("app.kubernetes.io/name=maintenance-agent");
  BOOST_REQUIRE_MESSAGE(!pod.empty(), "there is no agent");
  return pod;
}

}  // namespace maintenance::e2e
