// Expected numbers: ONNX Runtime 1.31.
#include <gtest/gtest.h>

#include "tests/converter/onnx/import_node.h"

namespace linnet::converter::onnx {
namespace {

using namespace linnet::testing;  // builders of models
using ::testing::HasSubstr;

constexpr char kMicrosoft[] = "com.microsoft";

NodeSpec Attention(const std::string& op, std::vector<Message> attributes = {}, std::vector<std::string> outputs = {"y"}) {
  attributes.push_back(IntAttribute("num_heads", 2));
  return {op, std::move(attributes), 17, kMicrosoft, std::move(outputs)};
}
Given X() { return Sequence("x", {1, 3, 4}); }
Given Weights() { return Constant(Sequence("w", {4, 12}, 5, 13)); }
Given Bias() { return Constant(Sequence("b", {12}, 3, 7)); }

TEST(ImportMsAttentionTest, MasksKeys) {
  const Given mask = {"mask", ElementType::kInt32, {1, 3}, {1, 0, 1}};
  ExpectNear(ComputeNode(Attention("Attention"), {X(), Weights(), Bias(), mask})[0],
             {1.63386, -0.336139, 0.372467, -0.4418, 1.95515, -0.484427, 0.378077, -0.451029, 2.35401, -0.668517, 0.599394,
              -0.815133});
  const Given length = {"mask", ElementType::kInt32, {1}, {2}};
  ExpectNear(ComputeNode(Attention("Attention", {IntAttribute("unidirectional", 1)}), {X(), Weights(), Bias(), length})[0],
             {2.56667, -0.766667, 0.833333, -1.2, 2.39791, -0.757159, 0.849509, -1.23235, 2.5145, -0.763728, 0.865775,
              -1.26488});
}

TEST(ImportMsAttentionTest, PutsThePastInFront) {
  const std::vector<Given> operands = {X(), Weights(), Bias(), NoValue(), Sequence("past", {2, 1, 2, 1, 2})};
  const auto found = ComputeNode(Attention("Attention", {}, {"y", "present"}), operands);
  ASSERT_EQ(found.size(), 2u);
  ExpectNear(found[0], {0.629153, -0.411687, 0.282041, -0.482782, 1.65958, -0.397838, 0.255812, -0.444745, 2.02989, -0.543538,
                        0.84087, -1.23261});
  ASSERT_EQ(found[1].size(), 32u);
  ExpectNear({found[1].begin(), found[1].begin() + 4}, {-0.4, 1, -1.5, 1.83333});
  ExpectNear({found[1].end() - 2, found[1].end()}, {-0.2, 0.5});
}

TEST(ImportMsAttentionTest, TakesQueriesKeysAndValuesApart) {
  const std::vector<Given> operands = {Sequence("q", {1, 2, 4}), Sequence("k", {1, 3, 4}, 5), Sequence("v", {1, 3, 4}, 3),
                                       Bias()};
  ExpectNear(ComputeNode(Attention("MultiHeadAttention", {FloatAttribute("scale", 0.5f)}), operands)[0],
             {0.736061, 0.00272802, 0.986112, -1.27446, 0.812086, 0.078753, 1.33497, -1.33144});
}

TEST(ImportMsAttentionTest, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(ImportNode(Attention("Attention", {IntAttribute("do_rotary", 1)}),
                         {Input("x", {1, 3, 4}), Input("w", {4, 12}), Input("b", {12})}),
              HasSubstr("do_rotary"));
  EXPECT_THAT(ImportNode(Attention("Attention"), {Input("x", {1, 3, 4}), Input("w", {4, 13}), Input("b", {13})}),
              HasSubstr("num_heads or qkv_hidden_sizes do not fit the weights"));
  EXPECT_THAT(ImportNode(Attention("MultiHeadAttention"), {Input("q", {1, 3, 4})}), HasSubstr("queries of rank 3"));
}

}  // namespace
}  // namespace linnet::converter::onnx
