#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

ValueId ConvTranspose(PassTest* t, std::vector<ValueId> inputs, int stride_h, int stride_w, int pad_w = 0, int group = 1) {
  format::ConvTranspose2DT attributes;
  attributes.stride_h = stride_h;
  attributes.stride_w = stride_w;
  attributes.pad_left = attributes.pad_right = pad_w;
  attributes.group = group;
  return t->Op(OpCode::ConvTranspose2D, std::move(inputs), std::move(attributes));
}

TEST(MergeTransposedColumnsTest, KernelAsWideAsTheStride) {
  PassTest t;
  const ValueId x = t.Input({2, 3, 5, 6});
  t.Output(ConvTranspose(&t, {x, t.Random({1, 2, 2, 6}), t.Random({1})}, 2, 2));
  t.Output(ConvTranspose(&t, {x, t.Random({4, 3, 3, 6})}, 2, 3));
  t.ExpectRewrite(MergeTransposedColumns, 2);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::ConvTranspose2D, OpCode::Reshape, OpCode::ConvTranspose2D, OpCode::Reshape));
}

TEST(MergeTransposedColumnsTest, AllSizesOfTheImageMayBeFree) {
  PassTest t;
  const ValueId x = t.Input({2, 3, 5, 6}, {"batch", "height", "width", ""});
  t.Output(t.Op(OpCode::Relu, {ConvTranspose(&t, {x, t.Random({3, 2, 2, 6})}, 2, 2)}));
  t.ExpectRewrite(MergeTransposedColumns, 1);
}

TEST(MergeTransposedColumnsTest, LeavesColumnsThatOverlapOrAreCut) {
  PassTest t;
  const ValueId x = t.Input({1, 3, 5, 6});
  t.Output(ConvTranspose(&t, {x, t.Random({2, 2, 3, 6})}, 2, 2));
  t.Output(ConvTranspose(&t, {x, t.Random({2, 2, 1, 6})}, 2, 2));
  t.Output(ConvTranspose(&t, {x, t.Random({2, 2, 2, 6})}, 2, 2, /*pad_w=*/1));
  t.Output(ConvTranspose(&t, {x, t.Random({2, 2, 2, 3})}, 2, 2, 0, /*group=*/2));
  t.ExpectNoRewrite(MergeTransposedColumns);
}

}  // namespace
}  // namespace linnet::converter
