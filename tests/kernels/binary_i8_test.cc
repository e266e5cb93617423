#include "kernels/binary_i8.h"

#include "kernels/reference/binary_i8.h"
#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

using BinaryI8Test = KernelTest;
LINNET_KERNEL_TEST_SUITE(BinaryI8Test);

struct Function {
  BinaryI8* kernel;
  int8_t (*reference)(int a, int b, const BinaryI8Args& args);
};
constexpr Function kFunctions[] = {{&AddI8, &reference::AddI8}, {&MulI8, &reference::MulI8}};

void FillBytes(Random& random, Guarded<int8_t>& bytes) {
  for (int8_t& byte : bytes) byte = static_cast<int8_t>(random.Int(-128, 127));
}

BinaryI8Args RandomArgs(Random& random) {
  BinaryI8Args args = {};
  args.zero_a = random.Int(-128, 127);
  args.zero_b = random.Int(-128, 127);
  args.zero_out = random.Int(-128, 127);
  args.multiplier_a = random.Uniform(-2, 2) * (random.Int(0, 9) == 0 ? 0x1p-40f : 1);
  args.multiplier_b = random.Uniform(-2, 2) * (random.Int(0, 9) == 0 ? 0x1p60f : 1);
  args.lo = random.Int(0, 1) ? -128 : random.Int(-128, 0);
  args.hi = random.Int(0, 1) ? 127 : random.Int(0, 127);
  return args;
}

// One call against the reference: rows x n, operands of the given pattern, out of place or over an operand.
void Check(const Function& f, BinaryI8Args args, size_t rows, size_t n, size_t misalign, int in_place) {
  Random random(rows * 1000 + n);
  args.rows = rows;
  args.n = n;
  const auto extent = [&](size_t stride, bool scalar) {
    return n == 0 || rows == 0 ? 0 : (rows - 1) * stride + (scalar ? 1 : n);
  };
  Guarded<int8_t> a(extent(args.stride_a, args.scalar_a), misalign), b(extent(args.stride_b, args.scalar_b), misalign);
  FillBytes(random, a);
  FillBytes(random, b);
  const std::vector<int8_t> a_before(a.begin(), a.end()), b_before(b.begin(), b.end());
  args.stride_out = in_place == 1 ? args.stride_a : in_place == 2 ? args.stride_b : n + 3;
  Guarded<int8_t> other(in_place == 0 ? extent(args.stride_out, false) : 0, misalign);
  for (int8_t& byte : other) byte = 77;
  args.a = a.data();
  args.b = b.data();
  args.out = in_place == 1 ? a.data() : in_place == 2 ? b.data() : other.data();
  f.kernel(args);
  for (size_t r = 0; r < rows; ++r) {
    for (size_t i = 0; i < n; ++i) {
      const int x = a_before[r * args.stride_a + (args.scalar_a ? 0 : i)];
      const int y = b_before[r * args.stride_b + (args.scalar_b ? 0 : i)];
      ASSERT_EQ(args.out[r * args.stride_out + i], f.reference(x, y, args)) << x << " and " << y << " at " << i;
    }
    for (size_t i = n; in_place == 0 && n > 0 && r + 1 < rows && i < n + 3; ++i) ASSERT_EQ(other[r * (n + 3) + i], 77);
  }
}

TEST_P(BinaryI8Test, EverySizePatternAndPlace) {
  Random random(7);
  for (const Function& f : kFunctions) {
    for (size_t n : {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 131}) {
      for (size_t misalign : {0, 1, 3}) {
        BinaryI8Args args = RandomArgs(random);
        args.stride_a = n + 2;
        args.stride_b = n + 1;
        for (int in_place : {0, 1, 2}) Check(f, args, 3, n, misalign, in_place);
        args.stride_b = 0;  // the same vector for every row
        for (int in_place : {0, 1}) Check(f, args, 3, n, misalign, in_place);
        args.scalar_b = true;
        args.stride_b = 1;
        for (int in_place : {0, 1}) Check(f, args, 3, n, misalign, in_place);
        args.scalar_a = true;
        Check(f, args, 3, n, misalign, 0);
        args.scalar_b = false;
        args.stride_b = n;
        for (int in_place : {0, 2}) Check(f, args, 3, n, misalign, in_place);
      }
    }
    EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa());
  }
}

// All pairs of bytes, with multipliers at which halves come up all the time.
TEST_P(BinaryI8Test, AllPairsOfBytes) {
  std::vector<int8_t> b(256), out(256);
  for (int i = 0; i < 256; ++i) b[i] = static_cast<int8_t>(i - 128);
  for (const Function& f : kFunctions) {
    for (float multiplier : {0.5f, 0.25f, 1.0f, 0.0078125f, 0.1f, 1e30f}) {
      for (int a = -128; a < 128; ++a) {
        const int8_t number = static_cast<int8_t>(a);
        BinaryI8Args args = {1, 256, &number, b.data(), out.data(), 0, 0, 0, true, false, 3, -5, 2, multiplier,
                             -0.5f * multiplier, -128, 127};
        f.kernel(args);
        for (int i = 0; i < 256; ++i) ASSERT_EQ(out[i], f.reference(a, b[i], args)) << a << " and " << int{b[i]};
      }
    }
  }
}

}  // namespace
}  // namespace linnet::kernels
