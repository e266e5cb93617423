#include <gtest/gtest.h>

#include "tests/engine/op_test.h"
#include "tests/engine/ops/q_reference.h"

namespace linnet::testing {
namespace {

constexpr int kXZero = -11, kYZero = 5;

OpTest Conv(const ConvParams& p, float lo = -128, float hi = 127) {
  OpTest test(OpCode::QConv2D);
  test.Attrs<format::Conv2DT>([&](auto& a) {
    p.Set(&a);
    a.group = static_cast<int>(p.group);
    if (lo > -128 || hi < 127) a.activation = format::Activation(format::ActivationKind::Clamp, lo, hi, 0.0f, 0.0f);
  });
  return test;
}

struct Case {
  Shape x, weight;
  ConvParams p;
  int w_zero = 0;
  kernels::Requantize bounds = {kYZero, -128, 127};
};

void Check(const Case& c) {
  const Value x = Random(ElementType::kInt8, c.x), weight = Random(ElementType::kInt8, c.weight, 2);
  const int64_t n = c.weight[0], k = c.weight.Product(1, 4);
  const Channels channels(n, k);
  const Value sums = Convolve(c.p, Centred(x, kXZero), Centred(weight, c.w_zero));
  const Value y = Requantized(sums, channels, c.bounds);
  const std::vector<double> weight_sums = RowSums(weight);
  const Value bias = FoldedBias(channels, weight_sums, kXZero, static_cast<double>(k), c.w_zero);
  for (bool packed : {true, false}) {
    OpTest test = Conv(c.p, static_cast<float>(c.bounds.lo), static_cast<float>(c.bounds.hi));
    test.Input(x);
    if (packed) {
      const size_t width = format::PanelWidth(static_cast<size_t>(n / c.p.group));
      test.Packed(ElementType::kInt8, c.weight, format::StorageOrder::PanelsInt8, static_cast<uint8_t>(width),
                  static_cast<uint32_t>(c.p.group), PanelsInt8(weight, c.p.group));
    } else {
      test.Constant(weight);
    }
    test.Constant(bias).NoInput().Constant(Multiplier(channels));
    if (packed) test.Constant(I32({n}, weight_sums));
    if (c.w_zero != 0) test.Quantization(1, {1.0f}, {c.w_zero});
    test.Quantization(0, {0.5f}, {kXZero}).Output(y).OutputQuantization(0, 0.25f, c.bounds.zero_point).Check();
  }
}

TEST(QConv2D, KernelsStridesDilationsPadsAndGroups) {
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
      {{1, 20, 24, 12}, {48, 3, 3, 12}, {1, 1, 1, 1, 1, 1, 1, 1, 1}},
  };
  for (const Case& c : cases) Check(c);
}

TEST(QConv2D, ZeroPointsOfTheWeightAndBounds) {
  const ConvParams p = {1, 1, 1, 1, 1, 1, 1, 1, 1};
  Check({{1, 6, 6, 8}, {20, 3, 3, 8}, p, 17});
  Check({{1, 6, 6, 3}, {4, 1, 1, 3}, {}, -128});
  Check({{1, 6, 6, 8}, {20, 3, 3, 8}, p, 0, {-128, -128, -3}});
  Check({{1, 6, 6, 8}, {20, 3, 3, 8}, p, 0, {3, 3, 90}});
}

TEST(QConv2D, OneMultiplierForAllAndNoBias) {
  const Value x = Random(ElementType::kInt8, {1, 3, 3, 4}), weight = Random(ElementType::kInt8, {5, 1, 1, 4}, 2);
  Channels channels(5, 4);
  channels.bias.assign(5, 0);
  channels.multiplier.assign(5, 0.01f);
  const Value y = Requantized(Convolve({}, Centred(x, 0), Centred(weight, 0)), channels, {});
  Conv({}).Input(x).Constant(weight).NoInput().NoInput().Constant(F32({1}, {static_cast<double>(0.01f)}))
      .Quantization(0, {1.0f}, {0}).Output(y).OutputQuantization(0, 1.0f, 0).Check();
}

TEST(QConv2D, Errors) {
  const auto make = [](const Shape& weight_shape, float multiplier, float x_scale, int64_t x_zero, float lo) {
    OpTest test = Conv({}, lo, 100);
    test.Input(Random(ElementType::kInt8, {1, 2, 2, 2})).Constant(Random(ElementType::kInt8, weight_shape));
    test.Constant(I32({1}, {0})).NoInput().Constant(F32({1}, {multiplier})).Quantization(0, {x_scale}, {x_zero});
    return test.OutputShape(ElementType::kInt8, {1, 2, 2, 1}).OutputQuantization(0, 1.0f, 0);
  };
  const Shape weight = {1, 1, 1, 2};
  make(weight, 1, 1, 0, -5).Check();
  make({1, 1, 1, 3}, 1, 1, 0, -5).ExpectError(StatusCode::kInvalidModel, "do not fit");
  make(weight, INFINITY, 1, 0, -5).ExpectError(StatusCode::kInvalidModel, "multiplier 0 is inf");
  make(weight, 1, 0, 0, -5).ExpectError(StatusCode::kInvalidModel, "x has scale 0");
  make(weight, 1, -1, 0, -5).ExpectError(StatusCode::kInvalidModel, "x has scale -1");
  make(weight, 1, 1e-40f, 0, -5).ExpectError(StatusCode::kInvalidModel, "x has scale");
  make(weight, 1, 1, 128, -5).ExpectError(StatusCode::kInvalidModel, "x has zero point 128");
  make(weight, 1, 1, 0, 0.5f).ExpectError(StatusCode::kInvalidModel, "clamps to [0.5, 100]");
  make(weight, 1, 1, 0, 101).ExpectError(StatusCode::kInvalidModel, "clamps to [101, 100]");
  OpTest wide = Conv({});
  wide.Input(Random(ElementType::kInt8, {1, 1, 1, 140000}));
  wide.Constant(MakeValue(ElementType::kInt8, {1, 1, 1, 140000}, std::vector<double>(140000, 127)));
  wide.NoInput().NoInput().Constant(F32({1}, {1})).Quantization(0, {1.0f}, {0});
  wide.OutputShape(ElementType::kInt8, {1, 1, 1, 1}).OutputQuantization(0, 1.0f, 0);
  wide.ExpectError(StatusCode::kUnsupported, "may not fit into 32 bits");
  OpTest bias = Conv({});
  bias.Input(Random(ElementType::kInt8, {1, 1, 1, 2})).Constant(Random(ElementType::kInt8, weight));
  bias.Constant(I32({1}, {2147483647})).NoInput().Constant(F32({1}, {1})).Quantization(0, {1.0f}, {0});
  bias.OutputShape(ElementType::kInt8, {1, 1, 1, 1}).OutputQuantization(0, 1.0f, 0);
  bias.ExpectError(StatusCode::kUnsupported, "may not fit into 32 bits");
}

// As they lie and in panels, in two groups: channel 3 is the one that may go over.
TEST(QConv2D, BiasAtTheEdgeOfInt32) {
  const auto make = [](bool panels, double bias) {
    OpTest test = Conv({1, 1, 1, 1, 0, 0, 0, 0, 2});
    test.Input(Random(ElementType::kInt8, {1, 2, 2, 10}));
    if (panels) {
      std::vector<uint8_t> bytes(2 * 4 * 8);  // [group][N/4][K/4][4][4]
      bytes[32 + 1 * 4 + 1] = 2, bytes[32 + 16 + 1 * 4] = static_cast<uint8_t>(-3);
      bytes[0] = 127;
      test.Packed(ElementType::kInt8, {4, 1, 1, 5}, format::StorageOrder::PanelsInt8, 4, 2, bytes);
    } else {
      test.Constant(MakeValue(ElementType::kInt8, {4, 1, 1, 5},
                              {127, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, -3}));
    }
    test.Constant(I32({4}, {0, 0, 0, bias})).NoInput().Constant(F32({1}, {1e-9}));
    if (panels) test.Constant(I32({4}, {127, 0, 0, -1}));
    test.Quantization(0, {1.0f}, {0});
    return test.OutputShape(ElementType::kInt8, {1, 2, 2, 4}).OutputQuantization(0, 1.0f, 0);
  };
  for (const bool panels : {false, true}) {
    make(panels, 2147483647 - 640).Check();
    make(panels, -(2147483647 - 640)).Check();
    make(panels, 2147483647 - 639).ExpectError(StatusCode::kUnsupported, "channel 3: products of up to 640 and a bias");
  }
}

TEST(QConv2D, PackedErrors) {
  const auto packed = [](uint8_t width, uint32_t group, size_t bytes, bool sums) {
    OpTest test = Conv({});
    test.Input(Random(ElementType::kInt8, {1, 2, 2, 2}));
    test.Packed(ElementType::kInt8, {5, 1, 1, 2}, format::StorageOrder::PanelsInt8, width, group,
                std::vector<uint8_t>(bytes));
    test.NoInput().NoInput().Constant(F32({1}, {1}));
    if (sums) test.Constant(I32({5}, {0, 0, 0, 0, 0}));
    test.Quantization(0, {1.0f}, {0});
    return test.OutputShape(ElementType::kInt8, {1, 2, 2, 5}).OutputQuantization(0, 1.0f, 0);
  };
  packed(8, 1, 32, true).Check();
  packed(8, 1, 32, false).ExpectError(StatusCode::kInvalidModel, "sums of the packed weight");
  packed(4, 1, 32, true).ExpectError(StatusCode::kInvalidModel, "width 4");
  packed(16, 2, 128, true).ExpectError(StatusCode::kInvalidModel, "2 sets");
  packed(16, 1, 63, true).ExpectError(StatusCode::kInvalidModel, "its panels need 64");
}

}  // namespace
}  // namespace linnet::testing
