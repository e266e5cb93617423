// Col2Im: adds blocks back into pictures. Inputs x [n, c * block elements, blocks], image_shape, block_shape; output
// [n, c, image_shape...]. Blocks lie `strides` apart over the padded picture, in row-major order, their elements
// `dilations` apart; a pixel is the sum of all elements that fall on it. All types but bool.
#include "engine/data_movement.h"
#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"

namespace linnet::ops {
namespace {

constexpr int kMaxSpatial = Shape::kMaxRank - 2;

struct Blocks {
  int rank;
  int64_t image[kMaxSpatial], block[kMaxSpatial], count[kMaxSpatial];  // count: of blocks along each axis
  int64_t stride[kMaxSpatial], dilation[kMaxSpatial], begin[kMaxSpatial];
  int64_t elements, blocks;  // of a block; of a picture
};

int64_t AttributeAt(const flatbuffers::Vector<int32_t>* values, int i, int64_t otherwise) {
  return values != nullptr && i < static_cast<int>(values->size()) ? values->Get(static_cast<flatbuffers::uoffset_t>(i))
                                                                   : otherwise;
}

// The sizes along one axis.
Status ReadAxis(OpContext& ctx, int d, int64_t image, int64_t block, Blocks* b) {
  const auto* attrs = ctx.attrs<format::Col2Im>();
  constexpr int64_t kMost = INT32_MAX;
  b->image[d] = image;
  b->block[d] = block;
  b->stride[d] = AttributeAt(attrs->strides(), d, 1);
  b->dilation[d] = AttributeAt(attrs->dilations(), d, 1);
  b->begin[d] = AttributeAt(attrs->pads(), d, 0);
  const int64_t end = AttributeAt(attrs->pads(), b->rank + d, 0);
  const bool sane = image >= 0 && image <= kMost && block > 0 && block <= kMost && b->stride[d] > 0 &&
                    b->dilation[d] > 0 && b->begin[d] >= 0 && end >= 0;
  const int64_t span = sane ? image + b->begin[d] + end - b->dilation[d] * (block - 1) - 1 : -1;
  if (span < 0) {
    return ctx.Invalid("a picture of %lld has no room for a block of %lld along axis %d", static_cast<long long>(image),
                       static_cast<long long>(block), d);
  }
  b->count[d] = span / b->stride[d] + 1;
  return Status();
}

Status ReadBlocks(OpContext& ctx, Blocks* b) {
  const TensorSlot& x = ctx.input(0);
  IntList image, block;
  LINNET_RETURN_IF_ERROR(ctx.ReadInts(1, &image));
  LINNET_RETURN_IF_ERROR(ctx.ReadInts(2, &block));
  if (x.rank() != 3 || image.count < 1 || image.count > kMaxSpatial || image.count != block.count) {
    return ctx.Invalid("x is %s, image_shape %s, block_shape %s", ctx.Describe(0), ctx.Describe(1, 1),
                       ctx.Describe(2, 2));
  }
  b->rank = image.count;
  b->elements = b->blocks = 1;
  bool overflow = false;
  for (int d = 0; d < b->rank; ++d) {
    LINNET_RETURN_IF_ERROR(ReadAxis(ctx, d, image[d], block[d], b));
    overflow |= __builtin_mul_overflow(b->elements, b->block[d], &b->elements);
    overflow |= __builtin_mul_overflow(b->blocks, b->count[d], &b->blocks);
  }
  if (overflow || x.shape[1] % b->elements != 0 || x.shape[2] != b->blocks) {
    return ctx.Invalid("x is %s, expected [n, c * %lld, %lld]", ctx.Describe(0), static_cast<long long>(b->elements),
                       static_cast<long long>(b->blocks));
  }
  return Status();
}

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/3, /*outputs=*/1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kNumbers));
  Blocks* b = ctx.NewState<Blocks>();
  if (b == nullptr) return ctx.OutOfMemory();
  LINNET_RETURN_IF_ERROR(ReadBlocks(ctx, b));
  const TensorSlot& x = ctx.input(0);
  Shape shape = {x.shape[0], x.shape[1] / b->elements};
  for (int d = 0; d < b->rank; ++d) shape.Append(b->image[d]);
  return ctx.SetOutput(0, x.type, shape);
}

// The element of the columns [elements, blocks] where element `e` of a block falls on `pixel`; -1 if no block's does.
int64_t ColumnOf(const Blocks& b, const int64_t* pixel, int64_t e) {
  int64_t block = 0, scale = 1;
  int64_t rest = e;
  for (int d = b.rank - 1; d >= 0; --d) {
    const int64_t from = pixel[d] + b.begin[d] - rest % b.block[d] * b.dilation[d];
    rest /= b.block[d];
    if (from < 0 || from % b.stride[d] != 0 || from / b.stride[d] >= b.count[d]) return -1;
    block += from / b.stride[d] * scale;
    scale *= b.count[d];
  }
  return e * b.blocks + block;
}

Status Eval(OpContext& ctx) {
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  const Blocks& b = *ctx.state<Blocks>();
  const WideKind kind = WideKindOf(x.type);
  const int64_t pixels = y.shape.Product(2, y.rank());
  const int64_t bytes = ElementBits(y.type) >= 8 ? y.elements() * b.elements * 4 : 0;
  ParallelRanges(ctx, y.elements(), bytes, [&](int64_t first, int64_t last, int) {
    for (int64_t i = first; i < last; ++i) {
      int64_t pixel[kMaxSpatial], rest = i % pixels;
      for (int d = b.rank - 1; d >= 0; --d) {
        pixel[d] = rest % b.image[d];
        rest /= b.image[d];
      }
      const int64_t columns = i / pixels * b.elements * b.blocks;
      Wide sum, value;
      sum.u = 0;  // also 0.0
      for (int64_t e = 0; e < b.elements; ++e) {
        const int64_t at = ColumnOf(b, pixel, e);
        if (at < 0) continue;
        Widen(x.type, x.data, columns + at, 1, kind, &value);
        if (kind == WideKind::kReal) {
          sum.f += value.f;
        } else {
          sum.u += value.u;
        }
      }
      Narrow(y.type, &sum, kind, i, 1, y.data);
    }
  });
  return Status();
}

}  // namespace

const OpDef kCol2Im = {format::OpCode::Col2Im, "Col2Im", format::OpAttrs::Col2Im, Prepare, Eval};

}  // namespace linnet::ops
