// What all ops of two inputs have in common: y = f(a, b), shapes broadcast as NumPy has it.
#ifndef LINNET_ENGINE_OPS_BINARY_COMMON_H_
#define LINNET_ENGINE_OPS_BINARY_COMMON_H_

#include "engine/op.h"
#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"
#include "kernels/activation.h"
#include "kernels/binary_f32.h"

namespace linnet::ops {

// f for each kind of number. Comparisons give 0 or 1.
struct BinaryOp {
  uint8_t types;  // TypeMask of a and b, which have the same type
  double (*real)(double a, double b) = nullptr;
  int64_t (*integer)(int64_t a, int64_t b) = nullptr;     // signed
  uint64_t (*natural)(uint64_t a, uint64_t b) = nullptr;  // unsigned and bool
  kernels::BinaryF32* kernel = nullptr;                   // fp32; null: by way of `real`
  bool activation = false;                                // has format::Binary
  bool to_bool = false;                                   // y is bool; else it has the type of a
};

// Arithmetic on two's complement that wraps around instead of being undefined.
inline int64_t WrapAdd(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}
inline int64_t WrapSub(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}
inline int64_t WrapMul(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}

// Checks types and activation, sets y's shape.
Status PrepareBinary(OpContext& ctx, const BinaryOp& op);
Status EvalBinary(OpContext& ctx, const BinaryOp& op);

// y = activation(op(a, b)); a and b broadcast to the shape of y, which may be the memory of one of the same shape.
void RunBinary(OpContext& ctx, const BinaryOp& op, const TensorSlot& a, const TensorSlot& b, const TensorSlot& y,
               const kernels::Activation& activation = {});

constexpr uint32_t kElementwiseFlags = kInPlace0 | kInPlace1 | kStridedInputs | kStridedOutputs;

template <const BinaryOp& kBinary>
constexpr OpDef BinaryOpDef(format::OpCode code, const char* name) {
  return {code,
          name,
          kBinary.activation ? format::OpAttrs::Binary : format::OpAttrs::NONE,
          [](OpContext& ctx) { return PrepareBinary(ctx, kBinary); },
          [](OpContext& ctx) { return EvalBinary(ctx, kBinary); },
          kElementwiseFlags};
}

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_BINARY_COMMON_H_
