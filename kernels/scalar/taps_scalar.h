// Products of the taps of a depthwise kernel that lie below one another, kRowsAtOnce of them, for kStep channels; in portable
// code: the contract of every taps_<isa>.h.
#ifndef LINNET_KERNELS_SCALAR_TAPS_SCALAR_H_
#define LINNET_KERNELS_SCALAR_TAPS_SCALAR_H_

#include "kernels/scalar/simd_scalar.h"

#include "kernels/scalar/begin_scalar.h"
namespace linnet::kernels::scalar {
namespace {

constexpr size_t kStep = 8;         // channels
constexpr size_t kStepVecs = 2;     // registers of sums for them
constexpr size_t kRowsAtOnce = 2;
constexpr int kTile = 4;            // outputs side by side whose sums are held in registers
constexpr int kLargestStream = 3;   // size of kernels whose rows go column by column: pays where sums and weights stay in registers
constexpr bool kUnsignedX = false;  // x + 128 is multiplied instead of x: 128 times the weights' sum is too much

// kStep values in whatever form Taps are made of, and kRowsAtOnce values side by side for each channel. The sums of kStep
// channels are in an order of their own: LoadSums and LoadFactors bring numbers per channel into it, StoreStep takes them
// out of it.
struct Wide {
  int8_t v[kStep];
};
struct Taps {
  Wide rows[kRowsAtOnce];
};

// Of x.
LINNET_INLINE Wide LoadWide(const int8_t* p) {
  Wide w;
  std::memcpy(w.v, p, kStep);
  return w;
}
// Of weights: those of 16 channels lie side by side, the next 16 are `apart` bytes behind them.
LINNET_INLINE Wide LoadWeights(const int8_t* p, size_t) { return LoadWide(p); }
LINNET_INLINE Taps MakeTaps(const Wide (&rows)[kRowsAtOnce]) { return {{rows[0], rows[1]}}; }

// sum += x.rows[0] * w.rows[0] + x.rows[1] * w.rows[1] + ... for each channel, modulo 2^32.
LINNET_INLINE void AddTaps(const Taps& x, const Taps& w, VecI32 (&sum)[kStepVecs]) {
  for (size_t i = 0; i < kStep; ++i) {
    const int32_t product = x.rows[0].v[i] * w.rows[0].v[i] + x.rows[1].v[i] * w.rows[1].v[i];
    sum[i / kLanes][i % kLanes] = static_cast<int32_t>(static_cast<uint32_t>(sum[i / kLanes][i % kLanes]) +
                                                       static_cast<uint32_t>(product));
  }
}

LINNET_INLINE void LoadSums(const int32_t* p, VecI32 (&v)[kStepVecs]) { v[0] = LoadI32(p), v[1] = LoadI32(p + kLanes); }
LINNET_INLINE void LoadFactors(const float* p, VecF32 (&v)[kStepVecs]) { v[0] = Load(p), v[1] = Load(p + kLanes); }
LINNET_INLINE void StoreBytes(int8_t* p, const VecI32 (&q)[kStepVecs]) {
  for (size_t i = 0; i < kStep; ++i) p[i] = static_cast<int8_t>(q[i / kLanes][i % kLanes]);
}

}  // namespace
#include "kernels/narrow-inl.h"
namespace {

// zero_point + round_half_even(x), clamped, of kStep channels.
LINNET_INLINE void StoreStep(const Narrower& n, const VecF32 (&x)[kStepVecs], int8_t* p) { StoreNarrow(n, x, p); }

}  // namespace
#include "kernels/one_row-inl.h"
}  // namespace linnet::kernels::scalar
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_SCALAR_TAPS_SCALAR_H_
