#include <gtest/gtest.h>

#include "tests/converter/onnx/import_node.h"

namespace linnet::converter::onnx {
namespace {

using linnet::testing::FloatAttribute;
using linnet::testing::Floats;
using linnet::testing::ImportNode;
using linnet::testing::Input;
using linnet::testing::IntAttribute;
using linnet::testing::Ints;
using linnet::testing::IntsAttribute;
using linnet::testing::None;
using linnet::testing::StringAttribute;
using ::testing::HasSubstr;

TEST(ImportNormTest, MakesBatchNormalizationAScaleAndAShift) {
  EXPECT_EQ(
      ImportNode({"BatchNormalization"}, {Input("x", {1, 2, 4, 4}), Floats("s", {2}, {1, 1}), Floats("b", {2}, {0, 0}),
                                          Floats("m", {2}, {0, 0}), Floats("v", {2}, {1, 1})}),
      "%y/Add = Add(%v, %BatchNormalization_0/scalar)\n"
      "%y/Sqrt = Sqrt(%y/Add)\n"
      "%y/Div = Div(%s, %y/Sqrt)\n"
      "%y/Mul = Mul(%m, %y/Div)\n"
      "%y/Sub = Sub(%b, %y/Mul)\n"
      "%y/Transpose = Transpose(%x) {perm=[0, 2, 3, 1]}\n"
      "%y/ScaleShift = ScaleShift(%y/Transpose, %y/Div, %y/Sub)\n"
      "%y = Transpose(%y/ScaleShift) {perm=[0, 3, 1, 2]}\n");
}

TEST(ImportNormTest, KnowsTheChannelNorms) {
  const std::vector<linnet::testing::Operand> operands = {Input("x", {1, 4, 3}), Input("s", {4}), Input("b", {4})};
  EXPECT_THAT(ImportNode({"InstanceNormalization", {FloatAttribute("epsilon", 0.5f)}}, operands),
              HasSubstr("InstanceNorm(%y/Transpose, %s, %b) {epsilon=0.5}"));
  EXPECT_THAT(ImportNode({"GroupNormalization", {IntAttribute("num_groups", 2)}, 21}, operands),
              HasSubstr("GroupNorm(%y/Transpose, %s, %b) {groups=2}"));
  EXPECT_THAT(ImportNode({"GroupNormalization", {IntAttribute("num_groups", 2)}, 18},
                         {Input("x", {1, 4, 3}), Input("s", {2}), Input("b", {2})}),
              HasSubstr("Expand(%y/Unsqueeze, %GroupNormalization_0/ints)"));
  EXPECT_THAT(ImportNode({"GroupNormalization", {IntAttribute("num_groups", 3)}, 21}, operands),
              HasSubstr("num_groups is 3"));
}

TEST(ImportNormTest, GivesTheMomentsOfLayerNormWhereTheyAreUsed) {
  const std::vector<linnet::testing::Operand> operands = {Input("x", {2, 3}), Input("s", {3}), Input("b", {3})};
  EXPECT_EQ(ImportNode({"LayerNormalization"}, operands), "%y = LayerNorm(%x, %s, %b)\n");
  const std::string text = ImportNode({"LayerNormalization", {}, 17, "", {"y", "mean", "inverse"}}, operands);
  EXPECT_THAT(text, HasSubstr("%mean = ReduceMean(%x) {axes=[1]}"));
  EXPECT_THAT(text, HasSubstr("%inverse = Reciprocal("));
}

TEST(ImportNormTest, PutsTheChannelsOfLrnLast) {
  EXPECT_THAT(ImportNode({"LRN", {IntAttribute("size", 5)}}, {Input("x", {1, 4, 3, 3})}), HasSubstr("size=5"));
  EXPECT_THAT(ImportNode({"LRN", {IntAttribute("size", 5)}}, {Input("x", {1, 4, 3, 3})}), HasSubstr("axis=3"));
}

TEST(ImportNormTest, SpellsOutTheRest) {
  EXPECT_EQ(ImportNode({"LpNormalization", {IntAttribute("p", 1)}}, {Input("x", {2, 3})}),
            "%y = LpNorm(%x) {p=1}\n");
  EXPECT_THAT(ImportNode({"MeanVarianceNormalization"}, {Input("x", {1, 2, 3, 3})}), HasSubstr("{axes=[0, 2, 3]}"));
}

}  // namespace
}  // namespace linnet::converter::onnx
