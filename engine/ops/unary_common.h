// What all ops of one input have in common: y = f(x), y has the shape of x.
#ifndef LINNET_ENGINE_OPS_UNARY_COMMON_H_
#define LINNET_ENGINE_OPS_UNARY_COMMON_H_

#include "engine/op.h"
#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"
#include "kernels/elementwise.h"

namespace linnet::ops {

// f for each kind of number. alpha and beta are the attributes, 0 where the op has none.
struct UnaryOp {
  uint8_t types;  // TypeMask of x
  double (*real)(double x, double alpha, double beta) = nullptr;
  int64_t (*integer)(int64_t x) = nullptr;    // signed; null: by way of `real`
  uint64_t (*natural)(uint64_t x) = nullptr;  // unsigned and bool; null: by way of `real`
  kernels::UnaryF32* kernel = nullptr;        // fp32; null: by way of `real`
  bool attributes = false;                    // has format::Unary
  bool to_bool = false;                       // y is bool; else it has the type of x
};

Status PrepareUnary(OpContext& ctx, const UnaryOp& op);
Status EvalUnary(OpContext& ctx, const UnaryOp& op);

template <const UnaryOp& kUnary>
constexpr OpDef UnaryOpDef(format::OpCode code, const char* name) {
  return {code,
          name,
          kUnary.attributes ? format::OpAttrs::Unary : format::OpAttrs::NONE,
          [](OpContext& ctx) { return PrepareUnary(ctx, kUnary); },
          [](OpContext& ctx) { return EvalUnary(ctx, kUnary); },
          kInPlace0 | kStridedInputs | kStridedOutputs};
}

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_UNARY_COMMON_H_
