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

TEST(ImportLossTest, PicksAndWeighsTheClasses) {
  const std::string text = ImportNode({"NegativeLogLikelihoodLoss", {IntAttribute("ignore_index", 1)}},
                                      {Input("x", {2, 3}), Input("t", {2}, ElementType::kInt64), Input("w", {3})});
  EXPECT_THAT(text, HasSubstr("GatherElements(%x, "));
  EXPECT_THAT(text, HasSubstr("Gather(%w, "));
  EXPECT_THAT(text, HasSubstr("%y = Div("));
}

TEST(ImportLossTest, GivesLogProbabilitiesToo) {
  EXPECT_EQ(ImportNode({"SoftmaxCrossEntropyLoss", {StringAttribute("reduction", "none")}, 13, "", {"y", "p"}},
                       {Input("x", {2, 3}), Input("t", {2}, ElementType::kInt64)}),
            "%p = LogSoftmax(%x) {axis=1}\n"
            "%y/Unsqueeze = Unsqueeze(%t) {axes=[1]}\n"
            "%y/GatherElements = GatherElements(%p, %y/Unsqueeze) {axis=1}\n"
            "%y/Squeeze = Squeeze(%y/GatherElements) {axes=[1]}\n"
            "%y = Neg(%y/Squeeze)\n");
}

}  // namespace
}  // namespace linnet::converter::onnx
