// The vector vocabulary over NEON (aarch64). Contract: kernels/scalar/simd_scalar.h.
#ifndef LINNET_KERNELS_ARM_NEON_SIMD_NEON_H_
#define LINNET_KERNELS_ARM_NEON_SIMD_NEON_H_

#include <arm_neon.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/isa.h"

#define LINNET_INLINE static inline __attribute__((always_inline))

#include "kernels/arm_neon/begin_neon.h"
namespace linnet::kernels::neon {
namespace {

constexpr Isa kIsa = Isa::kNeon;
constexpr size_t kLanes = 4;
constexpr int kRegisters = 32;
constexpr bool kFusedFma = true;

using VecF32 = float32x4_t;
using VecI32 = int32x4_t;
using Mask = uint32x4_t;

// --- Memory ---
LINNET_INLINE VecF32 Load(const float* p) { return vld1q_f32(p); }
LINNET_INLINE void Store(float* p, VecF32 v) { vst1q_f32(p, v); }
LINNET_INLINE VecI32 LoadI32(const int32_t* p) { return vld1q_s32(p); }
LINNET_INLINE void StoreI32(int32_t* p, VecI32 v) { vst1q_s32(p, v); }
LINNET_INLINE VecF32 LoadN(const float* p, size_t n) {
  VecF32 v = vdupq_n_f32(0);
  switch (n) {
    case 0: return v;
    case 1: return vld1q_lane_f32(p, v, 0);
    case 2: return vcombine_f32(vld1_f32(p), vdup_n_f32(0));
    case 3: return vld1q_lane_f32(p + 2, vcombine_f32(vld1_f32(p), vdup_n_f32(0)), 2);
    default: return vld1q_f32(p);
  }
}
LINNET_INLINE void StoreN(float* p, VecF32 v, size_t n) {
  switch (n) {
    case 0: return;
    case 1: return vst1q_lane_f32(p, v, 0);
    case 2: return vst1_f32(p, vget_low_f32(v));
    case 3: vst1_f32(p, vget_low_f32(v)); return vst1q_lane_f32(p + 2, v, 2);
    default: return vst1q_f32(p, v);
  }
}
LINNET_INLINE VecI32 LoadI32N(const int32_t* p, size_t n) {
  return vreinterpretq_s32_f32(LoadN(reinterpret_cast<const float*>(p), n));
}
LINNET_INLINE void StoreI32N(int32_t* p, VecI32 v, size_t n) {
  StoreN(reinterpret_cast<float*>(p), vreinterpretq_f32_s32(v), n);
}
LINNET_INLINE VecF32 Zero() { return vdupq_n_f32(0); }
LINNET_INLINE VecF32 Set(float x) { return vdupq_n_f32(x); }
LINNET_INLINE VecI32 SetI32(int32_t x) { return vdupq_n_s32(x); }

// --- Arithmetic ---
LINNET_INLINE VecF32 Add(VecF32 a, VecF32 b) { return vaddq_f32(a, b); }
LINNET_INLINE VecF32 Sub(VecF32 a, VecF32 b) { return vsubq_f32(a, b); }
LINNET_INLINE VecF32 Mul(VecF32 a, VecF32 b) { return vmulq_f32(a, b); }
LINNET_INLINE VecF32 Div(VecF32 a, VecF32 b) { return vdivq_f32(a, b); }
LINNET_INLINE VecF32 Fma(VecF32 a, VecF32 b, VecF32 c) { return vfmaq_f32(c, a, b); }
LINNET_INLINE VecF32 FmaNeg(VecF32 a, VecF32 b, VecF32 c) { return vfmsq_f32(c, a, b); }
template <int kLane>
LINNET_INLINE VecF32 FmaLane(VecF32 a, VecF32 b, VecF32 c) {
  return vfmaq_laneq_f32(c, b, a, kLane);
}
LINNET_INLINE VecF32 Sqrt(VecF32 a) { return vsqrtq_f32(a); }

// --- Bits and integers ---
LINNET_INLINE VecI32 BitsToI32(VecF32 a) { return vreinterpretq_s32_f32(a); }
LINNET_INLINE VecF32 BitsToF32(VecI32 a) { return vreinterpretq_f32_s32(a); }
LINNET_INLINE VecI32 Add(VecI32 a, VecI32 b) { return vaddq_s32(a, b); }
LINNET_INLINE VecI32 Sub(VecI32 a, VecI32 b) { return vsubq_s32(a, b); }
LINNET_INLINE VecI32 Mul(VecI32 a, VecI32 b) { return vmulq_s32(a, b); }
LINNET_INLINE VecI32 And(VecI32 a, VecI32 b) { return vandq_s32(a, b); }
LINNET_INLINE VecI32 Or(VecI32 a, VecI32 b) { return vorrq_s32(a, b); }
LINNET_INLINE VecI32 Xor(VecI32 a, VecI32 b) { return veorq_s32(a, b); }
template <int kBits>
LINNET_INLINE VecI32 ShiftLeft(VecI32 a) { return vshlq_n_s32(a, kBits); }
template <int kBits>
LINNET_INLINE VecI32 ShiftRight(VecI32 a) {
  return vreinterpretq_s32_u32(vshrq_n_u32(vreinterpretq_u32_s32(a), kBits));
}
template <int kBits>
LINNET_INLINE VecI32 ShiftRightSigned(VecI32 a) { return vshrq_n_s32(a, kBits); }
LINNET_INLINE VecF32 Abs(VecF32 a) { return vabsq_f32(a); }
LINNET_INLINE VecF32 Neg(VecF32 a) { return vnegq_f32(a); }
LINNET_INLINE VecF32 CopySign(VecF32 magnitude, VecF32 sign) {
  return vbslq_f32(vdupq_n_u32(0x80000000u), sign, magnitude);
}

// --- Comparison and choice ---
LINNET_INLINE Mask Eq(VecF32 a, VecF32 b) { return vceqq_f32(a, b); }
LINNET_INLINE Mask Lt(VecF32 a, VecF32 b) { return vcltq_f32(a, b); }
LINNET_INLINE Mask Le(VecF32 a, VecF32 b) { return vcleq_f32(a, b); }
LINNET_INLINE Mask IsNaN(VecF32 a) { return vmvnq_u32(vceqq_f32(a, a)); }
LINNET_INLINE Mask Eq(VecI32 a, VecI32 b) { return vceqq_s32(a, b); }
LINNET_INLINE Mask Lt(VecI32 a, VecI32 b) { return vcltq_s32(a, b); }
LINNET_INLINE Mask MaskAnd(Mask a, Mask b) { return vandq_u32(a, b); }
LINNET_INLINE Mask MaskOr(Mask a, Mask b) { return vorrq_u32(a, b); }
LINNET_INLINE Mask MaskNot(Mask a) { return vmvnq_u32(a); }
LINNET_INLINE VecF32 Select(Mask m, VecF32 a, VecF32 b) { return vbslq_f32(m, a, b); }
LINNET_INLINE VecI32 Select(Mask m, VecI32 a, VecI32 b) { return vbslq_s32(m, a, b); }
// The instructions propagate NaN of either operand.
LINNET_INLINE VecF32 MinFast(VecF32 a, VecF32 b) { return vminq_f32(a, b); }
LINNET_INLINE VecF32 MaxFast(VecF32 a, VecF32 b) { return vmaxq_f32(a, b); }
LINNET_INLINE VecF32 Min(VecF32 a, VecF32 b) { return vminq_f32(a, b); }
LINNET_INLINE VecF32 Max(VecF32 a, VecF32 b) { return vmaxq_f32(a, b); }
LINNET_INLINE VecI32 Min(VecI32 a, VecI32 b) { return vminq_s32(a, b); }
LINNET_INLINE VecI32 Max(VecI32 a, VecI32 b) { return vmaxq_s32(a, b); }

// --- Conversion ---
LINNET_INLINE VecF32 ToF32(VecI32 a) { return vcvtq_f32_s32(a); }
LINNET_INLINE VecI32 ToI32(VecF32 a) { return vcvtnq_s32_f32(a); }
LINNET_INLINE VecI32 TruncToI32(VecF32 a) { return vcvtq_s32_f32(a); }
LINNET_INLINE VecF32 Round(VecF32 a) { return vrndnq_f32(a); }
LINNET_INLINE VecF32 Floor(VecF32 a) { return vrndmq_f32(a); }
LINNET_INLINE VecF32 Ceil(VecF32 a) { return vrndpq_f32(a); }
LINNET_INLINE VecF32 Trunc(VecF32 a) { return vrndq_f32(a); }
LINNET_INLINE VecF32 LoadF16(const uint16_t* p) { return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p))); }
LINNET_INLINE VecF32 LoadF16N(const uint16_t* p, size_t n) {
  uint16_t h[4] = {0, 0, 0, 0};
  for (size_t i = 0; i < n; ++i) h[i] = p[i];
  return LoadF16(h);
}

// --- Bytes ---
constexpr size_t kBytes = 4 * kLanes;
using VecI8 = int8x16_t;
// n <= 8 bytes, the lowest first; nothing behind them is read or written.
LINNET_INLINE uint64_t LoadWordN(const void* p, size_t n) {
  const uint8_t* end = static_cast<const uint8_t*>(p) + n;
  uint64_t word = 0;
  uint32_t four;
  uint16_t two;
  if (n & 8) {
    std::memcpy(&word, p, 8);
    return word;
  }
  if (n & 1) word = *--end;
  if (n & 2) std::memcpy(&two, end -= 2, 2), word = word << 16 | two;
  if (n & 4) std::memcpy(&four, end -= 4, 4), word = word << 32 | four;
  return word;
}
LINNET_INLINE void StoreWordN(void* p, uint64_t word, size_t n) {
  uint8_t* to = static_cast<uint8_t*>(p);
  if (n & 8) std::memcpy(to, &word, 8);
  if (n & 4) std::memcpy(to, &word, 4), to += 4, word >>= 32;
  if (n & 2) std::memcpy(to, &word, 2), to += 2, word >>= 16;
  if (n & 1) *to = static_cast<uint8_t>(word);
}
LINNET_INLINE VecI32 LoadI8N(const int8_t* p, size_t n) {
  return vmovl_s16(vget_low_s16(vmovl_s8(vcreate_s8(LoadWordN(p, n)))));
}
LINNET_INLINE VecI32 LoadU8N(const uint8_t* p, size_t n) {
  return vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(vmovl_u8(vcreate_u8(LoadWordN(p, n))))));
}
LINNET_INLINE VecI32 LoadI8(const int8_t* p) { return LoadI8N(p, 4); }
LINNET_INLINE VecI32 LoadU8(const uint8_t* p) { return LoadU8N(p, 4); }
LINNET_INLINE int8x8_t NarrowToI8(VecI32 a, VecI32 b) { return vmovn_s16(vcombine_s16(vmovn_s32(a), vmovn_s32(b))); }
LINNET_INLINE void StoreI8N(int8_t* p, VecI32 v, size_t n) {
  StoreWordN(p, vget_lane_u64(vreinterpret_u64_s8(NarrowToI8(v, v)), 0), n);
}
LINNET_INLINE void StoreU8N(uint8_t* p, VecI32 v, size_t n) {
  StoreWordN(p, vget_lane_u64(vreinterpret_u64_s8(NarrowToI8(v, v)), 0), n);
}
LINNET_INLINE void Store4I8(int8_t* p, VecI32 a, VecI32 b, VecI32 c, VecI32 d) {
  vst1q_s8(p, vcombine_s8(NarrowToI8(a, b), NarrowToI8(c, d)));
}
LINNET_INLINE void Store4U8(uint8_t* p, VecI32 a, VecI32 b, VecI32 c, VecI32 d) {
  Store4I8(reinterpret_cast<int8_t*>(p), a, b, c, d);
}
LINNET_INLINE VecI8 LoadBytes(const void* p) { return vld1q_s8(static_cast<const int8_t*>(p)); }
LINNET_INLINE void StoreBytes(void* p, VecI8 v) { vst1q_s8(static_cast<int8_t*>(p), v); }
LINNET_INLINE VecI8 LoadBytesN(const void* p, size_t n) {
  const uint8_t* from = static_cast<const uint8_t*>(p);
  const uint64_t low = LoadWordN(from, n < 8 ? n : 8), high = n > 8 ? LoadWordN(from + 8, n - 8) : 0;
  return vcombine_s8(vcreate_s8(low), vcreate_s8(high));
}
LINNET_INLINE void StoreBytesN(void* p, VecI8 v, size_t n) {
  uint8_t* to = static_cast<uint8_t*>(p);
  StoreWordN(to, vgetq_lane_u64(vreinterpretq_u64_s8(v), 0), n < 8 ? n : 8);
  if (n > 8) StoreWordN(to + 8, vgetq_lane_u64(vreinterpretq_u64_s8(v), 1), n - 8);
}
LINNET_INLINE VecI8 SetI8(int8_t x) { return vdupq_n_s8(x); }
LINNET_INLINE VecI8 XorI8(VecI8 a, VecI8 b) { return veorq_s8(a, b); }
LINNET_INLINE VecI8 MinI8(VecI8 a, VecI8 b) { return vminq_s8(a, b); }
LINNET_INLINE VecI8 MaxI8(VecI8 a, VecI8 b) { return vmaxq_s8(a, b); }

// --- Across lanes ---
LINNET_INLINE float SumLanes(VecF32 a) {
  const float32x2_t b = vadd_f32(vget_low_f32(a), vget_high_f32(a));
  return vget_lane_f32(b, 0) + vget_lane_f32(b, 1);
}
LINNET_INLINE int32_t SumLanes(VecI32 a) { return vaddvq_s32(a); }
LINNET_INLINE float MaxLanes(VecF32 a) { return vmaxvq_f32(a); }
LINNET_INLINE float MinLanes(VecF32 a) { return vminvq_f32(a); }

}  // namespace
}  // namespace linnet::kernels::neon
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_ARM_NEON_SIMD_NEON_H_
