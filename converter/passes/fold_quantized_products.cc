// Convolutions and matrix products between DQ and Q in integers. A Clamp that is part of the op becomes one of quantised
// values.
//
//   %a = DequantizeLinear(%x, s, z)
//   %f = DequantizeLinear(%w, sw) {axis=0}
//   %b = Conv2D(%a, %f, %bias) {activation={kind=Clamp hi=6}}
//   %y = QuantizeLinear(%b, t, u)
//                                      ->   %y = QConv2D(%x, %w, %bias2, , %multiplier, %weight_sum) {activation=...}
//
// multiplier[c] = s * sw[c] / t, weight_sum[c] = sum of w[c], bias2[c] = round(bias[c] / (s * sw[c])) - z * weight_sum[c].
// A product of two activations has one multiplier and neither bias nor sums.
#include <algorithm>
#include <cmath>

#include "converter/passes/activations.h"
#include "converter/passes/head_view.h"
#include "converter/passes/pack_constants.h"
#include "converter/passes/passes.h"
#include "converter/passes/quantization.h"
#include "converter/passes/quantized_weights.h"
#include "converter/passes/rewrite.h"

namespace linnet::converter {
namespace {

using format::OpCode;

OpCode QuantizedOp(OpCode op) {
  const auto if_there = [](OpCode quantized) { return EngineHas(quantized) ? quantized : OpCode::Custom; };
  switch (op) {
    case OpCode::Conv2D: return if_there(OpCode::QConv2D);
    case OpCode::DepthwiseConv2D: return if_there(OpCode::QDepthwiseConv2D);
    case OpCode::ConvTranspose2D: return if_there(OpCode::QConvTranspose2D);
    case OpCode::MatMul: return if_there(OpCode::QMatMul);
    default: return OpCode::Custom;
  }
}

struct Ends {
  ValueId x = kNoValue;
  QuantParams x_params, y_params;
  Node* quantize = nullptr;
  format::Activation activation;  // in quantised values
};

// Finds the DQ before and the Q behind. False if one is missing, or what lies between is more than a product and a clamp.
bool FindEnds(const Graph& graph, const GraphIndex& index, Node* node, Ends* ends) {
  ends->x = Int8Source(graph, index, node->inputs[0], &ends->x_params);
  ends->quantize = Int8Target(graph, index, node->outputs[0], &ends->y_params);
  return ends->x != kNoValue && ends->quantize != nullptr && InputOf(*node, 3) == kNoValue &&
         QuantizeClamp(ends->y_params, *FusedActivation(node), &ends->activation);
}

void Replace(Graph* graph, PassLog* log, Node* node, const Ends& ends, std::vector<ValueId> inputs) {
  Say(log, "int8: %s", Describe(*node).c_str());
  *FusedActivation(node) = ends.activation;
  node->op = QuantizedOp(node->op);
  node->inputs = std::move(inputs);
  node->outputs = ends.quantize->outputs;
  RemoveNode(graph, ends.quantize);
}

Status FoldConstantWeight(Graph* graph, PassLog* log, const GraphIndex& index, Node* node, bool* done) {
  Ends ends;
  QuantizedWeights weights;
  const char* reason;
  if (!FindEnds(*graph, index, node, &ends) || !weights.Read(*graph, index, *node, &reason)) return Status();
  if (!SetQuantization(graph, ends.x, ends.x_params) ||
      !SetQuantization(graph, ends.quantize->outputs[0], ends.y_params)) {
    return Status();
  }
  LINNET_RETURN_IF_ERROR(weights.Scale(*node, ends.x_params, ends.y_params));
  if (weights.is_asymmetric()) Say(log, "weights of %s have zero points", Describe(*node).c_str());
  if (weights.has_lowest()) Say(log, "weights of %s reach -128", Describe(*node).c_str());
  const std::string base = graph->value(ends.quantize->outputs[0]).name;
  std::vector<ValueId> inputs = {ends.x, weights.AddWeight(graph, base), weights.AddBias(graph, base), kNoValue,
                                 weights.AddMultiplier(graph, base)};
  if (node->op != OpCode::ConvTranspose2D) inputs.push_back(weights.AddWeightSum(graph, base));
  Replace(graph, log, node, ends, std::move(inputs));
  // At once: QMatMul takes a plain operand for an activation.
  if (const ValueId packed = PackWeight(graph, *node, 1); packed != kNoValue) node->inputs[1] = packed;
  *done = true;
  return Status();
}

Status FoldActivations(Graph* graph, PassLog* log, const GraphIndex& index, Node* node, bool* done) {
  Ends ends;
  QuantParams b_params;
  if (node->op != OpCode::MatMul || HasHeads(*node) || InputOf(*node, 2) != kNoValue) return Status();
  if (!FindEnds(*graph, index, node, &ends)) return Status();
  const ValueId b = Int8Source(*graph, index, node->inputs[1], &b_params);
  if (b == kNoValue || graph->value(b).is_constant()) return Status();
  if (!SetQuantization(graph, ends.x, ends.x_params) || !SetQuantization(graph, b, b_params) ||
      !SetQuantization(graph, ends.quantize->outputs[0], ends.y_params)) {
    return Status();
  }
  const float multiplier = ends.x_params.scale() * b_params.scale() / ends.y_params.scale();
  const auto error = [node](const char* what) {
    return Status::Error(StatusCode::kInvalidModel, "node '%s' (%s): %s", node->name.c_str(), OpName(node->op), what);
  };
  if (!std::isnormal(multiplier)) return error("the product of its scales overflows or vanishes");
  const Value& a = graph->value(ends.x);
  // (q - zero_point) reaches 255 on either side.
  if (a.has_shape && a.shape.rank() > 0 && a.shape.back() > INT32_MAX / (255 * 255)) {
    return error("too many products: int32 could overflow in the sums");
  }
  const std::string base = graph->value(ends.quantize->outputs[0]).name;
  const ValueId scale = graph->AddFloats(graph->UniqueName(base + "_multiplier"), {1}, {multiplier});
  Replace(graph, log, node, ends, {ends.x, b, kNoValue, kNoValue, scale});
  *done = true;
  return Status();
}

}  // namespace

Status FoldQuantizedProducts(Graph* graph, PassLog* log, int* changes) {
  Status status;
  *changes = RewriteNodes(graph, [&](Node* node, const GraphIndex& index) {
    if (!status.ok() || QuantizedOp(node->op) == OpCode::Custom) return false;
    bool done = false;
    status = FoldConstantWeight(graph, log, index, node, &done);
    if (status.ok() && !done) status = FoldActivations(graph, log, index, node, &done);
    return done;
  });
  if (!status.ok() || *changes == 0) return status;
  LINNET_RETURN_IF_ERROR(SortGraph(graph));
  int removed = 0;
  PassLog unused;
  return RemoveDeadCode(graph, &unused, &removed);
}

}  // namespace linnet::converter
