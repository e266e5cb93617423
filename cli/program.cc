#include "cli/program.h"

#include <algorithm>
#include <new>
#include <stdexcept>

#include "cli/command.h"
#include "linnet/version.h"

namespace linnet::cli {
namespace {

constexpr char kVersion[] = "linnet " LINNET_VERSION_STRING;

int RunCommand(const std::vector<std::string>& arguments, const Console& console) {
  const CommandLine program("linnet", "Converts, runs and examines neural networks in Linnet's format.", kVersion);
  const std::vector<Command> commands = {AddConvert(program), AddRun(program),    AddBench(program),
                                         AddInspect(program), AddVerify(program), AddCompare(program)};
  int status = kExitOk;
  if (!program.Parse(arguments, console.out, console.err, &status)) return status;
  const auto chosen =
      std::find_if(commands.begin(), commands.end(), [](const Command& c) { return c.subcommand.chosen(); });
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
