#include "kernels/lookup.h"

#include "kernels/arm_neon/simd_neon.h"

#include "kernels/arm_neon/begin_neon.h"
namespace linnet::kernels::neon {

extern decltype(kernels::LookupBytes) LookupBytes;

// The table lies in 16 registers; an instruction looks up 16 bytes in four of them, and leaves those that are not there.
void LookupBytes(size_t n, const uint8_t* in, const uint8_t* table, uint8_t* out) {
  const uint8x16x4_t a = vld1q_u8_x4(table), b = vld1q_u8_x4(table + 64);
  const uint8x16x4_t c = vld1q_u8_x4(table + 128), d = vld1q_u8_x4(table + 192);
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const uint8x16_t index = vld1q_u8(in + i);
    uint8x16_t found = vqtbl4q_u8(a, index);
    found = vqtbx4q_u8(found, b, vsubq_u8(index, vdupq_n_u8(64)));
    found = vqtbx4q_u8(found, c, vsubq_u8(index, vdupq_n_u8(128)));
    found = vqtbx4q_u8(found, d, vsubq_u8(index, vdupq_n_u8(192)));
    vst1q_u8(out + i, found);
  }
  for (; i < n; ++i) out[i] = table[in[i]];
}

}  // namespace linnet::kernels::neon
#include "kernels/region_end.h"
