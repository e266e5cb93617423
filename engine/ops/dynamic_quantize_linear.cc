// y = saturate(round(x / scale) + zero_point), uint8, with scale = (max(0, x) - min(0, x)) / 255 (1 where that is 0)
// and zero_point = saturate(round(-min(0, x) / scale)), as ONNX: outputs y, scale [] and zero_point []. x is float32;
// the extremes are over all of it. NaN anywhere makes the scale NaN and every y the zero point.
#include "engine/broadcast.h"
#include "engine/data_movement.h"
#include "engine/ops/ops.h"
#include "kernels/quantize.h"
#include "kernels/reduce_f32.h"

namespace linnet::ops {
namespace {

constexpr int64_t kBlock = 16 * 1024;

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 1, 3, 3));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(0, ElementType::kFloat32));
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(0, ElementType::kUint8, ctx.input(0).shape));
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(1, ElementType::kFloat32, Shape()));
  return ctx.SetOutput(2, ElementType::kUint8, Shape());
}

Status Eval(OpContext& ctx) {
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  float* const scale = ctx.output(1).as<float>();
  uint8_t* const zero_point = ctx.output(2).as<uint8_t>();
  const size_t elements = static_cast<size_t>(x.elements());
  const float least = kernels::MinRowF32(elements, x.as<float>()), most = kernels::MaxRowF32(elements, x.as<float>());
  const float lo = least > 0 ? 0 : least, hi = most < 0 ? 0 : most;
  *scale = elements > 0 ? (hi - lo) / 255 : 1;
  if (*scale == 0) *scale = 1;
  const float offset = elements > 0 ? -lo : 0, one = 1;
  float quotient = offset / *scale;
  kernels::QuantizeU8({1, &one, nullptr, true}, &quotient, zero_point);
  const int64_t blocks = (x.elements() + kBlock - 1) / kBlock;
  ParallelRanges(ctx, blocks, x.elements() * 4, [&](int64_t begin, int64_t end, int) {
    const int64_t first = begin * kBlock, last = end * kBlock < x.elements() ? end * kBlock : x.elements();
    kernels::QuantizeU8({static_cast<size_t>(last - first), scale, zero_point, true}, x.as<float>() + first,
                        y.as<uint8_t>() + first);
  });
  return Status();
}

}  // namespace

const OpDef kDynamicQuantizeLinear = {
    format::OpCode::DynamicQuantizeLinear, "DynamicQuantizeLinear", format::OpAttrs::NONE, Prepare, Eval};

}  // namespace linnet::ops
