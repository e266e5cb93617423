#include "engine/activation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/probe_op.h"
#include "tests/engine/test_ops.h"

namespace linnet::testing {
namespace {

Status Check(format::Activation activation, ElementType type) {
  ProbeOp probe;
  probe.Input(MakeValue(type, {1}, {1})).Attrs<format::BinaryT>([&](auto& a) { a.activation = activation; });
  return probe.Run([=](OpContext& ctx) {
    return CheckActivation(ctx, ctx.attrs<format::Binary>()->activation(), type);
  });
}

format::Activation Clamp(float lo, float hi) { return {format::ActivationKind::Clamp, lo, hi, 0, 0}; }

TEST(CheckActivation, Types) {
  for (ElementType type : {ElementType::kFloat32, ElementType::kFloat16, ElementType::kBfloat16}) {
    EXPECT_TRUE(Check(Clamp(0, 6), type).ok());
  }
  for (ElementType type : {ElementType::kFloat64, ElementType::kInt32, ElementType::kBool}) {
    ExpectError(Check(Clamp(0, 6), type), StatusCode::kUnsupported, "at most 32 bits");
    EXPECT_TRUE(Check({}, type).ok()) << "no activation";
  }
}

TEST(CheckActivation, LimitsAndKinds) {
  EXPECT_TRUE(Check(Clamp(2, 2), ElementType::kFloat32).ok());
  EXPECT_TRUE(Check(Clamp(-INFINITY, INFINITY), ElementType::kFloat32).ok());
  for (const auto& clamp : {Clamp(1, 0), Clamp(NAN, 1), Clamp(0, NAN)}) {
    ExpectError(Check(clamp, ElementType::kFloat32), StatusCode::kInvalidModel, "clamps to");
  }
  const auto unknown = static_cast<format::ActivationKind>(static_cast<int>(format::ActivationKind::MAX) + 1);
  ExpectError(Check({unknown, 0, 0, 0, 0}, ElementType::kFloat32), StatusCode::kUnsupported, "is unknown");
}

TEST(ToKernel, CopiesEveryField) {
  const format::Activation attribute(format::ActivationKind::Clamp, 1, 2, 3, 4);
  const kernels::Activation activation = ToKernel(&attribute);
  EXPECT_EQ(activation.kind, kernels::ActivationKind::kClamp);
  EXPECT_EQ(activation.lo, 1);
  EXPECT_EQ(activation.hi, 2);
  EXPECT_EQ(activation.alpha, 3);
  EXPECT_EQ(activation.beta, 4);
  EXPECT_EQ(ToKernel(nullptr).kind, kernels::ActivationKind::kNone);
}

TEST(ApplyActivationWide, ClampsBlocksOfAnySize) {
  kernels::Activation clamp;
  clamp.kind = kernels::ActivationKind::kClamp;
  clamp.lo = -1;
  clamp.hi = 2;
  for (size_t n : {size_t{0}, size_t{1}, kWideBlock - 1, kWideBlock, 2 * kWideBlock + 3}) {
    std::vector<Wide> values(n + 1);
    for (size_t i = 0; i < n; ++i) values[i].f = static_cast<double>(i % 7) - 3;
    values[n].f = 99;
    ApplyActivationWide(clamp, n, values.data());
    for (size_t i = 0; i < n; ++i) {
      ASSERT_EQ(values[i].f, std::fmin(std::fmax(static_cast<double>(i % 7) - 3, -1), 2)) << i << " of " << n;
    }
    EXPECT_EQ(values[n].f, 99);
  }
  Wide nan;
  nan.f = NAN;
  ApplyActivationWide(clamp, 1, &nan);
  EXPECT_TRUE(std::isnan(nan.f));
  Wide third;
  third.f = 1.0 / 3;
  ApplyActivationWide({}, 1, &third);
  EXPECT_EQ(third.f, 1.0 / 3) << "without activation nothing is rounded";
}

}  // namespace
}  // namespace linnet::testing
