#include <gtest/gtest.h>

#include "tests/converter/onnx/import_node.h"

namespace linnet::converter::onnx {
namespace {

using linnet::testing::ImportNode;
using linnet::testing::Input;
using linnet::testing::IntAttribute;
using linnet::testing::Ints;
using linnet::testing::None;
using linnet::testing::StringAttribute;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ImportAttentionTest, IsTwoProductsAndASoftmax) {
  const std::string text =
      ImportNode({"Attention", {}, 23}, {Input("q", {1, 2, 3, 4}), Input("k", {1, 2, 5, 4}), Input("v", {1, 2, 5, 6})});
  EXPECT_THAT(text, HasSubstr("%y/Softmax = Softmax("));
  EXPECT_THAT(text, HasSubstr("%y = MatMul(%y/Softmax, %v)"));
  EXPECT_THAT(text, Not(HasSubstr("Where(")));  // no query can be without keys
}

TEST(ImportAttentionTest, HeadsOfQueriesShareThoseOfKeys) {
  const std::string text =
      ImportNode({"Attention", {IntAttribute("q_num_heads", 4), IntAttribute("kv_num_heads", 2)}, 23},
                 {Input("q", {1, 3, 16}), Input("k", {1, 5, 8}), Input("v", {1, 5, 8})});
  EXPECT_THAT(text, HasSubstr("Transpose("));
  EXPECT_THAT(text, Not(HasSubstr("Expand(")));  // nothing is repeated
}

TEST(ImportAttentionTest, MasksCanHideAll) {
  EXPECT_THAT(ImportNode({"Attention", {}, 23}, {Input("q", {1, 2, 3, 4}), Input("k", {1, 2, 5, 4}),
                                                 Input("v", {1, 2, 5, 6}), Input("mask", {3, 5}, ElementType::kBool)}),
              HasSubstr("ReduceMax("));
}

TEST(ImportAttentionTest, WrongAttention) {
  const auto q = Input("q", {1, 3, 16}), k = Input("k", {1, 5, 8});
  EXPECT_THAT(ImportNode({"Attention", {}, 23}, {q, k, Input("v", {1, 5, 8})}), HasSubstr("without numbers of heads"));
  EXPECT_THAT(
      ImportNode({"Attention", {}, 23}, {Input("q", {1, 3, 3, 4}), Input("k", {1, 2, 5, 4}), Input("v", {1, 2, 5, 4})}),
      HasSubstr("3 heads of q for 2"));
  EXPECT_THAT(ImportNode({"Attention", {IntAttribute("qk_matmul_output_mode", 4)}, 23},
                         {Input("q", {1, 2, 3, 4}), Input("k", {1, 2, 5, 4}), Input("v", {1, 2, 5, 4})}),
              HasSubstr("qk_matmul_output_mode is 4"));
}

TEST(ImportAttentionTest, RotaryEmbedding) {
  const std::string text = ImportNode({"RotaryEmbedding", {IntAttribute("interleaved", 1)}, 23},
                                      {Input("x", {1, 2, 3, 4}), Input("cos", {9, 2}), Input("sin", {9, 2}),
                                       Input("ids", {1, 3}, ElementType::kInt64)});
  EXPECT_THAT(text, HasSubstr("Gather(%cos, %ids)"));
  EXPECT_THAT(text, HasSubstr("%y = Reshape("));
  EXPECT_THAT(ImportNode({"RotaryEmbedding", {}, 23},
                         {Input("x", {1, 2, 3, 4}), Input("cos", {1, 3, 4}), Input("sin", {1, 3, 4})}),
              HasSubstr("4 of 4 turned by caches of 4"));
}

TEST(ImportAttentionTest, LinearAttentionNeedsWhatItsRuleUses) {
  const auto q = Input("q", {1, 3, 4}), k = Input("k", {1, 3, 4}), v = Input("v", {1, 3, 4});
  const auto heads = [](const char* rule) {
    return std::vector<linnet::testing::Message>{StringAttribute("update_rule", rule), IntAttribute("q_num_heads", 2),
                                                 IntAttribute("kv_num_heads", 2)};
  };
  EXPECT_EQ(ImportNode({"LinearAttention", heads("linear"), 27}, {q, k, v}),
            "%y = LinearAttention(%q, %k, %v) {q_heads=2 kv_heads=2}\n");
  EXPECT_THAT(ImportNode({"LinearAttention", heads("gated"), 27}, {q, k, v}), HasSubstr("without decay"));
  EXPECT_THAT(ImportNode({"LinearAttention", heads("delta"), 27}, {q, k, v}), HasSubstr("without beta"));
  EXPECT_THAT(ImportNode({"LinearAttention", heads("x"), 27}, {q, k, v}), HasSubstr("update_rule is 'x'"));
}

TEST(ImportAttentionTest, TensorScatter) {
  EXPECT_THAT(ImportNode({"TensorScatter", {StringAttribute("mode", "circular")}, 24},
                         {Input("cache", {2, 5, 3}), Input("new", {2, 1, 3}), Input("at", {2}, ElementType::kInt64)}),
              HasSubstr("Mod("));
  EXPECT_THAT(
      ImportNode({"TensorScatter", {IntAttribute("axis", 0)}, 24}, {Input("cache", {2, 5}), Input("new", {2, 1})}),
      HasSubstr("the axis is the batch"));
}

}  // namespace
}  // namespace linnet::converter::onnx
