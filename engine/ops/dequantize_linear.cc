// y = (x - zero_point) * scale. Inputs x (integers of at most 32 bits, or floating-point of at most 8), scale,
// zero_point? (else 0). The product is that of float32; y has the type of the attribute, else of the scale.
#include "engine/ops/ops.h"
#include "engine/ops/quantize_common.h"
#include "engine/ops/type_check.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 3, 1, 1));
  const ElementType x = ctx.input(0).type;
  const int most = WideKindOf(x) == WideKind::kReal ? 8 : 32;
  if ((TypeMaskOf(x) & kNumbers) == 0 || ElementBits(x) > most) {
    return ctx.Unsupported("cannot dequantize x %s", ctx.Describe(0));
  }
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 1, kReals));
  if (ctx.has_input(2)) LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(2));
  ElementType type = static_cast<ElementType>(ctx.attrs<format::Quantize>()->type());
  if (type == ElementType::kUndefined) type = ctx.input(1).type;
  if (WideKindOf(type) != WideKind::kReal) return ctx.Invalid("cannot dequantize to %s", ElementTypeName(type));
  QuantizedRows* rows = ctx.NewState<QuantizedRows>();
  if (rows == nullptr) return ctx.OutOfMemory();
  LINNET_RETURN_IF_ERROR(GetQuantizedRows(ctx, rows));
  return ctx.SetOutput(0, type, ctx.input(0).shape);
}

void RunKernels(OpContext& ctx) {
  const TensorSlot& in = ctx.input(0);
  float* out = ctx.output(0).as<float>();
  ForEachQuantizedRun(ctx, *ctx.state<QuantizedRows>(), [&](int64_t first, size_t n, int64_t parameter, bool uniform) {
    if (in.type == ElementType::kInt8) {
      kernels::DequantizeI8(KernelRow<int8_t>(ctx, n, parameter, uniform), in.as<int8_t>() + first, out + first);
    } else {
      kernels::DequantizeU8(KernelRow<uint8_t>(ctx, n, parameter, uniform), in.as<uint8_t>() + first, out + first);
    }
  });
}

Status Eval(OpContext& ctx) {
  const TensorSlot &in = ctx.input(0), &out = ctx.output(0);
  const bool byte = in.type == ElementType::kInt8 || in.type == ElementType::kUint8;
  if (byte && out.type == ElementType::kFloat32 && ctx.input(1).type == ElementType::kFloat32) {
    RunKernels(ctx);
    return Status();
  }
  ForEachQuantizedBlock(ctx, *ctx.state<QuantizedRows>(),
                        [&](int64_t first, size_t n, const Wide* scale, const Wide* zero_point) {
                          Wide x[kWideBlock];
                          Widen(in.type, in.data, first, n, WideKind::kReal, x);
                          // The difference of integers of 32 bits is exact in double.
                          for (size_t k = 0; k < n; ++k) {
                            x[k].f = static_cast<float>(x[k].f - zero_point[k].f) * static_cast<float>(scale[k].f);
                          }
                          Narrow(out.type, x, WideKind::kReal, first, n, out.data);
                        });
  return Status();
}

}  // namespace

const OpDef kDequantizeLinear = {format::OpCode::DequantizeLinear, "DequantizeLinear", format::OpAttrs::Quantize,
                                 Prepare, Eval};

}  // namespace linnet::ops
