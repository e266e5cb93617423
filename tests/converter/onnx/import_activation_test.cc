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

TEST(ImportActivationTest, FlattensOldSoftmax) {
  EXPECT_EQ(ImportNode({"Softmax", {}, 11}, {Input("x", {2, 3, 4})}),
            "%y/Flatten = Flatten(%x) {axis=1}\n"
            "%y/Softmax = Softmax(%y/Flatten) {axis=1}\n"
            "%y/Shape = Shape(%x)\n"
            "%y = Reshape(%y/Softmax, %y/Shape) {allow_zero=1}\n");
  EXPECT_EQ(ImportNode({"Softmax", {}, 11}, {Input("x", {2, 3})}), "%y = Softmax(%x) {axis=1}\n");
  EXPECT_EQ(ImportNode({"Softmax", {IntAttribute("axis", 1)}, 13}, {Input("x", {2, 3, 4})}),
            "%y = Softmax(%x) {axis=1}\n");
}

TEST(ImportActivationTest, KnowsTheFormsOfGelu) {
  EXPECT_EQ(ImportNode({"Gelu", {}, 20}, {Input("x", {2})}), "%y = Gelu(%x)\n");
  EXPECT_EQ(ImportNode({"Gelu", {StringAttribute("approximate", "tanh")}, 20}, {Input("x", {2})}),
            "%y = GeluTanh(%x)\n");
  EXPECT_EQ(ImportNode({"FastGelu", {}, 17, "com.microsoft"}, {Input("x", {2}), Input("b", {2})}),
            "%y/Add = Add(%x, %b)\n%y = GeluTanh(%y/Add)\n");
  EXPECT_EQ(ImportNode({"BiasGelu", {}, 17, "com.microsoft"}, {Input("x", {2}), Input("b", {2})}),
            "%y/Add = Add(%x, %b)\n%y = Gelu(%y/Add)\n");
  EXPECT_THAT(ImportNode({"Gelu", {StringAttribute("approximate", "erf")}, 20}, {Input("x", {2})}), HasSubstr("'erf'"));
}

TEST(ImportActivationTest, KnowsTheFormsOfSwish) {
  EXPECT_EQ(ImportNode({"Swish", {}, 24}, {Input("x", {2})}), "%y = Silu(%x)\n");
  EXPECT_THAT(ImportNode({"QuickGelu", {}, 17, "com.microsoft"}, {Input("x", {2})}), HasSubstr("Sigmoid("));
}

}  // namespace
}  // namespace linnet::converter::onnx
