#include "kernels/lookup.h"

#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

using LookupTest = KernelTest;
LINNET_KERNEL_TEST_SUITE(LookupTest);

TEST_P(LookupTest, EverySizeAlignmentAndInPlace) {
  Random random(3);
  Guarded<uint8_t> table(256);
  Guarded<float> floats(256);
  for (uint8_t& entry : table) entry = static_cast<uint8_t>(random.Int(0, 255));
  random.Fill(floats);
  std::vector<size_t> sizes = Sizes();
  sizes.insert(sizes.end(), {63, 64, 66, 127, 256, 300});
  for (size_t n : sizes) {
    for (size_t misalign : {0, 1, 3}) {
      for (bool in_place : {false, true}) {
        Guarded<uint8_t> in(n, misalign), other(n, misalign);
        Guarded<float> reals(n, misalign);
        for (size_t i = 0; i < n; ++i) in[i] = static_cast<uint8_t>(n > 255 ? i : random.Int(0, 255));
        const std::vector<uint8_t> before(in.begin(), in.end());
        uint8_t* out = in_place ? in.data() : other.data();
        LookupF32(n, in.data(), floats.data(), reals.data());
        LookupBytes(n, in.data(), table.data(), out);
        for (size_t i = 0; i < n; ++i) {
          ASSERT_EQ(out[i], table[before[i]]) << i << " of " << n;
          ASSERT_EQ(reals[i], floats[before[i]]) << i << " of " << n;
        }
      }
    }
  }
}

}  // namespace
}  // namespace linnet::kernels
