// y = saturate(round(x / scale) + zero_point), halves to even, to an integer of at most 16 bits; to a floating-point
// type of at most 8 bits, y = x / scale + zero_point in that type. Inputs x (any numbers), scale, zero_point? (else 0).
// The quotient is that of float32. NaN becomes the zero point of an integer type.
#include "engine/ops/ops.h"
#include "engine/ops/quantize_common.h"
#include "engine/ops/type_check.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 3, 1, 1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kNumbers));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 1, kReals));
  const auto* attrs = ctx.attrs<format::Quantize>();
  ElementType type = static_cast<ElementType>(attrs->type());
  if (type == ElementType::kUndefined) type = ctx.has_input(2) ? ctx.input(2).type : ElementType::kUint8;
  const int most = WideKindOf(type) == WideKind::kReal ? 8 : 16;
  if ((TypeMaskOf(type) & kNumbers) == 0 || ElementBits(type) > most) {
    return ctx.Unsupported("cannot quantize to %s", ElementTypeName(type));
  }
  if (ctx.has_input(2) && ctx.input(2).type != type) {
    return ctx.Invalid("the zero point is %s, expected %s", ctx.Describe(2), ElementTypeName(type));
  }
  QuantizedRows* rows = ctx.NewState<QuantizedRows>();
  if (rows == nullptr) return ctx.OutOfMemory();
  LINNET_RETURN_IF_ERROR(GetQuantizedRows(ctx, rows));
  return ctx.SetOutput(0, type, ctx.input(0).shape);
}

// Adding and subtracting 1.5 * 2^23 rounds |v| < 2^22 to the nearest integer, halves to even.
inline float RoundSmall(float v) {
  constexpr float kMagic = 12582912.0f;
  return (v + kMagic) - kMagic;
}

// x[k] becomes the quotient, rounded and shifted into [lo, hi].
void QuantizeBlock(size_t n, Wide* x, const Wide* scale, const Wide* zero_point, float lo, float hi) {
  for (size_t k = 0; k < n; ++k) {
    const float shift = static_cast<float>(zero_point[k].f), least = lo - shift, most = hi - shift;
    float value = static_cast<float>(x[k].f) / static_cast<float>(scale[k].f);
    value = value < least ? least : value;
    value = value > most ? most : value;
    value = value == value ? value : 0;
    x[k].i = static_cast<int32_t>(RoundSmall(value) + shift);
  }
}

void RunKernels(OpContext& ctx) {
  const float* in = ctx.input(0).as<float>();
  const TensorSlot& out = ctx.output(0);
  ForEachQuantizedRun(ctx, *ctx.state<QuantizedRows>(), [&](int64_t first, size_t n, int64_t parameter, bool uniform) {
    if (out.type == ElementType::kInt8) {
      kernels::QuantizeI8(KernelRow<int8_t>(ctx, n, parameter, uniform), in + first, out.as<int8_t>() + first);
    } else {
      kernels::QuantizeU8(KernelRow<uint8_t>(ctx, n, parameter, uniform), in + first, out.as<uint8_t>() + first);
    }
  });
}

Status Eval(OpContext& ctx) {
  const TensorSlot &in = ctx.input(0), &out = ctx.output(0);
  const bool byte = out.type == ElementType::kInt8 || out.type == ElementType::kUint8;
  if (byte && in.type == ElementType::kFloat32 && ctx.input(1).type == ElementType::kFloat32) {
    RunKernels(ctx);
    return Status();
  }
  const bool saturate = ctx.attrs<format::Quantize>()->saturate();
  const WideKind kind = WideKindOf(out.type);
  // A part of the last byte may belong to no element.
  if (ElementBits(out.type) < 8 && out.elements() > 0) out.as<uint8_t>()[TensorBytes(out.type, out.shape) - 1] = 0;
  float lo = 0, hi = 0;
  if (kind == WideKind::kSigned) lo = static_cast<float>(LowestInteger(out.type).i);
  if (kind != WideKind::kReal) hi = static_cast<float>(HighestInteger(out.type).i);
  ForEachQuantizedBlock(
      ctx, *ctx.state<QuantizedRows>(), [&](int64_t first, size_t n, const Wide* scale, const Wide* zero_point) {
        Wide x[kWideBlock];
        Widen(in.type, in.data, first, n, WideKind::kReal, x);
        if (kind != WideKind::kReal) {
          QuantizeBlock(n, x, scale, zero_point, lo, hi);
          return Narrow(out.type, x, kind, first, n, out.data);
        }
        for (size_t k = 0; k < n; ++k) {
          x[k].f = static_cast<float>(x[k].f) / static_cast<float>(scale[k].f) + static_cast<float>(zero_point[k].f);
        }
        Narrow(out.type, x, kind, first, n, out.data, saturate);
      });
  return Status();
}

}  // namespace

const OpDef kQuantizeLinear = {format::OpCode::QuantizeLinear, "QuantizeLinear", format::OpAttrs::Quantize, Prepare,
                               Eval};

}  // namespace linnet::ops
