// Ops that run a few rows at a time together give the bytes that they give one after the other.
#include "engine/band.h"

#include <gtest/gtest.h>

#include "engine/session.h"
#include "tests/engine/model_builder.h"
#include "tests/engine/test_ops.h"

namespace linnet::testing {
namespace {

using format::OpCode;

constexpr ElementType kF32 = ElementType::kFloat32;

// A network of convolutions over one image.
class ConvNet {
 public:
  ConvNet(int64_t h, int64_t w, int64_t c) : height_(h), width_(w), channels_(c) {
    last_ = model_.AddInput("x", kF32, {1, h, w, c});
  }

  ConvNet& Conv(int64_t n, int64_t kernel = 1, int stride = 1, bool residual = false,
                format::ActivationKind activation = format::ActivationKind::None) {
    format::Conv2DT attrs;
    attrs.stride_h = attrs.stride_w = stride;
    attrs.pad_top = attrs.pad_left = attrs.pad_bottom = attrs.pad_right = static_cast<int>(kernel / 2);
    attrs.activation = format::Activation(activation, -1.0f, 2.0f, 0.0f, 0.0f);
    const int weight = model_.AddConstant("w", Random(kF32, {n, kernel, kernel, channels_}, 3));
    const int bias = model_.AddConstant("b", Random(kF32, {n}, 4));
    std::vector<int> inputs = {last_, weight, bias};
    if (residual) inputs.push_back(kept_);
    return Then(OpCode::Conv2D, std::move(attrs), inputs, n, kernel, stride);
  }

  ConvNet& Depthwise(int64_t kernel, int stride, int dilation = 1) {
    format::DepthwiseConv2DT attrs;
    attrs.stride_h = attrs.stride_w = stride;
    attrs.dilation_h = attrs.dilation_w = dilation;
    const int64_t reach = (kernel - 1) * dilation + 1;
    attrs.pad_top = attrs.pad_left = attrs.pad_bottom = attrs.pad_right = static_cast<int>(reach / 2);
    const int64_t blocks = (channels_ + 15) / 16;
    const Value packed = Random(kF32, {blocks, kernel * kernel, 16}, 5);
    const int weight = model_.AddPacked("dw", kF32, {kernel, kernel, channels_}, format::StorageOrder::Depthwise, 16, 1,
                                        packed.bytes);
    return Then(OpCode::DepthwiseConv2D, std::move(attrs), {last_, weight}, channels_, reach, stride);
  }

  ConvNet& MaxPool(int kernel, int stride) {
    format::PoolT attrs;
    attrs.kernel = {kernel, kernel};
    attrs.strides = {stride, stride};
    attrs.pads = {kernel / 2, kernel / 2, kernel / 2, kernel / 2};
    return Then(OpCode::MaxPool, std::move(attrs), {last_}, channels_, kernel, stride);
  }

  // What a later residual adds.
  ConvNet& Keep() {
    kept_ = last_;
    return *this;
  }

  // Expects chains of so many stages, with one thread, and equal bytes with one to four.
  void Check(const std::vector<int>& stages) {
    model_.MarkOutput(last_);
    const ModelBuilder::File file = model_.Finish();
    const Model model = OpenModel(file, AllOps());
    size_t arena_without = 0, arena_with = 0;
    const std::vector<uint8_t> expected = Run(model, /*bands=*/false, 1, {}, &arena_without);
    for (const int threads : {1, 2, 3, 4}) {
      EXPECT_EQ(Run(model, /*bands=*/true, threads, stages, &arena_with), expected) << threads << " threads";
      if (threads == 1 && stages.size() == 1) {
        EXPECT_LT(arena_with, arena_without) << "what lies between takes memory";
      }
    }
  }

 private:
  template <typename Attrs>
  ConvNet& Then(OpCode code, Attrs attrs, const std::vector<int>& inputs, int64_t channels, int64_t reach, int stride) {
    const int result = model_.AddResult("y");
    model_.AddOp(code, std::move(attrs), inputs, {result});
    last_ = result;
    channels_ = channels;
    height_ = (height_ + reach / 2 * 2 - reach) / stride + 1;
    width_ = (width_ + reach / 2 * 2 - reach) / stride + 1;
    return *this;
  }

  std::vector<uint8_t> Run(const Model& model, bool bands, int threads, const std::vector<int>& stages, size_t* arena) {
    SessionOptions options;
    options.bands = bands;
    options.threads = threads;
    Session session = NewSession(model, options);
    *arena = session.arena_bytes();
    if (threads == 1) {
      std::vector<int> found;
      for (const BandChain& chain : session.impl().prepared().chains) found.push_back(chain.count);
      EXPECT_EQ(found, stages);
    }
    const Value x = Random(kF32, session.Input(0)->shape(), 7);
    std::memcpy(session.Input(0)->raw_data(), x.bytes.data(), x.bytes.size());
    MustRun(session);
    const auto* y = static_cast<const uint8_t*>(session.Output(0)->raw_data());
    return std::vector<uint8_t>(y, y + session.Output(0)->bytes());
  }

  ModelBuilder model_;
  int64_t height_, width_, channels_;
  int last_, kept_ = -1;
};

TEST(BandTest, ExpandDepthwiseProject) {
  ConvNet(61, 63, 5).Conv(80).Depthwise(3, 1).Conv(9).Check({3});
  ConvNet(62, 60, 5).Conv(80).Depthwise(3, 2).Conv(9).Check({2});
  ConvNet(96, 95, 7).Conv(48).Depthwise(5, 2).Conv(12).Check({2});
  ConvNet(70, 67, 7).Conv(70).Depthwise(5, 1, /*dilation=*/2).Conv(12).Check({3});
}

TEST(BandTest, ResidualOfTheFirstInput) {
  ConvNet(64, 64, 12).Conv(12).Keep().Conv(72).Depthwise(3, 1).Conv(12, 1, 1, /*residual=*/true).Check({3});
}

TEST(BandTest, PixelsThatWouldShareCacheSets) { ConvNet(33, 40, 8).Conv(256).Depthwise(3, 1).Conv(16).Check({3}); }

TEST(BandTest, ActivationsInTheTileAndBehindIt) {
  ConvNet(64, 64, 8).Conv(72, 1, 1, false, format::ActivationKind::Clamp).Conv(9).Check({2});
  ConvNet(64, 64, 8).Conv(72, 1, 1, false, format::ActivationKind::Gelu).Conv(9, 1, 1, false, format::ActivationKind::Sigmoid).Check({2});
}

TEST(BandTest, StemAndPool) {
  ConvNet(131, 140, 3).Conv(64, 3, 2).MaxPool(3, 2).Check({2});
  ConvNet(130, 141, 3).Conv(72, 7, 2).MaxPool(3, 2).Check({2});
  ConvNet(130, 141, 16).Conv(72, 5, 2).MaxPool(2, 2).Conv(8).Check({2});
}

TEST(BandTest, LongRunsAreCutWhereLeastGoesBetween) {
  ConvNet(80, 80, 16).Depthwise(3, 1).Check({});
  ConvNet(96, 96, 32).Depthwise(3, 1).Conv(40).Depthwise(3, 1).Conv(30).Depthwise(3, 1).Conv(50).Depthwise(3, 1).Check({4, 3});
}

}  // namespace
}  // namespace linnet::testing
