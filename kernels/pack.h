// Weights from plain order into the orders of the file (format/storage.h): by the converter once, by ops for weights that
// are not constants.
#ifndef LINNET_KERNELS_PACK_H_
#define LINNET_KERNELS_PACK_H_

#include <cstddef>
#include <cstdint>

namespace linnet::kernels {

// A set of `group` matrices [n, k]: element (g, j, p) lies at g * group_stride + j * n_stride + p * k_stride elements.
// Conv2D's weight [N, kh, kw, c/group]: n = N/group, k = n_stride = kh kw c/group, k_stride = 1, group_stride = n k.
// MatMul's b [..., K, N]: n_stride = 1, k_stride = N, group_stride = K N. Transposed [..., N, K]: K, 1, K N.
struct PlainMatrices {
  size_t group, n, k;
  size_t group_stride, n_stride, k_stride;
};

// to[g][j / width][p][j % width] = from(g, j, p), zero where j >= n: format::PanelElements(group, n, k, width) elements.
void PackPanels(const PlainMatrices& shape, size_t width, const float* from, float* to);
void PackPanels(const PlainMatrices& shape, size_t width, const uint16_t* from, uint16_t* to);  // float16

// to(g, j, p) = from[g][j / width][p][j % width].
void UnpackPanels(const PlainMatrices& shape, size_t width, const float* from, float* to);

// to[g][j / width][p / 4][j % width][p % 4] = from(g, j, p), zero where j >= n or p >= k: format::PanelInt8Bytes(group,
// n, k, width) bytes. sums[g * n + j] = sum over p of from(g, j, p), unless `sums` is null. Bits of `flip` are turned
// first: 128 for uint8 weights, of which 128 is subtracted.
void PackPanelsInt8(const PlainMatrices& shape, size_t width, uint8_t flip, const int8_t* from, int8_t* to,
                    int32_t* sums);

// to(g, j, p) = from[g][j / width][p / 4][j % width][p % 4].
void UnpackPanelsInt8(const PlainMatrices& shape, size_t width, const int8_t* from, int8_t* to);

// to[j / width][t][j % width] = from[t * c + j], zero where j >= c: format::DepthwiseElements(c, taps, width) elements.
void PackDepthwise(size_t c, size_t taps, size_t width, const float* from, float* to);
void PackDepthwise(size_t c, size_t taps, size_t width, const int8_t* from, int8_t* to);

// A transposed convolution with strides is stride_h * stride_w ordinary ones: outputs at oy = r - pad (mod stride) see
// the taps ky with ky * dilation = r (mod stride) only, and for r the next output sees the next input row. One phase r
// of one dimension: its taps are first, first + step, ... (count of them), the input row of a tap falls by `dilation`
// from one to the next.
struct TransposePhase {
  size_t first, step, count;
  size_t dilation;
};
TransposePhase PhaseOf(size_t kernel, size_t stride, size_t dilation, size_t r);

// Weight [group * n, kernel_h, kernel_w, c] of a transposed convolution, n and c per group.
struct TransposeWeight {
  size_t group, n, kernel_h, kernel_w, c;
  size_t stride_h, stride_w, dilation_h, dilation_w;
};
// to = for each group, for each phase (r_h, r_w), r_w innermost: panels [n / width][k][width], with k = the taps of the
// phase, the last ones (that see the first input rows and columns) first, times c. As many elements as Panels of
// [group][n, kernel_h * kernel_w * c].
void PackTransposePanels(const TransposeWeight& shape, size_t width, const float* from, float* to);

// The same in PanelsInt8: panels [n / width][k / 4][width][4], each phase's k padded to 4: TransposePanelInt8Bytes
// bytes. sums: per phase and channel, [stride_h * stride_w][group * n], unless null.
size_t TransposePanelInt8Bytes(const TransposeWeight& shape, size_t width);
void PackTransposePanelsInt8(const TransposeWeight& shape, size_t width, const int8_t* from, int8_t* to, int32_t* sums);

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_PACK_H_
