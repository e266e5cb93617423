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

TEST(ImportPoolTest, PoolsOverChannelsLast) {
  EXPECT_EQ(ImportNode({"MaxPool", {IntsAttribute("kernel_shape", {3, 2}), IntAttribute("ceil_mode", 1)}},
                       {Input("x", {1, 3, 8, 8})}),
            "%y/Transpose = Transpose(%x) {perm=[0, 2, 3, 1]}\n"
            "%y/MaxPool = MaxPool(%y/Transpose) {kernel=[3, 2] strides=[1, 1] dilations=[1, 1] pads=[0, 0, 0, 0] "
            "ceil_mode=1}\n"
            "%y = Transpose(%y/MaxPool) {perm=[0, 3, 1, 2]}\n");
}

TEST(ImportPoolTest, GivesIndicesWhereTheyAreUsed) {
  const std::string text =
      ImportNode({"MaxPool", {IntsAttribute("kernel_shape", {2})}, 17, "", {"y", "i"}}, {Input("x", {1, 3, 8})});
  EXPECT_THAT(text, HasSubstr("%y/MaxPool, %y/MaxPool_1 = MaxPool(%y/Transpose)"));
  EXPECT_THAT(text, HasSubstr("%i = Transpose(%y/MaxPool_1) {perm=[0, 2, 1]}"));
}

TEST(ImportPoolTest, RefusesWhatDoesNotFit) {
  EXPECT_THAT(ImportNode({"MaxPool"}, {Input("x", {1, 3, 8, 8})}), HasSubstr("'kernel_shape' is missing"));
  EXPECT_THAT(ImportNode({"AveragePool", {IntsAttribute("kernel_shape", {2, 2}), IntsAttribute("pads", {1})}},
                         {Input("x", {1, 3, 8, 8})}),
              HasSubstr("do not fit the 2 dimensions"));
}

TEST(ImportPoolTest, ReducesTheWholePicture) {
  EXPECT_EQ(ImportNode({"GlobalAveragePool"}, {Input("x", {1, 3, 8, 8})}),
            "%y/Transpose = Transpose(%x) {perm=[0, 2, 3, 1]}\n"
            "%y/ReduceMean = ReduceMean(%y/Transpose) {axes=[1, 2]}\n"
            "%y = Transpose(%y/ReduceMean) {perm=[0, 3, 1, 2]}\n");
  EXPECT_THAT(ImportNode({"GlobalLpPool", {IntAttribute("p", 3)}}, {Input("x", {1, 3, 8})}), HasSubstr("Pow("));
}

TEST(ImportPoolTest, ScattersWhatWasPooled) {
  const std::string text =
      ImportNode({"MaxUnpool", {IntsAttribute("kernel_shape", {2, 2}), IntsAttribute("strides", {2, 2})}},
                 {Input("x", {1, 1, 2, 2}), Input("i", {1, 1, 2, 2}, ElementType::kInt64)});
  EXPECT_THAT(text, HasSubstr("ScatterElements("));
}

}  // namespace
}  // namespace linnet::converter::onnx
