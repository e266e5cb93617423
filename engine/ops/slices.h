// A tensor seen along one axis: [outer, n, inner], slices of n elements that lie `inner` apart.
#ifndef LINNET_ENGINE_OPS_SLICES_H_
#define LINNET_ENGINE_OPS_SLICES_H_

#include "engine/broadcast.h"
#include "engine/op.h"

namespace linnet::ops {

struct Slices {
  int64_t outer, n, inner;
};

// `axis` in [-rank, rank); a scalar has one axis of one element.
inline Slices SlicesOf(const Shape& shape, int64_t axis) {
  if (shape.rank() == 0) return {1, 1, 1};
  const int at = static_cast<int>(axis < 0 ? axis + shape.rank() : axis);
  return {shape.Product(0, at), shape[at], shape.Product(at + 1, shape.rank())};
}

// `count` neighbouring slices, the first of which begins at element `first` and has the number `index` of all slices.
struct SliceBlock {
  int64_t first, index, count;
};

// body(block, thread) for all slices, at most `columns` neighbours at a time; in parallel from `parallel_elements` on.
// Elements of less than a byte share bytes and stay with one thread.
template <typename Body>
void ForEachSliceBlock(OpContext& ctx, const Slices& s, int64_t columns, int64_t parallel_elements, const Body& body) {
  const int64_t blocks = (s.inner + columns - 1) / columns;
  const auto run = [&](size_t task, int thread) {
    const int64_t o = static_cast<int64_t>(task) / blocks, c = static_cast<int64_t>(task) % blocks * columns;
    body(SliceBlock{o * s.n * s.inner + c, o * s.inner + c, s.inner - c < columns ? s.inner - c : columns}, thread);
  };
  const size_t tasks = static_cast<size_t>(s.outer * blocks);
  const bool whole_bytes = ElementBits(ctx.output(0).type) >= 8;
  if (ctx.threads() > 1 && whole_bytes && s.outer * s.n * s.inner >= parallel_elements) {
    ctx.Parallel(tasks, run);
  } else {
    for (size_t i = 0; i < tasks; ++i) run(i, 0);
  }
}

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_SLICES_H_
