// A session that is resized again and again: every result is a fresh session's, and memory stays at that of the largest size.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstring>
#include <random>
#include <vector>

#include "tests/engine/model_builder.h"
#include "tests/engine/test_ops.h"

namespace linnet::testing {
namespace {

using format::OpCode;

constexpr int64_t kLargest = 96, kChannels = 8;
constexpr int kSizes = 200;

// A small net of free height and width, with a branch that is pooled and resized back to the sizes that a Shape tells, so that the
// plan, known values and views all change with the size.
ModelBuilder::File Net() {
  ModelBuilder builder;
  const int x = builder.AddInput("x", ElementType::kFloat32, {1, -1, -2, kChannels}, /*default_size=*/32);
  const int pooled = builder.AddResult("pooled"), shape = builder.AddResult("shape"), back = builder.AddResult("back");
  const int negative = builder.AddResult("negative"), joined = builder.AddResult("joined"), y = builder.AddResult("y");
  format::PoolT pool;
  pool.kernel = pool.strides = {2, 2};
  pool.pads = {0, 0, 0, 0};
  pool.ceil_mode = true;
  builder.AddOp(OpCode::MaxPool, pool, {x}, {pooled}, "pool");
  builder.AddOp(OpCode::Shape, format::ShapeOfT(), {x}, {shape}, "shape");
  format::ResizeT resize;
  resize.mode = format::ResizeMode::Linear;
  builder.AddOp(OpCode::Resize, resize, {pooled, -1, -1, shape}, {back}, "resize");
  builder.AddOp(OpCode::Neg, {x}, {negative}, "neg");
  format::AxisT axis;
  axis.axis = 3;
  builder.AddOp(OpCode::Concat, axis, {negative, back}, {joined}, "concat");
  format::AxisT last;
  last.axis = 3;
  builder.AddOp(OpCode::Softmax, last, {joined}, {y}, "softmax");
  builder.MarkOutput(y);
  return builder.Finish();
}

std::vector<uint8_t> RunAt(Session& session, const Shape& shape, uint32_t seed) {
  Status status = session.Resize(0, shape);
  EXPECT_TRUE(status.ok()) << status.message();
  const Value value = Random(ElementType::kFloat32, shape, seed);
  std::memcpy(session.Input(0)->raw_data(), value.bytes.data(), value.bytes.size());
  status = session.Run();
  EXPECT_TRUE(status.ok()) << status.message();
  const auto* bytes = static_cast<const uint8_t*>(session.Output(0)->raw_data());
  return {bytes, bytes + session.Output(0)->bytes()};
}

size_t BytesInUse() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

TEST(Resize, ManySizesGiveAFreshSessionsBytesInTheMemoryOfTheLargest) {
  const auto file = Net();
  const Model model = OpenModel(file, AllOps());
  Session session = NewSession(model);
  std::mt19937 generator(1);
  std::uniform_int_distribution<int64_t> size(2, kLargest);
  RunAt(session, {1, kLargest, kLargest, kChannels}, 1);
  const size_t largest = BytesInUse();
  std::vector<Shape> shapes;
  std::vector<std::vector<uint8_t>> found;
  size_t kept = 0;  // what the results take is no session's
  for (uint32_t i = 0; i < kSizes; ++i) {
    shapes.push_back({1, size(generator), size(generator), kChannels});
    found.push_back(RunAt(session, shapes.back(), i));
    kept += found.back().size() + sizeof(Shape) + 64;
    EXPECT_LE(BytesInUse(), largest + kept + 64 * 1024) << "after " << i << " sizes";
  }
  // Only now, since the heap keeps what a session gives back in lists of its own, which count as in use.
  for (uint32_t i = 0; i < kSizes; ++i) {
    Session fresh = NewSession(model);
    ASSERT_EQ(found[i], RunAt(fresh, shapes[i], i)) << shapes[i][1] << " x " << shapes[i][2];
  }
}

TEST(Resize, ASizeThatDoesNotFitLeavesTheSessionAsItIs) {
  const auto file = Net();
  const Model model = OpenModel(file, AllOps());
  Session session = NewSession(model);
  const Shape shape = {1, 7, 9, kChannels};
  const std::vector<uint8_t> before = RunAt(session, shape, 3);
  for (const Shape& wrong : {Shape{1, 7, 9, kChannels + 1}, Shape{2, 7, 9, kChannels}, Shape{7, 9, kChannels}}) {
    EXPECT_FALSE(session.Resize(0, wrong).ok());
  }
  EXPECT_EQ(session.Input(0)->shape(), shape);
  EXPECT_EQ(RunAt(session, shape, 3), before);
}

}  // namespace
}  // namespace linnet::testing
