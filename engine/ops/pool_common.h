// Geometry that the pooling ops share. x is [n, spatial..., c] with one to three spatial dimensions.
//
// Output sizes and padding are ONNX's: explicit pads or auto_pad, ceil_mode; a window that would start in the padding
// behind the input is dropped.
#ifndef LINNET_ENGINE_OPS_POOL_COMMON_H_
#define LINNET_ENGINE_OPS_POOL_COMMON_H_

#include "engine/broadcast.h"
#include "engine/op.h"
#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"
#include "kernels/pool_f32.h"

namespace linnet::ops {

// Missing spatial dimensions are outermost ones of size 1.
struct PoolGeometry {
  static constexpr int kDims = 3;
  int64_t batch, channels;
  int64_t in[kDims], out[kDims], kernel[kDims], stride[kDims], dilation[kDims], pad_begin[kDims], pad_end[kDims];
};

// One output pixel. All offsets count rows of channels.
struct PoolPixel {
  int64_t output;                      // row of y
  int64_t input;                       // row of x of the first tap inside the input
  int64_t image;                       // batch index
  int64_t first[PoolGeometry::kDims];  // coordinates of that tap
  int64_t taps[PoolGeometry::kDims];   // taps inside the input
  int64_t step[PoolGeometry::kDims];   // rows of x from tap to tap
  int64_t padded_taps;                 // taps inside the input and its padding
  // What all pixels of a row have in common: the row of y, the taps in its height and depth, and input without first[2].
  int64_t row, padded_rows, row_input;
};

// Checks x and the attributes (format::Pool), computes the geometry, stores it as the op's state, and gives y's shape
// to output 0 and, with int64, to output 1 where the op has one.
Status PreparePool(OpContext& ctx, uint8_t types, int max_outputs);

// The pixels of one row of y (of all batch * out[0] * out[1]), and one of them.
PoolPixel RowOfPixels(const PoolGeometry& geometry, int64_t row);
void MoveTo(const PoolGeometry& geometry, int64_t column, PoolPixel* pixel);

// body(pixel) for all pixels of a row of y.
template <typename Body>
void ForEachPixelOfRow(const PoolGeometry& g, int64_t row, const Body& body) {
  PoolPixel pixel = RowOfPixels(g, row);
  for (int64_t i = 0; i < g.out[2]; ++i) {
    MoveTo(g, i, &pixel);
    body(pixel);
  }
}

// The taps of a pixel of x, whose elements are T.
template <typename T>
kernels::PoolWindow<T> WindowOf(const PoolPixel& pixel, const TensorSlot& x) {
  kernels::PoolWindow<T> window;
  window.in = x.as<T>() + pixel.input * x.row_stride;
  for (int d = 0; d < PoolGeometry::kDims; ++d) {
    window.size[d] = static_cast<size_t>(pixel.taps[d]);
    window.step[d] = static_cast<size_t>(pixel.step[d] * x.row_stride);
  }
  return window;
}

// body(channel, n) for all channels in blocks of at most kWideBlock.
template <typename Body>
void ForEachChannelBlock(const PoolGeometry& g, const Body& body) {
  for (int64_t c = 0; c < g.channels; c += kWideBlock) {
    const int64_t left = g.channels - c;
    body(c, left < static_cast<int64_t>(kWideBlock) ? static_cast<size_t>(left) : kWideBlock);
  }
}

// body(row, thread) for every row of y; in parallel where there is enough to do.
template <typename Body>
void ForEachRow(OpContext& ctx, const PoolGeometry& g, const Body& body) {
  const int64_t width = g.out[2], rows = g.batch * g.out[0] * g.out[1];
  const auto run = [&](size_t row, int thread) { body(static_cast<int64_t>(row), thread); };
  if (ctx.threads() > 1 && rows * width * g.channels >= kParallelElements / 8) {
    ctx.Parallel(static_cast<size_t>(rows), run);
  } else {
    for (int64_t row = 0; row < rows; ++row) run(static_cast<size_t>(row), 0);
  }
}

// body(pixel) for every output pixel.
template <typename Body>
void ForEachPixel(OpContext& ctx, const PoolGeometry& g, const Body& body) {
  ForEachRow(ctx, g, [&](int64_t row, int) { ForEachPixelOfRow(g, row, body); });
}

// body(row of x, coordinates) for every tap of the pixel inside the input, in order.
template <typename Body>
void ForEachTap(const PoolPixel& p, const PoolGeometry& g, const Body& body) {
  int64_t at[3];
  for (int64_t d = 0; d < p.taps[0]; ++d) {
    at[0] = p.first[0] + d * g.dilation[0];
    for (int64_t h = 0; h < p.taps[1]; ++h) {
      at[1] = p.first[1] + h * g.dilation[1];
      for (int64_t w = 0; w < p.taps[2]; ++w) {
        at[2] = p.first[2] + w * g.dilation[2];
        body(p.input + d * p.step[0] + h * p.step[1] + w * p.step[2], at);
      }
    }
  }
}

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_POOL_COMMON_H_
