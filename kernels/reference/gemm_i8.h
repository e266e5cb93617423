// The products of kernels/gemm_i8.h in 64-bit integers. For tests.
#ifndef LINNET_KERNELS_REFERENCE_GEMM_I8_H_
#define LINNET_KERNELS_REFERENCE_GEMM_I8_H_

#include <vector>

#include "kernels/gemm_i8.h"

namespace linnet::kernels::reference {

inline int8_t Flipped(int8_t value, uint8_t flip) { return static_cast<int8_t>(static_cast<uint8_t>(value) ^ flip); }

// A[i, p], after a_flip.
inline int64_t AValue(const GemmI8& g, size_t i, size_t p) {
  if (g.conv == nullptr) return Flipped(g.a[i * g.a_stride + p], g.a_flip);
  const ConvRows& c = *g.conv;
  const size_t image = i / (c.out_h * c.out_w), oy = i / c.out_w % c.out_h, ox = i % c.out_w;
  const size_t tap = p / c.channels;
  const size_t y = oy * c.stride_h + tap / c.kernel_w * c.dilation_h - c.pad_top;
  const size_t x = ox * c.stride_w + tap % c.kernel_w * c.dilation_w - c.pad_left;
  if (y >= c.in_h || x >= c.in_w) return Flipped(g.a_pad, g.a_flip);
  return Flipped(g.a[((image * c.in_h + y) * c.in_w + x) * c.pixel_stride + p % c.channels], g.a_flip);
}

// sum[i, j] for all i, j. `b` is B [k, n] in plain order, as it is meant (128 subtracted where it is uint8).
inline std::vector<int64_t> Gemm(const GemmI8& g, const std::vector<int8_t>& b) {
  std::vector<int64_t> sums;
  for (size_t i = 0; i < g.m; ++i) {
    std::vector<int64_t> a(g.k);
    for (size_t p = 0; p < g.k; ++p) a[p] = AValue(g, i, p) - g.a_zero_point;
    for (size_t j = 0; j < g.n; ++j) {
      const int64_t b_zero = g.b_zero_points != nullptr ? g.b_zero_points[j] : g.b_zero_point;
      int64_t sum = g.bias != nullptr ? g.bias[j] : 0;
      for (size_t p = 0; p < g.k; ++p) sum += a[p] * (b[p * g.n + j] - b_zero);
      sums.push_back(sum);
    }
  }
  return sums;
}

}  // namespace linnet::kernels::reference

#endif  // LINNET_KERNELS_REFERENCE_GEMM_I8_H_
