// What MatMulInteger and ConvInteger share: operands of int8 or uint8, their zero points.
#ifndef LINNET_ENGINE_OPS_INTEGER_COMMON_H_
#define LINNET_ENGINE_OPS_INTEGER_COMMON_H_

#include "engine/op.h"
#include "engine/ops/quantized_common.h"

namespace linnet::ops {

// Inputs 2 and 3: zero points of inputs 0 and 1, of their types: the first is one number, the second one or `outputs`.
// Inputs 0 and 1: int8 or uint8 each; 1 may be packed, then it is int8, and input 4 is its sums.
inline Status CheckIntegerOperands(OpContext& ctx, int64_t outputs, int64_t k, bool packed) {
  for (int i = 0; i < 2; ++i) {
    const ElementType type = ctx.input(i).type;
    if (type != ElementType::kInt8 && type != ElementType::kUint8) {
      return ctx.Unsupported("input %d is %s", i, ctx.Describe(i));
    }
    if (!ctx.has_input(2 + i)) continue;
    LINNET_RETURN_IF_ERROR(ctx.ExpectType(2 + i, type));
    const int64_t count = ctx.input(2 + i).elements();
    if (ctx.input(2 + i).rank() > 1 || (count != 1 && (i == 0 || count != outputs))) {
      return ctx.Unsupported("zero points %s of input %d", ctx.Describe(2 + i), i);
    }
  }
  if (packed) {
    if (!ctx.has_input(4)) return ctx.Invalid("the sums of the packed weight are missing");
    LINNET_RETURN_IF_ERROR(ctx.ExpectType(4, ElementType::kInt32));
    if (ctx.input(4).shape != Shape({outputs})) return ctx.Invalid("weight_sum is %s", ctx.Describe(4));
  }
  // Less their zero points both have 9 bits.
  if (k < 0 || !kernels::SumFitsInt32(static_cast<uint64_t>(k) * 4, 0)) {
    return ctx.Unsupported("sums of %lld products may not fit into 32 bits", static_cast<long long>(k));
  }
  return Status();
}

// What is turned in the bytes of a type to make it int8.
inline uint8_t FlipOf(ElementType type) { return type == ElementType::kUint8 ? 128 : 0; }

// Zero point i of a tensor of zero points, as of int8.
inline int32_t ZeroPointAt(const TensorSlot& points, int64_t i) {
  return static_cast<int8_t>(static_cast<uint8_t>(points.as<int8_t>()[i]) ^ FlipOf(points.type));
}

// Sets the operands' zero points. `list`: room for `outputs` numbers.
inline void SetZeroPoints(const OpContext& ctx, int64_t outputs, int32_t* list, kernels::GemmI8* gemm) {
  // Without a zero point, an unsigned operand is 128 above what the kernel sees.
  gemm->a_zero_point = ctx.has_input(2) ? ZeroPointAt(ctx.input(2), 0) : -static_cast<int32_t>(gemm->a_flip);
  gemm->b_zero_point = -static_cast<int32_t>(FlipOf(ctx.input(1).type));
  if (!ctx.has_input(3)) return;
  const TensorSlot& points = ctx.input(3);
  gemm->b_zero_point = ZeroPointAt(points, 0);
  if (points.elements() == 1) return;
  for (int64_t j = 0; j < outputs; ++j) list[j] = ZeroPointAt(points, j);
  gemm->b_zero_points = list;
}

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_INTEGER_COMMON_H_
