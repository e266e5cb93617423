// The rewrites of the converter. One pass = one file = one function, with a picture before and after in the notation of
// Graph::ToString, and a test that the numbers stay.
#ifndef LINNET_CONVERTER_PASSES_PASSES_H_
#define LINNET_CONVERTER_PASSES_PASSES_H_

#include <string>
#include <vector>

#include "converter/graph.h"

namespace linnet::converter {

// What the passes tell the user: "fused Relu 'r1' into Conv2D 'c1'".
struct PassLog {
  std::vector<std::string> lines;
  std::vector<std::string> in_float;  // ops of a quantised graph that stay in float: "Softmax 's1': why"
};

// Every pass leaves a valid, sorted graph; values that it adds have type, shape and has_shape if their inputs have
// (call InferShapes otherwise). *changes counts rewrites. A pass that finds nothing to do is not an error.
struct Pass {
  const char* name;
  Status (*run)(Graph* graph, PassLog* log, int* changes);
};

// Nodes whose inputs are all constants become constants (the engine computes them); but for what comes of a
// DequantizeLinear, where the graph quantises activations.
Status FoldConstants(Graph* graph, PassLog* log, int* changes);
// FoldConstants without that exception.
Status FoldDequantized(Graph* graph, PassLog* log, int* changes);
// Nodes whose outputs nobody uses, and inputs of nodes that they ignore.
Status RemoveDeadCode(Graph* graph, PassLog* log, int* changes);
// Identity, Reshape / Expand / Cast / Transpose / Slice / Pad to what is already there.
Status RemoveIdentities(Graph* graph, PassLog* log, int* changes);
// Nodes that compute the same from the same inputs become one.
Status RemoveDuplicates(Graph* graph, PassLog* log, int* changes);
// ScaleShift, and Mul / Add by per-channel constants, into the weights and bias of the Conv2D / DepthwiseConv2D /
// ConvTranspose2D / MatMul before or after, and into the scale and bias of the norm before; Mul then Add by per-channel
// constants into ScaleShift.
Status FoldScales(Graph* graph, PassLog* log, int* changes);
// A constant-zero Pad of the spatial dimensions into the convolution or pool after it.
Status FoldPads(Graph* graph, PassLog* log, int* changes);
// Patterns spelled out in primitive ops -> HardSwish, HardSigmoid, Silu, Gelu, GeluTanh, Mish, Softplus, LayerNorm, RmsNorm.
Status RecognizePatterns(Graph* graph, PassLog* log, int* changes);
// Attention heads are multiplied where the projections wrote them, without transposed copies.
Status FuseHeads(Graph* graph, PassLog* log, int* changes);
// Transposes pushed towards each other and cancelled.
Status OptimizeLayout(Graph* graph, PassLog* log, int* changes);
// Transposes that move only dimensions of size 1 -> Reshape.
Status ReshapeTransposes(Graph* graph, PassLog* log, int* changes);
// ConvTranspose2D with a kernel as wide as its stride -> one that does not stride in x, and a Reshape.
Status MergeTransposedColumns(Graph* graph, PassLog* log, int* changes);
// A residual Add after a convolution or MatMul becomes its fourth input.
Status FuseResiduals(Graph* graph, PassLog* log, int* changes);
// Clip, Relu, HardSwish ... into the activation of the op before.
Status FuseActivations(Graph* graph, PassLog* log, int* changes);

// --- int8: graphs with QuantizeLinear (Q) and DequantizeLinear (DQ); see quantization.h ---

// Refuses scales that are not positive normal numbers. uint8 -> int8; ops on quantised values -> between DQ and Q.
Status CanonicalizeQuantization(Graph* graph, PassLog* log, int* changes);
// Q and DQ that change nothing, around ops that move values.
Status RemoveQuantizePairs(Graph* graph, PassLog* log, int* changes);
// DQ of constants below Transpose, Reshape ..., so that weights stay int8 constants.
Status SinkWeightScales(Graph* graph, PassLog* log, int* changes);
// DQ below ops that move values, and Q above them.
Status SinkDequantize(Graph* graph, PassLog* log, int* changes);
Status RaiseQuantize(Graph* graph, PassLog* log, int* changes);
// DQ, op, Q -> the integer op: convolutions and MatMul; sums, products, pools, softmax ...; functions of one tensor.
Status FoldQuantizedProducts(Graph* graph, PassLog* log, int* changes);
Status FoldQuantizedOps(Graph* graph, PassLog* log, int* changes);
Status FoldQuantizedTables(Graph* graph, PassLog* log, int* changes);
// A table that only clamps into the activation of the op before it.
Status FuseQuantizedClamps(Graph* graph, PassLog* log, int* changes);
// Fills PassLog::in_float.
Status ReportFloat(Graph* graph, PassLog* log, int* changes);

// Constants into the order that kernels read.
Status PackConstants(Graph* graph, PassLog* log, int* changes);

// All of the above in the order in which convert runs them, some more than once: OptimizePasses, after which an fp32
// graph has few ops left, activations are fused, and residuals are not; and FinishPasses. Q and DQ that are added between
// the two are folded as those of the source are.
const std::vector<Pass>& OptimizePasses();
const std::vector<Pass>& FinishPasses();
const std::vector<Pass>& AllPasses();

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_PASSES_PASSES_H_
