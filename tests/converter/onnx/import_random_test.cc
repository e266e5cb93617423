#include <gtest/gtest.h>

#include "tests/converter/onnx/import_node.h"

namespace linnet::converter::onnx {
namespace {

using linnet::testing::FloatAttribute;
using linnet::testing::ImportNode;
using linnet::testing::Input;
using linnet::testing::IntAttribute;
using linnet::testing::IntsAttribute;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ImportRandomTest, ShapesAndTypes) {
  EXPECT_THAT(ImportNode({"RandomNormal", {IntsAttribute("shape", {2, 3}), FloatAttribute("mean", 1)}}, {}),
              HasSubstr("RandomNormal(%RandomNormal_0/ints) {a=1}"));
  const std::string like =
      ImportNode({"RandomUniformLike", {FloatAttribute("high", 3)}}, {Input("x", {2, "n"}, ElementType::kFloat16)});
  EXPECT_THAT(like, HasSubstr("Shape(%x)"));
  EXPECT_THAT(like, HasSubstr("type=Float16"));
  EXPECT_THAT(like, Not(HasSubstr("seeded")));
  EXPECT_THAT(ImportNode({"RandomUniformLike", {FloatAttribute("seed", 3)}}, {Input("x", {2, 3})}),
              HasSubstr("seeded=1"));
}

TEST(ImportRandomTest, BernoulliComparesWithEvenNumbers) {
  const std::string text = ImportNode({"Bernoulli", {IntAttribute("dtype", 11)}}, {Input("x", {2, 3})});
  EXPECT_THAT(text, HasSubstr("Less("));
  EXPECT_THAT(text, HasSubstr("%y = Cast("));
}

TEST(ImportRandomTest, Multinomial) {
  EXPECT_THAT(ImportNode({"Multinomial", {IntAttribute("sample_size", 5)}}, {Input("x", {2, 3})}),
              HasSubstr("{type=Int32 sample_size=5}"));
  EXPECT_THAT(ImportNode({"Multinomial", {IntAttribute("dtype", 99)}}, {Input("x", {2, 3})}),
              HasSubstr("no element type"));
}

}  // namespace
}  // namespace linnet::converter::onnx
