// Split: cuts the input into parts along `axis`, of sizes given by input 1 or the attribute, or else of ceil(size /
// parts), with the last ones smaller. Parts that the plan has left in place are not copied.
#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

// Size of every part, from input 1, the attribute or the number of outputs.
Status PartSizes(OpContext& ctx, int64_t size, int64_t* sizes) {
  const auto* attrs = ctx.attrs<format::Split>();
  const int parts = ctx.output_count();
  if (ctx.has_input(1)) {
    LINNET_RETURN_IF_ERROR(ExpectIndexType(ctx, 1));
    const TensorSlot& given = ctx.input(1);
    if (given.rank() != 1 || given.elements() != parts) {
      return ctx.Invalid("the sizes are %s for %d outputs", ctx.Describe(1), parts);
    }
    if (!HasValue(given)) return ctx.Unresolved(1);
    for (int i = 0; i < parts; ++i) sizes[i] = IndexAt(given, i);
  } else if (attrs->sizes() != nullptr && attrs->sizes()->size() != 0) {
    if (static_cast<int>(attrs->sizes()->size()) != parts) {
      return ctx.Invalid("%u sizes for %d outputs", attrs->sizes()->size(), parts);
    }
    for (int i = 0; i < parts; ++i) sizes[i] = attrs->sizes()->Get(i);
  } else {
    if (attrs->num_outputs() != 0 && attrs->num_outputs() != parts) {
      return ctx.Invalid("num_outputs is %d for %d outputs", attrs->num_outputs(), parts);
    }
    const int64_t part = size / parts + (size % parts != 0);
    for (int64_t i = 0, left = size; i < parts; ++i, left -= sizes[i - 1]) sizes[i] = part < left ? part : left;
  }
  return {};
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 2, 1, INT32_MAX));
  const TensorSlot& in = ctx.input(0);
  size_t element = 0;
  int axis = 0;
  LINNET_RETURN_IF_ERROR(ElementBytes(ctx, 0, &element));
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.attrs<format::Split>()->axis(), in.rank(), &axis));
  const int parts = ctx.output_count();
  int64_t* sizes = ctx.NewState<int64_t>(parts);
  if (sizes == nullptr) return ctx.OutOfMemory();
  LINNET_RETURN_IF_ERROR(PartSizes(ctx, in.shape[axis], sizes));
  int64_t left = in.shape[axis];
  for (int i = 0; i < parts; ++i) {
    if (sizes[i] < 0 || sizes[i] > left) {
      return ctx.Invalid("part %d has size %lld, with %lld of %s left along axis %d", i,
                         static_cast<long long>(sizes[i]), static_cast<long long>(left), ctx.Describe(0), axis);
    }
    left -= sizes[i];
    Shape shape = in.shape;
    shape[axis] = sizes[i];
    LINNET_RETURN_IF_ERROR(ctx.SetOutput(i, in.type, shape));
  }
  if (left != 0) {
    return ctx.Invalid("the parts leave %lld of %s along axis %d", static_cast<long long>(left), ctx.Describe(0), axis);
  }
  return {};
}

Status Eval(OpContext& ctx) {
  const TensorSlot& in = ctx.input(0);
  int axis = 0;
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.attrs<format::Split>()->axis(), in.rank(), &axis));
  const ByteStrides from(in);
  const int64_t* sizes = ctx.state<int64_t>();
  const char* place = in.as<char>();
  for (int i = 0; i < ctx.output_count(); place += sizes[i] * from[axis], ++i) {
    if (!ctx.has_output(i) || in.elements() == 0) continue;
    const TensorSlot& out = ctx.output(i);
    if (out.data == place || out.elements() == 0) continue;
    const ByteStrides to(out);
    kernels::CopyPlan plan(BytesOf(in.type));
    for (int d = 0; d < in.rank(); ++d) plan.Append(out.shape[d], from[d], to[d]);
    RunCopy(ctx, plan, place, out.data);
  }
  return {};
}

}  // namespace

const OpDef kSplit = {format::OpCode::Split,
                      "Split",
                      format::OpAttrs::Split,
                      Prepare,
                      Eval,
                      linnet::kSplit | kStridedInputs | kStridedOutputs};

}  // namespace linnet::ops
