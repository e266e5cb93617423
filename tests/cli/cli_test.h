// Helpers of the program's tests: a temporary folder, and runs of the program inside the test.
#ifndef LINNET_TESTS_CLI_CLI_TEST_H_
#define LINNET_TESTS_CLI_CLI_TEST_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "cli/exit_status.h"
#include "cli/program.h"
#include "tests/converter/onnx/onnx_builder.h"

namespace linnet::testing {

struct Outcome {
  int status;
  std::string out, err;
};

inline Outcome RunCli(const std::vector<std::string>& arguments) {
  std::ostringstream out, err;
  const int status = cli::RunProgram(arguments, out, err);
  return {status, out.str(), err.str()};
}

class CliTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return folder_.path() + "/" + name; }
  std::string WriteText(const std::string& name, const std::string& content) const {
    return folder_.Write(name, content);
  }
  std::string ReadText(const std::string& name) const {
    std::ostringstream content;
    content << std::ifstream(Path(name), std::ios::binary).rdbuf();
    return content.str();
  }
  std::vector<std::string> FileNames() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }
  // The digits example as a .linnet file in the folder.
  std::string ConvertDigits() const {
    const std::string path = Path("digits.linnet");
    const Outcome outcome = RunCli({"convert", Digits("digits.onnx"), "-o", path});
    EXPECT_EQ(outcome.status, cli::kExitOk) << outcome.err;
    return path;
  }
  static std::string Digits(const std::string& name) {
    return std::string(LINNET_SOURCE_DIR) + "/examples/digits/" + name;
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace linnet::testing

#endif  // LINNET_TESTS_CLI_CLI_TEST_H_
