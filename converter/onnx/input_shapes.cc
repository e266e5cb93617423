#include "converter/onnx/input_shapes.h"

#include <algorithm>

namespace linnet::converter::onnx {
namespace {

using Sizes = std::map<std::string, int64_t>;  // by symbol

Status OptionError(const std::string& input, const std::string& text) {
  return Status::Error(StatusCode::kInvalidArgument, "input '%s': %s", input.c_str(), text.c_str());
}

// Every name in the options must be an input's.
Status CheckNames(const std::vector<const ValueInfoProto*>& inputs,
                  const std::map<std::string, std::vector<int64_t>>& option) {
  for (const auto& entry : option) {
    const std::string& name = entry.first;
    const bool found =
        std::any_of(inputs.begin(), inputs.end(), [&name](const ValueInfoProto* input) { return input->name == name; });
    if (found) continue;
    std::string known;
    for (const ValueInfoProto* input : inputs) known += (known.empty() ? "'" : ", '") + input->name + "'";
    return OptionError(name, "the model has no such input; it has " + known);
  }
  return {};
}

Status DeclaredDims(const ValueInfoProto& input, const ImportOptions& options, std::vector<Dim>* dims) {
  *dims = input.dims;
  const auto pinned = options.shapes.find(input.name);
  const auto planned = options.default_shapes.find(input.name);
  if (!input.has_shape) {
    const bool has_size = pinned != options.shapes.end() || planned != options.default_shapes.end();
    if (!has_size) {
      return Status::Error(StatusCode::kUnsupported, "input '%s' has no declared shape; give one with --shape %s=...",
                           input.name.c_str(), input.name.c_str());
    }
    dims->resize(pinned != options.shapes.end() ? pinned->second.size() : planned->second.size());
  }
  if (dims->size() > Shape::kMaxRank) {
    return Status::Error(StatusCode::kUnsupported, "input '%s' has %zu dimensions; at most %d", input.name.c_str(),
                         dims->size(), Shape::kMaxRank);
  }
  for (size_t d = 0; d < dims->size(); ++d) {
    Dim& dim = (*dims)[d];
    if (dim.size < 0 && dim.symbol.empty()) dim.symbol = input.name + "_" + std::to_string(d);
  }
  return {};
}

// Notes the size that `option` gives to every symbol of an input, and checks it against fixed sizes.
Status TakeSizes(const std::string& name, const std::vector<Dim>& dims,
                 const std::map<std::string, std::vector<int64_t>>& option, Sizes* sizes) {
  const auto given = option.find(name);
  if (given == option.end()) return {};
  if (given->second.size() != dims.size()) {
    return OptionError(
        name, std::to_string(given->second.size()) + " sizes given, the model declares " + std::to_string(dims.size()));
  }
  for (size_t d = 0; d < dims.size(); ++d) {
    const int64_t size = given->second[d];
    if (size < 0) return OptionError(name, "the size " + std::to_string(size) + " is negative");
    if (dims[d].size >= 0) {
      if (size == dims[d].size) continue;
      return OptionError(name, "size " + std::to_string(size) + " given for dimension " + std::to_string(d) +
                                   ", which the model fixes at " + std::to_string(dims[d].size));
    }
    const auto known = sizes->emplace(dims[d].symbol, size).first;
    if (known->second != size) {
      return OptionError(name, "dimension '" + dims[d].symbol + "' gets the sizes " + std::to_string(known->second) +
                                   " and " + std::to_string(size));
    }
  }
  return {};
}

}  // namespace

Result<std::vector<InputShape>> ResolveInputShapes(const std::vector<const ValueInfoProto*>& inputs,
                                                   const ImportOptions& options) {
  LINNET_RETURN_IF_ERROR(CheckNames(inputs, options.shapes));
  LINNET_RETURN_IF_ERROR(CheckNames(inputs, options.default_shapes));
  std::vector<InputShape> resolved(inputs.size());
  Sizes pinned, planned;
  for (size_t i = 0; i < inputs.size(); ++i) {
    std::vector<Dim>& dims = resolved[i].dims;
    LINNET_RETURN_IF_ERROR(DeclaredDims(*inputs[i], options, &dims));
    LINNET_RETURN_IF_ERROR(TakeSizes(inputs[i]->name, dims, options.shapes, &pinned));
    LINNET_RETURN_IF_ERROR(TakeSizes(inputs[i]->name, dims, options.default_shapes, &planned));
  }
  for (const InputShape& input : resolved) {
    if (!input.dims.empty() && input.dims[0].size < 0) planned.emplace(input.dims[0].symbol, 1);
  }
  for (InputShape& input : resolved) {
    for (Dim& dim : input.dims) {
      const auto fixed = pinned.find(dim.symbol);
      if (dim.size < 0 && fixed != pinned.end()) dim = {fixed->second, ""};
      const auto assumed = planned.find(dim.symbol);
      input.shape.Append(dim.size >= 0 ? dim.size : assumed != planned.end() ? assumed->second : options.free_size);
    }
  }
  return resolved;
}

}  // namespace linnet::converter::onnx
