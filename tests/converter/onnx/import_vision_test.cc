#include <gtest/gtest.h>

#include "tests/converter/onnx/import_node.h"

namespace linnet::converter::onnx {
namespace {

using linnet::testing::ImportNode;
using linnet::testing::Input;
using linnet::testing::IntAttribute;
using linnet::testing::Ints;
using linnet::testing::IntsAttribute;
using linnet::testing::StringAttribute;
using ::testing::HasSubstr;

TEST(ImportVisionTest, ChannelsGoLast) {
  EXPECT_EQ(ImportNode({"GridSample", {StringAttribute("mode", "bilinear"), IntAttribute("align_corners", 1)}},
                       {Input("x", {1, 2, 5, 6}), Input("grid", {1, 3, 4, 2})}),
            "%y/Transpose = Transpose(%x) {perm=[0, 2, 3, 1]}\n"
            "%y/GridSample = GridSample(%y/Transpose, %grid) {align_corners=1}\n"
            "%y = Transpose(%y/GridSample) {perm=[0, 3, 1, 2]}\n");
  EXPECT_THAT(ImportNode({"MaxRoiPool", {IntsAttribute("pooled_shape", {2, 3})}},
                         {Input("x", {1, 2, 5, 6}), Input("rois", {4, 5})}),
              HasSubstr("{output_height=2 output_width=3}"));
  EXPECT_THAT(ImportNode({"DeformConv", {}, 19},
                         {Input("x", {1, 2, 5, 6}), Input("w", {4, 2, 3, 3}), Input("o", {1, 18, 3, 4})}),
              HasSubstr("DeformConv("));
}

TEST(ImportVisionTest, RoiAlignOfOpset10KnowsNoShift) {
  const auto import = [](int64_t opset) {
    return ImportNode({"RoiAlign", {}, opset},
                      {Input("x", {1, 2, 5, 6}), Input("rois", {4, 4}), Input("b", {4}, ElementType::kInt64)});
  };
  EXPECT_THAT(import(10), ::testing::Not(HasSubstr("half_pixel")));
  EXPECT_THAT(import(16), HasSubstr("{half_pixel=1}"));
}

TEST(ImportVisionTest, AffineGridIsAProduct) {
  EXPECT_THAT(ImportNode({"AffineGrid", {}, 20}, {Input("theta", {1, 2, 3}), Ints("size", {1, 3, 4, 5})}),
              HasSubstr("MatMul("));
  EXPECT_THAT(ImportNode({"AffineGrid", {}, 20}, {Input("theta", {1, 2, 3}), Ints("size", {1, 3, 4})}),
              HasSubstr("1 spatial dimensions"));
}

TEST(ImportVisionTest, CenterCropPad) {
  const std::string text =
      ImportNode({"CenterCropPad", {IntsAttribute("axes", {-1})}, 18}, {Input("x", {4, 5}), Ints("s", {3})});
  EXPECT_THAT(text, HasSubstr("Slice("));
  EXPECT_THAT(text, HasSubstr("%y = Pad("));
  EXPECT_THAT(ImportNode({"CenterCropPad", {IntsAttribute("axes", {2})}, 18}, {Input("x", {4, 5}), Ints("s", {3})}),
              HasSubstr("axis 2"));
}

TEST(ImportVisionTest, Wrong) {
  const auto x = Input("x", {1, 2, 5, 6});
  EXPECT_THAT(ImportNode({"GridSample", {StringAttribute("mode", "x")}}, {x, Input("grid", {1, 3, 4, 2})}),
              HasSubstr("mode is 'x'"));
  EXPECT_THAT(ImportNode({"GridSample", {StringAttribute("padding_mode", "x")}}, {x, Input("grid", {1, 3, 4, 2})}),
              HasSubstr("padding_mode is 'x'"));
  EXPECT_THAT(ImportNode({"MaxRoiPool", {}}, {x, Input("rois", {4, 5})}), HasSubstr("pooled_shape has 0 entries"));
}

}  // namespace
}  // namespace linnet::converter::onnx
