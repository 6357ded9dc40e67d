#include "tests/cluster/linear/client.h"

#include <Poco/JSON/Parser.h>

#include <array>

namespace maintenance::testing {
namespace {

text::JsonView body_of(const agent::ApiResponse& answer) {
  const auto object = text::parse_json_object(answer.body, "reading an answer");
  return text::JsonView(object ? *object : Poco::JSON::Object::Ptr());
}

/// [{"p0": true}, {"p1": false}]
std::map<std::string, bool> flags_of_list(const std::string& body) {
  std::map<std::string, bool> flags;
  Poco::JSON::Parser parser;
  const auto list = parser.parse(body).extract<Poco::JSON::Array::Ptr>();
  for (unsigned i = 0; i < list->size(); ++i) {
    for (const auto& [name, value] : *list->getObject(i))
      flags.emplace(name, value.extract<bool>());
  }
  return flags;
}

bool says(const agent::ApiResponse& answer, const std::string& text) {
  return answer.body.find(text) != std::string::npos;
}

}  // namespace

Outcome outcome_of(const agent::ApiResponse& answer) {
  if (answer.status == 200) return Outcome::done;
  if (answer.status == 500 || answer.status == 504) return Outcome::unknown;
  // Failures of the second half, which say what the first half left behind.
  if (says(answer, "could not be taken back") || says(answer, "was carried out")) {
    return Outcome::unknown;
  }
  return Outcome::refused;
}

std::set<std::string> pods_of(const SetShape& set) {
  std::set<std::string> pods;
  for (int ordinal = 0; ordinal < set.replicas; ++ordinal)
    pods.insert(set.pod(ordinal));
  return pods;
}

std::set<std::string> pods_of(const std::vector<SetShape>& sets) {
  std::set<std::string> pods;
  for (const SetShape& set : sets)
    pods.merge(pods_of(set));
  return pods;
}

std::size_t Client::below(std::size_t end) {
  return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
}

const SetShape& Client::any_set() {
  return parts_.sets[below(parts_.sets.size())];
}

std::string Client::any_pod() {
  const SetShape& set = any_set();
  return set.pod(static_cast<int>(below(static_cast<std::size_t>(set.replicas))));
}

/// A reason of its own for each request; some with an end, which comes 33 to 200 ms later.
std::string Client::query() {
  std::string out =
      "?reason=c" + std::to_string(parts_.number) + "-" + std::to_string(operations_.size());
  if (below(5) == 0) out += "&for=" + std::to_string(10 + below(50)) + "s";
  return out;
}

agent::ApiResponse Client::ask(Operation& operation, const std::string& method,
                               const std::string& target) {
  TestAgent& agent = *parts_.agents[below(parts_.agents.size())];
  operation.span.from = parts_.clock.moment();
  agent::ApiResponse answer = agent.send(method, target);
  operation.span.to = parts_.clock.moment();
  operation.lands_until = operation.span.to;
  operation.outcome = outcome_of(answer);
  operation.status = answer.status;
  operation.id = http::find_header(answer.headers, "X-Request-Id");
  operation.name = "client " + std::to_string(parts_.number) + ": " + method + " " + target +
                   " (request " + operation.id + ", from " + std::to_string(operation.span.from) +
                   " to " + std::to_string(operation.span.to) +
                   "): " + std::to_string(answer.status) + " " + answer.body.substr(0, 400);
  return answer;
}

void Client::change_pod(const std::string& method) {
  const std::string pod = any_pod();
  const bool enters = method == "PUT";
  // The full API enforces soft guards; the same pods are asked for in both.
  const bool full = below(6) == 0;
  std::string target = (full ? "/v1/pods/" : "/pods/") + pod + query();
  if (full && enters && below(4) != 0) {
    target += "&override=last-datacenter,replica-down,rollout,disruption-budget";
  }
  Operation operation{{}, enters ? Kind::enter : Kind::leave, {pod}, {}};
  const auto answer = ask(operation, method, target);
  if (answer.status == 200) operation.told[pod] = full ? enters : body_of(answer).flag(pod);
  if (full && answer.status == 200) {
    // It has looked again before it answered: that is a reading too.
    Operation look{operation.name, Kind::read, {pod}, operation.span};
    look.told[pod] = body_of(answer).text("wish") == "in";
    note(look);
  }
  note(operation);
}

void Client::change_dc(const std::string& method) {
  const SetShape& set = any_set();
  Operation operation{{}, method == "PUT" ? Kind::enter : Kind::leave, pods_of(set), {}};
  const auto answer = ask(operation, method, "/dcs/" + set.dc + query());
  if (answer.status == 200) operation.told = flags_of_list(answer.body);
  note(operation);
}

void Client::read_config() {
  Operation operation;
  const auto answer = ask(operation, below(2) == 0 ? "GET" : "PUT", "/config");
  if (answer.status == 200) operation.told_state = parts_.reader.read(body_of(answer));
  note(operation);
}

void Client::read_status() {
  Operation operation;
  const auto answer = ask(operation, "GET", "/v1/status");
  const auto all = pods_of(parts_.sets);
  for (const text::JsonView& pod : body_of(answer).objects("pods")) {
    const std::string name = pod.text("name");
    if (all.contains(name)) operation.told[name] = pod.text("wish") == "in";
  }
  note(operation);
}

void Client::read_pod() {
  Operation operation;
  const std::string pod = any_pod();
  const auto answer = ask(operation, "GET", "/v1/pods/" + pod);
  if (answer.status == 200) operation.told[pod] = body_of(answer).text("wish") == "in";
  note(operation);
}

void Client::read_dc() {
  const SetShape& set = any_set();
  Operation operation{{}, Kind::read, pods_of(set), {}};
  const auto answer = ask(operation, "GET", "/dcs/" + set.dc);
  if (answer.status == 200) operation.told_all_in = body_of(answer).flag(set.dc);
  note(operation);
}

void Client::ask_something() {
  struct Choice {
    std::size_t percent;
    void (*what)(Client& client);
  };
  static constexpr std::array<Choice, 8> choices{{
      {29, [](Client& client) { client.change_pod("PUT"); }},
      {25, [](Client& client) { client.change_pod("DELETE"); }},
      {6, [](Client& client) { client.change_dc("PUT"); }},
      {5, [](Client& client) { client.change_dc("DELETE"); }},
      {20, [](Client& client) { client.read_config(); }},
      {5, [](Client& client) { client.read_status(); }},
      {5, [](Client& client) { client.read_pod(); }},
      {5, [](Client& client) { client.read_dc(); }},
  }};
  std::size_t at = below(100);
  for (const Choice& choice : choices) {
    if (at < choice.percent) return choice.what(*this);
    at -= choice.percent;
  }
}

void Client::run(int operations) {
  for (int i = 0; i < operations; ++i) {
    ask_something();
    parts_.progress.advance();
  }
}

}  // namespace maintenance::testing
