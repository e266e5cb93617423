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

TEST(ImportReduceTest, TakesAxesFromEitherPlace) {
  EXPECT_EQ(
      ImportNode({"ReduceMean", {IntsAttribute("axes", {1}), IntAttribute("keepdims", 0)}, 13}, {Input("x", {2, 3})}),
      "%y = ReduceMean(%x) {axes=[1] keepdims=0}\n");
  EXPECT_EQ(ImportNode({"ReduceSum"}, {Input("x", {2, 3}), Ints("axes", {-1})}), "%y = ReduceSum(%x) {axes=[-1]}\n");
  EXPECT_EQ(ImportNode({"ReduceSum"}, {Input("x", {2, 3}), Input("axes", {1}, ElementType::kInt64)}),
            "%y = ReduceSum(%x, %axes)\n");
}

TEST(ImportReduceTest, FindsPositions) {
  EXPECT_EQ(
      ImportNode({"ArgMax", {IntAttribute("axis", 1), IntAttribute("select_last_index", 1)}}, {Input("x", {2, 3})}),
      "%y = ArgMax(%x) {axis=1 select_last_index=1}\n");
}

TEST(ImportReduceTest, SumsUp) {
  EXPECT_EQ(ImportNode({"CumSum", {IntAttribute("reverse", 1)}},
                       {Input("x", {2, 3}), Input("axis", {}, ElementType::kInt64)}),
            "%y = CumSum(%x, %axis) {reverse=1}\n");
}

}  // namespace
}  // namespace linnet::converter::onnx
