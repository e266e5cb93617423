// What the quantised ops of two inputs have in common: int8, shapes broadcast as NumPy has it.
#ifndef LINNET_ENGINE_OPS_Q_BINARY_COMMON_H_
#define LINNET_ENGINE_OPS_Q_BINARY_COMMON_H_

#include "engine/op.h"
#include "engine/ops/binary_common.h"
#include "engine/ops/ops.h"
#include "engine/ops/quantized_tensor.h"
#include "kernels/binary_i8.h"

namespace linnet::ops {

// The ratios of scales that the kernel multiplies with; b's is 0 where there is none.
struct QBinaryMultipliers {
  double a, b;
};

struct QBinaryOp {
  QBinaryMultipliers (*multipliers)(double scale_a, double scale_b, double scale_y);
  kernels::BinaryI8* kernel;
};

Status PrepareQBinary(OpContext& ctx, const QBinaryOp& op);
Status EvalQBinary(OpContext& ctx, const QBinaryOp& op);

template <const QBinaryOp& kBinary>
constexpr OpDef QBinaryOpDef(format::OpCode code, const char* name) {
  return {code,
          name,
          format::OpAttrs::Binary,
          [](OpContext& ctx) { return PrepareQBinary(ctx, kBinary); },
          [](OpContext& ctx) { return EvalQBinary(ctx, kBinary); },
          kElementwiseFlags};
}

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_Q_BINARY_COMMON_H_
