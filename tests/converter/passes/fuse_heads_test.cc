#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

format::TransposeT Perm(std::vector<int> perm) {
  format::TransposeT attrs;
  attrs.perm = std::move(perm);
  return attrs;
}

format::AxisT Axis(int axis) {
  format::AxisT attrs;
  attrs.axis = axis;
  return attrs;
}

class FuseHeadsTest : public ::testing::Test {
 protected:
  ValueId Reshape(ValueId x, const std::vector<int64_t>& target) {
    return t_.Op(OpCode::Reshape, {x, t_.Ints(target)}, format::ReshapeT());
  }
  ValueId Transpose(ValueId x, std::vector<int> perm) { return t_.Op(OpCode::Transpose, {x}, Perm(std::move(perm))); }
  ValueId Product(ValueId a, ValueId b) { return t_.Op(OpCode::MatMul, {a, b}, format::MatMulT()); }

  // [b, n, heads * size] -> [b, heads, n, size]
  ValueId Heads(ValueId x, int64_t n, int64_t heads, int64_t size) {
    return Transpose(Reshape(x, {-1, n, heads, size}), {0, 2, 1, 3});
  }
  ValueId Join(ValueId x, int64_t n, int64_t width) { return Reshape(Transpose(x, {0, 2, 1, 3}), {-1, n, width}); }

  PassTest t_;
};

TEST_F(FuseHeadsTest, SeparateProjections) {
  const ValueId x = t_.Input({2, 5, 12}, {"batch", "", ""});
  const ValueId q = Heads(t_.MatMul(x, 12, 12, true), 5, 3, 4), k = Heads(t_.MatMul(x, 12, 12), 5, 3, 4);
  const ValueId v = Heads(t_.MatMul(x, 12, 12), 5, 3, 4);
  const ValueId scores = t_.Binary(OpCode::Mul, Product(q, Transpose(k, {0, 1, 3, 2})), t_.Scalar(0.5f));
  t_.Output(Join(Product(t_.Op(OpCode::Softmax, {scores}, Axis(-1)), v), 5, 12));
  t_.ExpectRewrite(FuseHeads, 2);
  EXPECT_THAT(t_.Ops(), ElementsAre(OpCode::MatMul, OpCode::MatMul, OpCode::MatMul, OpCode::Mul, OpCode::MatMul,
                                    OpCode::Softmax, OpCode::MatMul));
  // The factor goes on into the weights of the projection.
  int changes = 0;
  PassLog log;
  ASSERT_TRUE(FoldScales(&t_.graph(), &log, &changes).ok());
  EXPECT_EQ(changes, 1);
}

// Products of int8 tensors become integer ones, which have no heads; with a float result they stay float, in heads.
TEST_F(FuseHeadsTest, ProductsOfInt8) {
  for (const bool quantized : {true, false}) {
    t_ = PassTest();
    const ValueId q = Heads(t_.Rounded(t_.Input({2, 5, 12}, {"batch", "", ""}), 0.1f, 0), 5, 3, 4);
    const ValueId k = Heads(t_.Rounded(t_.Input({2, 5, 12}, {"batch", "", ""}), 0.1f, 0), 5, 3, 4);
    const ValueId scores = Product(q, Transpose(k, {0, 1, 3, 2}));
    t_.Output(quantized ? t_.Quantize(scores, 0.1f, 0) : t_.Op(OpCode::Relu, {scores}));
    if (quantized) {
      t_.ExpectNoRewrite(FuseHeads);
    } else {
      t_.ExpectRewrite(FuseHeads, 1);
    }
  }
}

// One projection for all three, cut up along a dimension of its own, once by Split and Squeeze and once by Slice.
TEST_F(FuseHeadsTest, OneProjection) {
  for (const bool slices : {false, true}) {
    t_ = PassTest();
    const ValueId x = t_.Input({2, 5, 12}, {"batch", "", ""});
    const ValueId qkv = t_.MatMul(x, 12, 36, true);
    const ValueId moved = Transpose(Reshape(qkv, {-1, 5, 3, 3, 4}), {2, 0, 3, 1, 4});
    std::vector<ValueId> parts;
    for (int64_t i = 0; i < 3; ++i) {
      if (slices) {
        const ValueId slice = t_.Op(OpCode::Slice, {moved, t_.Ints({i}), t_.Ints({i + 1}), t_.Ints({0})});
        format::AxesT axes;
        axes.axes = {0};
        parts.push_back(t_.Op(OpCode::Squeeze, {slice}, axes));
      } else {
        const int64_t index = i;
        void* data = nullptr;
        Bytes bytes = Bytes::Allocate(sizeof index, &data);
        *static_cast<int64_t*>(data) = index;
        const ValueId at = t_.graph().AddConstant(t_.graph().UniqueName("at"), ElementType::kInt64, {}, std::move(bytes));
        parts.push_back(t_.Op(OpCode::Gather, {moved, at}, Axis(0)));
      }
    }
    const ValueId q = t_.Binary(OpCode::Mul, parts[0], t_.Scalar(0.5f));
    const ValueId scores = Product(q, Transpose(parts[1], {0, 1, 3, 2}));
    t_.Output(Join(Product(t_.Op(OpCode::Softmax, {scores}, Axis(-1)), parts[2]), 5, 12));
    t_.ExpectRewrite(FuseHeads, 2);
    EXPECT_THAT(t_.Ops(),
                ElementsAre(OpCode::MatMul, OpCode::Mul, OpCode::Split, OpCode::MatMul, OpCode::Softmax, OpCode::MatMul));
  }
}

TEST_F(FuseHeadsTest, LeavesOtherProductsAlone) {
  const ValueId x = t_.Input({2, 5, 12});
  // Rows and columns change places, and the parts of the last dimension are no heads.
  t_.Output(Product(Transpose(Reshape(x, {2, 5, 3, 4}), {0, 2, 3, 1}), t_.Input({2, 3, 5, 7})));
  t_.Output(Product(Transpose(Reshape(x, {2, 5, 3, 4}), {0, 3, 1, 2}), t_.Input({2, 4, 3, 7})));
  t_.ExpectNoRewrite(FuseHeads);
}

// The batch goes from 4 to 2 times 2: the rows of a projection are no longer its rows.
TEST_F(FuseHeadsTest, LeavesRegroupedRowsAlone) {
  const ValueId x = t_.Input({4, 5, 12});
  t_.Output(Product(Transpose(Reshape(x, {2, 10, 3, 4}), {0, 2, 1, 3}), t_.Input({2, 3, 4, 7})));
  t_.ExpectNoRewrite(FuseHeads);
}

}  // namespace
}  // namespace linnet::converter
