// Pooling and reduction of int8, clamping of bytes.
#ifndef LINNET_KERNELS_POOL_I8_H_
#define LINNET_KERNELS_POOL_I8_H_

#include <cstddef>
#include <cstdint>

#include "kernels/pool_f32.h"
#include "kernels/quantize.h"

namespace linnet::kernels {

// out[i] = the largest of channel i over the taps, i in [0, channels); the least of the type if there are none.
void MaxPoolI8(const PoolWindow<int8_t>& window, size_t channels, int8_t* out);
void MaxPoolU8(const PoolWindow<uint8_t>& window, size_t channels, uint8_t* out);

// Windows along a row of pixels: tap t of window o is the pixel at in + o * step + t * tap_step, its result goes to out + o *
// out_step. Steps are in elements.
template <typename T>
struct PoolRow {
  const T* in;
  size_t outputs, step, taps, tap_step;
  T* out;
  size_t out_step;
};

// out[o * out_step + i] = the largest of channel i over the taps of window o. REQUIRES: at least one tap.
void MaxPoolRowI8(const PoolRow<int8_t>& row, size_t channels);
void MaxPoolRowU8(const PoolRow<uint8_t>& row, size_t channels);

// s = sum over the taps of (in - zero_in), exact; out[i] = zero_point + round_half_even(clamp(float(s) multiplier, ...))
// of `scale`, see kernels/quantize.h. REQUIRES: at most 2^23 taps.
void AveragePoolI8(const PoolWindow<int8_t>& window, size_t channels, int32_t zero_in, const ScaleToI8& scale,
                   int8_t* out);

// The sums of in[i] and of in[i]^2 over i in [0, n).
struct SumsI8 {
  int64_t sum, squares;
};
SumsI8 SumRowI8(size_t n, const int8_t* in);

// out[i] = min(max(in[i], lo), hi). `out` may be `in`. REQUIRES: lo <= hi.
void ClampI8(size_t n, const int8_t* in, int8_t lo, int8_t hi, int8_t* out);
void ClampU8(size_t n, const uint8_t* in, uint8_t lo, uint8_t hi, uint8_t* out);

// Reads and writes exactly the elements named above.

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_POOL_I8_H_
