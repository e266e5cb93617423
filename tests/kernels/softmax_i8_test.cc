#include "kernels/softmax_i8.h"

#include "kernels/reference/quantize.h"
#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

using SoftmaxI8Test = KernelTest;
LINNET_KERNEL_TEST_SUITE(SoftmaxI8Test);

TEST_P(SoftmaxI8Test, TableIsTheRoundedExponential) {
  for (float scale : {1e-30f, 1e-4f, 0.01f, 0.0625f, 0.3f, 1.0f, 17.0f, 1e30f}) {
    SoftmaxTableI8 table;
    MakeSoftmaxTableI8(scale, &table);
    for (int d = 0; d < 256; ++d) {
      EXPECT_EQ(table.e[d], std::nearbyint(0x1p23 * std::exp(-d * static_cast<double>(scale)))) << d << " * " << scale;
    }
  }
}

TEST_P(SoftmaxI8Test, EverySizeStrideAndInPlace) {
  SoftmaxTableI8 table;
  MakeSoftmaxTableI8(0.07f, &table);
  const SoftmaxI8 softmax = {&table, 1.0f / 256, -128};
  std::vector<size_t> sizes = Sizes();
  sizes.insert(sizes.end(), {100, 257, 1000});
  for (size_t n : sizes) {
    for (size_t stride : {1, 5}) {
      for (bool in_place : {false, true}) {
        const size_t count = n == 0 ? 0 : (n - 1) * stride + 1;
        Guarded<int8_t> in(count, 1), other(count, 1);
        Random random(n);
        for (int8_t& x : in) x = static_cast<int8_t>(random.Int(n == 5 ? 100 : -128, n == 4 ? -127 : 127));
        for (int8_t& x : other) x = 99;
        const std::vector<int8_t> before(in.begin(), in.end());
        int8_t* out = in_place ? in.data() : other.data();
        SoftmaxSliceI8(softmax, n, in.data(), stride, out);
        int largest = -128;
        for (size_t i = 0; i < n; ++i) largest = before[i * stride] > largest ? before[i * stride] : largest;
        double sum = 0;
        for (size_t i = 0; i < n; ++i) sum += static_cast<double>(table.e[largest - before[i * stride]]);
        for (size_t i = 0; i < count; ++i) {
          if (i % stride != 0) {
            ASSERT_EQ(out[i], in_place ? before[i] : 99);
            continue;
          }
          const double e = static_cast<double>(table.e[largest - before[i]]);
          const float y = reference::Multiply(static_cast<float>(e), static_cast<float>(1 / (sum / 256)));
          ASSERT_EQ(out[i], reference::Quantized(y, -128, -128, 127));
          ASSERT_NEAR(out[i], std::fmin(-128 + 256 * e / sum, 127), 0.51);
        }
      }
    }
  }
}

}  // namespace
}  // namespace linnet::kernels
