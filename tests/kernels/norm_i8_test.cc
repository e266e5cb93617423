#include "kernels/norm_i8.h"

#include "kernels/reference/quantize.h"
#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

using NormI8Test = KernelTest;
LINNET_KERNEL_TEST_SUITE(NormI8Test);

TEST_P(NormI8Test, EverySizeAlignmentAndInPlace) {
  std::vector<size_t> sizes = Sizes();
  sizes.insert(sizes.end(), {63, 64, 66, 200});
  for (size_t n : sizes) {
    for (size_t misalign : {0, 1, 3}) {
      for (bool in_place : {false, true}) {
        for (bool has_shift : {false, true}) {
          Random random(n);
          Guarded<int8_t> in(n, misalign), other(n, misalign);
          Guarded<float> scale(n, misalign), shift(n, misalign);
          for (int8_t& x : in) x = static_cast<int8_t>(random.Int(-128, 127));
          random.Fill(scale, -60, 60);
          random.Fill(shift, -30, 30);
          if (n > 2) scale[2] = std::nanf("");
          const std::vector<int8_t> before(in.begin(), in.end());
          const NormalizeI8 norm = {random.Uniform(-5, 5), random.Uniform(0.01f, 0.05f), scale.data(),
                                    has_shift ? shift.data() : nullptr, random.Int(-128, 127)};
          int8_t* out = in_place ? in.data() : other.data();
          NormalizeRowI8(norm, n, in.data(), out);
          for (size_t i = 0; i < n; ++i) {
            float y = reference::Multiply(reference::Sum(before[i], -norm.mean), norm.factor);
            y = reference::Sum(reference::Multiply(y, scale[i]), has_shift ? shift[i] : 0);
            ASSERT_EQ(out[i], reference::Quantized(y, norm.zero_point, -128, 127)) << i << " of " << n;
          }
        }
      }
    }
  }
  EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa());
}

}  // namespace
}  // namespace linnet::kernels
