// Sizes of constants in each storage order of the file. Shared by the engine's verifier, the kernels' packing and the
// converter.
#ifndef LINNET_FORMAT_STORAGE_H_
#define LINNET_FORMAT_STORAGE_H_

#include <cstddef>
#include <cstdint>

namespace linnet::format {

constexpr size_t kSegmentAlignment = 64;

// Panel width for `n` output channels per group: 16, or 8 / 4 for narrow groups.
constexpr size_t PanelWidth(size_t n) { return n > 8 ? 16 : n > 4 ? 8 : 4; }

constexpr size_t RoundUp(size_t value, size_t multiple) { return (value + multiple - 1) / multiple * multiple; }

// Elements of [group][N/width][K][width], n and k per group.
constexpr size_t PanelElements(size_t group, size_t n, size_t k, size_t width) {
  return group * RoundUp(n, width) * k;
}

// Bytes of [group][N/width][K/4][width][4] int8.
constexpr size_t PanelInt8Bytes(size_t group, size_t n, size_t k, size_t width) {
  return group * RoundUp(n, width) * RoundUp(k, 4);
}

// Elements of [C/width][taps][width].
constexpr size_t DepthwiseElements(size_t c, size_t taps, size_t width) { return RoundUp(c, width) * taps; }

}  // namespace linnet::format

#endif  // LINNET_FORMAT_STORAGE_H_
