// In canonical order every fp32 family computes the same bytes with every instruction set, on every processor.
#include "kernels/binary_f32.h"
#include "kernels/depthwise_f32.h"
#include "kernels/elementwise.h"
#include "kernels/gemm_f32.h"
#include "kernels/norm_f32.h"
#include "kernels/pack.h"
#include "kernels/pool_f32.h"
#include "kernels/reduce_f32.h"
#include "kernels/resample_f32.h"
#include "kernels/softmax_f32.h"
#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

using CanonicalTest = KernelTest;
LINNET_KERNEL_TEST_SUITE(CanonicalTest);

using Floats = std::vector<float>;

// Whole multiples of 2^-10 in [-4, 4), which no processor computes otherwise than another.
Floats Numbers(size_t count, uint64_t seed) {
  Random random(seed);
  Floats numbers(count);
  for (float& x : numbers) x = static_cast<float>(random.Int(-4096, 4095)) / 1024.0f;
  return numbers;
}

void Append(const Floats& more, Floats* all) { all->insert(all->end(), more.begin(), more.end()); }

void RunElementwise(Floats* all) {
  UnaryF32* const functions[] = {
#define LINNET_ROW(name, ulps, slack) &name,
      LINNET_UNARY_F32_LIST(LINNET_ROW)
#undef LINNET_ROW
  };
  for (UnaryF32* function : functions) {
    Floats x = Numbers(517, 1), y(x.size());
    for (float& value : x) value = std::fabs(value) + 0.25f;  // no NaN: its bits are no one's promise
    function(x.size(), x.data(), 0.25f, 1.5f, y.data());
    Append(y, all);
  }
  for (UnaryF32* function : {&ExpF32, &TanhF32, &SigmoidF32, &ErfF32, &SiluF32, &GeluF32, &GeluTanhF32, &HardSwishF32}) {
    Floats x = Numbers(1001, 2), y(x.size());
    function(x.size(), x.data(), 0, 0, y.data());
    Append(y, all);
  }
  BinaryF32* const binaries[] = {
#define LINNET_ROW(name) &name,
      LINNET_BINARY_F32_LIST(LINNET_ROW)
#undef LINNET_ROW
  };
  for (BinaryF32* function : binaries) {
    const Floats a = Numbers(333, 3);
    Floats b = Numbers(333, 4), y(333);
    for (float& value : b) value += value == 0 ? 1.0f : 0.0f;
    function({1, 333, a.data(), b.data(), y.data(), 0, 0, 0, false, false});
    Append(y, all);
  }
}

void RunReductions(Floats* all) {
  for (size_t n : {1, 3, 7, 16, 61, 100, 1003}) {
    const Floats x = Numbers(n * 19, 5);
    Floats y(n * 19), row(19);
    SoftmaxRowF32(n, x.data(), y.data());
    Append(y, all);
    LogSoftmaxRowF32(n, x.data(), y.data());
    Append(y, all);
    SoftmaxColumnsF32(n, 19, x.data(), 19, y.data());
    Append(y, all);
    LogSoftmaxColumnsF32(n, 19, x.data(), 19, y.data());
    Append(y, all);
#define LINNET_ROW(name)                                    \
  all->push_back(name##RowF32(n, x.data()));                \
  name##ColumnsF32(n, 19, x.data(), 19, row.data());        \
  Append(row, all);
    LINNET_REDUCE_F32_LIST(LINNET_ROW)
#undef LINNET_ROW
    const MomentsF32 moments = MomentsRowF32(n, x.data());
    Append({moments.mean, moments.variance}, all);
    const Floats scale = Numbers(n, 6), shift = Numbers(n, 7);
    NormalizeRowF32(n, x.data(), moments.mean, 0.7f, scale.data(), shift.data(), y.data());
    Append(y, all);
    ScaleShiftF32({19, n, x.data(), n, scale.data(), shift.data(), y.data(), n});
    Append(y, all);
    SumSquaredDeviationsColumnsF32(n, 19, x.data(), 19, Numbers(19, 15).data(), row.data());
    Append(row, all);
  }
}

void RunWindows(Floats* all) {
  const Floats x = Numbers(9 * 11 * 37, 8);
  Floats y(37);
  const PoolWindowF32 window = {x.data(), {1, 3, 4}, {0, 11 * 37, 37}};
  MaxPoolF32(window, 37, y.data());
  Append(y, all);
  AveragePoolF32(window, 37, 12, y.data());
  Append(y, all);
  const int32_t index[] = {0, 1, 1, 2, 2, 3};
  const float weight[] = {0.3f, 0.7f, 0.9f, 0.1f, 0.45f, 0.55f};
  Floats row(3 * 37), sums(11 * 37);
  RunResampleRowF32({3, 2, 37, index, weight, x.data(), 37, row.data(), 37});
  Append(row, all);
  const float* rows[] = {x.data(), x.data() + 11 * 37, x.data() + 22 * 37};
  SumRowsF32(11 * 37, 3, rows, weight, false, sums.data());
  Append(sums, all);
  for (size_t stride : {1, 2}) {
    const Floats plain = Numbers(9 * 37, 9), bias = Numbers(37, 10);
    Floats packed(9 * 48), out(9 * 11 * 37);
    PackDepthwise(37, 9, 16, plain.data(), packed.data());
    const size_t out_h = (9 - 1) / stride + 1, out_w = (11 - 1) / stride + 1;
    DepthwiseConvF32({9, 11, out_h, out_w, 37, 37, 37, 3, 3, stride, stride, 1, 1, 1, 1, x.data(), packed.data(),
                      bias.data(), out.data(), {ActivationKind::kSilu, 0, 0, 0, 0}},
                     0, out_h);
    Append(out, all);
  }
}

void RunProducts(Floats* all) {
  const size_t sizes[][3] = {{1, 40, 70}, {7, 33, 300}, {50, 100, 1200}, {13, 5, 9}};
  for (const auto& [m, n, k] : sizes) {
    for (GemmB layout : {GemmB::kPanels, GemmB::kRows, GemmB::kTransposed}) {
      const Floats a = Numbers(m * k, 11), b = Numbers(n * k, 12), bias = Numbers(n, 13), residual = Numbers(m * n, 14);
      Floats panels((n + 15) / 16 * 16 * k), c(m * n);
      PackPanels({1, n, k, 0, 1, n}, 16, b.data(), panels.data());
      GemmF32 g;
      g.m = m, g.n = n, g.k = k;
      g.a = a.data(), g.a_stride = k;
      g.b_layout = layout;
      g.b = layout == GemmB::kPanels ? panels.data() : b.data();
      g.b_stride = layout == GemmB::kRows ? n : k;
      g.bias = bias.data();
      g.residual = residual.data(), g.residual_stride = n;
      g.c = c.data(), g.c_stride = n;
      g.activation.kind = ActivationKind::kGelu;
      const GemmPlanF32 plan = PlanGemmF32(g, 1);
      std::vector<float> scratch(plan.scratch_bytes / sizeof(float) + 16);
      float* aligned = scratch.data();
      while (reinterpret_cast<uintptr_t>(aligned) % 64 != 0) ++aligned;
      for (size_t task = 0; task < plan.tasks; ++task) RunGemmF32(g, plan, task, aligned);
      Append(c, all);
    }
  }
}

uint64_t Hash(const Floats& numbers) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (float x : numbers) {
    uint32_t bits;
    std::memcpy(&bits, &x, sizeof(bits));
    if (x != x) bits = 0xFFC00000u;  // the product of infinity and zero: its bits are no one's promise
    hash = (hash ^ bits) * 0x100000001b3u;
  }
  return hash;
}

// The hashes are the same in every build: they change only where an algorithm does.
TEST_P(CanonicalTest, SameBytesEverywhere) {
  const ScopedCanonical canonical(true);
  struct Part {
    const char* name;
    void (*run)(Floats* all);
    uint64_t hash;
  };
  const Part parts[] = {{"elementwise", RunElementwise, 4682806290346724097u},
                        {"reductions", RunReductions, 11792438602406528209u},
                        {"windows", RunWindows, 985953705204093077u},
                        {"products", RunProducts, 15870691070179421910u}};
  for (const Part& part : parts) {
    Floats results;
    part.run(&results);
    EXPECT_EQ(Hash(results), part.hash) << part.name;
  }
}

TEST_P(CanonicalTest, ScopesNest) {
  EXPECT_FALSE(CanonicalOrder());
  {
    const ScopedCanonical outer(true);
    EXPECT_TRUE(CanonicalOrder());
    {
      const ScopedCanonical inner(false);
      EXPECT_FALSE(CanonicalOrder());
    }
    EXPECT_TRUE(CanonicalOrder());
  }
  EXPECT_FALSE(CanonicalOrder());
}

}  // namespace
}  // namespace linnet::kernels
