// Weighted sums of rows of neighbouring elements (the channels of pixels), as the ops need them that interpolate.
#ifndef LINNET_ENGINE_OPS_WEIGHTED_ROWS_H_
#define LINNET_ENGINE_OPS_WEIGHTED_ROWS_H_

#include "engine/op.h"
#include "engine/widen.h"

namespace linnet::ops {

// Element k of a tensor of any type that holds numbers.
double RealAt(const TensorSlot& slot, int64_t k);

// sum[i] += weight * x[first + i] for i in [0, n). REQUIRES: n <= kWideBlock.
void AddRow(const TensorSlot& x, int64_t first, double weight, size_t n, double* sum);

// y[first + i] = sum[i] for i in [0, n), rounded to y's type. REQUIRES: n <= kWideBlock.
void StoreRow(const TensorSlot& y, int64_t first, size_t n, const double* sum);

// Calls body(start, n) for parts of [0, count) of at most kWideBlock.
template <typename Body>
void ForEachBlock(int64_t count, const Body& body) {
  constexpr int64_t kBlock = static_cast<int64_t>(kWideBlock);
  for (int64_t start = 0; start < count; start += kBlock) {
    body(start, static_cast<size_t>(count - start < kBlock ? count - start : kBlock));
  }
}

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_WEIGHTED_ROWS_H_
