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

TEST(ImportShapeTest, TakesSizesFromEitherPlace) {
  EXPECT_EQ(ImportNode({"Reshape", {IntsAttribute("shape", {3, 2})}, 1}, {Input("x", {2, 3})}),
            "%y = Reshape(%x, %Reshape_0/ints)\n");
  EXPECT_EQ(ImportNode({"Reshape", {IntAttribute("allowzero", 1)}}, {Input("x", {2, 3}), Ints("s", {3, 2})}),
            "%y = Reshape(%x, %s) {allow_zero=1}\n");
  EXPECT_THAT(ImportNode({"Reshape"}, {Input("x", {2, 3})}), HasSubstr("has no shape"));
  EXPECT_EQ(ImportNode({"Unsqueeze", {}, 13}, {Input("x", {2}), Ints("axes", {0, -1})}),
            "%y = Unsqueeze(%x) {axes=[0, -1]}\n");
  EXPECT_EQ(ImportNode({"Squeeze", {IntsAttribute("axes", {0})}, 11}, {Input("x", {1, 2})}),
            "%y = Squeeze(%x) {axes=[0]}\n");
}

TEST(ImportShapeTest, WritesOutTheReversedOrder) {
  EXPECT_EQ(ImportNode({"Transpose"}, {Input("x", {1, 2, 3})}), "%y = Transpose(%x) {perm=[2, 1, 0]}\n");
}

TEST(ImportShapeTest, SplitsIntoEveryOutput) {
  EXPECT_EQ(
      ImportNode({"Split", {IntAttribute("axis", 1)}, 13, "", {"a", "b"}}, {Input("x", {1, 3}), Ints("s", {1, 2})}),
      "%a, %b = Split(%x) {axis=1 sizes=[1, 2]}\n");
}

TEST(ImportShapeTest, SlicesByAttributesOrInputs) {
  EXPECT_EQ(ImportNode({"Slice", {IntsAttribute("starts", {1}), IntsAttribute("ends", {2})}, 9}, {Input("x", {4})}),
            "%y = Slice(%x, %Slice_0/ints, %Slice_0/ints_1)\n");
  EXPECT_EQ(ImportNode({"Slice"}, {Input("x", {4}), Ints("s", {1}), Ints("e", {4}), None(), Ints("step", {2})}),
            "%y = Slice(%x, %s, %e, _, %step)\n");
}

TEST(ImportShapeTest, DropsDropout) {
  EXPECT_EQ(ImportNode({"Dropout"}, {Input("x", {4})}), "%y = Identity(%x)\n");
  EXPECT_THAT(ImportNode({"Dropout", {}, 13}, {Input("x", {4}), None(), Input("t", {}, ElementType::kBool)}),
              HasSubstr("training_mode is not constantly false"));
}

TEST(ImportShapeTest, RearrangesBlocksWithChannelsLast) {
  EXPECT_THAT(ImportNode({"DepthToSpace", {IntAttribute("blocksize", 2), StringAttribute("mode", "CRD")}},
                         {Input("x", {1, 4, 2, 2})}),
              HasSubstr("DepthToSpace(%y/Transpose) {block=2 crd=1 nhwc=1}"));
}

}  // namespace
}  // namespace linnet::converter::onnx
