// The computation of Resize, row by row of the output.
#ifndef LINNET_ENGINE_OPS_RESIZE_ROWS_H_
#define LINNET_ENGINE_OPS_RESIZE_ROWS_H_

#include "engine/op.h"
#include "engine/ops/resize_axis.h"
#include "kernels/quantize.h"

namespace linnet::ops {

// x as [rows by outer dimensions, width, channels].
struct ResizePlan {
  ResizeRule rule;
  ResizeAxis axes[Shape::kMaxRank];
  int outer;  // dimensions before the width, axes[outer]
  int64_t channels;
  bool channel_rows;  // channels are the last dimension of x; else the width is, and there is one channel
  int64_t rows;
  int64_t outer_taps, row_taps;  // of one output row: list entries, and rows of x

  const ResizeAxis& width() const { return axes[outer]; }
};

// Whether elements of `type` are moved as they are.
bool MovesElements(const ResizePlan& plan, ElementType type);
// For Prepare; x and y must not be empty.
void RequestRowScratch(OpContext& ctx, const ResizePlan& plan, bool quantized);
// Input 0 to output 0, neither of them empty.
void ResizeRows(OpContext& ctx, const ResizePlan& plan);

// Of int8: x less zero_in is resized in fp32, in canonical order, and brought to the scale of y.
struct QuantizedResize {
  int8_t zero_in;
  kernels::ScaleToI8 scale;
};
void ResizeRowsI8(OpContext& ctx, const ResizePlan& plan, const QuantizedResize& quantized);

// Prepare of Resize, and with `quantized` of QResize, which does without regions and nearest elements. The plan becomes
// the op's state. In resize.cc.
Status PrepareResize(OpContext& ctx, bool quantized);

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_RESIZE_ROWS_H_
