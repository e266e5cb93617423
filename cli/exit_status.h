// What the program's exit status means, and how errors are told.
#ifndef LINNET_CLI_EXIT_STATUS_H_
#define LINNET_CLI_EXIT_STATUS_H_

#include <ostream>

#include "linnet/status.h"

namespace linnet::cli {

enum ExitStatus : int {
  kExitOk = 0,
  kExitUsage = 1,     // an option, a shape or an input that does not fit
  kExitBadModel = 2,  // a damaged or unsupported model
  kExitMismatch = 3,  // results differ from what they should be
  kExitIo = 4,        // input, output or memory failure
};

ExitStatus ExitStatusOf(StatusCode code);

// Prints "linnet: " and the message, and returns the exit status. REQUIRES: !error.ok().
int Fail(std::ostream& err, const Status& error);

}  // namespace linnet::cli

#endif  // LINNET_CLI_EXIT_STATUS_H_
