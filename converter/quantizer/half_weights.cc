#include "converter/quantizer/half_weights.h"

#include <cmath>
#include <cstring>
#include <map>

#include "engine/widen.h"

namespace linnet::converter {
namespace {

constexpr float kLargest = 65504;

bool Fits(const Value& weight, size_t count) {
  const float* values = static_cast<const float*>(weight.data.data());
  for (size_t i = 0; i < count; ++i) {
    if (!(std::fabs(values[i]) <= kLargest)) return false;
  }
  return true;
}

Bytes Halved(const Value& weight, size_t count) {
  void* to = nullptr;
  Bytes bytes = Bytes::Allocate(count * sizeof(uint16_t), &to);
  const float* values = static_cast<const float*>(weight.data.data());
  for (size_t i = 0; i < count; i += kWideBlock) {
    Wide block[kWideBlock];
    const size_t n = count - i < kWideBlock ? count - i : kWideBlock;
    for (size_t k = 0; k < n; ++k) block[k].f = static_cast<double>(values[i + k]);
    Narrow(ElementType::kFloat16, block, WideKind::kReal, static_cast<int64_t>(i), n, to);
  }
  return bytes;
}

}  // namespace

int HalveWeights(Graph* graph, std::vector<std::string>* notes) {
  std::map<ValueId, ValueId> halves;
  for (const auto& node : graph->nodes()) {
    for (ValueId& input : node->inputs) {
      if (input == kNoValue) continue;
      const Value& weight = graph->value(input);
      const bool panels = weight.is_constant() && weight.order == format::StorageOrder::Panels;
      if (!panels || weight.type != ElementType::kFloat32) continue;
      const size_t count = weight.data.size() / sizeof(float);
      const auto [found, added] = halves.try_emplace(input, input);
      if (added && Fits(weight, count)) {
        found->second = graph->AddConstant(graph->UniqueName(weight.name + "_half"), ElementType::kFloat16, weight.shape,
                                           Halved(weight, count));
        Value& half = graph->value(found->second);
        half.order = weight.order;
        half.width = weight.width;
        half.group = weight.group;
      } else if (added) {
        notes->push_back("'" + weight.name + "' of " + OpName(node->op) + " '" + node->name +
                         "' has values beyond half precision and stays float32");
      }
      input = found->second;
    }
  }
  int halved = 0;
  for (const auto& [from, to] : halves) halved += from != to;
  return halved;
}

}  // namespace linnet::converter
