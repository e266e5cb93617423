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

TEST(ImportElementwiseTest, TakesParametersByTheirNames) {
  const std::vector<linnet::testing::Operand> x = {Input("x", {2})};
  EXPECT_EQ(ImportNode({"Abs"}, x), "%y = Abs(%x)\n");
  EXPECT_EQ(ImportNode({"LeakyRelu"}, x), "%y = LeakyRelu(%x) {alpha=0.01}\n");
  EXPECT_EQ(ImportNode({"Selu", {FloatAttribute("alpha", 2), FloatAttribute("gamma", 3)}}, x),
            "%y = Selu(%x) {alpha=2 beta=3}\n");
  EXPECT_EQ(ImportNode({"Shrink", {FloatAttribute("lambd", 1.5f)}}, x), "%y = Shrink(%x) {alpha=1.5}\n");
  EXPECT_EQ(ImportNode({"IsInf", {IntAttribute("detect_negative", 0)}}, x), "%y = IsInf(%x) {beta=1}\n");
}

TEST(ImportElementwiseTest, BroadcastsAsOldModelsAsked) {
  EXPECT_EQ(ImportNode({"Add", {IntAttribute("broadcast", 1), IntAttribute("axis", 1)}, 6},
                       {Input("a", {2, 3, 4, 5}), Input("b", {3})}),
            "%y/Unsqueeze = Unsqueeze(%b) {axes=[1, 2]}\n%y = Add(%a, %y/Unsqueeze)\n");
  EXPECT_EQ(ImportNode({"Add", {}, 7}, {Input("a", {2, 3}), Input("b", {3})}), "%y = Add(%a, %b)\n");
}

TEST(ImportElementwiseTest, ChainsAnyNumberOfInputs) {
  EXPECT_EQ(ImportNode({"Sum"}, {Input("a", {2}), Input("b", {2}), Input("c", {2})}),
            "%y/Add = Add(%a, %b)\n%y = Add(%y/Add, %c)\n");
  EXPECT_EQ(ImportNode({"Max"}, {Input("a", {2})}), "%y = Identity(%a)\n");
}

TEST(ImportElementwiseTest, ClipsByAttributesOrInputs) {
  EXPECT_EQ(ImportNode({"Clip", {FloatAttribute("max", 6)}, 6}, {Input("x", {2})}),
            "%y = Clip(%x, _, %Clip_0/scalar)\n");
  EXPECT_EQ(ImportNode({"Clip"}, {Input("x", {2}), Floats("lo", {}, {0})}), "%y = Clip(%x, %lo)\n");
}

TEST(ImportElementwiseTest, CastsByNumberOrName) {
  EXPECT_EQ(ImportNode({"Cast", {IntAttribute("to", 7)}}, {Input("x", {2})}), "%y = Cast(%x) {to=Int64}\n");
  EXPECT_EQ(ImportNode({"Cast", {StringAttribute("to", "DOUBLE")}, 1}, {Input("x", {2})}),
            "%y = Cast(%x) {to=Float64}\n");
  EXPECT_THAT(ImportNode({"Cast", {IntAttribute("to", 99)}}, {Input("x", {2})}), HasSubstr("'to' is no element type"));
  EXPECT_EQ(ImportNode({"CastLike"}, {Input("x", {2}), Input("t", {1}, ElementType::kInt8)}),
            "%y = Cast(%x) {to=Int8}\n");
}

}  // namespace
}  // namespace linnet::converter::onnx
