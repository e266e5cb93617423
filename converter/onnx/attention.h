// The parts that attention ops are composed of. Heads lie in [b, heads, s, d].
#ifndef LINNET_CONVERTER_ONNX_ATTENTION_H_
#define LINNET_CONVERTER_ONNX_ATTENTION_H_

#include "converter/onnx/import_context.h"

namespace linnet::converter::onnx {

// x [b, s, heads * d] -> [b, heads, s, d], and back.
ValueId SplitHeads(ImportContext& ctx, ValueId x, int64_t heads);
ValueId MergeHeads(ImportContext& ctx, ValueId x);

// Size `axis` of x, int64 [1].
ValueId SizeOf(ImportContext& ctx, ValueId x, int axis);

// scale * q k^T -> [b, q_heads, s, t]. Each head of k [b, kv_heads, t, d] serves q_heads / kv_heads neighbours of
// q [b, q_heads, s, d]. scale 0 stands for 1 / sqrt(d).
Status EmitScores(ImportContext& ctx, ValueId q, ValueId k, double scale, ValueId* scores);

// weights [b, q_heads, s, t] times v [b, kv_heads, t, d] -> [b, q_heads, s, d].
Status EmitWeightedSum(ImportContext& ctx, ValueId weights, ValueId v, ValueId* y);

}  // namespace linnet::converter::onnx

#endif  // LINNET_CONVERTER_ONNX_ATTENTION_H_
