// Body of kernels/norm_i8.h over the vector vocabulary. Included inside a region and a namespace of an instruction set;
// no include guard, no includes but its own parts.

namespace {

#include "kernels/quantized-inl.h"

LINNET_INLINE VecI32 NormalizeVector(const Quantizer& q, VecI32 x, VecF32 mean, VecF32 factor, VecF32 scale,
                                     VecF32 shift) {
  const VecF32 y = Add(Mul(Mul(Sub(ToF32(x), mean), factor), scale), shift);
  return Quantized(q, Select(Eq(y, y), y, Zero()));
}

}  // namespace

void NormalizeRowI8(const NormalizeI8& norm, size_t n, const int8_t* in, int8_t* out) {
  const Quantizer q = MakeQuantizer(-128, 127, norm.zero_point);
  const VecF32 mean = Set(norm.mean), factor = Set(norm.factor);
  size_t i = 0;
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
    VecI32 y[4];
    for (size_t v = 0; v < 4; ++v) {
      const size_t at = i + v * kLanes;
      y[v] = NormalizeVector(q, LoadI8(in + at), mean, factor, Load(norm.scale + at),
                             norm.shift != nullptr ? Load(norm.shift + at) : Zero());
    }
    Store4I8(out + i, y[0], y[1], y[2], y[3]);
  }
  for (; i < n; i += kLanes) {
    const size_t left = n - i < kLanes ? n - i : kLanes;
    const VecF32 shift = norm.shift != nullptr ? LoadN(norm.shift + i, left) : Zero();
    StoreI8N(out + i, NormalizeVector(q, LoadI8N(in + i, left), mean, factor, LoadN(norm.scale + i, left), shift), left);
  }
}
