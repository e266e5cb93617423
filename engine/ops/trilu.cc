// Trilu: of every matrix of in [..., rows, cols] the part on and above (`upper`) or on and below the k-th diagonal,
// else 0. k is input 1 (int64, above the main diagonal if positive), 0 if it is left out.
#include <cstring>

#include "engine/data_movement.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 2, 1, 1));
  const TensorSlot& in = ctx.input(0);
  size_t element = 0;
  LINNET_RETURN_IF_ERROR(ElementBytes(ctx, 0, &element));
  if (in.rank() < 2) return ctx.Invalid("the input is %s, of rank below 2", ctx.Describe(0));
  if (ctx.has_input(1)) {
    LINNET_RETURN_IF_ERROR(ExpectIndexType(ctx, 1));
    if (ctx.input(1).elements() != 1) return ctx.Invalid("k is %s, not one number", ctx.Describe(1));
  }
  return ctx.SetOutput(0, in.type, in.shape);
}

Status Eval(OpContext& ctx) {
  const TensorSlot& in = ctx.input(0);
  const TensorSlot& out = ctx.output(0);
  if (out.elements() == 0) return {};
  const bool upper = ctx.attrs<format::Trilu>()->upper();
  const int64_t rows = in.shape[in.rank() - 2], cols = in.shape.back();
  int64_t k = ctx.has_input(1) ? IndexAt(ctx.input(1), 0) : 0;
  k = k < -rows ? -rows : k > cols ? cols : k;
  const int64_t bytes = static_cast<int64_t>(BytesOf(in.type));
  const int64_t count = in.elements() / cols;
  ParallelRanges(ctx, count, count * cols * bytes, [&](int64_t first, int64_t last, int) {
    for (int64_t r = first; r < last; ++r) {
      // Columns [0, below) lie below the diagonal, or on it where the lower part is kept.
      int64_t below = r % rows + k + (upper ? 0 : 1);
      below = below < 0 ? 0 : below > cols ? cols : below;
      const char* from = in.as<char>() + r * cols * bytes;
      char* to = out.as<char>() + r * cols * bytes;
      const int64_t kept = upper ? below : 0, kept_end = upper ? cols : below;
      if (to != from) std::memcpy(to + kept * bytes, from + kept * bytes, (kept_end - kept) * bytes);
      std::memset(to + (upper ? 0 : below) * bytes, 0, (upper ? below : cols - below) * bytes);
    }
  });
  return {};
}

}  // namespace

const OpDef kTrilu = {format::OpCode::Trilu, "Trilu", format::OpAttrs::Trilu, Prepare, Eval, kInPlace0};

}  // namespace linnet::ops
