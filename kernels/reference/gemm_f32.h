// Plain truth of kernels/gemm_f32.h, in double, from plain matrices; without activation.
#ifndef LINNET_KERNELS_REFERENCE_GEMM_F32_H_
#define LINNET_KERNELS_REFERENCE_GEMM_F32_H_

#include <cmath>
#include <vector>

#include "kernels/gemm_f32.h"

namespace linnet::kernels::reference {

// What one element of C is, and the sum of the magnitudes that it is made of, to which its error is relative.
struct Sum {
  double value = 0, magnitude = 0;
  void Add(double term) {
    value += term;
    magnitude += std::abs(term);
  }
};

// Element (i, p) of A: of a plain matrix, or of the patches of an image.
inline double GemmA(const GemmF32& g, size_t i, size_t p) {
  if (g.conv == nullptr) return g.a[i * g.a_stride + p];
  const ConvRows& v = *g.conv;
  const size_t pixels = v.out_h * v.out_w, tap = p / v.channels;
  const long y = static_cast<long>(i % pixels / v.out_w * v.stride_h + tap / v.kernel_w * v.dilation_h) -
                 static_cast<long>(v.pad_top);
  const long x = static_cast<long>(i % v.out_w * v.stride_w + tap % v.kernel_w * v.dilation_w) -
                 static_cast<long>(v.pad_left);
  if (y < 0 || x < 0 || y >= static_cast<long>(v.in_h) || x >= static_cast<long>(v.in_w)) return 0;
  const size_t pixel = (i / pixels * v.in_h + static_cast<size_t>(y)) * v.in_w + static_cast<size_t>(x);
  return g.a[pixel * v.pixel_stride + p % v.channels];
}

// C[m, n]; b [k, n] is B, plain.
inline std::vector<Sum> Gemm(const GemmF32& g, const std::vector<float>& b) {
  std::vector<Sum> c(g.m * g.n);
  for (size_t i = 0; i < g.m; ++i) {
    for (size_t j = 0; j < g.n; ++j) {
      Sum& sum = c[i * g.n + j];
      if (g.bias != nullptr) sum.Add(g.bias[j]);
      if (g.residual != nullptr) sum.Add(g.residual[i * g.residual_stride + j]);
    }
    for (size_t p = 0; p < g.k; ++p) {
      const double a = GemmA(g, i, p);
      for (size_t j = 0; j < g.n; ++j) c[i * g.n + j].Add(a * b[p * g.n + j]);
    }
  }
  return c;
}

}  // namespace linnet::kernels::reference

#endif  // LINNET_KERNELS_REFERENCE_GEMM_F32_H_
