// The lanes of int32 registers, each in [-128, 127], to bytes; for the dot_neon*.h. Included inside a region and a
// namespace.

namespace {

LINNET_INLINE void StoreBytes(int8_t* p, const VecI32 (&q)[1]) {
  const int16x4_t words = vmovn_s32(q[0]);
  const int8x8_t bytes = vmovn_s16(vcombine_s16(words, words));
  vst1_lane_s32(reinterpret_cast<int32_t*>(p), vreinterpret_s32_s8(bytes), 0);
}
LINNET_INLINE void StoreBytes(int8_t* p, const VecI32 (&q)[2]) {
  vst1_s8(p, vmovn_s16(vcombine_s16(vmovn_s32(q[0]), vmovn_s32(q[1]))));
}

// `n` bytes with the bits of `turned` turned, and zeros up to a multiple of `group`.
LINNET_INLINE void PackBytes(size_t n, const int8_t* src, uint8_t flip, size_t group, uint8_t* dst) {
  const uint8x16_t turned = vdupq_n_u8(flip);
  size_t i = 0;
  for (; i + 16 <= n; i += 16) vst1q_u8(dst + i, veorq_u8(vld1q_u8(reinterpret_cast<const uint8_t*>(src + i)), turned));
  for (; i < n; ++i) dst[i] = static_cast<uint8_t>(src[i]) ^ flip;
  for (; i % group != 0; ++i) dst[i] = 0;
}

}  // namespace

#include "kernels/narrow-inl.h"
