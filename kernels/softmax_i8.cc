// Compiled once: most of the time goes into reading table entries, which vectors do not make faster. The region keeps
// compilers from contracting the exponential.
#include "kernels/softmax_i8.h"

#include <cmath>

#include "kernels/quantize.h"

#include "kernels/scalar/begin_scalar.h"
namespace linnet::kernels {
namespace {

// e^-x for x >= 0 in plain double operations, so that every processor and C library gives the same: relative error
// below 2^-50 down to e^-700, below which it is 0.
double ExpOfNegative(double x) {
  if (x > 700) return 0;
  const double n = std::floor(x * 1.4426950408889634 + 0.5);
  // ln 2 in two parts, the first short enough for an exact product with n.
  const double r = (x - n * 0.693147180369123816490) - n * 1.90821492927058770002e-10;
  double sum = 1;  // Taylor's series of e^-r, |r| <= 0.35, from its end
  for (int k = 16; k > 0; --k) sum = 1 - r / k * sum;
  return std::ldexp(sum, -static_cast<int>(n));
}

}  // namespace

void MakeSoftmaxTableI8(float scale, SoftmaxTableI8* table) {
  for (int d = 0; d < 256; ++d) {
    table->e[d] = static_cast<float>(std::floor(0x1p23 * ExpOfNegative(d * static_cast<double>(scale)) + 0.5));
  }
}

void SoftmaxSliceI8(const SoftmaxI8& softmax, size_t n, const int8_t* in, size_t stride, int8_t* out) {
  if (n == 0) return;
  const float* e = softmax.table->e;
  int largest = in[0], least = in[0];
  for (size_t i = 1; i < n; ++i) {
    const int x = in[i * stride];
    largest = x > largest ? x : largest;
    least = x < least ? x : least;
  }
  // Whole numbers below 2^53: exact in any order.
  double sums[4] = {0, 0, 0, 0};
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    for (size_t k = 0; k < 4; ++k) sums[k] += static_cast<double>(e[largest - in[(i + k) * stride]]);
  }
  for (; i < n; ++i) sums[0] += static_cast<double>(e[largest - in[i * stride]]);
  const double sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  // One result for each difference that there is.
  int8_t results[256];
  const float multiplier = static_cast<float>(1 / (sum * static_cast<double>(softmax.scale_out)));
  ScaleF32ToI8({multiplier, softmax.zero_point, -128, 127}, static_cast<size_t>(largest - least) + 1, e, results);
  for (i = 0; i < n; ++i) out[i * stride] = results[largest - in[i * stride]];
}

}  // namespace linnet::kernels
#include "kernels/region_end.h"
