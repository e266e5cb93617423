// The arguments of the program: subcommands and their options. Stands before CLI11, which takes as long to compile as
// the whole rest of the program: command_line.cc alone does.
#ifndef LINNET_CLI_COMMAND_LINE_H_
#define LINNET_CLI_COMMAND_LINE_H_

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace linnet::cli {

// An option that was declared, for what else holds of it. Copies mean the same option.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}
  Option Required() const;
  Option OneOf(const std::vector<std::string>& values) const;
  Option Between(int low, int high) const;  // both included
  Option Between(double low, double high) const;
  Option NotNegative() const;
  Option ShowDefault() const;  // the value at the time of the call, in --help

 private:
  CLI::Option* option_;
};

class CommandLine {
 public:
  CommandLine(const std::string& program, const std::string& help, const std::string& version);
  CommandLine(CommandLine&&) noexcept;
  CommandLine& operator=(CommandLine&&) noexcept;
  ~CommandLine();
  CLI::App* app() const { return app_.get(); }

  // Parses the arguments (without the program's own name) into the variables of what was declared; one subcommand must
  // be chosen. False if there is nothing to run: help or the version went to `out`, or what is wrong to `err`;
  // `*status` is what to exit with.
  bool Parse(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err, int* status) const;

 private:
  std::unique_ptr<CLI::App> app_;
};

// `names` is as in "-o,--output", or one name without dashes for what is given by place. The variable holds the
// default, is written when arguments are parsed, and outlives that.
class Subcommand {
 public:
  Subcommand(const CommandLine& program, const std::string& name, const std::string& help);
  bool chosen() const;  // REQUIRES: the arguments were parsed

  void Flag(const std::string& names, bool* given, const std::string& help) const;
  Option Value(const std::string& names, std::string* value, const std::string& help) const;
  Option Value(const std::string& names, int* value, const std::string& help) const;
  Option Value(const std::string& names, uint64_t* value, const std::string& help) const;
  Option Value(const std::string& names, double* value, const std::string& help) const;
  // One value each time that the option is given; all values, where they are given by place.
  Option Values(const std::string& names, std::vector<std::string>* values, const std::string& help) const;
  // Numbers with commas between them.
  Option Values(const std::string& names, std::vector<float>* values, const std::string& help) const;

 private:
  CLI::App* app_;
};

}  // namespace linnet::cli

#endif  // LINNET_CLI_COMMAND_LINE_H_
