#include "kernels/lookup.h"

#include "kernels/isa.h"

namespace linnet::kernels {

#if defined(__x86_64__) || defined(__i386__)
namespace avx512vbmi {
extern decltype(kernels::LookupBytes) LookupBytes;
}
#elif defined(__aarch64__)
namespace neon {
extern decltype(kernels::LookupBytes) LookupBytes;
}
#endif

void LookupBytes(size_t n, const uint8_t* in, const uint8_t* table, uint8_t* out) {
#if defined(__x86_64__) || defined(__i386__)
  if (IsaIncludes(CurrentIsa(), Isa::kAvx512) && HasVbmi()) return avx512vbmi::LookupBytes(n, in, table, out);
#elif defined(__aarch64__)
  if (IsaIncludes(CurrentIsa(), Isa::kNeon)) return neon::LookupBytes(n, in, table, out);
#endif
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const uint8_t a = table[in[i]], b = table[in[i + 1]], c = table[in[i + 2]], d = table[in[i + 3]];
    out[i] = a, out[i + 1] = b, out[i + 2] = c, out[i + 3] = d;
  }
  for (; i < n; ++i) out[i] = table[in[i]];
}

void LookupF32(size_t n, const uint8_t* in, const float* table, float* out) {
  for (size_t i = 0; i < n; ++i) out[i] = table[in[i]];
}

}  // namespace linnet::kernels
