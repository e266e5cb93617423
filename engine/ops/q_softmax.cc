// y = e^x / (sum of e^x along the axis), int8 with a scale and a zero point of x and of y. Differences of quantised
// values index a table of exponentials, which are whole numbers. See kernels/int8.md.
#include "engine/broadcast.h"
#include "engine/ops/ops.h"
#include "engine/ops/quantized_tensor.h"
#include "engine/ops/slices.h"
#include "kernels/softmax_i8.h"

namespace linnet::ops {
namespace {

constexpr int64_t kLongestSlice = 1 << 30;

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/1, /*outputs=*/1));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(0, ElementType::kInt8));
  const TensorSlot& x = ctx.input(0);
  const int axis = ctx.attrs<format::Axis>()->axis();
  int resolved;
  // A scalar has the one axis that its single element would have.
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(axis, x.rank() > 0 ? x.rank() : 1, &resolved));
  if (SlicesOf(x.shape, axis).n > kLongestSlice) return ctx.Unsupported("x %s: the axis is too long", ctx.Describe(0));
  Affine from, to;
  LINNET_RETURN_IF_ERROR(ReadAffine(ctx, x, &from));
  LINNET_RETURN_IF_ERROR(ReadAffine(ctx, ctx.output(0), &to));
  auto* table = ctx.NewState<kernels::SoftmaxTableI8>();
  if (table == nullptr) return ctx.OutOfMemory();
  kernels::MakeSoftmaxTableI8(from.scale, table);
  return ctx.SetOutput(0, ElementType::kInt8, x.shape);
}

Status Eval(OpContext& ctx) {
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  const Slices s = SlicesOf(x.shape, ctx.attrs<format::Axis>()->axis());
  const Affine to = AffineOf(y);
  const kernels::SoftmaxI8 softmax = {ctx.state<kernels::SoftmaxTableI8>(), to.scale, to.zero_point};
  ForEachSliceBlock(ctx, s, 1, kParallelElements / 4, [&](const SliceBlock& block, int) {
    kernels::SoftmaxSliceI8(softmax, static_cast<size_t>(s.n), x.as<int8_t>() + block.first,
                            static_cast<size_t>(s.inner), y.as<int8_t>() + block.first);
  });
  return Status();
}

}  // namespace

const OpDef kQSoftmax = {format::OpCode::QSoftmax, "QSoftmax", format::OpAttrs::Axis, Prepare, Eval, kInPlace0};

}  // namespace linnet::ops
