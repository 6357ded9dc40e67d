#pragma once

#include <ostream>
#include <streambuf>
#include <string>

#include "plugin/cli/program_name.h"

namespace maintenance::plugin {

/// Below an output stream: says the program's name as people have called it, because messages, also
/// those of the agent, name the next command to type. Owned by main or a test, borrows the stream
/// behind it. Lines are passed on when they end, and when flushed. Not thread-safe, as the stream
/// behind it.
class RenamingBuffer : public std::streambuf {
 public:
  RenamingBuffer(std::ostream& behind, ProgramName name);
  ~RenamingBuffer() override;
  RenamingBuffer(const RenamingBuffer&) = delete;
  RenamingBuffer& operator=(const RenamingBuffer&) = delete;

 private:
  int_type overflow(int_type character) override;
  std::streamsize xsputn(const char* bytes, std::streamsize count) override;
  int sync() override;
  bool pass_on();

  std::ostream& behind_;
  ProgramName name_;
  std::string line_;  ///< what has not been passed on
};

}  // namespace maintenance::plugin
