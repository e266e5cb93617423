// A table that only clamps into the activation of the int8 op before it.
//
//   %a = QConv2D(%x, %w, ...)
//   %y = QTable(%a, table)     // min(max(a, 3), 90)   ->   %y = QConv2D(%x, %w, ...) {activation={kind=Clamp lo=3 hi=90}}
#include <algorithm>

#include "converter/passes/activations.h"
#include "converter/passes/passes.h"
#include "converter/passes/quantized_tables.h"
#include "converter/passes/rewrite.h"

namespace linnet::converter {
namespace {

using format::ActivationKind;
using format::OpCode;

bool IsClamp(const ByteTable& table, int* lo, int* hi) {
  const auto at = [&table](int q) { return static_cast<int>(static_cast<int8_t>(table[static_cast<uint8_t>(q)])); };
  *lo = at(-128);
  *hi = at(127);
  for (int q = -128; q <= 127; ++q) {
    if (at(q) != std::min(std::max(q, *lo), *hi)) return false;
  }
  return *lo <= *hi;
}

bool HasQuantizedClamp(OpCode op) {
  switch (op) {
    case OpCode::QConv2D:
    case OpCode::QDepthwiseConv2D:
    case OpCode::QConvTranspose2D:
    case OpCode::QMatMul:
    case OpCode::QAdd:
    case OpCode::QSub:
    case OpCode::QMul: return true;
    default: return false;
  }
}

}  // namespace

Status FuseQuantizedClamps(Graph* graph, PassLog* log, int* changes) {
  *changes = RewriteNodes(graph, [graph, log](Node* node, const GraphIndex& index) {
    ByteTable table;
    int lo, hi;
    if (!ReadTable(*graph, *node, &table) || graph->value(node->outputs[0]).type != ElementType::kInt8) return false;
    Node* before = index.producer(node->inputs[0]);
    if (before == nullptr || !HasQuantizedClamp(before->op) || index.only_consumer(node->inputs[0]) != node) return false;
    // Values of another scale are not clamped even if their bytes seem to be.
    const Value &in = graph->value(node->inputs[0]), &out = graph->value(node->outputs[0]);
    if (in.quantization == nullptr || out.quantization == nullptr || in.quantization->scale != out.quantization->scale ||
        in.quantization->zero_point != out.quantization->zero_point || !IsClamp(table, &lo, &hi)) {
      return false;
    }
    format::Activation* fused = FusedActivation(before);
    const format::Activation clamp(ActivationKind::Clamp, static_cast<float>(lo), static_cast<float>(hi), 0, 0);
    *fused = fused->kind() == ActivationKind::Clamp ? MergeClamps(*fused, clamp) : clamp;
    Say(log, "fused a clamp of %s", Describe(*before).c_str());
    before->outputs[0] = node->outputs[0];
    RemoveNode(graph, node);
    return true;
  });
  return Status();
}

}  // namespace linnet::converter
