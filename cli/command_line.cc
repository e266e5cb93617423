#include "cli/command_line.h"

#include <CLI/CLI.hpp>

#include "cli/exit_status.h"

namespace linnet::cli {

Option Option::Required() const {
  option_->required();
  return *this;
}

Option Option::OneOf(const std::vector<std::string>& values) const {
  option_->check(CLI::IsMember(values));
  return *this;
}

Option Option::Between(int low, int high) const {
  option_->check(CLI::Range(low, high));
  return *this;
}

Option Option::Between(double low, double high) const {
  option_->check(CLI::Range(low, high));
  return *this;
}

Option Option::NotNegative() const {
  option_->check(CLI::NonNegativeNumber);
  return *this;
}

Option Option::ShowDefault() const {
  option_->capture_default_str();
  return *this;
}

CommandLine::CommandLine(const std::string& program, const std::string& help, const std::string& version)
    : app_(std::make_unique<CLI::App>(help, program)) {
  app_->set_version_flag("--version", version);
  app_->require_subcommand(1);
}

CommandLine::CommandLine(CommandLine&&) noexcept = default;
CommandLine& CommandLine::operator=(CommandLine&&) noexcept = default;
CommandLine::~CommandLine() = default;

bool CommandLine::Parse(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err,
                        int* status) const {
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 wants them
    app_->parse(std::move(reversed));
    return true;
  } catch (const CLI::ParseError& result) {
    if (result.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
      *status = app_->exit(result, out, err);
    } else {
      const std::string name = app_->get_name();
      err << name << ": " << result.what() << "; '" << name << " --help' lists commands, '" << name
          << " COMMAND --help' options\n";
      *status = kExitUsage;
    }
    return false;
  }
}

Subcommand::Subcommand(const CommandLine& program, const std::string& name, const std::string& help)
    : app_(program.app()->add_subcommand(name, help)) {}

bool Subcommand::chosen() const { return app_->parsed(); }

void Subcommand::Flag(const std::string& names, bool* given, const std::string& help) const {
  app_->add_flag(names, *given, help);
}

Option Subcommand::Value(const std::string& names, std::string* value, const std::string& help) const {
  return Option(app_->add_option(names, *value, help));
}

Option Subcommand::Value(const std::string& names, int* value, const std::string& help) const {
  return Option(app_->add_option(names, *value, help));
}

Option Subcommand::Value(const std::string& names, uint64_t* value, const std::string& help) const {
  return Option(app_->add_option(names, *value, help));
}

Option Subcommand::Value(const std::string& names, double* value, const std::string& help) const {
  return Option(app_->add_option(names, *value, help));
}

Option Subcommand::Values(const std::string& names, std::vector<std::string>* values, const std::string& help) const {
  CLI::Option* option = app_->add_option(names, *values, help);
  if (!option->get_positional()) option->allow_extra_args(false);
  return Option(option);
}

Option Subcommand::Values(const std::string& names, std::vector<float>* values, const std::string& help) const {
  return Option(app_->add_option(names, *values, help)->delimiter(',')->allow_extra_args(false));
}

}  // namespace linnet::cli
