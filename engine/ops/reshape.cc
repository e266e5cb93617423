// Reshape: out = in with other sizes; in [any], shape [r] (int32 / int64). A size of -1 is what remains of the
// elements; 0 is the input's size at that place, or with allow_zero a size of 0.
#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 2, 1, 1));
  const TensorSlot& in = ctx.input(0);
  const bool allow_zero = ctx.attrs<format::Reshape>()->allow_zero();
  IntList sizes;
  LINNET_RETURN_IF_ERROR(ctx.ReadInts(1, &sizes));
  if (sizes.count > Shape::kMaxRank) return ctx.Unsupported("rank %d; at most %d", sizes.count, Shape::kMaxRank);
  Shape shape;
  int inferred = -1;
  int64_t known = 1;
  for (int i = 0; i < sizes.count; ++i) {
    int64_t size = sizes[i];
    if (size == -1) {
      if (inferred >= 0) return ctx.Invalid("sizes %d and %d are both -1; only one can be inferred", inferred, i);
      inferred = i;
      shape.Append(-1);
      continue;
    }
    if (size == 0 && !allow_zero) {
      if (i >= in.rank()) return ctx.Invalid("size %d is 0, a copy of the input's, but its rank is %d", i, in.rank());
      size = in.shape[i];
    }
    if (size < 0) return ctx.Invalid("size %d is %lld", i, static_cast<long long>(size));
    if (__builtin_mul_overflow(known, size, &known)) return ctx.Invalid("the sizes' product overflows");
    shape.Append(size);
  }
  const int64_t elements = in.elements();
  if (inferred >= 0) {
    if (known == 0 || elements % known != 0) {
      return ctx.Invalid("size %d cannot be inferred: %lld elements over %lld", inferred,
                         static_cast<long long>(elements), static_cast<long long>(known));
    }
    shape[inferred] = elements / known;
  } else if (known != elements) {
    return ctx.Invalid("the sizes ask for %lld elements, the input is %s", static_cast<long long>(known),
                       ctx.Describe(0));
  }
  return ctx.SetOutput(0, in.type, shape);
}

}  // namespace

const OpDef kReshape = {format::OpCode::Reshape, "Reshape", format::OpAttrs::Reshape, Prepare, CopyView, kView};

}  // namespace linnet::ops
