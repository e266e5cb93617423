#include "converter/quantizer/runner.h"

#include <cmath>

#include "tests/converter/quantizer/quantizer_test.h"

namespace linnet::converter {
namespace {

TEST(RunnerTest, RunsAgainAndAgainAndFollowsShapes) {
  PassTest t;
  const ValueId x = t.Input({1, 4}, {"n", ""});
  const ValueId y = t.Op(OpCode::Abs, {x});
  t.Output(y);
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  GraphRunner runner(t.graph(), {y});
  for (int64_t n : {2, 2, 3}) {
    const Sample sample = {RandomTensor("x", ElementType::kFloat32, {n, 4}, static_cast<uint64_t>(n))};
    ASSERT_TRUE(runner.Run(sample).ok());
    EXPECT_EQ(runner.Output(0).shape(), Shape({n, 4}));
    const float* in = reinterpret_cast<const float*>(sample[0].bytes.data());
    for (int64_t i = 0; i < 4 * n; ++i) EXPECT_EQ(runner.Output(0).data<float>()[i], std::fabs(in[i]));
  }
  EXPECT_EQ(runner.Run(Sample()).code(), StatusCode::kInvalidArgument);
}

TEST(RunnerTest, AClonedGraphIsTheSameAndApart) {
  PassTest t;
  t.Output(t.Conv2D(t.Input({1, 5, 5, 3}), 3, 4, 3, true));
  ASSERT_TRUE(InferShapes(&t.graph()).ok());
  const std::string before = t.graph().ToString();
  Graph clone = CloneGraph(t.graph());
  EXPECT_EQ(clone.ToString(), before);
  clone.nodes()[0]->As<format::Conv2DT>().stride_h = 2;
  clone.AddFloats("more", {}, {1});
  EXPECT_EQ(t.graph().ToString(), before);
}

}  // namespace
}  // namespace linnet::converter
