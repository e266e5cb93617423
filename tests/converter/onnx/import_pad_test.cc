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

TEST(ImportPadTest, TakesPadsFromEveryPlace) {
  EXPECT_EQ(ImportNode({"Pad", {IntsAttribute("pads", {0, 1, 0, 2})}, 2}, {Input("x", {2, 3})}),
            "%y = Pad(%x) {pads=[0, 1, 0, 2]}\n");
  EXPECT_EQ(ImportNode({"Pad", {StringAttribute("mode", "edge")}}, {Input("x", {2, 3}), Ints("p", {0, 1, 0, 2})}),
            "%y = Pad(%x) {mode=Edge pads=[0, 1, 0, 2]}\n");
  EXPECT_EQ(ImportNode({"Pad"}, {Input("x", {2, 3}), Input("p", {4}, ElementType::kInt64), Input("v", {})}),
            "%y = Pad(%x, %p, %v)\n");
}

TEST(ImportPadTest, SpreadsPadsOfSomeAxes) {
  EXPECT_EQ(ImportNode({"Pad", {}, 18}, {Input("x", {2, 3, 4}), Ints("p", {1, 2}), None(), Ints("axes", {-2})}),
            "%y = Pad(%x) {pads=[0, 1, 0, 0, 2, 0]}\n");
  EXPECT_THAT(ImportNode({"Pad", {}, 18}, {Input("x", {2, 3}), Ints("p", {1}), None(), Ints("axes", {0})}),
              HasSubstr("1 pads for 1 axes"));
}

TEST(ImportPadTest, RefusesUnknownModes) {
  EXPECT_THAT(ImportNode({"Pad", {StringAttribute("mode", "mirror")}}, {Input("x", {2}), Ints("p", {1, 1})}),
              HasSubstr("'mirror'"));
}

}  // namespace
}  // namespace linnet::converter::onnx
