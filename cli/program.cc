#include "cli/program.h"

#include <algorithm>
#include <new>
#include <stdexcept>

#include "cli/command.h"
#include "linnet/version.h"

namespace linnet::cli {
namespace {

constexpr char kVersion[] = "linnet " LINNET_VERSION_STRING;

// Where the results of a run go after --help or --version, or why the arguments are wrong.
int TellParseResult(const CLI::App& program, const CLI::ParseError& result, const Console& console) {
  if (result.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
    return program.exit(result, console.out, console.err);
  }
  console.err << "linnet: " << result.what() << "; 'linnet --help' lists commands, 'linnet COMMAND --help' options\n";
  return kExitUsage;
}

int RunCommand(const std::vector<std::string>& arguments, const Console& console) {
  CLI::App program("Converts, runs and examines neural networks in Linnet's format.", "linnet");
  program.set_version_flag("--version", kVersion);
  program.require_subcommand(1);
  const std::vector<Command> commands = {AddConvert(&program), AddRun(&program), AddBench(&program),
                                         AddInspect(&program), AddVerify(&program), AddCompare(&program)};
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 wants them
    program.parse(std::move(reversed));
  } catch (const CLI::ParseError& result) {
    return TellParseResult(program, result, console);
  }
  const auto chosen = std::find_if(commands.begin(), commands.end(), [](const Command& c) { return c.app->parsed(); });
  try {
    return chosen->run(console);
  } catch (const std::bad_alloc&) {
    return Fail(console.err, Status::Error(StatusCode::kOutOfMemory, "not enough memory"));
  } catch (const std::length_error&) {  // of a vector: more than any memory
    return Fail(console.err, Status::Error(StatusCode::kOutOfMemory, "not enough memory"));
  }
}

}  // namespace

int RunProgram(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  const int status = RunCommand(arguments, {out, err});
  out.flush();
  if (out || status != kExitOk) return status;
  return Fail(err, Status::Error(StatusCode::kIoError, "cannot write to the standard output: is its disk full?"));
}

}  // namespace linnet::cli
