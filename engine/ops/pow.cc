// y = activation(a ^ b), of the type of a; b may have another. Two integers: exact, wrapping around, and 0 where the
// true value is a fraction; otherwise computed as reals (integers of a then truncate). Any number type.
#include <cmath>

#include "engine/activation.h"
#include "engine/ops/binary_common.h"
#include "engine/ops/elementwise_common.h"

namespace linnet::ops {
namespace {

uint64_t PowerOf(uint64_t base, uint64_t exponent) {
  uint64_t result = 1;
  for (; exponent != 0; exponent >>= 1) {
    if ((exponent & 1) != 0) result *= base;
    base *= base;
  }
  return result;
}

// `base` sign extended. A negative exponent leaves whole numbers for 1 and -1 only.
uint64_t SignedPower(uint64_t base, int64_t exponent) {
  if (exponent >= 0) return PowerOf(base, static_cast<uint64_t>(exponent));
  if (base == 1) return 1;
  return base == UINT64_MAX ? PowerOf(base, static_cast<uint64_t>(exponent) & 1) : 0;
}

struct Params {
  bool base_signed, exponent_signed;
  kernels::Activation activation;
};

void ComputeIntegers(const void* params, size_t n, const Wide* const* in, Wide* out) {
  const Params& p = *static_cast<const Params*>(params);
  for (size_t i = 0; i < n; ++i) {
    if (!p.exponent_signed) {
      out[i].u = PowerOf(in[0][i].u, in[1][i].u);
    } else if (!p.base_signed && in[1][i].i < 0) {
      out[i].u = in[0][i].u == 1;
    } else {
      out[i].u = SignedPower(in[0][i].u, in[1][i].i);
    }
  }
}

void ComputeReals(const void* params, size_t n, const Wide* const* in, Wide* out) {
  for (size_t i = 0; i < n; ++i) out[i].f = std::pow(in[0][i].f, in[1][i].f);
  ApplyActivationWide(static_cast<const Params*>(params)->activation, n, out);
}

void SquareF32(const kernels::BinaryF32Args& args) {
  kernels::BinaryF32Args square = args;
  square.b = args.a;
  square.stride_b = args.stride_a;
  square.scalar_b = args.scalar_a;
  kernels::MulF32(square);
}

constexpr BinaryOp kSquare = {kReals, nullptr, nullptr, nullptr, SquareF32};

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/2, /*outputs=*/1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kNumbers));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 1, kNumbers));
  const ElementType type = ctx.input(0).type;
  LINNET_RETURN_IF_ERROR(CheckActivation(ctx, ctx.attrs<format::Binary>()->activation(), type));
  Shape shape;
  LINNET_RETURN_IF_ERROR(BroadcastShape(ctx, 0, 2, &shape));
  return ctx.SetOutput(0, type, shape);
}

Status Eval(OpContext& ctx) {
  const TensorSlot &a = ctx.input(0), &b = ctx.input(1), &y = ctx.output(0);
  const WideKind base = WideKindOf(a.type), exponent = WideKindOf(b.type);
  const Params params = {base == WideKind::kSigned, exponent == WideKind::kSigned,
                         ToKernel(ctx.attrs<format::Binary>()->activation())};
  if (a.type == ElementType::kFloat32 && b.type == ElementType::kFloat32 && b.elements() == 1 && *b.as<float>() == 2) {
    RunBinary(ctx, kSquare, a, b, y, params.activation);
    return Status();
  }
  const TensorSlot* in[] = {&a, &b};
  if (base == WideKind::kReal || exponent == WideKind::kReal) {
    RunWide(ctx, {ComputeReals, &params, 2, {WideKind::kReal, WideKind::kReal}, WideKind::kReal}, in, y);
  } else {
    RunWide(ctx, {ComputeIntegers, &params, 2, {base, exponent}, base}, in, y);
  }
  return Status();
}

}  // namespace

const OpDef kPow = {
    format::OpCode::Pow, "Pow", format::OpAttrs::Binary, Prepare, Eval, kInPlace0 | kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
