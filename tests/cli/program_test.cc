#include "cli/program.h"

#include "cli_test.h"
#include "linnet/version.h"

namespace linnet::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Program, TellsItsVersion) {
  const Outcome outcome = RunCli({"--version"});
  EXPECT_EQ(outcome.status, cli::kExitOk);
  EXPECT_EQ(outcome.out, "linnet " LINNET_VERSION_STRING "\n");
}

TEST(Program, HelpNamesAllCommands) {
  const Outcome outcome = RunCli({"--help"});
  EXPECT_EQ(outcome.status, cli::kExitOk);
  for (const char* command : {"convert", "run", "bench", "inspect", "verify"}) {
    EXPECT_THAT(outcome.out, HasSubstr(command));
    const Outcome help = RunCli({command, "--help"});
    EXPECT_EQ(help.status, cli::kExitOk);
    EXPECT_THAT(help.out, HasSubstr("--help"));
  }
}

TEST(Program, WrongArgumentsAreUsageErrors) {
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"fly"},
      {"--fly"},
      {"run"},
      {"run", "a.linnet", "b.linnet"},
      {"run", "a.linnet", "--threads", "0"},
      {"run", "a.linnet", "--threads", "many"},
      {"run", "a.linnet", "--top", "-1"},
      {"run", "a.linnet", "--color", "cmyk"},
      {"run", "a.linnet", "--input", "a="},
      {"run", "a.linnet", "--shape", "a=1xx"},
      {"bench", "a.linnet", "--seconds", "-1"},
      {"bench", "a.linnet", "--shape", "a"},
      {"bench", "a.linnet", "--fly"},
      {"convert", "a.onnx"},
      {"convert", "a.onnx", "-o", "a.linnet", "--input-layout", "nchw16c"},
      {"convert", "a.onnx", "-o", "a.linnet", "--state", "a"},
      {"inspect"},
      {"verify"},
  };
  for (const std::vector<std::string>& arguments : wrong) {
    const Outcome outcome = RunCli(arguments);
    EXPECT_EQ(outcome.status, cli::kExitUsage) << ::testing::PrintToString(arguments) << outcome.err;
    EXPECT_THAT(outcome.err, StartsWith("linnet: "));
    EXPECT_EQ(outcome.out, "");
  }
}

TEST(Program, AnUnknownInstructionSetIsAUsageError) {
  const Outcome outcome = RunCli({"bench", "a.linnet", "--isa", "abacus"});
  EXPECT_EQ(outcome.status, cli::kExitUsage);
  EXPECT_THAT(outcome.err, HasSubstr("abacus"));
}

TEST(Program, OutputThatIsLostIsAnError) {
  std::ofstream full("/dev/full");
  std::ostringstream err;
  EXPECT_EQ(cli::RunProgram({"--help"}, full, err), cli::kExitIo);
  EXPECT_THAT(err.str(), HasSubstr("linnet: cannot write to the standard output"));
}

TEST(Program, MissingFilesAreInputErrorsThatNameTheFile) {
  for (const char* command : {"run", "bench", "inspect"}) {
    const Outcome outcome = RunCli({command, "no/such.linnet"});
    EXPECT_EQ(outcome.status, cli::kExitIo) << command;
    EXPECT_THAT(outcome.err, HasSubstr("no/such.linnet"));
  }
  const Outcome outcome = RunCli({"convert", "no/such.onnx", "-o", "out.linnet"});
  EXPECT_EQ(outcome.status, cli::kExitIo);
  EXPECT_THAT(outcome.err, HasSubstr("no/such.onnx"));
}

}  // namespace
}  // namespace linnet::testing
