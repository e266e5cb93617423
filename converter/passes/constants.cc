#include "converter/passes/constants.h"

#include <cmath>

#include "converter/tensor_values.h"

namespace linnet::converter {
namespace {

bool IsPlainConstant(const Graph& graph, ValueId id) {
  return id != kNoValue && graph.value(id).is_constant() && graph.value(id).order == format::StorageOrder::Plain &&
         ElementBits(graph.value(id).type) > 0;
}

}  // namespace

bool IsPlainConstant(const Graph& graph, ValueId id, ElementType type) {
  return IsPlainConstant(graph, id) && graph.value(id).type == type;
}

bool IsFloat(ElementType type) {
  return type == ElementType::kFloat32 || type == ElementType::kFloat64 || type == ElementType::kFloat16 ||
         type == ElementType::kBfloat16;
}

bool ReadScalar(const Graph& graph, ValueId id, double* number) {
  if (!IsPlainConstant(graph, id) || graph.value(id).shape.elements() != 1) return false;
  *number = ReadDoubles(graph.value(id))[0];
  return true;
}

std::vector<double> ReadDoubles(const Value& constant) {
  return ToDoubles(constant.type, constant.data.data(), static_cast<size_t>(constant.shape.elements()));
}

bool ReadInts(const Graph& graph, ValueId id, std::vector<int64_t>* values) {
  const bool integers =
      IsPlainConstant(graph, id, ElementType::kInt64) || IsPlainConstant(graph, id, ElementType::kInt32);
  if (!integers || graph.value(id).shape.rank() > 1) return false;
  const std::vector<double> numbers = ReadDoubles(graph.value(id));
  values->assign(numbers.begin(), numbers.end());
  return true;
}

bool ReadPerChannel(const Graph& graph, ValueId id, int rank, int64_t channels, std::vector<double>* values) {
  if (!IsPlainConstant(graph, id, ElementType::kFloat32)) return false;
  const Shape& shape = graph.value(id).shape;
  const int64_t count = shape.rank() == 0 ? 1 : shape.back();
  if (shape.rank() > rank || shape.elements() != count || (count != 1 && count != channels)) return false;
  *values = ReadDoubles(graph.value(id));
  if (count == 1) values->assign(static_cast<size_t>(channels), values->front());
  return true;
}

ValueId AddRounded(Graph* graph, const std::string& base, const Shape& shape, const std::vector<double>& values) {
  std::vector<float> rounded(values.begin(), values.end());
  for (float value : rounded) {
    if (!std::isfinite(value)) return kNoValue;
  }
  return graph->AddFloats(graph->UniqueName(base), shape, rounded);
}

}  // namespace linnet::converter
