#include "kernels/softmax_f32.h"

#include <cfloat>

#include "kernels/reference/softmax_f32.h"
#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

using SoftmaxF32Test = KernelTest;
LINNET_KERNEL_TEST_SUITE(SoftmaxF32Test);

struct Function {
  bool log;
  void (*row)(size_t n, const float* in, float* out);
  void (*columns)(size_t rows, size_t columns, const float* in, size_t stride, float* out);
  std::vector<double> (*reference)(size_t n, const float* in, size_t step);
};

const Function kFunctions[] = {{false, SoftmaxRowF32, SoftmaxColumnsF32, reference::Softmax},
                               {true, LogSoftmaxRowF32, LogSoftmaxColumnsF32, reference::LogSoftmax}};

// Fails unless out[i * step] is the function of in[i * step], i in [0, n), within the bound of the contract.
void ExpectClose(const Function& f, size_t n, const float* in, const float* out, size_t step) {
  const std::vector<double> expected = f.reference(n, in, step);
  double largest = -HUGE_VAL;
  for (size_t i = 0; i < n; ++i) largest = std::fmax(largest, in[i * step]);
  for (size_t i = 0; i < n; ++i) {
    const double distance = largest - in[i * step];
    const double relative = (distance + 16) * 0x1p-24 + static_cast<double>(n) * 0x1p-36;
    const double bound = f.log ? (distance + 8) * 0x1p-23 : relative * expected[i] + FLT_MIN;
    ASSERT_NEAR(out[i * step], expected[i], bound) << "element " << i << " of " << n << (f.log ? ", logarithm" : "");
  }
}

TEST_P(SoftmaxF32Test, RowsOfEverySizeAndAlignmentAndInPlace) {
  for (const Function& f : kFunctions) {
    for (size_t n : Sizes()) {
      for (size_t misalign : {0, 1, 3}) {
        for (bool in_place : {false, true}) {
          Guarded<float> in(n, misalign), other(n, misalign);
          Random(n).Fill(in, -30, 30);
          const std::vector<float> before(in.begin(), in.end());
          float* out = in_place ? in.data() : other.data();
          f.row(n, in.data(), out);
          ExpectClose(f, n, before.data(), out, 1);
        }
      }
    }
    EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa());
  }
}

TEST_P(SoftmaxF32Test, ColumnsOfEverySizeAndAlignmentAndInPlace) {
  for (const Function& f : kFunctions) {
    for (size_t columns : Sizes()) {
      for (size_t rows : {1, 2, 7, 65}) {
        for (bool in_place : {false, true}) {
          const size_t gap = columns % 3, stride = columns + gap, floats = (rows - 1) * stride + columns;
          Guarded<float> in(floats, gap), other(floats, gap);
          Random(columns + rows).Fill(in, -30, 30);
          for (float& value : other) value = -77;
          const std::vector<float> before(in.begin(), in.end());
          float* out = in_place ? in.data() : other.data();
          f.columns(rows, columns, in.data(), stride, out);
          for (size_t i = 0; i < columns; ++i) ExpectClose(f, rows, before.data() + i, out + i, stride);
          for (size_t i = 0; i < floats; ++i) {
            if (i % stride < columns) continue;
            ASSERT_EQ(out[i], in_place ? before[i] : -77) << "wrote between rows";
          }
        }
      }
    }
    EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa());
  }
}

TEST_P(SoftmaxF32Test, LongRowsAndColumns) {
  const size_t n = 5000;  // more than one block of the second level of sums
  std::vector<float> in(n), out(n);
  Random(3).Fill(in, -4, 4);
  for (const Function& f : kFunctions) {
    f.row(n, in.data(), out.data());
    ExpectClose(f, n, in.data(), out.data(), 1);
    f.columns(n, 1, in.data(), 1, out.data());
    ExpectClose(f, n, in.data(), out.data(), 1);
  }
}

TEST_P(SoftmaxF32Test, LargeAndDistantValues) {
  const std::vector<float> in = {1e30f, -1e30f, 1e30f, 0, -FLT_MAX, 3, -HUGE_VALF, 1, 2};
  std::vector<float> out(in.size()), columns(in.size());
  SoftmaxRowF32(in.size(), in.data(), out.data());
  SoftmaxColumnsF32(in.size(), 1, in.data(), 1, columns.data());
  for (size_t i = 0; i < in.size(); ++i) {
    EXPECT_EQ(out[i], in[i] == 1e30f ? 0.5f : 0.0f) << in[i];
    EXPECT_EQ(columns[i], out[i]) << in[i];
  }
  LogSoftmaxRowF32(in.size(), in.data(), out.data());
  EXPECT_NEAR(out[0], -std::log(2.0), 1e-6);
  EXPECT_EQ(out[3], -1e30f);
  EXPECT_EQ(out[6], -HUGE_VALF);
}

TEST_P(SoftmaxF32Test, NaNFromEveryPositionAndFromNothingButInfinity) {
  const size_t n = 37;
  for (const Function& f : kFunctions) {
    for (size_t at = 0; at < n; ++at) {
      for (float bad : {std::nanf(""), HUGE_VALF}) {
        std::vector<float> in(n, 1), out(n, 0);
        in[at] = bad;
        f.row(n, in.data(), out.data());
        for (float value : out) ASSERT_TRUE(std::isnan(value)) << at;  // inf - inf spoils the sum too
        out.assign(n, 0);
        f.columns(n, 1, in.data(), 1, out.data());
        for (float value : out) ASSERT_TRUE(std::isnan(value)) << at;
      }
    }
    const std::vector<float> nothing(n, -HUGE_VALF);
    std::vector<float> out(n, 0);
    f.row(n, nothing.data(), out.data());
    for (float value : out) EXPECT_TRUE(std::isnan(value));
    f.columns(1, n, nothing.data(), n, out.data());
    for (float value : out) EXPECT_TRUE(std::isnan(value));
  }
}

TEST_P(SoftmaxF32Test, NaNStaysInItsColumn) {
  const size_t columns = 21;
  for (const Function& f : kFunctions) {
    for (size_t at = 0; at < columns; ++at) {
      std::vector<float> in(3 * columns, 1), out(3 * columns);
      in[columns + at] = std::nanf("");
      f.columns(3, columns, in.data(), columns, out.data());
      for (size_t i = 0; i < out.size(); ++i) ASSERT_EQ(std::isnan(out[i]), i % columns == at);
    }
  }
}

}  // namespace
}  // namespace linnet::kernels
