#include "engine/data_movement.h"

#include <cstring>

namespace linnet {

Status ElementBytes(OpContext& ctx, int i, size_t* bytes) {
  const int bits = ElementBits(ctx.input(i).type);
  if (bits == 0 || bits % 8 != 0) {
    return ctx.Unsupported("input %d is %s; only element types of whole bytes can be moved", i,
                           ElementTypeName(ctx.input(i).type));
  }
  *bytes = static_cast<size_t>(bits) / 8;
  return {};
}

ByteStrides::ByteStrides(const TensorSlot& slot) {
  const int rank = slot.rank();
  int64_t stride = static_cast<int64_t>(BytesOf(slot.type));
  for (int d = rank - 1; d >= 0; --d) {
    strides[d] = stride;
    stride *= d == rank - 1 ? slot.row_stride : slot.shape[d];
  }
}

Status ExpectIndexType(OpContext& ctx, int i) {
  const ElementType type = ctx.input(i).type;
  if (type == ElementType::kInt32 || type == ElementType::kInt64) return {};
  return ctx.Invalid("input %d must be int32 or int64, not %s", i, ElementTypeName(type));
}

Status ReadAxes(OpContext& ctx, int i, const flatbuffers::Vector<int32_t>* attribute, int rank, IntList* axes) {
  IntList given;
  if (ctx.has_input(i)) {
    LINNET_RETURN_IF_ERROR(ctx.ReadInts(i, &given));
  } else if (attribute != nullptr) {
    for (const int32_t axis : *attribute) {
      if (given.count == IntList::kMax) return ctx.Invalid("%u axes; at most %d", attribute->size(), IntList::kMax);
      given.values[given.count++] = axis;
    }
  }
  uint32_t seen = 0;
  axes->count = 0;
  for (const int64_t axis : given) {
    int resolved = 0;
    LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(axis, rank, &resolved));
    if (seen & (1u << resolved)) return ctx.Invalid("axis %d is given twice", resolved);
    seen |= 1u << resolved;
    axes->values[axes->count++] = resolved;
  }
  return {};
}

void RunCopy(OpContext& ctx, kernels::CopyPlan plan, const void* in, void* out) {
  if (plan.empty()) return;
  kernels::SimplifyCopy(&plan);
  int dim = 0;
  const int parts =
      plan.bytes() < kParallelBytes || ctx.threads() == 1 ? 1 : kernels::DivideCopy(plan, ctx.threads() * kernels::kTasksPerThread, &dim);
  if (parts == 1) return kernels::Copy(plan, in, out);
  ctx.Parallel(static_cast<size_t>(parts),
               [&](size_t part, int) { kernels::CopyPart(plan, dim, parts, static_cast<int>(part), in, out); });
}

Status CopyView(OpContext& ctx) {
  const TensorSlot& in = ctx.input(0);
  const TensorSlot& out = ctx.output(0);
  const size_t bytes = TensorBytes(out.type, out.shape);
  if (bytes != 0 && in.data != out.data) std::memcpy(out.data, in.data, bytes);
  return {};
}

}  // namespace linnet
