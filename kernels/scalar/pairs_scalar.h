// Products of pairs of int8 values of kStep channels, in portable code: the contract of every pairs_<isa>.h.
#ifndef LINNET_KERNELS_SCALAR_PAIRS_SCALAR_H_
#define LINNET_KERNELS_SCALAR_PAIRS_SCALAR_H_

#include "kernels/scalar/simd_scalar.h"

#include "kernels/scalar/begin_scalar.h"
namespace linnet::kernels::scalar {
namespace {

constexpr size_t kStep = 8;  // 2 * kLanes channels, at most 16

// kStep values as int16, and two such values side by side for each channel. The sums of kStep channels are two VecI32,
// in an order of their own: LoadSums and LoadFactors bring numbers per channel into it, StoreStep takes them out of it.
struct Wide {
  int16_t v[kStep];
};
struct Pair {
  Wide first, second;
};

LINNET_INLINE Wide LoadWide(const int8_t* p) {
  Wide w;
  for (size_t i = 0; i < kStep; ++i) w.v[i] = p[i];
  return w;
}
LINNET_INLINE Wide SetWide(int16_t x) {
  Wide w;
  for (size_t i = 0; i < kStep; ++i) w.v[i] = x;
  return w;
}
LINNET_INLINE Pair MakePair(Wide first, Wide second) { return {first, second}; }

// sum += x.first * w.first + x.second * w.second for each channel, modulo 2^32.
LINNET_INLINE void AddPair(const Pair& x, const Pair& w, VecI32 (&sum)[2]) {
  for (size_t i = 0; i < kStep; ++i) {
    const int32_t product = x.first.v[i] * w.first.v[i] + x.second.v[i] * w.second.v[i];
    sum[i / kLanes][i % kLanes] = static_cast<int32_t>(static_cast<uint32_t>(sum[i / kLanes][i % kLanes]) +
                                                       static_cast<uint32_t>(product));
  }
}

LINNET_INLINE void LoadSums(const int32_t* p, VecI32 (&v)[2]) { v[0] = LoadI32(p), v[1] = LoadI32(p + kLanes); }
LINNET_INLINE void LoadFactors(const float* p, VecF32 (&v)[2]) { v[0] = Load(p), v[1] = Load(p + kLanes); }
// Each in [-128, 127].
LINNET_INLINE void StoreStep(int8_t* p, const VecI32 (&q)[2]) {
  for (size_t i = 0; i < kStep; ++i) p[i] = static_cast<int8_t>(q[i / kLanes][i % kLanes]);
}

}  // namespace
}  // namespace linnet::kernels::scalar
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_SCALAR_PAIRS_SCALAR_H_
