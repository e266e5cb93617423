#include "kernels/lookup.h"

#include <immintrin.h>

#include "kernels/x86/begin_avx512vbmi.h"
namespace linnet::kernels::avx512vbmi {

extern decltype(kernels::LookupBytes) LookupBytes;

// The table lies in four registers; an instruction looks up the low seven bits of 64 bytes in two of them.
void LookupBytes(size_t n, const uint8_t* in, const uint8_t* table, uint8_t* out) {
  const __m512i a = _mm512_loadu_si512(table), b = _mm512_loadu_si512(table + 64);
  const __m512i c = _mm512_loadu_si512(table + 128), d = _mm512_loadu_si512(table + 192);
  for (size_t i = 0; i < n; i += 64) {
    const size_t left = n - i;
    const __mmask64 there = left >= 64 ? ~__mmask64{0} : (__mmask64{1} << left) - 1;
    const __m512i index = _mm512_maskz_loadu_epi8(there, in + i);
    const __m512i low = _mm512_permutex2var_epi8(a, index, b), high = _mm512_permutex2var_epi8(c, index, d);
    const __m512i found = _mm512_mask_blend_epi8(_mm512_movepi8_mask(index), low, high);
    if (left >= 64) {
      _mm512_storeu_si512(out + i, found);
    } else {
      _mm512_mask_storeu_epi8(out + i, there, found);
    }
  }
}

}  // namespace linnet::kernels::avx512vbmi
#include "kernels/region_end.h"
