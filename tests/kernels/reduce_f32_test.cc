#include "kernels/reduce_f32.h"

#include "kernels/reference/reduce_f32.h"
#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

using ReduceF32Test = KernelTest;
LINNET_KERNEL_TEST_SUITE(ReduceF32Test);

struct Function {
  const char* name;
  ReduceRowF32* row;
  ReduceColumnsF32* columns;
  const reference::Reduction& reference;
};

const Function kFunctions[] = {
#define LINNET_ROW(name) {#name, &name##RowF32, &name##ColumnsF32, reference::k##name},
    LINNET_REDUCE_F32_LIST(LINNET_ROW)
#undef LINNET_ROW
};

bool IsProduct(const Function& f) { return std::strcmp(f.name, "Prod") == 0; }
bool IsExtreme(const Function& f) { return std::isinf(f.reference.initial); }

// Factors near 1, so that products of many neither vanish nor overflow.
template <typename Array>
void Fill(const Function& f, size_t seed, Array& in) {
  Random random(seed);
  for (float& value : in) {
    value = IsProduct(f) ? random.Uniform(0.9f, 1.1f) * (random.Int(0, 1) == 0 ? 1.0f : -1.0f) : random.Uniform(-2, 2);
  }
}

// Fails unless `actual` is the reduction of n elements that lie `step` apart, within the bound of the contract.
void ExpectClose(const Function& f, size_t n, const float* in, size_t step, float actual) {
  const double expected = reference::Reduce(f.reference, n, in, step);
  if (std::isnan(expected)) {
    ASSERT_TRUE(std::isnan(actual)) << f.name << " of " << n;
    return;
  }
  if (IsExtreme(f) || std::isinf(expected)) {
    ASSERT_EQ(actual, expected) << f.name << " of " << n;
    return;
  }
  const double count = static_cast<double>(n), chain = std::fmin(count, 64 + 64 + count / 4096) + 1;
  const auto magnitudes = [](double sum, double x) { return sum + std::fmax(std::fabs(x), x * x); };
  const double scale = IsProduct(f) ? std::fabs(expected) : reference::Reduce({0, magnitudes}, n, in, step);
  ASSERT_NEAR(actual, expected, (IsProduct(f) ? count + 1 : chain) * 0x1p-24 * scale) << f.name << " of " << n;
}

TEST_P(ReduceF32Test, RowsOfEverySizeAndAlignment) {
  std::vector<size_t> sizes = Sizes();
  sizes.insert(sizes.end(), {63, 64, 127, 129, 255, 257});
  for (const Function& f : kFunctions) {
    for (size_t n : sizes) {
      for (size_t misalign : {0, 1, 3}) {
        Guarded<float> in(n, misalign);
        Fill(f, n + misalign, in);
        ExpectClose(f, n, in.data(), 1, f.row(n, in.data()));
      }
    }
    EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa()) << f.name;
  }
}

TEST_P(ReduceF32Test, ColumnsOfEverySizeAndAlignment) {
  for (const Function& f : kFunctions) {
    for (size_t n : Sizes()) {
      for (size_t rows : {0, 1, 2, 63, 65, 130}) {
        const size_t misalign = n % 4, stride = n + n % 3, floats = rows == 0 ? 0 : (rows - 1) * stride + n;
        Guarded<float> in(floats, misalign), out(n, misalign);
        Fill(f, n + rows, in);
        f.columns(rows, n, in.data(), stride, out.data());
        for (size_t i = 0; i < n; ++i) ExpectClose(f, rows, in.data() + i, stride, out[i]);
      }
    }
    EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa()) << f.name;
  }
}

// 0.1 is not a float: adding it one by one to a sum is off by n 2^-24 of it, which is what the levels are against.
TEST_P(ReduceF32Test, SumsOfManyStayExact) {
  const size_t n = 300000;
  const std::vector<float> in(n, 0.1f);
  for (const Function& f : kFunctions) {
    if (IsProduct(f)) continue;
    ExpectClose(f, n, in.data(), 1, f.row(n, in.data()));
    float out[3];
    f.columns(n / 3, 3, in.data(), 3, out);
    ExpectClose(f, n / 3, in.data(), 3, out[2]);
  }
}

TEST_P(ReduceF32Test, NaNOfEveryPosition) {
  for (const Function& f : kFunctions) {
    for (size_t n : {1, 4, 19, 70}) {
      for (size_t at = 0; at < n; ++at) {
        std::vector<float> in(n, 1.5f), out(n);
        in[at] = std::nanf("");
        ASSERT_TRUE(std::isnan(f.row(n, in.data()))) << f.name << " " << at << " of " << n;
        f.columns(n, 1, in.data(), 1, out.data());
        ASSERT_TRUE(std::isnan(out[0])) << f.name << " " << at << " of " << n;
        f.columns(1, n, in.data(), n, out.data());
        for (size_t i = 0; i < n; ++i) ASSERT_EQ(std::isnan(out[i]), i == at) << f.name;
      }
    }
  }
}

TEST_P(ReduceF32Test, InfinitiesAndNothing) {
  const float inf = HUGE_VALF;
  const std::vector<float> values[] = {{inf, 1, 2}, {-inf, 1, 2}, {inf, -inf}, {inf, 0}, {-inf, -inf}, {}};
  for (const Function& f : kFunctions) {
    for (const std::vector<float>& in : values) {
      ExpectClose(f, in.size(), in.data(), 1, f.row(in.size(), in.data()));
      float out = 0;
      f.columns(in.size(), 1, in.data(), 1, &out);
      ExpectClose(f, in.size(), in.data(), 1, out);
    }
  }
}

}  // namespace
}  // namespace linnet::kernels
