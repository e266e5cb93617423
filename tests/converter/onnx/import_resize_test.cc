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

TEST(ImportResizeTest, ReadsTheModes) {
  EXPECT_EQ(ImportNode({"Resize",
                        {StringAttribute("mode", "linear"),
                         StringAttribute("coordinate_transformation_mode", "align_corners")}},
                       {Input("x", {1, 1, 2, 2}), None(), Floats("s", {4}, {1, 1, 2, 2})}),
            "%y = Resize(%x, _, %s) {mode=Linear coordinate=AlignCorners}\n");
  EXPECT_EQ(ImportNode({"Resize"}, {Input("x", {1, 1, 2, 2}), None(), Floats("s", {0}, {}), Ints("z", {1, 1, 4, 4})}),
            "%y = Resize(%x, _, _, %z)\n");
  EXPECT_THAT(ImportNode({"Resize", {StringAttribute("mode", "sinc")}}, {Input("x", {1, 1, 2, 2})}),
              HasSubstr("'sinc'"));
}

TEST(ImportResizeTest, ExpressesTheHalfPixelOfTensorFlow) {
  const auto resize = [](const char* nearest) {
    return ImportNode({"Resize",
                       {StringAttribute("coordinate_transformation_mode", "tf_half_pixel_for_nn"),
                        StringAttribute("nearest_mode", nearest)},
                       11},
                      {Input("x", {1, 1, 2, 2}), Floats("r", {0}, {}), Floats("s", {4}, {1, 1, 2, 2})});
  };
  EXPECT_EQ(resize("floor"), "%y = Resize(%x, _, %s) {nearest=RoundPreferCeil}\n");
  EXPECT_EQ(resize("round_prefer_floor"), "%y = Resize(%x, _, %s) {nearest=Ceil}\n");
  EXPECT_THAT(resize("ceil"), HasSubstr("tf_half_pixel_for_nn with this nearest_mode"));
}

TEST(ImportResizeTest, KnowsTheOldForms) {
  const char kOld[] = "{coordinate=Asymmetric nearest=Floor}\n";
  EXPECT_THAT(ImportNode({"Resize", {}, 10}, {Input("x", {1, 1, 2, 2}), Input("s", {4})}), HasSubstr(kOld));
  EXPECT_THAT(ImportNode({"Upsample", {}, 9}, {Input("x", {1, 1, 2, 2}), Input("s", {4})}), HasSubstr(kOld));
  EXPECT_THAT(ImportNode({"Upsample", {linnet::testing::FloatsAttribute("scales", {1, 1, 2, 2})}, 7},
                         {Input("x", {1, 1, 2, 2})}),
              HasSubstr(kOld));
  EXPECT_THAT(ImportNode({"Upsample", {FloatAttribute("height_scale", 2)}, 1}, {Input("x", {1, 1, 2, 2})}),
              HasSubstr(kOld));
}

}  // namespace
}  // namespace linnet::converter::onnx
