#include <gtest/gtest.h>

#include <algorithm>

#include "format/storage.h"
#include "kernels/pack.h"
#include "tests/engine/op_test.h"
#include "tests/engine/ops/conv_reference.h"

namespace linnet::testing {
namespace {

OpTest Conv(const ConvParams& p, format::AutoPad auto_pad = format::AutoPad::NotSet) {
  OpTest test(OpCode::Conv2D);
  test.Attrs<format::Conv2DT>([&](auto& a) {
    p.Set(&a);
    a.group = static_cast<int>(p.group);
    a.auto_pad = auto_pad;
  });
  test.Within(1e-5, 1e-5);
  return test;
}

std::vector<uint8_t> Panels(const Value& weight, int64_t group) {
  const size_t n = static_cast<size_t>(weight.shape[0] / group), k = static_cast<size_t>(weight.shape.Product(1, 4));
  const size_t width = format::PanelWidth(n), groups = static_cast<size_t>(group);
  std::vector<uint8_t> bytes = FloatBytes(format::PanelElements(groups, n, k, width));
  kernels::PackPanels({groups, n, k, n * k, k, 1}, width, Floats(weight), AsFloats(bytes));
  return bytes;
}

OpTest& AddPanels(OpTest& test, const Value& weight, int64_t group) {
  const uint8_t width = static_cast<uint8_t>(format::PanelWidth(static_cast<size_t>(weight.shape[0] / group)));
  return test.Packed(ElementType::kFloat32, weight.shape, format::StorageOrder::Panels, width,
                     static_cast<uint32_t>(group), Panels(weight, group));
}

// Plain and packed weights give the truth, packed ones within `tolerance`.
void CheckBoth(const ConvParams& p, const Value& x, const Value& weight, double tolerance = 0) {
  const Value y = Convolve(p, x, weight);
  Conv(p).Input(x).Constant(weight).Output(y).Check();
  OpTest packed = Conv(p);
  packed.Input(x);
  AddPanels(packed, weight, p.group).Output(y).Within(tolerance).Check();
}

TEST(Conv2D, KernelsStridesDilationsPadsAndGroups) {
  struct Case {
    Shape x, weight;
    ConvParams p;
  };
  const Case cases[] = {
      {{1, 5, 6, 3}, {4, 1, 1, 3}, {}},
      {{2, 7, 7, 16}, {24, 1, 1, 16}, {}},
      {{1, 8, 8, 5}, {17, 3, 3, 5}, {1, 1, 1, 1, 1, 1, 1, 1, 1}},
      {{1, 9, 8, 3}, {8, 3, 3, 3}, {2, 2, 1, 1, 0, 1, 1, 0, 1}},
      {{2, 9, 9, 4}, {6, 3, 2, 4}, {2, 1, 1, 2, 1, 0, 1, 2, 1}},
      {{1, 8, 8, 8}, {8, 3, 3, 4}, {1, 1, 2, 2, 2, 2, 2, 2, 2}},
      {{1, 6, 6, 12}, {36, 1, 1, 3}, {1, 1, 1, 1, 0, 0, 0, 0, 4}},
      {{1, 6, 6, 6}, {12, 3, 3, 1}, {1, 1, 1, 1, 1, 1, 1, 1, 6}},
      {{1, 11, 5, 7}, {5, 7, 5, 7}, {3, 2, 1, 1, 3, 2, 3, 2, 1}},
      {{1, 4, 4, 70}, {40, 3, 3, 70}, {1, 1, 1, 1, 1, 1, 1, 1, 1}},
      {{1, 6, 6, 4}, {8, 1, 1, 4}, {2, 2, 1, 1, 0, 0, 0, 0, 1}},
  };
  for (const Case& c : cases) CheckBoth(c.p, Random(ElementType::kFloat32, c.x), Random(ElementType::kFloat32, c.weight, 2));
}

TEST(Conv2D, BiasResidualAndActivation) {
  const ConvParams p = {1, 1, 1, 1, 1, 1, 1, 1, 1};
  const Value x = Random(ElementType::kFloat32, {1, 6, 6, 4}), weight = Random(ElementType::kFloat32, {9, 3, 3, 4}, 2);
  const Value bias = Random(ElementType::kFloat32, {9}, 3), residual = Random(ElementType::kFloat32, {1, 6, 6, 9}, 4);
  Value y = AddBias(AddBias(Convolve(p, x, weight), bias), residual);
  y = Map(y, [](double v) { return std::min(std::max(v, 0.0), 6.0); });
  OpTest test(OpCode::Conv2D);
  test.Attrs<format::Conv2DT>([&](auto& a) {
    p.Set(&a);
    a.activation = format::Activation(format::ActivationKind::Clamp, 0.0f, 6.0f, 0.0f, 0.0f);
  });
  test.Input(x).Constant(weight).Constant(bias).Input(residual).Output(y).Within(1e-5, 1e-5).Check();
}

TEST(Conv2D, ResidualWithoutBias) {
  const Value x = Random(ElementType::kFloat32, {1, 3, 3, 4}), weight = Random(ElementType::kFloat32, {5, 1, 1, 4}, 2);
  const Value residual = Random(ElementType::kFloat32, {1, 3, 3, 5}, 3);
  Conv({}).Input(x).Constant(weight).NoInput().Input(residual).Output(AddBias(Convolve({}, x, weight), residual)).Check();
}

TEST(Conv2D, AutoPad) {
  const Value x = Random(ElementType::kFloat32, {1, 6, 7, 3}), weight = Random(ElementType::kFloat32, {4, 4, 3, 3}, 2);
  ConvParams stride2;
  stride2.stride_h = stride2.stride_w = 2;
  ConvParams upper = stride2, lower = stride2;
  upper.pad_top = 1, upper.pad_bottom = 1, upper.pad_left = 1, upper.pad_right = 1;
  Conv(stride2, format::AutoPad::SameUpper).Input(x).Constant(weight).Output(Convolve(upper, x, weight)).Check();
  Conv(stride2, format::AutoPad::Valid).Input(x).Constant(weight).Output(Convolve(stride2, x, weight)).Check();
  ConvParams stride1;
  lower = stride1;
  lower.pad_top = 2, lower.pad_bottom = 1, lower.pad_left = 1, lower.pad_right = 1;
  Conv(stride1, format::AutoPad::SameLower).Input(x).Constant(weight).Output(Convolve(lower, x, weight)).Check();
}

TEST(Conv2D, OtherTypes) {
  const ConvParams p = {2, 1, 1, 2, 1, 2, 0, 1, 2};
  for (ElementType type : {ElementType::kFloat16, ElementType::kFloat64, ElementType::kBfloat16}) {
    const Value x = Random(type, {1, 5, 6, 4}), weight = Random(type, {6, 3, 2, 2}, 2), bias = Random(type, {6}, 3);
    const Value y = AddBias(Convolve(p, Map(x, [](double v) { return v; }), weight), bias);
    const double relative = type == ElementType::kFloat64 ? 1e-12 : type == ElementType::kFloat16 ? 2e-3 : 2e-2;
    Conv(p).Input(x).Constant(weight).Constant(bias).Output(y).Within(relative * 16, relative).Check();
  }
}

TEST(Conv2D, HalfPanels) {
  const Value x = Random(ElementType::kFloat32, {1, 4, 4, 6}), weight = Random(ElementType::kFloat16, {18, 1, 1, 6}, 2);
  const Value exact = MakeValue(ElementType::kFloat32, weight.shape, Numbers(weight));
  std::vector<uint8_t> bytes(format::PanelElements(1, 18, 6, 16) * 2);
  kernels::PackPanels({1, 18, 6, 18 * 6, 6, 1}, 16, reinterpret_cast<const uint16_t*>(weight.bytes.data()),
                      reinterpret_cast<uint16_t*>(bytes.data()));
  Conv({}).Input(x).Packed(ElementType::kFloat16, weight.shape, format::StorageOrder::Panels, 16, 1, bytes)
      .Output(Convolve({}, x, exact)).Check();
}

TEST(Conv2D, EmptyBatchAndNoChannels) {
  Conv({}).Input(F32({0, 3, 3, 2}, {})).Constant(F32({1, 1, 1, 2}, {1, 2})).Output(F32({0, 3, 3, 1}, {})).Check();
  Conv({}).Input(F32({1, 1, 2, 0}, {})).Constant(F32({1, 1, 1, 0}, {})).Constant(F32({1}, {5}))
      .Output(F32({1, 1, 2, 1}, {5, 5})).Check();
}

TEST(Conv2D, ManyPixelsOverThreads) {
  CheckBoth({1, 1, 1, 1, 1, 1, 1, 1, 1}, Random(ElementType::kFloat32, {2, 24, 20, 12}),
            Random(ElementType::kFloat32, {48, 3, 3, 12}, 2));
}

// Sums of 144 products of up to 16; Winograd's transforms round, direct sums of these values are exact.
TEST(Conv2D, WinogradOverThreads) {
  CheckBoth({1, 1, 1, 1, 1, 1, 1, 1, 1}, Random(ElementType::kFloat32, {2, 24, 20, 16}),
            Random(ElementType::kFloat32, {48, 3, 3, 16}, 2), /*tolerance=*/1e-3);
}

TEST(Conv2D, Errors) {
  const Value x = F32({1, 2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}), w = F32({1, 1, 1, 2}, {1, 1});
  const auto expect = [](const OpTest& test, StatusCode code, const char* part) { test.ExpectError(code, part); };
  const Value out = F32({1, 2, 2, 1}, {0, 0, 0, 0});
  expect(Conv({}).Input(F32({2, 2}, {1, 2, 3, 4})).Constant(w).Output(out), StatusCode::kInvalidModel, "[n, h, w, c]");
  expect(Conv({}).Input(x).Constant(F32({2}, {1, 1})).Output(out), StatusCode::kInvalidModel, "[N, kh, kw, c/group]");
  expect(Conv({}).Input(x).Constant(F32({1, 1, 1, 3}, {1, 1, 1})).Output(out), StatusCode::kInvalidModel, "do not fit");
  expect(Conv({}).Input(x).Constant(F32({1, 3, 1, 2}, {1, 1, 1, 1, 1, 1})).Output(out), StatusCode::kInvalidModel,
         "does not fit into 2");
  expect(Conv({}).Input(x).Constant(w).Constant(F32({2}, {1, 1})).Output(out), StatusCode::kInvalidModel, "bias");
  expect(Conv({}).Input(x).Constant(w).NoInput().Input(x).Output(out), StatusCode::kInvalidModel, "residual");
  expect(Conv({}).Input(I32({1, 1, 1, 1}, {1})).Constant(I32({1, 1, 1, 1}, {1})).Output(out), StatusCode::kUnsupported,
         "floating point");
  ConvParams bad;
  bad.stride_h = 0;
  expect(Conv(bad).Input(x).Constant(w).Output(out), StatusCode::kInvalidModel, "out of range");
  bad = {};
  bad.pad_left = -1;
  expect(Conv(bad).Input(x).Constant(w).Output(out), StatusCode::kInvalidModel, "out of range");
  bad = {};
  bad.group = 3;
  expect(Conv(bad).Input(x).Constant(w).Output(out), StatusCode::kInvalidModel, "groups");
}

TEST(Conv2D, PackedErrors) {
  const Value x = F32({1, 2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
  const Shape shape = {5, 1, 1, 2};
  const auto packed = [&](format::StorageOrder order, uint8_t width, uint32_t group, size_t floats) {
    OpTest test = Conv({});
    test.Input(x).Packed(ElementType::kFloat32, shape, order, width, group, FloatBytes(floats));
    return test.OutputShape(ElementType::kFloat32, {1, 2, 2, 5});
  };
  packed(format::StorageOrder::Panels, 8, 1, 16).Check();
  packed(format::StorageOrder::Panels, 4, 1, 16).ExpectError(StatusCode::kInvalidModel, "width 4");
  packed(format::StorageOrder::Panels, 16, 2, 32).ExpectError(StatusCode::kInvalidModel, "2 sets");
  packed(format::StorageOrder::Panels, 16, 1, 31).ExpectError(StatusCode::kInvalidModel, "its panels need");
  OpTest bias = Conv({});
  bias.Input(x).Constant(F32({1, 1, 1, 2}, {1, 1}));
  bias.Packed(ElementType::kFloat32, {1}, format::StorageOrder::Panels, 4, 1, FloatBytes(0));
  bias.OutputShape(ElementType::kFloat32, {1, 2, 2, 1}).ExpectError(StatusCode::kInvalidModel, "input 2 is packed");
  packed(format::StorageOrder::Depthwise, 16, 1, 32).ExpectError(StatusCode::kUnsupported, "storage order 3");
}

}  // namespace
}  // namespace linnet::testing
