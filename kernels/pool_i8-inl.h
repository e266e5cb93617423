// Body of kernels/pool_i8.h over the vector vocabulary. Included inside a region and a namespace of an instruction set;
// no include guard, no includes but its own parts.

namespace {

#include "kernels/quantized-inl.h"

// `flip` turns bytes of the type into signed ones of the same order, and back.
LINNET_INLINE VecI8 FlipOf(const int8_t*) { return SetI8(0); }
LINNET_INLINE VecI8 FlipOf(const uint8_t*) { return SetI8(-128); }

// body(tap) for the first channel of every tap.
template <typename T, typename Body>
LINNET_INLINE void ForEachTap(const PoolWindow<T>& w, Body& body) {
  for (size_t d = 0; d < w.size[0]; ++d) {
    for (size_t h = 0; h < w.size[1]; ++h) {
      const T* tap = w.in + d * w.step[0] + h * w.step[1];
      for (size_t x = 0; x < w.size[2]; ++x, tap += w.step[2]) body.Take(tap);
    }
  }
}

template <size_t kVectors>
struct MaxOfBytes {
  size_t channel;
  VecI8 flip, largest[kVectors];
  template <typename T>
  void __attribute__((always_inline)) Take(const T* tap) {
    for (size_t v = 0; v < kVectors; ++v) {
      largest[v] = MaxI8(largest[v], XorI8(flip, LoadBytes(tap + channel + v * kBytes)));
    }
  }
};

struct MaxOfTail {
  size_t channel, n;
  VecI8 flip, largest;
  template <typename T>
  void __attribute__((always_inline)) Take(const T* tap) {
    largest = MaxI8(largest, XorI8(flip, LoadBytesN(tap + channel, n)));
  }
};

template <size_t kVectors, typename T>
LINNET_INLINE void MaxPoolStrip(const PoolWindow<T>& window, size_t channel, T* out) {
  MaxOfBytes<kVectors> strip;
  strip.channel = channel;
  strip.flip = FlipOf(window.in);
  for (size_t v = 0; v < kVectors; ++v) strip.largest[v] = SetI8(-128);
  ForEachTap(window, strip);
  for (size_t v = 0; v < kVectors; ++v) StoreBytes(out + channel + v * kBytes, XorI8(strip.flip, strip.largest[v]));
}

template <typename T>
LINNET_INLINE void MaxPoolBytes(const PoolWindow<T>& window, size_t channels, T* out) {
  size_t i = 0;
  for (; i + 2 * kBytes <= channels; i += 2 * kBytes) MaxPoolStrip<2>(window, i, out);
  for (; i + kBytes <= channels; i += kBytes) MaxPoolStrip<1>(window, i, out);
  if (i == channels) return;
  if (i > 0) return MaxPoolStrip<1>(window, channels - kBytes, out);  // once more what overlaps
  MaxOfTail tail = {i, channels - i, FlipOf(window.in), SetI8(-128)};
  ForEachTap(window, tail);
  StoreBytesN(out + i, XorI8(tail.flip, tail.largest), channels - i);
}

// All windows of a row, a register of channels after another. kTaps: 0 if any number.
template <size_t kTaps, typename T>
LINNET_INLINE void MaxPoolRowBytes(const PoolRow<T>& row, size_t channels) {
  const VecI8 flip = FlipOf(row.in);
  const size_t taps = kTaps != 0 ? kTaps : row.taps;
  for (size_t i = 0; i < channels; i += kBytes) {
    const size_t n = channels - i;
    for (size_t o = 0; o < row.outputs; ++o) {
      const T* tap = row.in + o * row.step + i;
      T* out = row.out + o * row.out_step + i;
      VecI8 largest = SetI8(-128);
      if (n >= kBytes) {
        for (size_t t = 0; t < taps; ++t) largest = MaxI8(largest, XorI8(flip, LoadBytes(tap + t * row.tap_step)));
        StoreBytes(out, XorI8(flip, largest));
      } else {
        for (size_t t = 0; t < taps; ++t) largest = MaxI8(largest, XorI8(flip, LoadBytesN(tap + t * row.tap_step, n)));
        StoreBytesN(out, XorI8(flip, largest), n);
      }
    }
  }
}

template <typename T>
LINNET_INLINE void MaxPoolRow(const PoolRow<T>& row, size_t channels) {
  if (row.taps == 2) return MaxPoolRowBytes<2>(row, channels);
  if (row.taps == 3) return MaxPoolRowBytes<3>(row, channels);
  MaxPoolRowBytes<0>(row, channels);
}

struct SumOfBytes {
  size_t channel, taps;
  VecI32 sum[4];
  void __attribute__((always_inline)) Take(const int8_t* tap) {
    ++taps;
    for (size_t v = 0; v < 4; ++v) sum[v] = Add(sum[v], LoadI8(tap + channel + v * kLanes));
  }
};

struct SumOfTail {
  size_t channel, n, taps;
  VecI32 sum;
  void __attribute__((always_inline)) Take(const int8_t* tap) {
    ++taps;
    sum = Add(sum, LoadI8N(tap + channel, n));
  }
};

LINNET_INLINE VecI32 AverageOf(VecI32 sum, size_t taps, int32_t zero_in, VecF32 multiplier, const Quantizer& q) {
  const VecI32 exact = Sub(sum, SetI32(static_cast<int32_t>(taps) * zero_in));
  return Quantized(q, Mul(ToF32(exact), multiplier));
}

template <typename T>
LINNET_INLINE void ClampBytes(size_t n, const T* in, T lo, T hi, T* out) {
  const VecI8 flip = FlipOf(in);
  const VecI8 least = XorI8(flip, SetI8(static_cast<int8_t>(lo))), most = XorI8(flip, SetI8(static_cast<int8_t>(hi)));
  size_t i = 0;
  for (; i + kBytes <= n; i += kBytes) {
    StoreBytes(out + i, XorI8(flip, MinI8(most, MaxI8(least, XorI8(flip, LoadBytes(in + i))))));
  }
  if (i == n) return;
  const VecI8 rest = LoadBytesN(in + i, n - i);
  StoreBytesN(out + i, XorI8(flip, MinI8(most, MaxI8(least, XorI8(flip, rest)))), n - i);
}

}  // namespace

void MaxPoolI8(const PoolWindow<int8_t>& window, size_t channels, int8_t* out) { MaxPoolBytes(window, channels, out); }
void MaxPoolU8(const PoolWindow<uint8_t>& window, size_t channels, uint8_t* out) {
  MaxPoolBytes(window, channels, out);
}

void MaxPoolRowI8(const PoolRow<int8_t>& row, size_t channels) { MaxPoolRow(row, channels); }
void MaxPoolRowU8(const PoolRow<uint8_t>& row, size_t channels) { MaxPoolRow(row, channels); }

void AveragePoolI8(const PoolWindow<int8_t>& window, size_t channels, int32_t zero_in, const ScaleToI8& scale,
                   int8_t* out) {
  const Quantizer q = MakeQuantizer(scale.lo, scale.hi, scale.zero_point);
  const VecF32 multiplier = Set(scale.multiplier);
  size_t i = 0;
  for (; i + 4 * kLanes <= channels; i += 4 * kLanes) {
    SumOfBytes strip = {i, 0, {SetI32(0), SetI32(0), SetI32(0), SetI32(0)}};
    ForEachTap(window, strip);
    VecI32 y[4];
    for (size_t v = 0; v < 4; ++v) y[v] = AverageOf(strip.sum[v], strip.taps, zero_in, multiplier, q);
    Store4I8(out + i, y[0], y[1], y[2], y[3]);
  }
  for (; i < channels; i += kLanes) {
    SumOfTail tail = {i, channels - i < kLanes ? channels - i : kLanes, 0, SetI32(0)};
    ForEachTap(window, tail);
    StoreI8N(out + i, AverageOf(tail.sum, tail.taps, zero_in, multiplier, q), tail.n);
  }
}

SumsI8 SumRowI8(size_t n, const int8_t* in) {
  SumsI8 total = {0, 0};
  for (size_t first = 0; first < n;) {
    // A lane sums at most 2^14 numbers and squares up to 2^14 each.
    const size_t end = n - first < kLanes << 14 ? n : first + (kLanes << 14);
    VecI32 sum = SetI32(0), squares = SetI32(0);
    for (; first + kLanes <= end; first += kLanes) {
      const VecI32 x = LoadI8(in + first);
      sum = Add(sum, x);
      squares = Add(squares, Mul(x, x));
    }
    if (first < end) {
      const VecI32 x = LoadI8N(in + first, end - first);
      sum = Add(sum, x);
      squares = Add(squares, Mul(x, x));
      first = end;
    }
    int32_t lanes[2 * kLanes];
    StoreI32(lanes, sum);
    StoreI32(lanes + kLanes, squares);
    for (size_t i = 0; i < kLanes; ++i) total.sum += lanes[i], total.squares += lanes[kLanes + i];
  }
  return total;
}

void ClampI8(size_t n, const int8_t* in, int8_t lo, int8_t hi, int8_t* out) { ClampBytes(n, in, lo, hi, out); }
void ClampU8(size_t n, const uint8_t* in, uint8_t lo, uint8_t hi, uint8_t* out) { ClampBytes(n, in, lo, hi, out); }
