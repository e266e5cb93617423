#include "format/checksum.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace linnet::format {
namespace {

uint64_t Checksum(const std::vector<uint8_t>& bytes) {
  SegmentChecksum checksum;
  checksum.Add(bytes.data(), bytes.size());
  return checksum.value();
}

TEST(SegmentChecksum, IsFnv1aOverWords) {
  EXPECT_EQ(Checksum({}), 0xcbf29ce484222325u);
  uint64_t expected = 0xcbf29ce484222325u;
  for (int word = 0; word < 8; ++word) expected = (expected ^ (word == 0 ? 0x0201u : 0u)) * 0x100000001b3u;
  EXPECT_EQ(Checksum({1, 2}), expected);
}

TEST(SegmentChecksum, PadsEachPart) {
  SegmentChecksum parts;
  const std::vector<uint8_t> a(65, 7), b = {9};
  parts.Add(a.data(), a.size());
  parts.Add(b.data(), b.size());
  std::vector<uint8_t> whole(192, 0);
  std::copy(a.begin(), a.end(), whole.begin());
  whole[128] = 9;
  EXPECT_EQ(parts.value(), Checksum(whole));
}

TEST(SegmentChecksum, EveryByteCounts) {
  std::vector<uint8_t> bytes(100, 0);
  std::set<uint64_t> seen = {Checksum(bytes)};
  for (uint8_t& byte : bytes) {
    byte = 1;
    EXPECT_TRUE(seen.insert(Checksum(bytes)).second);
    byte = 0;
  }
}

}  // namespace
}  // namespace linnet::format
