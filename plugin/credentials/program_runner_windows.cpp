#include <windows.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <system_error>

#include "common/text/path_list.h"
#include "common/text/printable.h"
#include "plugin/credentials/program_runner.h"

namespace maintenance::plugin {
namespace {

namespace fs = std::filesystem;

/// A handle that closes itself.
class Handle {
 public:
  Handle() = default;
  explicit Handle(HANDLE handle) : handle_(handle) {}
  ~Handle() { close(); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  void close() {
    if (handle_ != nullptr) CloseHandle(handle_);
    handle_ = nullptr;
  }
  [[nodiscard]] HANDLE get() const noexcept { return handle_; }
  HANDLE* out() noexcept { return &handle_; }

 private:
  HANDLE handle_ = nullptr;
};

std::wstring wide(const std::string& text) {
  if (text.empty()) return {};
  const int bytes = static_cast<int>(text.size());
  const int size = MultiByteToWideChar(CP_UTF8, 0, text.data(), bytes, nullptr, 0);
  std::wstring out(static_cast<std::size_t>(size), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, text.data(), bytes, out.data(), size);
  return out;
}

bool is_program(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// The program's path, or nothing. Only programs, no .cmd or .bat: what reads those (cmd.exe) takes
/// arguments apart by rules of its own, so that one could become another command. What PATH has of
/// the working directory is left out, as Go does.
fs::path find_program(const std::string& command) {
  const fs::path asked(wide(command));
  const bool ends = asked.extension() == L".exe" || asked.extension() == L".com";
  const fs::path file = ends ? asked : fs::path(asked.wstring() + L".exe");
  if (command.find_first_of("/\\") != std::string::npos)
    return is_program(file) ? file : fs::path();
  const char* const path = std::getenv("PATH");
  for (const std::string& part : text::split_path_list(path == nullptr ? "" : path)) {
    const fs::path folder(part);
    if (folder.is_absolute() && is_program(folder / file)) return folder / file;
  }
  return {};
}

/// One argument as CommandLineToArgvW and the C library read it back.
std::wstring quoted(const std::wstring& argument) {
  std::wstring out = L"\"";
  std::size_t backslashes = 0;
  for (const wchar_t c : argument) {
    if (c == L'\\') {
      ++backslashes;
      continue;
    }
    // Backslashes are only special in front of a quotation mark.
    out.append(c == L'"' ? 2 * backslashes + 1 : backslashes, L'\\');
    backslashes = 0;
    out += c;
  }
  return out.append(2 * backslashes, L'\\') + L"\"";
}

std::wstring command_line(const fs::path& program, const std::vector<std::string>& arguments) {
  std::wstring out = quoted(program.wstring());
  for (const std::string& argument : arguments)
    out += L" " + quoted(wide(argument));
  return out;
}

std::wstring upper_name(const std::wstring& variable) {
  // Some begin with "=": the drives' working directories.
  std::wstring name = variable.substr(0, variable.find(L'=', 1));
  for (wchar_t& c : name) {
    if (c >= L'a' && c <= L'z') c = static_cast<wchar_t>(c - L'a' + L'A');
  }
  return name;
}

/// Our environment, with the additions in place of what they replace, as CreateProcess wants it:
/// sorted by name, each ended by a zero, and one more at the end.
std::wstring merged_environment(const ProgramStart& start) {
  std::vector<std::wstring> variables;
  for (const auto& [name, value] : start.env)
    variables.push_back(wide(name + "=" + value));
  const std::size_t own = variables.size();
  wchar_t* const block = GetEnvironmentStringsW();
  for (const wchar_t* at = block; at != nullptr && *at != L'\0';) {
    const std::wstring variable(at);
    at += variable.size() + 1;
    const bool replaced =
        std::any_of(variables.begin(), variables.begin() + static_cast<std::ptrdiff_t>(own),
                    [&](const auto& one) { return upper_name(one) == upper_name(variable); });
    if (!replaced) variables.push_back(variable);
  }
  if (block != nullptr) FreeEnvironmentStringsW(block);
  std::sort(variables.begin(), variables.end(),
            [](const auto& one, const auto& other) { return upper_name(one) < upper_name(other); });
  std::wstring out;
  for (const std::wstring& variable : variables)
    out.append(variable).push_back(L'\0');
  out.push_back(L'\0');
  return out;
}

class ProcessRunner final : public ProgramRunner {
 public:
  Result<ProgramEnd> run(const ProgramStart& start) override {
    const fs::path program = find_program(start.command);
    if (program.empty())
      return failed(start, ErrorKind::not_found, "there is no such program (.exe)");
    Handle reading;
    Handle writing;
    Handle process;
    Handle job(CreateJobObjectW(nullptr, nullptr));
    SECURITY_ATTRIBUTES inherited{sizeof inherited, nullptr, TRUE};
    if (job.get() == nullptr || CreatePipe(reading.out(), writing.out(), &inherited, 0) == 0 ||
        SetHandleInformation(reading.get(), HANDLE_FLAG_INHERIT, 0) == 0 ||
        !spawn(start, program, writing.get(), job.get(), process)) {
      return failed(start, ErrorKind::internal, "Windows error " + std::to_string(GetLastError()));
    }
    writing.close();
    return collect(start, reading.get(), process.get(), job.get());
  }

 private:
  static Error failed(const ProgramStart& start, ErrorKind kind, const std::string& cause) {
    return Error{kind, "running " + text::quoted(start.command), cause};
  }

  static bool spawn(const ProgramStart& start, const fs::path& program, HANDLE output, HANDLE job,
                    Handle& process) {
    SECURITY_ATTRIBUTES inherited{sizeof inherited, nullptr, TRUE};
    Handle nothing(start.with_input ? nullptr
                                    : CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ, &inherited,
                                                  OPEN_EXISTING, 0, nullptr));
    STARTUPINFOW how{};
    how.cb = sizeof how;
    how.dwFlags = STARTF_USESTDHANDLES;
    how.hStdInput = start.with_input ? GetStdHandle(STD_INPUT_HANDLE) : nothing.get();
    how.hStdOutput = output;
    how.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    std::wstring line = command_line(program, start.args);
    std::wstring environment = merged_environment(start);
    PROCESS_INFORMATION made{};
    // Suspended until it is in the job, by which all that it starts ends with it.
    if (CreateProcessW(program.c_str(), line.data(), nullptr, nullptr, TRUE,
                       CREATE_UNICODE_ENVIRONMENT | CREATE_SUSPENDED, environment.data(), nullptr,
                       &how, &made) == 0)
      return false;
    *process.out() = made.hProcess;
    const Handle thread(made.hThread);
    (void)AssignProcessToJobObject(job, made.hProcess);
    return ResumeThread(made.hThread) != static_cast<DWORD>(-1);
  }

  /// Reads to the end of the pipe. One of Windows cannot be waited for, so a thread reads; killing
  /// the program and all that it has started closes the other end.
  static Result<ProgramEnd> collect(const ProgramStart& start, HANDLE pipe, HANDLE process,
                                    HANDLE job) {
    ProgramEnd end;
    bool too_much = false;
    auto reading = std::async(std::launch::async, [&] {
      std::array<char, 4096> block{};
      DWORD got = 0;
      while (ReadFile(pipe, block.data(), block.size(), &got, nullptr) != 0 && got > 0) {
        end.output.append(block.data(), got);
        if (end.output.size() <= program_output_bytes_max) continue;
        too_much = true;
        return;
      }
    });
    const bool in_time = reading.wait_for(program_time_max) == std::future_status::ready;
    if (!in_time || too_much) TerminateJobObject(job, 1);
    reading.wait();
    if (!in_time) return failed(start, ErrorKind::timeout, "it did not end in time");
    if (too_much) return failed(start, ErrorKind::too_large, "it printed too much");
    WaitForSingleObject(process, INFINITE);
    DWORD code = 1;
    GetExitCodeProcess(process, &code);
    end.exit_code = static_cast<int>(code);
    return end;
  }
};

}  // namespace

std::unique_ptr<ProgramRunner> make_process_runner() {
  return std::make_unique<ProcessRunner>();
}

}  // namespace maintenance::plugin
