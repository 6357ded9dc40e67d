/// Every command's output, compared with what was read and found good before (tests/golden). Run
/// with MAINTENANCE_GOLDEN=write the files are written anew; the difference is then for a person to
/// judge.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "common/text/file.h"
#include "tests/unit/plugin/play.h"

using namespace maintenance;
using namespace maintenance::plugin;
using namespace maintenance::testing;

namespace {

std::string played(const std::string& line) {
  std::vector<std::string> words;
  std::istringstream in(line);
  for (std::string word; in >> word;)
    words.push_back(word == "''" ? "" : word);
  Play play;
  const int code = play.run(words);
  return "$ kubectl maintenance " + line + "\n" + play.out() + "--- stderr\n" + play.err() +
         "--- exit code " + std::to_string(code) + "\n";
}

std::vector<std::string> lines() {
  std::vector<std::string> out{"", "frobnicate", "enable pod"};
  for (const char* command : {"enable", "disable", "status", "run", "check", "inject", "config",
                              "port-forward", "completion", "version"}) {
    out.push_back(std::string(command) + " -h");
  }
  for (const char* format : {"table", "json", "yaml", "name"}) {
    const std::string o = std::string(" -o ") + format;
    for (const std::string& command : std::vector<std::string>{
             "enable pod " + dc1 + "0", "enable dc dc1 --yes", "enable -l rack=a",
             "enable pod " + dc1 + "0 " + dc1 + "9 " + dc1 + "7",
             "enable pod " + dc1 + "0 --dry-run", "disable pod " + dc1 + "0", "disable --all --yes",
             "status", "status pod " + dc1 + "2", "status -A", "config", "version",
             "version --client", "check", "check -f cassandra.yaml"}) {
      out.push_back(command + o);
    }
  }
  for (const char* command :
       {"status -o wide", "status -A -o wide",
        "inject -f cassandra.yaml --image agent:1 --config-map records --diff",
        "inject -f cassandra.yaml", "status pod nobody", "completion bash", "completion zsh",
        "completion fish", "__complete ''", "__complete disable pod ''"}) {
    out.emplace_back(command);
  }
  out.push_back("run pod " + dc1 + "0 -- tar -cf - data");
  out.push_back("enable pod " + dc1 + "9");
  return out;
}

/// "status -o json" is status_-o_json.txt.
std::filesystem::path file_of(const std::string& line) {
  std::string name = line.empty() ? "nothing" : line;
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain && c != '-' && c != '.') c = '_';
  }
  return std::filesystem::path(MAINTENANCE_GOLDEN_DIR) / (name + ".txt");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(golden_test)

BOOST_AUTO_TEST_CASE(every_output_is_as_it_was) {
  const char* mode = std::getenv("MAINTENANCE_GOLDEN");
  std::set<std::filesystem::path> known;
  for (const std::string& line : lines()) {
    const auto file = file_of(line);
    known.insert(file);
    const std::string now = played(line);
    if (mode != nullptr) std::ofstream(file) << now;
    const auto before = text::read_file(file.string());
    BOOST_TEST(before.ok(), file);
    if (before) BOOST_TEST(now == *before, line << " is now\n" << now << "and was\n" << *before);
  }
  for (const auto& entry : std::filesystem::directory_iterator(MAINTENANCE_GOLDEN_DIR))
    BOOST_TEST(known.contains(entry.path()), entry.path() << " belongs to nothing");
}

BOOST_AUTO_TEST_SUITE_END()
