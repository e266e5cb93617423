#include "kernels/transpose.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace linnet::kernels {
namespace {

// Rows of `in` and `out` are wider than the matrix by `gap` bytes, which must stay as they were.
void CheckTranspose(size_t element, int64_t rows, int64_t cols, size_t gap, size_t misalignment) {
  SCOPED_TRACE(::testing::Message() << element << " bytes, " << rows << " x " << cols << ", gap " << gap);
  const size_t in_stride = cols * element + gap, out_stride = rows * element + gap;
  std::vector<char> in(misalignment + rows * in_stride), out(misalignment + cols * out_stride, 0x55);
  for (size_t i = 0; i < in.size(); ++i) in[i] = static_cast<char>(i * 37 + (i >> 8));
  std::vector<char> expected = out;
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t c = 0; c < cols; ++c) {
      std::memcpy(&expected[misalignment + c * out_stride + r * element],
                  &in[misalignment + r * in_stride + c * element], element);
    }
  }
  Transpose2D(element, rows, cols, in.data() + misalignment, static_cast<int64_t>(in_stride), out.data() + misalignment,
              static_cast<int64_t>(out_stride));
  ASSERT_EQ(out, expected);
}

TEST(Transpose2D, SizesAroundTheBlocks) {
  for (const size_t element : {1, 2, 4, 8}) {
    const int64_t n = static_cast<int64_t>(16 / element);
    const int64_t tile = static_cast<int64_t>(64 / element);
    for (const int64_t rows : {int64_t{0}, int64_t{1}, n - 1, n, n + 1, 2 * n + 1, tile, tile + n + 1}) {
      for (const int64_t cols : {int64_t{0}, int64_t{1}, n - 1, n, n + 1, 2 * n + 1, tile + 3}) {
        CheckTranspose(element, rows, cols, 0, 0);
        CheckTranspose(element, rows, cols, 5, 1);
      }
    }
  }
}

TEST(Transpose2D, TwoOrThreeRowsOrTwoColumns) {
  for (const size_t element : {1, 2, 4, 8}) {
    for (const int64_t size : {2, 3, 15, 16, 17, 31, 58}) {
      for (const size_t gap : {0, 5}) {
        CheckTranspose(element, 2, size, gap, 1);
        CheckTranspose(element, 3, size, gap, 1);
        CheckTranspose(element, size, 2, gap, 0);
      }
    }
  }
}

TEST(Transpose2D, NegativeStrideReadsRowsBackwards) {
  const int32_t in[3][4] = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}};
  const int32_t expected[4][3] = {{9, 5, 1}, {10, 6, 2}, {11, 7, 3}, {12, 8, 4}};
  int32_t out[4][3];
  Transpose2D(4, 3, 4, in[2], -static_cast<int64_t>(sizeof(in[0])), out, sizeof(out[0]));
  EXPECT_EQ(std::memcmp(out, expected, sizeof(out)), 0);
}

}  // namespace
}  // namespace linnet::kernels
