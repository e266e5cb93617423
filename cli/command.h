// The subcommands. Each Add... declares one on `program` and returns what runs when it is chosen.
#ifndef LINNET_CLI_COMMAND_H_
#define LINNET_CLI_COMMAND_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <ostream>

#include "cli/exit_status.h"

namespace linnet::cli {

// Where a command writes: results to `out`, messages to `err`.
struct Console {
  std::ostream& out;
  std::ostream& err;
};

struct Command {
  CLI::App* app;
  std::function<int(const Console&)> run;  // returns an ExitStatus
};

Command AddConvert(CLI::App* program);
Command AddRun(CLI::App* program);
Command AddBench(CLI::App* program);
Command AddInspect(CLI::App* program);
Command AddVerify(CLI::App* program);
Command AddCompare(CLI::App* program);

}  // namespace linnet::cli

#endif  // LINNET_CLI_COMMAND_H_
