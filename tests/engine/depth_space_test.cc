#include "engine/depth_space.h"

#include <gtest/gtest.h>

#include "tests/engine/probe_op.h"

namespace linnet::testing {
namespace {

TEST(ImageDims, WhereDimensionsStand) {
  const ImageDims nchw(false), nhwc(true);
  EXPECT_EQ(nchw.channel * 100 + nchw.height * 10 + nchw.width, 123);
  EXPECT_EQ(nhwc.channel * 100 + nhwc.height * 10 + nhwc.width, 312);
}

// Every element by the formulas of ONNX's DepthToSpace, in both directions.
void Check(bool crd, bool nhwc, bool to_space) {
  const int64_t n = 2, channels = 3, height = 2, width = 3, block = 2;
  const Shape depth = nhwc ? Shape{n, height, width, channels * block * block}
                           : Shape{n, channels * block * block, height, width};
  const Shape space = nhwc ? Shape{n, height * block, width * block, channels}
                           : Shape{n, channels, height * block, width * block};
  const auto index = [&](const Shape& shape, int64_t b, int64_t c, int64_t y, int64_t x) {
    return nhwc ? ((b * shape[1] + y) * shape[2] + x) * shape[3] + c : ((b * shape[1] + c) * shape[2] + y) * shape[3] + x;
  };
  ProbeOp probe;
  probe.Input(Iota(ElementType::kInt32, to_space ? depth : space)).Attrs<format::DepthToSpaceT>([&](auto& a) {
    a.block = static_cast<int32_t>(block);
    a.crd = crd;
    a.nhwc = nhwc;
  });
  const Status status = probe.Run(
      [&](OpContext& ctx) { return ctx.SetOutput(0, ElementType::kInt32, to_space ? space : depth); },
      [&](OpContext& ctx) {
        const TensorSlot &in = ctx.input(0), &out = ctx.output(0);
        CopyDepthSpace(ctx, to_space ? in : out, to_space ? out : in, to_space);
        return Status();
      });
  ASSERT_TRUE(status.ok()) << status.message();
  const std::vector<double> out = Numbers(probe.output(0));
  for (int64_t b = 0; b < n; ++b) {
    for (int64_t c = 0; c < channels; ++c) {
      for (int64_t y = 0; y < height * block; ++y) {
        for (int64_t x = 0; x < width * block; ++x) {
          const int64_t by = y % block, bx = x % block;
          const int64_t channel = crd ? (c * block + by) * block + bx : (by * block + bx) * channels + c;
          const int64_t in_depth = index(depth, b, channel, y / block, x / block), in_space = index(space, b, c, y, x);
          const int64_t from = to_space ? in_depth : in_space, to = to_space ? in_space : in_depth;
          ASSERT_EQ(out[static_cast<size_t>(to)], from);
        }
      }
    }
  }
}

TEST(CopyDepthSpace, BothOrdersBothLayoutsBothWays) {
  for (bool crd : {false, true}) {
    for (bool nhwc : {false, true}) {
      for (bool to_space : {false, true}) Check(crd, nhwc, to_space);
    }
  }
}

}  // namespace
}  // namespace linnet::testing
