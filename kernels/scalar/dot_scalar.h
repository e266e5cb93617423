// Sums of int8 products, in portable code: the contract of every dot_<isa>.h.
//
// Rows of A are packed into groups of kGroup values, kGroupBytes each, in whatever form the instruction set multiplies
// fastest; kRowsTogether rows are interleaved group by group. B lies in groups of four values, as in the file.
#ifndef LINNET_KERNELS_SCALAR_DOT_SCALAR_H_
#define LINNET_KERNELS_SCALAR_DOT_SCALAR_H_

#include "kernels/dot_tile.h"
#include "kernels/scalar/simd_scalar.h"

#include "kernels/scalar/begin_scalar.h"
namespace linnet::kernels::scalar {
namespace {

constexpr int kTileRows = 2;
constexpr int kTileVecs = 2;
constexpr size_t kGroup = 4, kGroupBytes = 4, kRowsTogether = 1;
constexpr bool kReadsRuns = true;    // rows of A may begin at any byte, and have runs
constexpr bool kUnsignedA = false;  // packed A is A + 128: AddProducts adds 128 * b_sum too much

// n values of a row, each with the bits of `flip` turned, as groups kRowsTogether * kGroupBytes apart. The last group
// is filled up with anything: B is zero there. Reads n bytes.
LINNET_INLINE void PackGroups(size_t n, const int8_t* src, uint8_t flip, uint8_t* dst) {
  for (size_t i = 0; i < n; ++i) dst[i] = static_cast<uint8_t>(src[i]) ^ flip;
  for (size_t i = n; i % kGroup != 0; ++i) dst[i] = 0;
}

// sum[i][v] += products of the tile, modulo 2^32.
template <int kRows, int kVecs>
LINNET_INLINE void AddProducts(const DotTile& t, VecI32 (&sum)[kRows][kVecs]) {
  const int8_t* b = t.b;
  for (size_t q = 0; q < t.runs * t.groups; ++q, b += t.b_step) {
    const size_t r = q / t.groups, g = q % t.groups;
    for (int i = 0; i < kRows; ++i) {
      const int8_t* a = reinterpret_cast<const int8_t*>(t.a) + r * t.a_run + i * t.a_stride + g * kGroupBytes;
      for (int v = 0; v < kVecs; ++v) {
        const int8_t* w = b + v * kLanes * 4;
        VecI32 products;
        for (size_t lane = 0; lane < kLanes; ++lane, w += 4) {
          products[lane] = a[0] * w[0] + a[1] * w[1] + a[2] * w[2] + a[3] * w[3];
        }
        sum[i][v] = Add(sum[i][v], products);
      }
    }
  }
}

// The lanes of q, each in [-128, 127], to kVecs * kLanes bytes.
template <int kVecs>
LINNET_INLINE void StoreBytes(int8_t* p, const VecI32 (&q)[kVecs]) {
  for (size_t i = 0; i < kVecs * kLanes; ++i) p[i] = static_cast<int8_t>(q[i / kLanes][i % kLanes]);
}

}  // namespace
#include "kernels/narrow-inl.h"
}  // namespace linnet::kernels::scalar
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_SCALAR_DOT_SCALAR_H_
