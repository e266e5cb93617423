#include "converter/quantizer/dynamic_weights.h"

#include <algorithm>
#include <cmath>

#include "converter/passes/head_view.h"
#include "converter/passes/pack_constants.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/weights.h"
#include "converter/quantizer/insert.h"
#include "converter/quantizer/sites.h"

namespace linnet::converter {
namespace {

using format::OpCode;

constexpr size_t kWeight = 1, kScale = 4, kWeightSum = 5;

// The weight as int8 in the constant's own order, and its sums per column.
struct Rounded {
  std::vector<int8_t> weight;
  std::vector<int32_t> sums;
};

Rounded Round(const Weights& weights, const WeightPlan& plan) {
  Rounded rounded;
  rounded.sums.assign(plan.scale.size(), 0);
  for (size_t i = 0; i < weights.weight().size(); ++i) {
    const size_t column = static_cast<size_t>(weights.OutputOf(static_cast<int64_t>(i)));
    const double step = std::nearbyint(weights.weight()[i] / plan.scale[column]);
    rounded.weight.push_back(static_cast<int8_t>(std::min(std::max(step, -127.0), 127.0)));
    rounded.sums[column] += rounded.weight.back();
  }
  return rounded;
}

bool Rewrite(Graph* graph, Node* node) {
  Weights weights;
  if (node->op != OpCode::MatMul || HasHeads(*node) || !weights.Read(graph, node)) return false;
  if (graph->value(node->inputs[0]).type != ElementType::kFloat32) return false;
  const WeightPlan plan = PlanWeight(*graph, *node, 0);
  const Rounded rounded = Round(weights, plan);
  const std::string name = graph->value(node->inputs[kWeight]).name;
  const Shape shape = graph->value(node->inputs[kWeight]).shape;
  const Shape columns = {weights.outputs()};
  const ValueId old = node->inputs[kWeight];
  node->op = OpCode::QDynamicMatMul;
  node->inputs[kWeight] = graph->AddConstant(graph->UniqueName(name + "_int8"), ElementType::kInt8, shape,
                                             Bytes::Copy(rounded.weight.data(), rounded.weight.size()));
  const ValueId packed = PackWeight(graph, *node, kWeight);
  if (packed == kNoValue) {
    node->op = OpCode::MatMul;
    node->inputs[kWeight] = old;
    return false;
  }
  node->inputs[kWeight] = packed;
  SetInput(node, kScale, graph->AddFloats(graph->UniqueName(name + "_scale"), columns, plan.scale));
  SetInput(node, kWeightSum,
           graph->AddConstant(graph->UniqueName(name + "_sum"), ElementType::kInt32, columns,
                              Bytes::Copy(rounded.sums.data(), rounded.sums.size() * sizeof(int32_t))));
  return true;
}

}  // namespace

int QuantizeDynamically(const std::vector<std::string>& kept, Graph* graph) {
  int rewritten = 0;
  for (size_t i = 0; i < graph->nodes().size(); ++i) {
    Node* node = graph->nodes()[i].get();
    if (std::find(kept.begin(), kept.end(), node->name) != kept.end()) continue;
    rewritten += Rewrite(graph, node);
  }
  return rewritten;
}

}  // namespace linnet::converter
