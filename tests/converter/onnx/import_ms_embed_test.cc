// Expected numbers: ONNX Runtime 1.31.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/converter/onnx/import_node.h"

namespace linnet::converter::onnx {
namespace {

using namespace linnet::testing;  // builders of models
using ::testing::HasSubstr;

constexpr char kMicrosoft[] = "com.microsoft";

TEST(ImportMsEmbedTest, AddsThreeEmbeddings) {
  const std::vector<Given> operands = {{"ids", ElementType::kInt32, {1, 2}, {1, 0}},
                                       {"segments", ElementType::kInt32, {1, 2}, {0, 1}},
                                       Constant(Sequence("words", {2, 4})),
                                       Constant(Sequence("positions", {3, 4}, 5)),
                                       Constant(Sequence("table", {2, 4}, 3)),
                                       Constant(Sequence("gamma", {4}, 2)),
                                       Constant(Sequence("beta", {4}, 9)),
                                       {"mask", ElementType::kInt32, {1, 2}, {1, 0}}};
  const auto found = ComputeNode(
      {"EmbedLayerNormalization", {FloatAttribute("epsilon", 1e-5f)}, 17, kMicrosoft, {"y", "count", "sum"}}, operands);
  ASSERT_EQ(found.size(), 3u);
  ExpectNear(found[0], {-0.320002, -0.8, 0.440011, 0.759997, -0.00275055, -0.8, 1.13242, -0.0620824});
  ExpectNear(found[1], {1});
  ExpectNear(found[2], {0, 0.8, -0.6, 0.2, -1.4, 1.6, 0.2, -1.2});
}

TEST(ImportMsEmbedTest, RotatesByPosition) {
  Given cosines = Constant({"cos", ElementType::kFloat32, {3, 2}, {}}), sines = Constant({"sin", ElementType::kFloat32, {3, 2}, {}});
  for (double angle : {0.0, 0.0, 0.5, 0.25, 1.0, 0.5}) {
    cosines.numbers.push_back(std::cos(angle));
    sines.numbers.push_back(std::sin(angle));
  }
  const Given offset = {"ids", ElementType::kInt64, {1}, {1}}, each = {"ids", ElementType::kInt64, {1, 2}, {2, 1}};
  ExpectNear(ComputeNode({"RotaryEmbedding", {}, 17, kMicrosoft}, {Sequence("x", {1, 2, 4}), offset, cosines, sines})[0],
             {-0.446918, 1.11735, -0.0162537, -0.333943, 1.10542, -0.287655, 0.240935, 0.52655});
  ExpectNear(ComputeNode({"RotaryEmbedding", {IntAttribute("interleaved", 1)}, 17, kMicrosoft},
                         {Sequence("x", {1, 2, 4}), each, cosines, sines})[0],
             {-1.05759, 0.203714, 0.463172, -0.430664, 0.702066, 0.38354, -0.923572, 0.383424});
}

TEST(ImportMsEmbedTest, PadsAsOnnxDoes) {
  EXPECT_EQ(ImportNode({"Pad", {}, 17, kMicrosoft}, {Input("x", {2, 2}), Ints("pads", {1, 0, 0, 2})}),
            "%y = Pad(%x) {pads=[1, 0, 0, 2]}\n");
  EXPECT_THAT(ImportNode({"Pad", {}, 17, kMicrosoft}, {Input("x", {2, 2})}), HasSubstr("has no pads"));
}

}  // namespace
}  // namespace linnet::converter::onnx
