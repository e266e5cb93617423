#include "kernels/pack.h"

#include <cstring>

namespace linnet::kernels {
namespace {

template <typename T>
void Pack(const PlainMatrices& s, size_t width, const T* from, T* to) {
  for (size_t g = 0; g < s.group; ++g, from += s.group_stride) {
    for (size_t first = 0; first < s.n; first += width) {
      const size_t columns = s.n - first < width ? s.n - first : width;
      const T* panel = from + first * s.n_stride;
      for (size_t p = 0; p < s.k; ++p, to += width) {
        for (size_t j = 0; j < columns; ++j) to[j] = panel[j * s.n_stride + p * s.k_stride];
        for (size_t j = columns; j < width; ++j) to[j] = 0;
      }
    }
  }
}

template <typename T>
void PackTaps(size_t c, size_t taps, size_t width, const T* from, T* to) {
  for (size_t first = 0; first < c; first += width) {
    const size_t columns = c - first < width ? c - first : width;
    for (size_t t = 0; t < taps; ++t, to += width) {
      std::memcpy(to, from + t * c + first, columns * sizeof(T));
      std::memset(to + columns, 0, (width - columns) * sizeof(T));
    }
  }
}

}  // namespace

void PackPanels(const PlainMatrices& shape, size_t width, const float* from, float* to) { Pack(shape, width, from, to); }

void PackPanels(const PlainMatrices& shape, size_t width, const uint16_t* from, uint16_t* to) {
  Pack(shape, width, from, to);
}

void UnpackPanels(const PlainMatrices& s, size_t width, const float* from, float* to) {
  for (size_t g = 0; g < s.group; ++g, to += s.group_stride) {
    for (size_t first = 0; first < s.n; first += width) {
      const size_t columns = s.n - first < width ? s.n - first : width;
      float* panel = to + first * s.n_stride;
      for (size_t p = 0; p < s.k; ++p, from += width) {
        for (size_t j = 0; j < columns; ++j) panel[j * s.n_stride + p * s.k_stride] = from[j];
      }
    }
  }
}

void PackPanelsInt8(const PlainMatrices& s, size_t width, uint8_t flip, const int8_t* from, int8_t* to, int32_t* sums) {
  for (size_t g = 0; g < s.group; ++g, from += s.group_stride) {
    for (size_t first = 0; first < s.n; first += width) {
      const size_t columns = s.n - first < width ? s.n - first : width;
      for (size_t p = 0; p < s.k; p += 4, to += width * 4) {
        std::memset(to, 0, width * 4);
        for (size_t j = 0; j < columns; ++j) {
          int32_t sum = 0;
          for (size_t q = p; q < s.k && q < p + 4; ++q) {
            const int8_t value = from[(first + j) * s.n_stride + q * s.k_stride];
            to[j * 4 + q - p] = static_cast<int8_t>(static_cast<uint8_t>(value) ^ flip);
            sum += to[j * 4 + q - p];
          }
          if (sums != nullptr) sums[g * s.n + first + j] = sum + (p == 0 ? 0 : sums[g * s.n + first + j]);
        }
      }
    }
  }
  if (sums != nullptr && s.k == 0) std::memset(sums, 0, s.group * s.n * sizeof(int32_t));
}

void UnpackPanelsInt8(const PlainMatrices& s, size_t width, const int8_t* from, int8_t* to) {
  for (size_t g = 0; g < s.group; ++g, to += s.group_stride) {
    for (size_t first = 0; first < s.n; first += width) {
      const size_t columns = s.n - first < width ? s.n - first : width;
      for (size_t p = 0; p < s.k; ++p) {
        const int8_t* group = from + p / 4 * width * 4 + p % 4;
        for (size_t j = 0; j < columns; ++j) to[(first + j) * s.n_stride + p * s.k_stride] = group[j * 4];
      }
      from += (s.k + 3) / 4 * width * 4;
    }
  }
}

TransposePhase PhaseOf(size_t kernel, size_t stride, size_t dilation, size_t r) {
  size_t a = stride, b = dilation;
  while (b != 0) {
    const size_t rest = a % b;
    a = b;
    b = rest;
  }
  // With a = gcd(stride, dilation), taps of one phase are stride / a apart.
  TransposePhase phase = {0, stride / a, 0, dilation / a};
  while (phase.first < kernel && phase.first < phase.step && phase.first * dilation % stride != r) ++phase.first;
  if (phase.first < kernel && phase.first < phase.step) phase.count = (kernel - phase.first - 1) / phase.step + 1;
  return phase;
}

void PackTransposePanels(const TransposeWeight& s, size_t width, const float* from, float* to) {
  const size_t taps = s.kernel_h * s.kernel_w, phases = s.stride_h * s.stride_w;
  for (size_t i = 0; i < s.group * phases; ++i) {
    const float* weight = from + i / phases * s.n * taps * s.c;
    const TransposePhase v = PhaseOf(s.kernel_h, s.stride_h, s.dilation_h, i % phases / s.stride_w);
    const TransposePhase h = PhaseOf(s.kernel_w, s.stride_w, s.dilation_w, i % s.stride_w);
    const size_t count = v.count * h.count;
    for (size_t first = 0; first < s.n; first += width) {
      const size_t columns = s.n - first < width ? s.n - first : width;
      for (size_t t = count; t-- > 0;) {
        const size_t ky = v.first + t / h.count * v.step, kx = h.first + t % h.count * h.step;
        const float* tap = weight + (first * taps + ky * s.kernel_w + kx) * s.c;
        for (size_t p = 0; p < s.c; ++p, to += width) {
          for (size_t j = 0; j < columns; ++j) to[j] = tap[j * taps * s.c + p];
          for (size_t j = columns; j < width; ++j) to[j] = 0;
        }
      }
    }
  }
}

size_t TransposePanelInt8Bytes(const TransposeWeight& s, size_t width) {
  size_t groups = 0;  // of four values, over all phases
  for (size_t i = 0; i < s.stride_h * s.stride_w; ++i) {
    const TransposePhase v = PhaseOf(s.kernel_h, s.stride_h, s.dilation_h, i / s.stride_w);
    const TransposePhase h = PhaseOf(s.kernel_w, s.stride_w, s.dilation_w, i % s.stride_w);
    groups += (v.count * h.count * s.c + 3) / 4;
  }
  return s.group * ((s.n + width - 1) / width) * width * groups * 4;
}

void PackTransposePanelsInt8(const TransposeWeight& s, size_t width, const int8_t* from, int8_t* to, int32_t* sums) {
  const size_t taps = s.kernel_h * s.kernel_w, phases = s.stride_h * s.stride_w;
  if (sums != nullptr) std::memset(sums, 0, s.group * phases * s.n * sizeof(int32_t));
  for (size_t i = 0; i < s.group * phases; ++i) {
    const int8_t* weight = from + i / phases * s.n * taps * s.c;
    const TransposePhase v = PhaseOf(s.kernel_h, s.stride_h, s.dilation_h, i % phases / s.stride_w);
    const TransposePhase h = PhaseOf(s.kernel_w, s.stride_w, s.dilation_w, i % s.stride_w);
    const size_t count = v.count * h.count, k = (count * s.c + 3) / 4 * 4;
    for (size_t first = 0; first < s.n; first += width, to += k * width) {
      std::memset(to, 0, k * width);
      const size_t columns = s.n - first < width ? s.n - first : width;
      for (size_t p = 0; p < count * s.c; ++p) {
        const size_t t = count - 1 - p / s.c;
        const size_t ky = v.first + t / h.count * v.step, kx = h.first + t % h.count * h.step;
        const int8_t* tap = weight + (first * taps + ky * s.kernel_w + kx) * s.c + p % s.c;
        for (size_t j = 0; j < columns; ++j) {
          to[(p / 4 * width + j) * 4 + p % 4] = tap[j * taps * s.c];
          if (sums != nullptr) sums[(i % phases * s.group + i / phases) * s.n + first + j] += tap[j * taps * s.c];
        }
      }
    }
  }
}

void PackDepthwise(size_t c, size_t taps, size_t width, const float* from, float* to) {
  PackTaps(c, taps, width, from, to);
}

void PackDepthwise(size_t c, size_t taps, size_t width, const int8_t* from, int8_t* to) {
  PackTaps(c, taps, width, from, to);
}

}  // namespace linnet::kernels
