#include "cli/options.h"

#include <charconv>
#include <cstdlib>

namespace linnet::cli {

Result<std::vector<int64_t>> ParseSizes(const std::string& text) {
  std::vector<int64_t> sizes;
  if (text == "scalar") return sizes;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    int64_t size = -1;
    const auto [stop, error] = std::from_chars(at, end, size);
    if (error != std::errc() || size < 0 || (stop != end && *stop != 'x')) {
      return Status::Error(StatusCode::kInvalidArgument, "'%s' is no shape: write sizes as in 1x3x224x224",
                           text.c_str());
    }
    sizes.push_back(size);
    if (stop == end) break;
    at = stop + 1;
  }
  if (sizes.size() > Shape::kMaxRank) {
    return Status::Error(StatusCode::kInvalidArgument, "'%s' has %zu dimensions, at most %d are possible", text.c_str(),
                         sizes.size(), Shape::kMaxRank);
  }
  return sizes;
}

Result<std::vector<NamedSizes>> ParseSizeSets(const std::string& option, const std::vector<std::string>& values) {
  std::vector<NamedSizes> sets(1);
  for (const std::string& value : values) {
    const size_t equals = value.rfind('=');
    if (equals == std::string::npos || equals == 0) {
      return Status::Error(StatusCode::kInvalidArgument, "%s '%s': expected NAME=SIZES, as in input=1x3x224x224",
                           option.c_str(), value.c_str());
    }
    Result<std::vector<int64_t>> sizes = ParseSizes(value.substr(equals + 1));
    if (!sizes.ok()) return std::move(sizes.status()).WithPrefix(option.c_str());
    const std::string name = value.substr(0, equals);
    size_t set = 0;
    while (set < sets.size() && sets[set].count(name) != 0) ++set;
    if (set == sets.size()) sets.emplace_back();
    sets[set].emplace(name, std::move(*sizes));
  }
  return sets;
}

Result<NamedSizes> ParseNamedSizes(const std::string& option, const std::vector<std::string>& values) {
  Result<std::vector<NamedSizes>> sets = ParseSizeSets(option, values);
  if (!sets.ok()) return std::move(sets.status());
  if (sets->size() > 1) {
    return Status::Error(StatusCode::kInvalidArgument, "%s '%s': the name is given twice", option.c_str(),
                         (*sets)[1].begin()->first.c_str());
  }
  return std::move((*sets)[0]);
}

Result<Pairs> ParsePairs(const std::string& option, const std::vector<std::string>& values, bool name_optional) {
  Pairs pairs;
  for (const std::string& value : values) {
    const size_t equals = value.find('=');
    if (equals == std::string::npos && name_optional) {
      pairs.emplace_back("", value);
    } else if (equals == std::string::npos || equals == 0 || equals + 1 == value.size()) {
      return Status::Error(StatusCode::kInvalidArgument, "%s '%s': expected two names around a '='", option.c_str(),
                           value.c_str());
    } else {
      pairs.emplace_back(value.substr(0, equals), value.substr(equals + 1));
    }
  }
  return pairs;
}

Shape MakeShape(const std::vector<int64_t>& sizes) {
  Shape shape;
  for (int64_t size : sizes) shape.Append(size);
  return shape;
}

Result<std::unique_ptr<kernels::ScopedIsa>> SelectIsa(const std::string& isa) {
  kernels::Isa found = kernels::CurrentIsa();
  if (isa.empty()) {
    const Status status = kernels::CheckIsa();
    if (!status.ok()) return Status::Error(StatusCode::kInvalidArgument, "%s", status.message());
  } else if (!kernels::FindIsa(isa.c_str(), &found) || !kernels::IsaSupported(found)) {
    std::string supported;
    for (int i = 0; i < kernels::kIsaCount; ++i) {
      const auto other = static_cast<kernels::Isa>(i);
      if (kernels::IsaSupported(other))
        supported += std::string(supported.empty() ? "" : ", ") + kernels::IsaName(other);
    }
    return Status::Error(StatusCode::kInvalidArgument, "instruction set '%s': this processor has %s", isa.c_str(),
                         supported.c_str());
  }
  return std::make_unique<kernels::ScopedIsa>(found);
}

}  // namespace linnet::cli
