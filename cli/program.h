// The linnet program as a function.
#ifndef LINNET_CLI_PROGRAM_H_
#define LINNET_CLI_PROGRAM_H_

#include <ostream>
#include <string>
#include <vector>

namespace linnet::cli {

// Runs the program with the given arguments (without its own name): results go to `out`, messages to `err`. Returns the
// exit status.
int RunProgram(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err);

}  // namespace linnet::cli

#endif  // LINNET_CLI_PROGRAM_H_
