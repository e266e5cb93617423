#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "format/storage.h"
#include "kernels/pack.h"
#include "tests/engine/op_test.h"
#include "tests/engine/ops/conv_reference.h"

namespace linnet::testing {
namespace {

struct Transposed : ConvParams {
  int64_t output_pad_h = 0, output_pad_w = 0;
};

OpTest ConvTranspose(const Transposed& p, format::AutoPad auto_pad = format::AutoPad::NotSet,
                     const std::vector<int64_t>& output_shape = {}) {
  OpTest test(OpCode::ConvTranspose2D);
  test.Attrs<format::ConvTranspose2DT>([&](auto& a) {
    p.Set(&a);
    a.group = static_cast<int>(p.group);
    a.output_pad_h = static_cast<int>(p.output_pad_h);
    a.output_pad_w = static_cast<int>(p.output_pad_w);
    a.auto_pad = auto_pad;
    a.output_shape = output_shape;
  });
  test.Within(1e-5, 1e-5);
  return test;
}

// Scatters: every pixel of x adds its value times the weight to the outputs that it touches. [oh, ow] is given.
Value Scatter(const Transposed& p, const Value& x, const Value& weight, int64_t oh, int64_t ow) {
  const std::vector<double> xs = Numbers(x), ws = Numbers(weight);
  const int64_t h = x.shape[1], w = x.shape[2], c = x.shape[3], cg = c / p.group;
  const int64_t n = weight.shape[0], kh = weight.shape[1], kw = weight.shape[2], ng = n / p.group;
  const Shape shape = {x.shape[0], oh, ow, n};
  std::vector<double> y(static_cast<size_t>(shape.elements()), 0.0);
  for (int64_t pixel = 0; pixel < x.shape[0] * h * w; ++pixel) {
    for (int64_t i = 0; i < n * kh * kw * cg; ++i) {
      const int64_t channel = i % cg, kx = i / cg % kw, ky = i / cg / kw % kh, j = i / cg / kw / kh;
      const int64_t oy = pixel / w % h * p.stride_h + ky * p.dilation_h - p.pad_top;
      const int64_t ox = pixel % w * p.stride_w + kx * p.dilation_w - p.pad_left;
      if (oy < 0 || ox < 0 || oy >= oh || ox >= ow) continue;
      y[static_cast<size_t>(((pixel / w / h * oh + oy) * ow + ox) * n + j)] +=
          xs[pixel * c + j / ng * cg + channel] * ws[i];
    }
  }
  return MakeValue(x.type, shape, y);
}

int64_t Size(int64_t in, int64_t stride, int64_t kernel, int64_t dilation, int64_t pads, int64_t output_pad) {
  return (in - 1) * stride + (kernel - 1) * dilation + 1 + output_pad - pads;
}

Value Truth(const Transposed& p, const Value& x, const Value& weight) {
  return Scatter(p, x, weight,
                 Size(x.shape[1], p.stride_h, weight.shape[1], p.dilation_h, p.pad_top + p.pad_bottom, p.output_pad_h),
                 Size(x.shape[2], p.stride_w, weight.shape[2], p.dilation_w, p.pad_left + p.pad_right, p.output_pad_w));
}

TEST(ConvTranspose2D, StridesDilationsPadsAndGroups) {
  struct Case {
    Shape x, weight;
    Transposed p;
  };
  const Case cases[] = {
      {{1, 3, 3, 1}, {2, 3, 3, 1}, {}},
      {{1, 4, 5, 3}, {4, 2, 2, 3}, {{2, 2}}},
      {{2, 4, 3, 16}, {20, 3, 3, 16}, {{2, 2, 1, 1, 1, 1, 1, 1}, 1, 1}},
      {{1, 3, 4, 5}, {7, 4, 4, 5}, {{2, 2, 1, 1, 1, 1, 1, 1}}},
      {{1, 3, 4, 5}, {7, 4, 3, 5}, {{3, 2, 1, 1, 0, 1, 2, 0}, 2, 1}},
      {{1, 5, 5, 2}, {3, 3, 3, 2}, {{2, 3, 2, 2, 1, 0, 1, 2}}},
      {{1, 5, 4, 2}, {3, 3, 2, 2}, {{4, 2, 2, 4}}},
      {{1, 3, 3, 2}, {3, 1, 2, 2}, {{3, 3}}},
      {{1, 2, 90, 7}, {20, 4, 4, 7}, {{2, 2, 1, 1, 1, 1, 1, 1}}},  // wide rows of few channels
      {{1, 2, 90, 24}, {2, 2, 1, 24}, {{2, 1}}},
      {{1, 4, 4, 6}, {8, 3, 3, 3}, {{2, 2, 1, 1, 1, 1, 1, 1, 2}}},
      {{1, 9, 8, 40}, {33, 4, 4, 40}, {{2, 2, 1, 1, 1, 1, 1, 1}}},
  };
  for (const Case& c : cases) {
    const Value x = Random(ElementType::kFloat32, c.x), weight = Random(ElementType::kFloat32, c.weight, 2);
    const Value bias = Random(ElementType::kFloat32, {c.weight[0]}, 3), y = AddBias(Truth(c.p, x, weight), bias);
    ConvTranspose(c.p).Input(x).Constant(weight).Constant(bias).Output(y).Check();
    const auto size = [](int64_t value) { return static_cast<size_t>(value); };
    const size_t group = size(c.p.group), n = size(c.weight[0]) / group, width = format::PanelWidth(n);
    std::vector<uint8_t> bytes = FloatBytes(format::PanelElements(group, n, size(c.weight.Product(1, 4)), width));
    kernels::PackTransposePanels({group, n, size(c.weight[1]), size(c.weight[2]), size(c.weight[3]), size(c.p.stride_h),
                                  size(c.p.stride_w), size(c.p.dilation_h), size(c.p.dilation_w)},
                                 width, Floats(weight), AsFloats(bytes));
    OpTest packed = ConvTranspose(c.p);
    packed.Input(x).Packed(ElementType::kFloat32, c.weight, format::StorageOrder::Panels, static_cast<uint8_t>(width),
                           static_cast<uint32_t>(group), bytes);
    packed.Constant(bias).Output(y).Check();
  }
}

TEST(ConvTranspose2D, AutoPadAndOutputShape) {
  const Value x = Random(ElementType::kFloat32, {1, 3, 3, 2}), weight = Random(ElementType::kFloat32, {2, 3, 3, 2}, 2);
  Transposed p = {{2, 2}};
  Transposed upper = p, lower = p;
  lower.pad_top = lower.pad_left = 1;
  ConvTranspose(p, format::AutoPad::SameUpper).Input(x).Constant(weight).Output(Scatter(upper, x, weight, 6, 6)).Check();
  ConvTranspose(p, format::AutoPad::SameLower).Input(x).Constant(weight).Output(Scatter(lower, x, weight, 6, 6)).Check();
  ConvTranspose(p, format::AutoPad::NotSet, {6, 8}).Input(x).Constant(weight)
      .Output(Scatter([&] { Transposed q = p; q.pad_top = 1; return q; }(), x, weight, 6, 8)).Check();
  ConvTranspose(p, format::AutoPad::NotSet, {10, 7}).Input(x).Constant(weight).Output(Scatter(p, x, weight, 10, 7)).Check();
}

TEST(ConvTranspose2D, ActivationOtherTypesAndEmptyBatch) {
  const Transposed p = {{2, 1, 1, 1, 1, 0, 0, 1}};
  for (ElementType type : {ElementType::kFloat32, ElementType::kFloat64, ElementType::kFloat16}) {
    const Value x = Random(type, {1, 3, 4, 2}), weight = Random(type, {3, 3, 2, 2}, 2);
    ConvTranspose(p).Input(x).Constant(weight).Output(Truth(p, x, weight)).Within(0.05, 1e-3).Check();
  }
  OpTest test(OpCode::ConvTranspose2D);
  test.Attrs<format::ConvTranspose2DT>(
      [](auto& a) { a.activation = format::Activation(format::ActivationKind::Clamp, 0.0f, INFINITY, 0.0f, 0.0f); });
  test.Input(F32({1, 1, 2, 1}, {-1, 2})).Constant(F32({1, 1, 1, 1}, {3})).Output(F32({1, 1, 2, 1}, {0, 6})).Check();
  ConvTranspose({}).Input(F32({0, 1, 1, 1}, {})).Constant(F32({1, 2, 2, 1}, {1, 1, 1, 1}))
      .Output(F32({0, 2, 2, 1}, {})).Check();
}

TEST(ConvTranspose2D, Errors) {
  const Value x = F32({1, 1, 1, 2}, {1, 2}), w = F32({1, 1, 1, 2}, {1, 1}), out = F32({1, 1, 1, 1}, {3});
  Transposed bad;
  bad.stride_w = 0;
  ConvTranspose(bad).Input(x).Constant(w).Output(out).ExpectError(StatusCode::kInvalidModel, "out of range");
  bad = {};
  bad.pad_top = 5;
  ConvTranspose(bad).Input(x).Constant(w).Output(out).ExpectError(StatusCode::kInvalidModel, "would become");
  ConvTranspose({}).Input(x).Constant(F32({1, 1, 1, 1}, {1})).Output(out).ExpectError(StatusCode::kInvalidModel, "do not fit");
  ConvTranspose({}, format::AutoPad::NotSet, {1}).Input(x).Constant(w).Output(out)
      .ExpectError(StatusCode::kInvalidModel, "output_shape");
  ConvTranspose({}).Input(x).Packed(ElementType::kFloat32, {1, 1, 1, 2}, format::StorageOrder::Panels, 4, 1, FloatBytes(7))
      .Output(out).ExpectError(StatusCode::kInvalidModel, "its panels need 32");
}

}  // namespace
}  // namespace linnet::testing
