// Convolution 3x3 with stride 1 by Winograd's F(4x4, 3x3), in fp32: 36 products for 16 outputs of a channel instead of 144.
//
//   y[b, oy, ox, j] = activation(sum over ky, kx, c of x[b, oy + ky - pad_top, ox + kx - pad_left, c] * w[j, ky, kx, c]
//                                + bias[j] + residual[b, oy, ox, j])
//
// The output is cut into tiles of 4x4. Each tile's 6x6 inputs are transformed (V = B' d B), multiplied by the transformed
// filters as 36 matrix products over the channels, and transformed back (Y = A' M A). Matrices of Lavin and Gray, "Fast
// Algorithms for Convolutional Neural Networks", 2015, with the points 0, 1, -1, 2, -2 and infinity.
//
// Error: transforms cancel, so it is larger than that of direct sums: about 10 to 30 times, see README.md. Infinity
// among a tile's inputs may come out as NaN in other outputs of the tile; NaN propagates to the whole tile.
// The result does not depend on the number of threads.
#ifndef LINNET_KERNELS_WINOGRAD_F32_H_
#define LINNET_KERNELS_WINOGRAD_F32_H_

#include <cstddef>
#include <cstdint>

#include "kernels/activation.h"

namespace linnet::kernels {

struct WinogradF32 {
  size_t batch = 0, in_h = 0, in_w = 0, channels = 0;
  size_t out_h = 0, out_w = 0, n = 0;
  size_t pad_top = 0, pad_left = 0;
  const float* x = nullptr;         // pixel i at x + i * x_stride
  size_t x_stride = 0;
  const float* filters = nullptr;   // panels [n / 16][9 * channels][16], zero padded (kernels/pack.h)
  const float* bias = nullptr;      // [n] or null
  const float* residual = nullptr;  // pixel i at residual + i * residual_stride, or null; may be y itself
  size_t residual_stride = 0;
  float* y = nullptr;               // pixel i at y + i * y_stride
  size_t y_stride = 0;
  Activation activation = {};
};

// How a convolution of one shape is cut up: chunks of tiles, one after the other; for each chunk first all input tasks,
// then, when these are done, all product tasks.
struct WinogradPlanF32 {
  void (*transform)(const WinogradF32& w, const WinogradPlanF32& plan, size_t chunk, size_t task, float* shared);
  void (*multiply)(const WinogradF32& w, const WinogradPlanF32& plan, size_t chunk, size_t task, const float* shared,
                   float* scratch);
  size_t chunks, input_tasks, product_tasks;
  size_t shared_bytes, scratch_bytes;  // of a chunk; of a thread. 64-byte aligned
  size_t tiles, tiles_w, tiles_per_image;
  size_t chunk_tiles, input_tiles, block_tiles, parts;
  size_t block_k, row_stride, product_stride, filter_stride;
};

// What it and the direct convolution of kernels/gemm_f32.h are expected to cost, in multiply-adds of a product. Pointers do not matter.
struct WinogradCostF32 {
  double winograd, direct;
};
WinogradCostF32 CostOfWinogradF32(const WinogradF32& w);
// Whether it is expected to be faster.
bool WinogradGainsF32(const WinogradF32& w);

// REQUIRES: channels > 0, n > 0, and some output.
WinogradPlanF32 PlanWinogradF32(const WinogradF32& w, int threads);

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_WINOGRAD_F32_H_
