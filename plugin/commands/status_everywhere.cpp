#include "plugin/commands/status_everywhere.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "common/text/printable.h"
#include "plugin/cli/targets.h"
#include "plugin/commands/status_table.h"
#include "plugin/output/document.h"

namespace maintenance::plugin {
namespace {

struct Asked {
  AgentPlace place;
  std::optional<PlaceAnswer> answer;
};

void ask_all(std::vector<Asked>& all, const AskPlace& ask) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t at = next++; at < all.size(); at = next++)
      all[at].answer = ask(all[at].place);
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < std::min(all.size(), asked_at_once_max); ++i)
    threads.emplace_back(work);
  work();
  for (std::thread& thread : threads)
    thread.join();
}

std::string name_of(const AgentPlace& place) {
  return (place.instance.empty() ? ""
                                 : "of Cassandra cluster " + text::quoted(place.instance) + " ") +
         "in namespace " + text::quoted(place.namespace_name);
}

TableRow in_front(const AgentPlace& place, TableRow row) {
  row.insert(row.begin(), {place.namespace_name, place.instance});
  return row;
}

void print_table(const std::vector<Asked>& all, bool wide, Surroundings& around) {
  TableRow heading = status_heading(wide);
  heading.insert(heading.begin(), {"NAMESPACE", "CLUSTER"});
  std::vector<TableRow> rows{heading};
  for (const Asked& one : all) {
    if (!*one.answer) {
      TableRow row(heading.size() - 2);
      row.at(status_state_column) = "unknown";
      row.at(status_reality_column) = "agent not reached";
      rows.push_back(in_front(one.place, std::move(row)));
      continue;
    }
    const ClusterReport& report = (*one.answer)->report;
    for (const PodReport& pod : choose_pods(report, std::nullopt))
      rows.push_back(in_front(one.place, status_row(pod, report, wide, around.clock)));
  }
  around.io.out << render_table(rows);
}

void print_document(const std::vector<Asked>& all, Format format, std::ostream& out) {
  Poco::JSON::Array::Ptr clusters = new Poco::JSON::Array;
  Poco::JSON::Array::Ptr failed = new Poco::JSON::Array;
  for (const Asked& one : all) {
    if (*one.answer) {
      clusters->add((*one.answer)->raw);
      continue;
    }
    Poco::JSON::Object::Ptr entry = new Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER);
    entry->set("namespace", one.place.namespace_name);
    entry->set("cluster", one.place.instance);
    entry->set("exitCode", static_cast<int>(exit_code_of(one.answer->error().kind)));
    entry->set("error", one.answer->error().message());
    failed->add(entry);
  }
  Poco::JSON::Object document(Poco::JSON_PRESERVE_KEY_ORDER);
  document.set("clusters", clusters);
  document.set("failed", failed);
  out << render_document(document, format);
}

void print(const std::vector<Asked>& all, const StatusCommand& command, Surroundings& around) {
  if (is_document(command.format)) {
    print_document(all, command.format, around.io.out);
    return;
  }
  if (command.format != Format::name) {
    if (!all.empty()) print_table(all, command.format == Format::wide, around);
    return;
  }
  for (const Asked& one : all) {
    if (!*one.answer) continue;
    for (const PodReport& pod : choose_pods((*one.answer)->report, std::nullopt))
      around.io.out << target_name(TargetKind::pod, pod.name) << '\n';
  }
}

}  // namespace

ExitCode run_status_everywhere(const StatusCommand& command, Surroundings& surroundings,
                               const AskPlace& ask) {
  const auto places = surroundings.link.agents_everywhere();
  if (!places) {
    print_error(surroundings.io.err, places.error());
    return exit_code_of(places.error().kind);
  }
  if (places->empty()) surroundings.io.err << "No maintenance agents found.\n";
  std::vector<Asked> all;
  for (const AgentPlace& place : *places)
    all.push_back({place, std::nullopt});
  ask_all(all, ask);
  print(all, command, surroundings);
  std::vector<ExitCode> codes;
  for (const Asked& one : all) {
    codes.push_back(*one.answer ? ExitCode::done : exit_code_of(one.answer->error().kind));
    if (!*one.answer) {
      print_error(surroundings.io.err,
                  one.answer->error().within("the agent " + name_of(one.place)));
      continue;
    }
    for (const PodReport& pod : (*one.answer)->report.pods) {
      for (const std::string& warning : pod.warnings) {
        print_warning(surroundings.io.err, text::printable(one.place.namespace_name) + " " +
                                               target_name(TargetKind::pod, pod.name) + ": " +
                                               text::printable(warning));
      }
    }
  }
  return combine(codes);
}

}  // namespace maintenance::plugin
