// Values of options that several subcommands take.
#ifndef LINNET_CLI_OPTIONS_H_
#define LINNET_CLI_OPTIONS_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kernels/isa.h"
#include "linnet/linnet.h"

namespace linnet::cli {

// "1x3x224x224" -> {1, 3, 224, 224}; "scalar" -> {}. Errors: kInvalidArgument.
Result<std::vector<int64_t>> ParseSizes(const std::string& text);

// "NAME=1x3x224x224" for each: name -> sizes. `option` ("--shape") is for messages. Errors: kInvalidArgument.
using NamedSizes = std::map<std::string, std::vector<int64_t>>;
Result<NamedSizes> ParseNamedSizes(const std::string& option, const std::vector<std::string>& values);

// As ParseNamedSizes, but a name may be given again: its n-th sizes are in the n-th set. At least one set, which may be
// empty.
Result<std::vector<NamedSizes>> ParseSizeSets(const std::string& option, const std::vector<std::string>& values);

// "LEFT=RIGHT" for each. With `name_optional`, a value without '=' is a RIGHT with an empty LEFT.
// Errors: kInvalidArgument.
using Pairs = std::vector<std::pair<std::string, std::string>>;
Result<Pairs> ParsePairs(const std::string& option, const std::vector<std::string>& values, bool name_optional = false);

// REQUIRES: at most Shape::kMaxRank sizes, which ParseSizes ensures.
Shape MakeShape(const std::vector<int64_t>& sizes);

// Puts the instruction set `isa` in use, in the whole process, while the result lives; for "" that is the one that
// LINNET_ISA names, or the processor's best. Errors: kInvalidArgument.
Result<std::unique_ptr<kernels::ScopedIsa>> SelectIsa(const std::string& isa);

}  // namespace linnet::cli

#endif  // LINNET_CLI_OPTIONS_H_
