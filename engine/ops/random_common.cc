#include "engine/ops/random_common.h"

#include <ctime>

#include "engine/ops/type_check.h"
#include "engine/ops/weighted_rows.h"

namespace linnet::ops {

Status PrepareRandom(OpContext& ctx, const format::Random& attrs) {
  RandomStream* stream = ctx.NewState<RandomStream>();
  if (stream == nullptr) return ctx.OutOfMemory();
  // Time and place tell sessions apart, of one process and of others.
  const uint64_t other = static_cast<uint64_t>(std::time(nullptr)) ^ reinterpret_cast<uintptr_t>(stream) << 16 ^
                         static_cast<uint64_t>(std::clock()) << 40;
  stream->Seed(attrs.seeded() ? attrs.seed() : other);
  return Status();
}

Status PrepareRandomShape(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/1, /*outputs=*/1));
  const auto& attrs = *ctx.attrs<format::Random>();
  const auto type = static_cast<ElementType>(attrs.type());
  if (WideKindOf(type) != WideKind::kReal || ElementBits(type) < 16) {
    return ctx.Unsupported("random numbers of type %s", ElementTypeName(type));
  }
  IntList sizes;
  LINNET_RETURN_IF_ERROR(ctx.ReadInts(0, &sizes));
  if (sizes.count > Shape::kMaxRank) return ctx.Invalid("a shape of %d dimensions", sizes.count);
  Shape shape;
  for (int64_t size : sizes) {
    if (size < 0) return ctx.Invalid("a dimension of %lld", static_cast<long long>(size));
    shape.Append(size);
  }
  LINNET_RETURN_IF_ERROR(PrepareRandom(ctx, attrs));
  return ctx.SetOutput(0, type, shape);
}

Status FillRandom(OpContext& ctx, double (*draw)(RandomStream& stream, const format::Random& attrs)) {
  const TensorSlot& y = ctx.output(0);
  const auto& attrs = *ctx.attrs<format::Random>();
  RandomStream& stream = *ctx.state<RandomStream>();
  ForEachBlock(y.elements(), [&](int64_t first, size_t n) {
    double values[kWideBlock];
    for (size_t i = 0; i < n; ++i) values[i] = draw(stream, attrs);
    StoreRow(y, first, n, values);
  });
  return Status();
}

}  // namespace linnet::ops
