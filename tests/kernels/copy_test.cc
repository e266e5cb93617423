#include "kernels/copy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "kernels/reference/copy.h"

namespace linnet::kernels {
namespace {

constexpr size_t kGuard = 64;

// Memory that a plan reads and writes, with guard bytes around it and its start `misalignment` bytes off.
struct Buffer {
  Buffer(size_t bytes, size_t misalignment, uint8_t fill) : storage(bytes + 2 * kGuard + misalignment, fill) {
    data = reinterpret_cast<char*>(storage.data()) + kGuard + misalignment;
  }
  std::vector<uint8_t> storage;
  char* data;
};

struct Strided {
  CopyPlan plan;
  int64_t in_bytes;
  int64_t in_start;
};

// Permutes, reverses and repeats dimensions of `sizes`: output dense, input dense in the order `perm`.
Strided MakePlan(size_t element, const std::vector<int64_t>& sizes, const std::vector<int>& perm, int reversed,
                 int repeated) {
  const int rank = static_cast<int>(sizes.size());
  std::vector<int64_t> in_stride(rank), out_stride(rank);
  int64_t stride = static_cast<int64_t>(element);
  for (int d = rank - 1; d >= 0; --d) {
    out_stride[d] = stride;
    stride *= sizes[d];
  }
  stride = static_cast<int64_t>(element);
  int64_t in_start = 0;
  for (int d = rank - 1; d >= 0; --d) {
    const int dim = perm[d];
    in_stride[dim] = dim == repeated ? 0 : stride;
    if (dim != repeated) stride *= sizes[dim];
    if (dim == reversed && dim != repeated && sizes[dim] > 0) {
      in_start = (sizes[dim] - 1) * in_stride[dim];
      in_stride[dim] = -in_stride[dim];
    }
  }
  const int64_t in_bytes = stride;
  CopyPlan plan(element);
  for (int d = 0; d < rank; ++d) plan.Append(sizes[d], in_stride[d], out_stride[d]);
  return {plan, in_bytes, in_start};
}

void CheckPlan(const Strided& strided, size_t misalignment) {
  const auto& [plan, in_bytes, in_start] = strided;
  Buffer in(in_bytes, misalignment, 0);
  for (size_t i = 0; i < in.storage.size(); ++i) in.storage[i] = static_cast<uint8_t>(i * 7 + (i >> 8) * 13);
  const size_t out_bytes = static_cast<size_t>(plan.bytes());
  Buffer expected(out_bytes, misalignment, 0xa5), actual(out_bytes, misalignment, 0xa5),
      parts(out_bytes, misalignment, 0xa5);
  reference::Copy(plan, in.data + in_start, expected.data);
  CopyPlan simple = plan;
  SimplifyCopy(&simple);
  EXPECT_EQ(simple.bytes(), plan.bytes());
  Copy(simple, in.data + in_start, actual.data);
  ASSERT_EQ(actual.storage, expected.storage);
  int dim = 0;
  const int count = DivideCopy(simple, 3, &dim);
  for (int part = 0; part < count; ++part) CopyPart(simple, dim, count, part, in.data + in_start, parts.data);
  ASSERT_EQ(parts.storage, expected.storage);
}

TEST(Copy, EveryPermutationOfSmallShapes) {
  for (const size_t element : {1, 2, 3, 4, 8, 12, 16}) {
    for (const std::vector<int64_t>& sizes :
         {std::vector<int64_t>{}, {5}, {1, 7}, {3, 4}, {2, 3, 5}, {4, 1, 6}, {2, 3, 4, 5}, {2, 0, 3}}) {
      std::vector<int> perm(sizes.size());
      std::iota(perm.begin(), perm.end(), 0);
      do {
        for (int special = -1; special < static_cast<int>(sizes.size()); ++special) {
          CheckPlan(MakePlan(element, sizes, perm, special, -1), 1);
          CheckPlan(MakePlan(element, sizes, perm, -1, special), 0);
        }
      } while (std::next_permutation(perm.begin(), perm.end()));
    }
  }
}

TEST(Copy, MatricesAroundTheBlockSizes) {
  for (const size_t element : {1, 2, 4, 8}) {
    const int64_t lanes = static_cast<int64_t>(16 / element);
    for (const int64_t rows : {int64_t{1}, lanes - 1, lanes, lanes + 1, 2 * lanes + 1, 5 * lanes}) {
      for (const int64_t cols : {int64_t{1}, lanes - 1, lanes, lanes + 1, 2 * lanes + 1, int64_t{131}}) {
        for (const size_t misalignment : {0, 1, 3}) {
          SCOPED_TRACE(::testing::Message() << element << " bytes, " << rows << " x " << cols);
          CheckPlan(MakePlan(element, {3, rows, cols}, {0, 2, 1}, -1, -1), misalignment);
        }
      }
    }
  }
}

TEST(Copy, SimplifiesContiguousCopiesToOneRun) {
  CopyPlan plan(4);
  plan.Append(2, 96, 96);
  plan.Append(1, 1000, 5);
  plan.Append(3, 32, 32);
  plan.Append(8, 4, 4);
  SimplifyCopy(&plan);
  EXPECT_EQ(plan.rank, 0);
  EXPECT_EQ(plan.element, 192u);
}

TEST(Copy, MergesWhatAPermutationLeavesTogether) {
  // [2, 5, 6, 3] -> [2, 3, 5, 6]: 5 and 6 stay neighbours.
  CopyPlan plan(4);
  plan.Append(2, 360, 360);
  plan.Append(3, 4, 120);
  plan.Append(5, 72, 24);
  plan.Append(6, 12, 4);
  SimplifyCopy(&plan);
  EXPECT_EQ(plan.rank, 3);
  EXPECT_EQ(plan.dims[2].size, 30);
}

TEST(Copy, RandomSubregions) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    // A window of a [a, b, c] tensor, copied into a window of another.
    const size_t element = size_t{1} << (random() % 4);
    CopyPlan plan(element);
    int64_t in_stride = static_cast<int64_t>(element), out_stride = in_stride;
    CopyPlan::Dim dims[3];
    for (int d = 2; d >= 0; --d) {
      const int64_t size = 1 + random() % 9;
      dims[d] = {size, in_stride * (1 + static_cast<int64_t>(random() % 2)), out_stride};
      in_stride *= 2 * (size + random() % 3);
      out_stride *= size + random() % 3;
    }
    std::shuffle(dims, dims + 3, random);
    for (const CopyPlan::Dim& dim : dims) plan.Append(dim.size, dim.in_stride, dim.out_stride);
    std::vector<char> in(in_stride), expected(out_stride, 1), actual(out_stride, 1);
    for (char& byte : in) byte = static_cast<char>(random());
    reference::Copy(plan, in.data(), expected.data());
    SimplifyCopy(&plan);
    Copy(plan, in.data(), actual.data());
    ASSERT_EQ(actual, expected) << "round " << round;
  }
}

}  // namespace
}  // namespace linnet::kernels
