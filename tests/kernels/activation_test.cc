#include "kernels/activation.h"

#include "kernels/elementwise.h"
#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

using ActivationTest = KernelTest;
LINNET_KERNEL_TEST_SUITE(ActivationTest);

struct Case {
  ActivationKind kind;
  UnaryF32* function;  // null: identity
  float alpha, beta;   // that the function gets
};

TEST_P(ActivationTest, IsTheElementwiseFunction) {
  const Case cases[] = {{ActivationKind::kNone, nullptr, 0, 0},
                        {ActivationKind::kClamp, ClampF32, -1, 2},
                        {ActivationKind::kSigmoid, SigmoidF32, 0, 0},
                        {ActivationKind::kTanh, TanhF32, 0, 0},
                        {ActivationKind::kHardSigmoid, HardSigmoidF32, 0.2f, 0.5f},
                        {ActivationKind::kHardSwish, HardSwishF32, 0, 0},
                        {ActivationKind::kSilu, SiluF32, 0, 0},
                        {ActivationKind::kGelu, GeluF32, 0, 0},
                        {ActivationKind::kGeluTanh, GeluTanhF32, 0, 0},
                        {ActivationKind::kLeakyRelu, LeakyReluF32, 0.1f, 0},
                        {ActivationKind::kElu, EluF32, 0.7f, 0},
                        {ActivationKind::kSoftplus, SoftplusF32, 0, 0},
                        {ActivationKind::kMish, MishF32, 0, 0}};
  for (const Case& c : cases) {
    Activation activation;
    activation.kind = c.kind;
    activation.lo = -1;
    activation.hi = 2;
    activation.alpha = c.alpha;
    activation.beta = c.beta;
    for (size_t n : Sizes()) {
      Guarded<float> in(n), out(n), expected(n);
      Random(n).Fill(in, -5, 5);
      if (c.function != nullptr) {
        c.function(n, in.data(), c.alpha, c.beta, expected.data());
      } else {
        std::copy(in.begin(), in.end(), expected.begin());
      }
      ApplyActivationF32(activation, n, in.data(), out.data());
      for (size_t i = 0; i < n; ++i) EXPECT_EQ(out[i], expected[i]) << static_cast<int>(c.kind);
      ApplyActivationF32(activation, n, in.data(), in.data());
      for (size_t i = 0; i < n; ++i) EXPECT_EQ(in[i], expected[i]) << static_cast<int>(c.kind);
    }
  }
}

}  // namespace
}  // namespace linnet::kernels
