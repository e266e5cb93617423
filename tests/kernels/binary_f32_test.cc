#include "kernels/binary_f32.h"

#include "kernels/reference/binary_f32.h"
#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

using BinaryF32Test = KernelTest;
LINNET_KERNEL_TEST_SUITE(BinaryF32Test);

struct Function {
  const char* name;
  BinaryF32* kernel;
  double (*reference)(double, double);
};

const Function kFunctions[] = {
#define LINNET_ROW(name) {#name, &name, &reference::name},
    LINNET_BINARY_F32_LIST(LINNET_ROW)
#undef LINNET_ROW
};

// A double result rounded once is the fp32 result (NaN: any).
void ExpectEqual(const Function& f, float a, float b, float actual) {
  const float expected = static_cast<float>(f.reference(a, b));
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(actual)) << f.name << "(" << a << ", " << b << ") = " << actual;
  } else {
    EXPECT_EQ(actual, expected) << f.name << "(" << a << ", " << b << ")";
  }
}

// How an operand is laid out.
struct Layout {
  bool scalar;
  bool one_row;  // stride 0
};

TEST_P(BinaryF32Test, EveryPatternSizeAndAlignment) {
  const Layout layouts[] = {{false, false}, {false, true}, {true, false}, {true, true}};
  const size_t rows = 3;
  for (const Function& f : kFunctions) {
    for (const Layout& layout_a : layouts) {
      for (const Layout& layout_b : layouts) {
        for (size_t n : Sizes()) {
          const size_t gap = n % 3, width_a = layout_a.scalar ? 1 : n, width_b = layout_b.scalar ? 1 : n;
          const size_t stride_a = layout_a.one_row ? 0 : width_a + gap, stride_b = layout_b.one_row ? 0 : width_b;
          Guarded<float> a((rows - 1) * stride_a + width_a, 1), b((rows - 1) * stride_b + width_b),
              out(rows * (n + 1), 3);
          Random(n).Fill(a, -4, 4);
          Random(n + 99).Fill(b, -4, 4);
          for (float& value : out) value = -77;
          f.kernel(
              {rows, n, a.data(), b.data(), out.data(), stride_a, stride_b, n + 1, layout_a.scalar, layout_b.scalar});
          for (size_t r = 0; r < rows; ++r) {
            for (size_t i = 0; i < n; ++i) {
              ExpectEqual(f, a[r * stride_a + (layout_a.scalar ? 0 : i)], b[r * stride_b + (layout_b.scalar ? 0 : i)],
                          out[r * (n + 1) + i]);
            }
            EXPECT_EQ(out[r * (n + 1) + n], -77) << f.name << " wrote between rows";
          }
        }
      }
    }
    EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa()) << f.name;
  }
}

TEST_P(BinaryF32Test, InPlaceOfEither) {
  for (const Function& f : kFunctions) {
    for (size_t n : Sizes()) {
      Guarded<float> a(n), b(n), first(n), second(n);
      Random(n).Fill(a, -4, 4);
      Random(n + 7).Fill(b, -4, 4);
      std::copy(a.begin(), a.end(), first.begin());
      std::copy(b.begin(), b.end(), second.begin());
      f.kernel({1, n, first.data(), b.data(), first.data(), n, n, n, false, false});
      f.kernel({1, n, a.data(), second.data(), second.data(), n, n, n, false, false});
      for (size_t i = 0; i < n; ++i) {
        ExpectEqual(f, a[i], b[i], first[i]);
        ExpectEqual(f, a[i], b[i], second[i]);
      }
    }
  }
}

TEST_P(BinaryF32Test, NaNAndInfinity) {
  const float inf = HUGE_VALF, nan = std::nanf("");
  const std::vector<float> values = {0, 1, -1, inf, -inf, nan};
  for (const Function& f : kFunctions) {
    for (float a : values) {
      for (float b : values) {
        const std::vector<float> as(17, a), bs(17, b);
        std::vector<float> out(17);
        f.kernel({1, 17, as.data(), bs.data(), out.data(), 17, 17, 17, false, false});
        for (float value : out) ExpectEqual(f, a, b, value);
      }
    }
  }
}

}  // namespace
}  // namespace linnet::kernels
