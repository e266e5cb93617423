#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

using format::StorageOrder;

const Value& WeightOf(PassTest& t, OpCode op) { return t.graph().value(t.Only(op).inputs[1]); }

TEST(PackConstantsTest, ConvolutionsReadPanels) {
  struct Case {
    int64_t n, kernel;
    int group;
    int width;
  };
  for (const Case& c : {Case{40, 3, 1, 16}, Case{8, 1, 1, 8}, Case{4, 3, 1, 4}, Case{3, 3, 1, 4}, Case{24, 3, 2, 16},
                        Case{12, 3, 4, 4}}) {
    SCOPED_TRACE(c.n);
    PassTest t;
    t.Output(t.Conv2D(t.Input({1, 6, 5, 8}), 8, c.n, c.kernel, true, 0, c.group));
    t.ExpectRewrite(PackConstants, 1);
    const Value& weight = WeightOf(t, OpCode::Conv2D);
    EXPECT_EQ(weight.order, StorageOrder::Panels);
    EXPECT_EQ(weight.width, c.width);
    EXPECT_EQ(weight.group, static_cast<uint32_t>(c.group));
    EXPECT_EQ(weight.shape, Shape({c.n, c.kernel, c.kernel, 8 / c.group}));
  }
}

TEST(PackConstantsTest, MatMulReadsPanelsOfBothOrders) {
  for (bool transposed : {false, true}) {
    PassTest t;
    t.Output(t.MatMul(t.Input({5, 9}), 9, 21, true, transposed));
    t.ExpectRewrite(PackConstants, 1);
    EXPECT_EQ(WeightOf(t, OpCode::MatMul).order, StorageOrder::Panels);
    EXPECT_EQ(t.Only(OpCode::MatMul).As<format::MatMulT>().transpose_b, transposed);
  }
}

TEST(PackConstantsTest, EveryMatrixOfABatchIsASet) {
  PassTest t;
  t.Output(t.Op(OpCode::MatMul, {t.Input({3, 5, 9}), t.Random({3, 9, 21})}, format::MatMulT()));
  t.ExpectRewrite(PackConstants, 1);
  EXPECT_EQ(WeightOf(t, OpCode::MatMul).group, 3u);
}

TEST(PackConstantsTest, DepthwiseOrder) {
  PassTest t;
  t.Output(t.DepthwiseConv2D(t.Input({1, 6, 5, 20}), 20, 3, true, 1));
  t.ExpectRewrite(PackConstants, 1);
  EXPECT_EQ(WeightOf(t, OpCode::DepthwiseConv2D).order, StorageOrder::Depthwise);
}

TEST(PackConstantsTest, RecurrentOpsReadPanelsByDirectionAndGate) {
  for (OpCode op : {OpCode::Lstm, OpCode::Gru}) {
    const int64_t rows = op == OpCode::Lstm ? 20 : 15;
    format::RecurrentT attrs;
    attrs.hidden_size = 5;
    attrs.direction = format::Direction::Bidirectional;
    PassTest t;
    const ValueId w = t.Random({2, rows, 3}), r = t.Random({2, rows, 5});
    t.Output(t.Op(op, {t.Input({4, 2, 3}), w, r}, attrs));
    t.ExpectRewrite(PackConstants, 2);
    const Node& node = t.Only(op);
    EXPECT_EQ(t.graph().value(node.inputs[1]).group, 2u);
    EXPECT_EQ(t.graph().value(node.inputs[2]).group, op == OpCode::Lstm ? 2u : 6u);
    EXPECT_EQ(t.graph().value(node.inputs[2]).width, op == OpCode::Lstm ? 16 : 8);
  }
}

TEST(PackConstantsTest, Int8OpsReadInt8Panels) {
  LINNET_NEEDS_OP(OpCode::QConv2D);
  PassTest t;
  const ValueId x = t.Rounded(t.Input({1, 5, 5, 4}), 0.04f, 3);
  t.Output(t.Rounded(t.Op(OpCode::Conv2D, {x, t.Int8Weight({20, 3, 3, 4}, 0)}, format::Conv2DT()), 0.2f, 9));
  t.ExpectRewrite(FoldQuantizedProducts, 1, 0.02);
  const Value& weight = t.graph().value(t.Only(OpCode::QConv2D).inputs[1]);
  EXPECT_EQ(weight.order, format::StorageOrder::PanelsInt8);
  EXPECT_EQ(weight.width, 16);
  EXPECT_EQ(weight.data.size(), 32u * 36u);
  t.ExpectNoRewrite(PackConstants);
}

TEST(PackConstantsTest, OtherUsesKeepThePlainConstant) {
  PassTest t;
  const ValueId x = t.Input({9, 9}), weight = t.Random({9, 9});
  const ValueId a = t.Op(OpCode::MatMul, {x, weight}, format::MatMulT());
  const ValueId b = t.Op(OpCode::MatMul, {a, weight}, format::MatMulT());
  t.Output(t.Binary(OpCode::Add, b, weight));
  t.ExpectRewrite(PackConstants, 2);
  const auto& nodes = t.graph().nodes();
  EXPECT_EQ(nodes[0]->inputs[1], nodes[1]->inputs[1]) << "packed once";
  EXPECT_EQ(nodes[2]->inputs[1], weight);
}

TEST(PackConstantsTest, LeavesComputedAndPackedWeights) {
  PassTest computed;
  computed.Output(computed.Op(OpCode::MatMul, {computed.Input({3, 9}), computed.Input({9, 9})}, format::MatMulT()));
  computed.ExpectNoRewrite(PackConstants);

  PassTest packed;
  packed.Output(packed.MatMul(packed.Input({3, 9}), 9, 9));
  packed.ExpectRewrite(PackConstants, 1);
  packed.ExpectNoRewrite(PackConstants);
}

TEST(PackConstantsTest, LeavesAColumn) {
  PassTest t;
  t.Output(t.Op(OpCode::MatMul, {t.Input({3, 9}), t.Random({9})}, format::MatMulT()));
  t.ExpectNoRewrite(PackConstants);
}

}  // namespace
}  // namespace linnet::converter
