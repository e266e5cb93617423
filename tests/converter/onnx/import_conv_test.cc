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

TEST(ImportConvTest, WrapsAConvolutionInTransposes) {
  EXPECT_EQ(ImportNode({"Conv", {IntsAttribute("strides", {2, 2}), IntsAttribute("pads", {1, 0, 1, 2})}},
                       {Input("x", {1, 3, 8, 8}), Input("w", {4, 3, 3, 3}), Input("b", {4})}),
            "%y/Transpose = Transpose(%x) {perm=[0, 2, 3, 1]}\n"
            "%y/Transpose_1 = Transpose(%w) {perm=[0, 2, 3, 1]}\n"
            "%y/Conv2D = Conv2D(%y/Transpose, %y/Transpose_1, %b) {stride_h=2 stride_w=2 pad_top=1 pad_bottom=1 "
            "pad_right=2}\n"
            "%y = Transpose(%y/Conv2D) {perm=[0, 3, 1, 2]}\n");
}

TEST(ImportConvTest, TakesOneFilterPerChannelAsDepthwise) {
  EXPECT_EQ(ImportNode({"Conv", {IntAttribute("group", 3), StringAttribute("auto_pad", "SAME_UPPER")}},
                       {Input("x", {1, 3, 8, 8}), Input("w", {3, 1, 3, 3})}),
            "%y/Transpose = Transpose(%x) {perm=[0, 2, 3, 1]}\n"
            "%y/Squeeze = Squeeze(%w) {axes=[1]}\n"
            "%y/Transpose_1 = Transpose(%y/Squeeze) {perm=[1, 2, 0]}\n"
            "%y/DepthwiseConv2D = DepthwiseConv2D(%y/Transpose, %y/Transpose_1) {auto_pad=SameUpper}\n"
            "%y = Transpose(%y/DepthwiseConv2D) {perm=[0, 3, 1, 2]}\n");
}

TEST(ImportConvTest, GivesOneDimensionAHeight) {
  EXPECT_EQ(ImportNode({"Conv", {IntsAttribute("pads", {1, 2}), IntsAttribute("dilations", {2})}},
                       {Input("x", {1, 3, 8}), Input("w", {4, 3, 3})}),
            "%y/Transpose = Transpose(%x) {perm=[0, 2, 1]}\n"
            "%y/Unsqueeze = Unsqueeze(%y/Transpose) {axes=[1]}\n"
            "%y/Unsqueeze_1 = Unsqueeze(%w) {axes=[2]}\n"
            "%y/Transpose_1 = Transpose(%y/Unsqueeze_1) {perm=[0, 2, 3, 1]}\n"
            "%y/Conv2D = Conv2D(%y/Unsqueeze, %y/Transpose_1) {dilation_w=2 pad_left=1 pad_right=2}\n"
            "%y/Squeeze = Squeeze(%y/Conv2D) {axes=[1]}\n"
            "%y = Transpose(%y/Squeeze) {perm=[0, 2, 1]}\n");
}

TEST(ImportConvTest, RefusesWhatDoesNotFit) {
  const auto conv = [](const std::vector<linnet::testing::Message>& attributes,
                       const std::vector<linnet::testing::DimSpec>& weight) {
    return ImportNode({"Conv", attributes}, {Input("x", {1, 4, 8, 8}), Input("w", weight)});
  };
  EXPECT_THAT(conv({IntsAttribute("kernel_shape", {3, 3})}, {4, 4, 5, 5}), HasSubstr("kernel_shape differs"));
  EXPECT_THAT(conv({IntsAttribute("strides", {1})}, {4, 4, 3, 3}), HasSubstr("'strides' has 1 entries for 2"));
  EXPECT_THAT(conv({IntsAttribute("pads", {1, 1})}, {4, 4, 3, 3}), HasSubstr("'pads' has 2 entries for 2"));
  EXPECT_THAT(conv({IntAttribute("group", 3)}, {4, 4, 3, 3}), HasSubstr("group is 3, the weight has 4 outputs"));
  EXPECT_THAT(conv({StringAttribute("auto_pad", "ALL")}, {4, 4, 3, 3}), HasSubstr("auto_pad is 'ALL'"));
  EXPECT_THAT(conv({}, {4, 4, 3, 3, 3, 3}), HasSubstr("4 spatial dimensions"));
  EXPECT_THAT(conv({}, {4, 4}), HasSubstr("the weight has rank 2"));
}

TEST(ImportConvTest, OrdersTheWeightOfATransposedConvolutionByGroup) {
  const std::string text =
      ImportNode({"ConvTranspose", {IntAttribute("group", 2), IntsAttribute("output_shape", {9, 9})}},
                 {Input("x", {1, 4, 8, 8}), Input("w", {4, 5, 3, 3})});
  EXPECT_THAT(text, HasSubstr("{perm=[0, 2, 3, 4, 1]}"));
  EXPECT_THAT(text, HasSubstr("{group=2 output_shape=[9, 9]}"));
}

TEST(ImportConvTest, AddsAndActivatesWhatIsFused) {
  const std::string text = ImportNode(
      {"FusedConv",
       {StringAttribute("activation", "LeakyRelu"), linnet::testing::FloatsAttribute("activation_params", {0.25f})},
       17,
       "com.microsoft"},
      {Input("x", {1, 3, 8, 8}), Input("w", {4, 3, 1, 1}), Input("b", {4}), Input("z", {1, 4, 8, 8})});
  EXPECT_THAT(text, HasSubstr("%y/Add = Add(%y/Transpose_2, %z)\n%y = LeakyRelu(%y/Add) {alpha=0.25}\n"));
}

TEST(ImportConvTest, ComputesIntegersExactly) {
  const std::string text =
      ImportNode({"ConvInteger"}, {Input("x", {1, 1, 3, 3}, ElementType::kUint8),
                                   Input("w", {1, 1, 2, 2}, ElementType::kUint8), Input("z", {}, ElementType::kUint8)});
  EXPECT_THAT(
      text,
      HasSubstr("%y/Cast = Cast(%x) {to=Float64}\n%y/Cast_1 = Cast(%z) {to=Float64}\n%y/Sub = Sub(%y/Cast, %y/Cast_1)\n"));
}

}  // namespace
}  // namespace linnet::converter::onnx
