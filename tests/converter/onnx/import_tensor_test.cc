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

TEST(ImportTensorTest, ReadsEveryFormOfAConstant) {
  const auto constant = [](const linnet::testing::Message& attribute) {
    return ImportNode({"Constant", {attribute}}, {});
  };
  EXPECT_EQ(constant(FloatAttribute("value_float", 1)), "%y = Identity(%y)\n") << "an output keeps its name";
  EXPECT_THAT(constant(IntsAttribute("value_ints", {1, 2})), HasSubstr("Identity("));
  EXPECT_THAT(constant(linnet::testing::TensorAttribute("value", linnet::testing::FloatTensor("t", {1}, {1}))),
              HasSubstr("Identity("));
  EXPECT_THAT(constant(StringAttribute("value_string", "a")), HasSubstr("'value_string' is a text"));
}

TEST(ImportTensorTest, KeepsValueAndTypeOfConstantOfShape) {
  const linnet::testing::Message value =
      linnet::testing::TensorAttribute("value", linnet::testing::IntTensor("t", {1}, {-7}));
  EXPECT_EQ(ImportNode({"ConstantOfShape", {value}}, {Input("s", {2}, ElementType::kInt64)}),
            "%y = ConstantOfShape(%s) {type=Int64 value=-7 value_int=-7}\n");
}

TEST(ImportTensorTest, KnowsTheScatters) {
  const std::vector<linnet::testing::Operand> operands = {Input("x", {4}), Input("i", {1}, ElementType::kInt64),
                                                          Input("u", {1})};
  EXPECT_EQ(ImportNode({"Scatter", {}, 9}, operands), "%y = ScatterElements(%x, %i, %u)\n");
  EXPECT_EQ(ImportNode({"ScatterND", {StringAttribute("reduction", "mul")}, 16}, operands),
            "%y = ScatterND(%x, %i, %u) {reduction=2}\n");
  EXPECT_THAT(ImportNode({"ScatterND", {StringAttribute("reduction", "xor")}, 16}, operands),
              HasSubstr("reduction is 'xor'"));
}

TEST(ImportTensorTest, TakesTheNumberOfTopKFromEitherPlace) {
  EXPECT_EQ(ImportNode({"TopK", {IntAttribute("k", 2)}, 1, "", {"v", "i"}}, {Input("x", {4})}),
            "%v, %i = TopK(%x, %TopK_0/ints)\n");
  EXPECT_EQ(ImportNode({"TopK", {IntAttribute("largest", 0)}, 11, "", {"v", "i"}}, {Input("x", {4}), Ints("k", {2})}),
            "%v, %i = TopK(%x, %k) {largest=0}\n");
}

TEST(ImportTensorTest, GathersAlongAnAxis) {
  const std::vector<linnet::testing::Operand> operands = {Input("x", {4, 2}), Input("i", {1}, ElementType::kInt64)};
  EXPECT_EQ(ImportNode({"Gather", {IntAttribute("axis", 1)}}, operands), "%y = Gather(%x, %i) {axis=1}\n");
  EXPECT_EQ(ImportNode({"GatherND", {IntAttribute("batch_dims", 1)}}, operands),
            "%y = GatherND(%x, %i) {batch_dims=1}\n");
}

}  // namespace
}  // namespace linnet::converter::onnx
