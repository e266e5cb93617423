// linnet verify: runs ONNX's backend tests.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <sstream>

#include "cli/command.h"
#include "cli/verify_case.h"
#include "converter/file_io.h"

namespace linnet::cli {
namespace {

namespace fs = std::filesystem;

struct VerifyOptions {
  std::vector<std::string> folders;
  std::string expect;
  std::string list;
};

struct CaseResult {
  std::string name;
  std::string error;  // "": passed
};

// A folder without model.onnx stands for the cases in it.
std::vector<fs::path> FindCases(const std::vector<std::string>& folders) {
  std::vector<fs::path> cases;
  for (const std::string& folder : folders) {
    std::error_code ignored;
    std::vector<fs::path> inside;
    if (!fs::exists(fs::path(folder) / "model.onnx", ignored)) {
      for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        if (fs::exists(entry.path() / "model.onnx", ignored)) inside.push_back(entry.path());
      }
    }
    std::sort(inside.begin(), inside.end());
    if (inside.empty()) inside.push_back(folder);
    cases.insert(cases.end(), inside.begin(), inside.end());
  }
  return cases;
}

std::string CaseName(const fs::path& folder) {
  return folder.has_filename() ? folder.filename().string() : folder.parent_path().filename().string();
}

CaseResult RunOne(const fs::path& folder) {
  CaseResult result;
  result.name = CaseName(folder);
  try {
    const Status status = RunCase(folder.string());
    if (!status.ok()) result.error = status.message();
  } catch (const std::bad_alloc&) {
    result.error = "not enough memory";
  } catch (const std::length_error&) {
    result.error = "not enough memory";
  }
  return result;
}

// Names, one a line; '#' begins a comment.
Result<std::set<std::string>> ReadNames(const std::string& path) {
  Result<std::vector<uint8_t>> file = converter::ReadFile(path);
  if (!file.ok()) return std::move(file.status());
  std::istringstream lines(std::string(file->begin(), file->end()));
  std::set<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    line.erase(std::min(line.find('#'), line.size()));
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (!line.empty()) names.insert(line);
  }
  return names;
}

// Compares with the list of what passes. The number of listed cases that do not.
int CheckExpected(const std::set<std::string>& expected, const std::vector<CaseResult>& results,
                  const Console& console) {
  std::set<std::string> missing = expected;
  int broken = 0;
  for (const CaseResult& result : results) {
    const bool listed = missing.erase(result.name) > 0;
    if (listed && !result.error.empty()) {
      console.err << "linnet: listed case " << result.name << " fails: " << result.error << "\n";
      ++broken;
    } else if (!listed && result.error.empty()) {
      console.out << "NEW  " << result.name << ": passes and is not listed\n";
    }
  }
  for (const std::string& name : missing) {
    console.err << "linnet: listed case " << name << " is not there\n";
    ++broken;
  }
  return broken;
}

int Run(const VerifyOptions& options, const Console& console) {
  std::set<std::string> expected;
  if (!options.expect.empty()) {
    Result<std::set<std::string>> names = ReadNames(options.expect);
    if (!names.ok()) return Fail(console.err, names.status());
    expected = std::move(*names);
  }
  std::vector<CaseResult> results;
  std::string passing;
  for (const fs::path& folder : FindCases(options.folders)) {
    results.push_back(RunOne(folder));
    const CaseResult& result = results.back();
    if (result.error.empty()) {
      passing += result.name + "\n";
    } else {
      console.out << "FAIL " << result.name << ": " << result.error << "\n";
    }
  }
  const auto passed =
      std::count_if(results.begin(), results.end(), [](const CaseResult& result) { return result.error.empty(); });
  const auto failed = static_cast<std::ptrdiff_t>(results.size()) - passed;
  const int broken = options.expect.empty() ? 0 : CheckExpected(expected, results, console);
  if (!options.list.empty()) {
    const Status written = converter::WriteFileAtomically(options.list, passing.data(), passing.size());
    if (!written.ok()) return Fail(console.err, written);
  }
  console.out << passed << " passed, " << failed << " failed\n";
  const bool good = options.expect.empty() ? failed == 0 : broken == 0;
  return good ? kExitOk : kExitMismatch;
}

}  // namespace

Command AddVerify(const CommandLine& program) {
  const Subcommand command(program, "verify", "Runs ONNX backend-test folders and compares the outputs");
  auto options = std::make_shared<VerifyOptions>();
  command.Values("CASE_DIR", &options->folders, "Folders with model.onnx and test_data_set_*, or folders of such")
      .Required();
  command.Value("--expect", &options->expect,
                "File of case names that must pass: only those decide the exit status, and passing ones that are not "
                "listed are reported");
  command.Value("--list", &options->list, "Writes the names of the cases that pass");
  return {command, [options](const Console& console) { return Run(*options, console); }};
}

}  // namespace linnet::cli
