// What the ops that normalise rows have in common: LayerNorm and RmsNorm over the dimensions from an axis on.
#ifndef LINNET_ENGINE_OPS_NORM_COMMON_H_
#define LINNET_ENGINE_OPS_NORM_COMMON_H_

#include "engine/op.h"
#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"

namespace linnet::ops {

// x seen as [rows, n]: the dimensions from format::Norm's axis on are normalised together.
struct NormRows {
  int64_t rows, n;
};
NormRows NormRowsOf(OpContext& ctx);

// Inputs x, scale, and with `has_shift` an optional shift, which both broadcast to the dimensions of x from the axis
// on; fused activation. Sets y's shape. Floating-point types.
Status PrepareRowNorm(OpContext& ctx, int max_inputs, int max_outputs);

// One row: the mean that is subtracted and the factor that is multiplied with.
struct RowMoments {
  double mean, factor;
};

// y = activation((x - mean) * factor * scale + shift) with what `moments` gives for each row; input 2 is the shift.
// Optional outputs 1 and 2 (fp32) get mean and factor.
struct RowNorm {
  RowMoments (*f32)(size_t n, const float* row, double epsilon);
  RowMoments (*wide)(const TensorSlot& x, int64_t first, int64_t n, double epsilon);
  // Some rows as a whole, where nothing else is wanted of them; or null.
  void (*rows_f32)(size_t rows, size_t n, const float* in, double epsilon, const float* scale, const float* shift,
                   float* out) = nullptr;
};
Status EvalRowNorm(OpContext& ctx, const RowNorm& norm);

// body(value) for n elements of x from `first` on.
template <typename Body>
void ForEachValue(const TensorSlot& x, int64_t first, int64_t n, const Body& body) {
  Wide values[kWideBlock];
  for (int64_t done = 0; done < n; done += kWideBlock) {
    const int64_t left = n - done, count = left < static_cast<int64_t>(kWideBlock) ? left : kWideBlock;
    Widen(x.type, x.data, first + done, static_cast<size_t>(count), WideKind::kReal, values);
    for (int64_t j = 0; j < count; ++j) body(values[j].f);
  }
}

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_NORM_COMMON_H_
