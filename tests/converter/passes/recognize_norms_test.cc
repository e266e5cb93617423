#include "converter/passes/recognize_norms.h"

#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

// Sums of 24 values in another order, and a square root.
constexpr double kTolerance = 1e-5;
constexpr int64_t kChannels = 24;

ValueId Mul(PassTest& t, ValueId a, ValueId b) { return t.Binary(OpCode::Mul, a, b); }
ValueId Add(PassTest& t, ValueId a, ValueId b) { return t.Binary(OpCode::Add, a, b); }
ValueId Sub(PassTest& t, ValueId a, ValueId b) { return t.Binary(OpCode::Sub, a, b); }
ValueId Div(PassTest& t, ValueId a, ValueId b) { return t.Binary(OpCode::Div, a, b); }
ValueId Square(PassTest& t, ValueId x) { return t.Binary(OpCode::Pow, x, t.Scalar(2)); }
ValueId Sqrt(PassTest& t, ValueId x) { return t.Op(OpCode::Sqrt, {x}); }
// sqrt(mean(x^2) + epsilon)
ValueId Root(PassTest& t, ValueId square) { return Sqrt(t, Add(t, t.MeanOfLastAxis(square), t.Scalar(1e-3f))); }

TEST(RecognizeNormsTest, LayerNormOfTorch) {
  PassTest t;
  const ValueId x = t.Input({2, 7, kChannels});
  const ValueId d = Sub(t, x, t.MeanOfLastAxis(x));
  t.Output(Div(t, d, Root(t, Square(t, d))));
  t.ExpectRewrite(RecognizePatterns, 1, kTolerance);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::LayerNorm));
  EXPECT_EQ(t.Only(OpCode::LayerNorm).As<format::NormT>().epsilon, 1e-3f);
}

TEST(RecognizeNormsTest, ScaleAndBiasFollow) {
  PassTest t;
  const ValueId x = t.Input({2, 7, kChannels});
  const ValueId d = Sub(t, x, t.MeanOfLastAxis(x));
  const ValueId normal = Div(t, d, Root(t, Mul(t, d, d)));
  t.Output(Add(t, Mul(t, normal, t.Random({kChannels})), t.Random({kChannels})));
  t.ExpectRewrite(RecognizePatterns, 1, kTolerance);
  t.ExpectRewrite(FoldScales, 2, kTolerance);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::LayerNorm));
}

// Older exporters compute x - mean(x) twice.
TEST(RecognizeNormsTest, LayerNormWithTheDifferenceTwice) {
  PassTest t;
  const ValueId x = t.Input({2, 7, kChannels});
  const ValueId mean = t.MeanOfLastAxis(x);
  t.Output(Div(t, Sub(t, x, mean), Root(t, Square(t, Sub(t, x, mean)))));
  t.ExpectRewrite(RecognizePatterns, 1, kTolerance);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::LayerNorm));
}

TEST(RecognizeNormsTest, LayerNormOfTensorFlow) {
  PassTest t;
  const ValueId x = t.Input({2, 7, kChannels});
  const ValueId mean = t.MeanOfLastAxis(x);
  const ValueId inverse = t.Op(OpCode::Reciprocal, {Root(t, Square(t, Sub(t, x, mean)))});
  const ValueId k = Mul(t, inverse, t.Random({kChannels}));
  t.Output(Add(t, Mul(t, x, k), Sub(t, t.Random({kChannels}), Mul(t, mean, k))));
  t.ExpectRewrite(RecognizePatterns, 1, kTolerance);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::LayerNorm));
  EXPECT_EQ(t.Only(OpCode::LayerNorm).inputs.size(), 3u);
}

TEST(RecognizeNormsTest, RmsNorm) {
  PassTest t;
  const ValueId x = t.Input({2, 7, kChannels});
  const ValueId inverse = t.Op(OpCode::Reciprocal, {Root(t, Square(t, x))});
  t.Output(Mul(t, x, Mul(t, inverse, t.Random({kChannels}))));
  t.ExpectRewrite(RecognizePatterns, 1, kTolerance);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::RmsNorm));
}

TEST(RecognizeNormsTest, RmsNormWithDivAndPow) {
  PassTest divided;
  const ValueId x = divided.Input({2, 7, kChannels});
  divided.Output(Div(divided, x, Root(divided, Mul(divided, x, x))));
  divided.ExpectRewrite(RecognizePatterns, 1, kTolerance);
  EXPECT_THAT(divided.Ops(), ElementsAre(OpCode::RmsNorm));

  PassTest power;
  const ValueId y = power.Input({2, 7, kChannels});
  const ValueId variance = Add(power, power.MeanOfLastAxis(Square(power, y)), power.Scalar(1e-6f));
  power.Output(Mul(power, y, power.Binary(OpCode::Pow, variance, power.Scalar(-0.5f))));
  power.ExpectRewrite(RecognizePatterns, 1, kTolerance);
  EXPECT_THAT(power.Ops(), ElementsAre(OpCode::RmsNorm));
}

TEST(RecognizeNormsTest, LeavesOtherAxes) {
  for (const std::vector<int32_t>& axes : {std::vector<int32_t>{1}, std::vector<int32_t>{1, 2}}) {
    PassTest t;
    const ValueId x = t.Input({2, 7, kChannels});
    format::ReduceT attributes;
    attributes.axes = axes;
    const ValueId mean = t.Op(OpCode::ReduceMean, {Square(t, x)}, format::ReduceT(attributes));
    t.Output(Div(t, x, Sqrt(t, Add(t, mean, t.Scalar(1e-3f)))));
    t.ExpectNoRewrite(RecognizePatterns);
  }
}

TEST(RecognizeNormsTest, LeavesAVarianceThatOthersRead) {
  PassTest t;
  const ValueId x = t.Input({2, 7, kChannels});
  const ValueId root = Root(t, Square(t, x));
  t.Output(Div(t, x, root));
  t.Output(root);
  t.ExpectNoRewrite(RecognizePatterns);
}

// What is left is the root mean square of the difference.
TEST(RecognizeNormsTest, TheMeanOfAnotherValueMakesNoLayerNorm) {
  PassTest t;
  const ValueId x = t.Input({2, 7, kChannels}), y = t.Input({2, 7, kChannels});
  const ValueId d = Sub(t, x, t.MeanOfLastAxis(y));
  t.Output(Div(t, d, Root(t, Square(t, d))));
  t.ExpectRewrite(RecognizePatterns, 1);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::ReduceMean, OpCode::Sub, OpCode::RmsNorm));
}

TEST(RecognizeNormsTest, LeavesChannelsOfChangingNumber) {
  PassTest t;
  const ValueId x = t.Input({2, kChannels}, {"", "channels"});
  t.Output(Div(t, x, Root(t, Square(t, x))));
  t.ExpectNoRewrite(RecognizePatterns);
}

}  // namespace
}  // namespace linnet::converter
