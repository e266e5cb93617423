// The subcommands. Each Add... declares one on `program` and returns what runs when it is chosen.
#ifndef LINNET_CLI_COMMAND_H_
#define LINNET_CLI_COMMAND_H_

#include <functional>
#include <ostream>

#include "cli/command_line.h"
#include "cli/exit_status.h"

namespace linnet::cli {

// Where a command writes: results to `out`, messages to `err`.
struct Console {
  std::ostream& out;
  std::ostream& err;
};

struct Command {
  Subcommand subcommand;
  std::function<int(const Console&)> run;  // returns an ExitStatus
};

Command AddConvert(const CommandLine& program);
Command AddRun(const CommandLine& program);
Command AddBench(const CommandLine& program);
Command AddInspect(const CommandLine& program);
Command AddVerify(const CommandLine& program);
Command AddCompare(const CommandLine& program);

}  // namespace linnet::cli

#endif  // LINNET_CLI_COMMAND_H_
