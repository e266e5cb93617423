#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "format/storage.h"
#include "kernels/pack.h"
#include "tests/engine/op_test.h"
#include "tests/engine/ops/conv_reference.h"

namespace linnet::testing {
namespace {

OpTest Depthwise(const ConvParams& p) {
  OpTest test(OpCode::DepthwiseConv2D);
  test.Attrs<format::DepthwiseConv2DT>([&](auto& a) { p.Set(&a); });
  test.Within(1e-5, 1e-5);
  return test;
}

// The same as a grouped convolution: weight [kh, kw, c] -> [c, kh, kw, 1].
Value Truth(ConvParams p, const Value& x, const Value& weight) {
  const int64_t taps = weight.shape[0] * weight.shape[1], c = weight.shape[2];
  const std::vector<double> w = Numbers(weight);
  std::vector<double> grouped;
  for (int64_t i = 0; i < c * taps; ++i) grouped.push_back(w[i % taps * c + i / taps]);
  p.group = c;
  return Convolve(p, x, MakeValue(weight.type, {c, weight.shape[0], weight.shape[1], 1}, grouped));
}

TEST(DepthwiseConv2D, KernelsStridesDilationsPads) {
  struct Case {
    Shape x, weight;
    ConvParams p;
  };
  const Case cases[] = {
      {{1, 7, 7, 16}, {3, 3, 16}, {1, 1, 1, 1, 1, 1, 1, 1}}, {{2, 8, 9, 5}, {3, 3, 5}, {2, 2, 1, 1, 0, 1, 1, 0}},
      {{1, 14, 15, 33}, {5, 5, 33}, {1, 2, 1, 1, 2, 2, 2, 2}}, {{1, 9, 9, 8}, {3, 2, 8}, {1, 1, 2, 3, 2, 3, 2, 3}},
      {{1, 4, 4, 20}, {4, 4, 20}, {}},
  };
  for (const Case& c : cases) {
    const Value x = Random(ElementType::kFloat32, c.x), weight = Random(ElementType::kFloat32, c.weight, 2);
    const Value y = Truth(c.p, x, weight);
    Depthwise(c.p).Input(x).Constant(weight).Output(y).Check();
    const size_t taps = static_cast<size_t>(c.weight[0] * c.weight[1]), channels = static_cast<size_t>(c.weight[2]);
    std::vector<uint8_t> bytes = FloatBytes(format::DepthwiseElements(channels, taps, 16));
    kernels::PackDepthwise(channels, taps, 16, Floats(weight), AsFloats(bytes));
    OpTest packed = Depthwise(c.p);
    packed.Input(x).Packed(ElementType::kFloat32, weight.shape, format::StorageOrder::Depthwise, 16, 1, bytes);
    packed.Output(y).Check();
  }
}

TEST(DepthwiseConv2D, BiasActivationAndOtherTypes) {
  const ConvParams p = {1, 1, 1, 1, 1, 1, 1, 1};
  for (ElementType type : {ElementType::kFloat32, ElementType::kFloat16}) {
    const Value x = Random(type, {1, 5, 5, 3}), weight = Random(type, {3, 3, 3}, 2), bias = Random(type, {3}, 3);
    const Value y = Map(AddBias(Truth(p, x, weight), bias), [](double v) { return std::max(v, 0.0); });
    OpTest test(OpCode::DepthwiseConv2D);
    test.Attrs<format::DepthwiseConv2DT>([&](auto& a) {
      p.Set(&a);
      a.activation = format::Activation(format::ActivationKind::Clamp, 0.0f, INFINITY, 0.0f, 0.0f);
    });
    test.Input(x).Constant(weight).Constant(bias).Output(y).Within(type == ElementType::kFloat32 ? 1e-5 : 0.05, 1e-3);
    test.Check();
  }
}

TEST(DepthwiseConv2D, Errors) {
  const Value x = F32({1, 2, 2, 1}, {1, 2, 3, 4});
  const Value out = F32({1, 2, 2, 1}, {0, 0, 0, 0});
  Depthwise({}).Input(x).Constant(F32({1, 1, 2}, {1, 1})).Output(out).ExpectError(StatusCode::kInvalidModel, "does not fit x");
  Depthwise({}).Input(x).Constant(F32({3, 1, 1}, {1, 1, 1})).Output(out).ExpectError(StatusCode::kInvalidModel, "does not fit into");
  Depthwise({})
      .Input(x)
      .Packed(ElementType::kFloat32, {1, 1, 1}, format::StorageOrder::Depthwise, 16, 1, FloatBytes(15))
      .Output(out)
      .ExpectError(StatusCode::kInvalidModel, "60 bytes");
}

}  // namespace
}  // namespace linnet::testing
