#include <gtest/gtest.h>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

OpTest Concat(int axis) {
  OpTest test(OpCode::Concat);
  test.Attrs<format::AxisT>([&](auto& a) { a.axis = axis; });
  return test;
}

TEST(Concat, EveryAxis) {
  const Value a = F32({1, 2, 2}, {1, 2, 3, 4}), b = F32({1, 2, 2}, {5, 6, 7, 8});
  Concat(0).Input(a).Input(b).Output(F32({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8})).Check();
  Concat(1).Input(a).Input(b).Output(F32({1, 4, 2}, {1, 2, 3, 4, 5, 6, 7, 8})).Check();
  Concat(2).Input(a).Input(b).Output(F32({1, 2, 4}, {1, 2, 5, 6, 3, 4, 7, 8})).Check();
  Concat(-1).Input(a).Input(b).Output(F32({1, 2, 4}, {1, 2, 5, 6, 3, 4, 7, 8})).Check();
}

TEST(Concat, PartsOfDifferentAndZeroSize) {
  Concat(1)
      .Input(I64({2, 1}, {1, 2}))
      .Input(I64({2, 0}, {}))
      .Param(I64({2, 2}, {3, 4, 5, 6}))
      .Output(I64({2, 3}, {1, 3, 4, 2, 5, 6}))
      .Check();
  Concat(0).Input(F32({1, 0}, {})).Input(F32({2, 0}, {})).Output(F32({3, 0}, {})).Check();
  Concat(0).Input(F32({2}, {1, 2})).Output(F32({2}, {1, 2})).Check();
}

TEST(Concat, SameInputTwice) {
  ModelBuilder builder;
  const int x = builder.AddInput("x", ElementType::kFloat32, {2, 1});
  const int y = builder.AddResult("y");
  format::AxisT axis;
  axis.axis = 1;
  builder.AddOp(OpCode::Concat, axis, {x, x}, {y});
  builder.MarkOutput(y);
  const ModelBuilder::File file = builder.Finish();
  Result<Model> model = Model::FromBuffer(file.data(), file.size());
  ASSERT_TRUE(model.ok()) << model.message();
  Result<Session> session = Session::Create(*model);
  ASSERT_TRUE(session.ok()) << session.message();
  session->Input(0)->data<float>()[0] = 3;
  session->Input(0)->data<float>()[1] = 4;
  ASSERT_TRUE(session->Run().ok());
  const float* out = session->Output(0)->data<float>();
  EXPECT_EQ(out[0], 3);
  EXPECT_EQ(out[1], 3);
  EXPECT_EQ(out[2], 4);
  EXPECT_EQ(out[3], 4);
}

TEST(Concat, ManyChannelsOverThreads) {
  Value a = Random(ElementType::kFloat32, {1, 40, 40, 48}, 1), b = Random(ElementType::kFloat32, {1, 40, 40, 17}, 2);
  Value out{ElementType::kFloat32, {1, 40, 40, 65}, {}};
  for (int64_t i = 0; i < 1600; ++i) {
    out.bytes.insert(out.bytes.end(), &a.bytes[i * 48 * 4], &a.bytes[i * 48 * 4] + 48 * 4);
    out.bytes.insert(out.bytes.end(), &b.bytes[i * 17 * 4], &b.bytes[i * 17 * 4] + 17 * 4);
  }
  Concat(3).Input(a).Input(b).Output(out).Check();
}

TEST(Concat, WrongInputs) {
  const Value a = F32({1, 2}, {1, 2});
  Concat(0).Input(a).Input(F32({1, 3}, {1, 2, 3})).Output(a).ExpectError(StatusCode::kInvalidModel, "does not fit");
  Concat(0).Input(a).Input(F32({2}, {1, 2})).Output(a).ExpectError(StatusCode::kInvalidModel, "does not fit");
  Concat(0).Input(a).Input(I64({1, 2}, {1, 2})).Output(a).ExpectError(StatusCode::kInvalidModel, "int64");
  Concat(2).Input(a).Input(a).Output(a).ExpectError(StatusCode::kInvalidModel, "axis 2");
  Concat(0).Input(F32({}, {1})).Output(a).ExpectError(StatusCode::kInvalidModel, "axis 0");
  Concat(0).Input(a).NoInput().Input(a).Output(a).ExpectError(StatusCode::kInvalidModel, "left out");
}

}  // namespace
}  // namespace linnet::testing
