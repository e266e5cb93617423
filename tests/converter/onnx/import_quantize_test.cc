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

TEST(ImportQuantizeTest, TakesTheTypeFromTheZeroPoint) {
  EXPECT_EQ(ImportNode({"QuantizeLinear"}, {Input("x", {2}), Floats("s", {}, {1}), Input("z", {}, ElementType::kInt8)}),
            "%y = QuantizeLinear(%x, %s, %z) {type=Int8}\n");
  EXPECT_EQ(ImportNode({"QuantizeLinear"}, {Input("x", {2}), Floats("s", {}, {1})}),
            "%y = QuantizeLinear(%x, %s) {type=Uint8}\n");
  EXPECT_EQ(ImportNode({"DequantizeLinear", {IntAttribute("axis", 0)}},
                       {Input("x", {2}, ElementType::kInt8), Floats("s", {2}, {1, 1})}),
            "%y = DequantizeLinear(%x, %s) {axis=0}\n");
}

TEST(ImportQuantizeTest, ReadsTheTypeOfTheResult) {
  EXPECT_EQ(ImportNode({"DequantizeLinear", {IntAttribute("output_dtype", 10)}, 23},
                       {Input("x", {2}, ElementType::kInt8), Floats("s", {}, {1})}),
            "%y = DequantizeLinear(%x, %s) {type=Float16}\n");
}

TEST(ImportQuantizeTest, FindsScaleAndZeroPointOfTheData) {
  const std::string text = ImportNode({"DynamicQuantizeLinear", {}, 17, "", {"y", "scale", "zero"}}, {Input("x", {2})});
  EXPECT_THAT(text, HasSubstr("%y = QuantizeLinear(%x, %scale, %zero) {type=Uint8}"));
}

}  // namespace
}  // namespace linnet::converter::onnx
