#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include "cli/program.h"

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a limit of the size of files is an error like a full disk
  return linnet::cli::RunProgram(std::vector<std::string>(argv + 1, argv + argc), std::cout, std::cerr);
}
