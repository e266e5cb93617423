#include <gtest/gtest.h>

#include "tests/converter/onnx/import_node.h"

namespace linnet::converter::onnx {
namespace {

using linnet::testing::ImportNode;
using linnet::testing::Input;
using linnet::testing::IntAttribute;
using linnet::testing::IntsAttribute;
using linnet::testing::StringAttribute;
using ::testing::HasSubstr;

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(ImportConv3DTest, OneConvolutionForEachPlane) {
  const std::string text = ImportNode({"Conv", {}}, {Input("x", {1, 2, 5, 6, 7}), Input("w", {4, 2, 3, 3, 3})});
  EXPECT_EQ(Count(text, " = Conv2D("), 3u);
  EXPECT_EQ(Count(text, " = Add("), 2u);
  EXPECT_EQ(Count(ImportNode({"Conv", {IntAttribute("group", 4)}},
                             {Input("x", {1, 4, 5, 6, 7}), Input("w", {4, 1, 2, 3, 3})}),
                  " = DepthwiseConv2D("),
            2u);
  EXPECT_EQ(Count(ImportNode({"ConvTranspose", {IntsAttribute("strides", {2, 2, 2})}},
                             {Input("x", {1, 2, 5, 6, 7}), Input("w", {2, 4, 3, 3, 3})}),
                  " = ConvTranspose2D("),
            3u);
}

TEST(ImportConv3DTest, Wrong) {
  const auto x = Input("x", {1, 2, 5, 6, 7}), w = Input("w", {4, 2, 3, 3, 3});
  EXPECT_THAT(ImportNode({"Conv", {IntsAttribute("strides", {1, 1})}}, {x, w}), HasSubstr("2 entries, expected 3"));
  EXPECT_THAT(ImportNode({"Conv", {IntsAttribute("strides", {0, 1, 1})}}, {x, w}), HasSubstr("out of range"));
  EXPECT_THAT(ImportNode({"Conv", {IntAttribute("group", 3)}}, {x, w}), HasSubstr("group is 3"));
  EXPECT_THAT(ImportNode({"Conv", {}}, {Input("x", {1, 2, 5, 6}), w}), HasSubstr("x has rank 4, the weight 5"));
}

TEST(ImportConv3DTest, CausalConvWithState) {
  const std::string text =
      ImportNode({"CausalConvWithState", {StringAttribute("activation", "silu")}, 27, "", {"y", "s"}},
                 {Input("x", {1, 2, 5}), Input("w", {2, 1, 3})});
  EXPECT_THAT(text, HasSubstr("DepthwiseConv2D("));
  EXPECT_THAT(text, HasSubstr("%y = Silu("));
  EXPECT_THAT(text, HasSubstr("%s = Slice("));
  EXPECT_THAT(ImportNode({"CausalConvWithState", {StringAttribute("activation", "relu")}, 27, "", {"y", "s"}},
                         {Input("x", {1, 2, 5}), Input("w", {2, 1, 3})}),
              HasSubstr("activation is 'relu'"));
}

}  // namespace
}  // namespace linnet::converter::onnx
