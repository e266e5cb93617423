#include "engine/array.h"

#include <gtest/gtest.h>

#include <cstring>

namespace linnet {
namespace {

TEST(Array, AppendsAndResizes) {
  Array<int> array;
  EXPECT_TRUE(array.empty());
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(array.Append(i));
  ASSERT_TRUE(array.Resize(102, -5));
  EXPECT_EQ(array.size(), 102u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(array[static_cast<size_t>(i)], i);
  EXPECT_EQ(array[100], -5);
  EXPECT_EQ(array[101], -5);
  ASSERT_TRUE(array.Resize(2));
  EXPECT_EQ(array.size(), 2u);
  EXPECT_EQ(array.end() - array.begin(), 2);
  array.Clear();
  EXPECT_TRUE(array.empty());
  EXPECT_GE(array.capacity(), 102u);
}

TEST(Array, AppendsItsOwnElementWhileItGrows) {
  Array<int> array;
  ASSERT_TRUE(array.Append(42));
  while (array.size() < 200) ASSERT_TRUE(array.Append(array[0]));
  for (int value : array) ASSERT_EQ(value, 42);
  ASSERT_TRUE(array.Resize(5000, array[0]));
  EXPECT_EQ(array[4999], 42);
}

TEST(Array, Moves) {
  Array<int> from;
  ASSERT_TRUE(from.Append(1));
  Array<int> to(std::move(from));
  ASSERT_EQ(to.size(), 1u);
  Array<int> assigned;
  assigned = std::move(to);
  ASSERT_EQ(assigned.size(), 1u);
  EXPECT_EQ(assigned[0], 1);
}

TEST(Array, SaysWhenThereIsNoMemory) {
  Array<uint64_t> array;
  ASSERT_TRUE(array.Append(7));
  EXPECT_FALSE(array.Reserve(SIZE_MAX / 2));
  EXPECT_FALSE(array.Resize(SIZE_MAX));
  ASSERT_EQ(array.size(), 1u);
  EXPECT_EQ(array[0], 7u);
}

TEST(AlignedBuffer, IsAlignedAndRounded) {
  AlignedBuffer buffer;
  EXPECT_EQ(buffer.data(), nullptr);
  for (size_t bytes : {size_t{1}, size_t{64}, size_t{1000}}) {
    ASSERT_TRUE(buffer.Allocate(bytes));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer.data()) % 64, 0u);
    EXPECT_EQ(buffer.size(), (bytes + 63) / 64 * 64);
    std::memset(buffer.data(), 1, buffer.size());
  }
  ASSERT_TRUE(buffer.Allocate(0));
  EXPECT_EQ(buffer.size(), 0u);
}

TEST(AlignedBuffer, KeepsWhatItHasWhenThereIsNoMemory) {
  AlignedBuffer buffer;
  ASSERT_TRUE(buffer.Allocate(64));
  std::memset(buffer.data(), 3, 64);
  EXPECT_FALSE(buffer.Allocate(SIZE_MAX));
  EXPECT_FALSE(buffer.Allocate(SIZE_MAX / 2));
  EXPECT_EQ(buffer.size(), 64u);
  EXPECT_EQ(static_cast<uint8_t*>(buffer.data())[63], 3);
  AlignedBuffer moved(std::move(buffer));
  EXPECT_EQ(moved.size(), 64u);
  moved.Release();
  EXPECT_EQ(moved.data(), nullptr);
}

TEST(BlockList, BlocksAreZeroedAlignedAndCounted) {
  BlockList list;
  for (size_t bytes : {1, 64, 100}) {
    auto* block = static_cast<uint8_t*>(list.Allocate(bytes));
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 64, 0u);
    for (size_t i = 0; i < bytes; ++i) ASSERT_EQ(block[i], 0);
    std::memset(block, 0xff, bytes);
  }
  EXPECT_GE(list.bytes(), 165u);
  EXPECT_EQ(list.Allocate(SIZE_MAX), nullptr);
  EXPECT_EQ(list.Allocate(SIZE_MAX / 2), nullptr);
  BlockList moved(std::move(list));
  EXPECT_GE(moved.bytes(), 165u);
  moved.Release();
  EXPECT_EQ(moved.bytes(), 0u);
}

TEST(Saturating, StopsAtTheLargest) {
  EXPECT_EQ(SaturatingAdd(1, 2), 3u);
  EXPECT_EQ(SaturatingAdd(SIZE_MAX, 1), SIZE_MAX);
  EXPECT_EQ(SaturatingMultiply(3, 5), 15u);
  EXPECT_EQ(SaturatingMultiply(SIZE_MAX / 2, 3), SIZE_MAX);
  EXPECT_EQ(SaturatingMultiply(SIZE_MAX, 0), 0u);
}

}  // namespace
}  // namespace linnet
