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

TEST(ImportMatMulTest, TreatsListsAsNumPyDoes) {
  EXPECT_EQ(ImportNode({"MatMul"}, {Input("a", {2, 3}), Input("b", {3, 4})}), "%y = MatMul(%a, %b)\n");
  EXPECT_EQ(ImportNode({"MatMul"}, {Input("a", {3}), Input("b", {3})}),
            "%y/Unsqueeze = Unsqueeze(%a) {axes=[0]}\n"
            "%y/Unsqueeze_1 = Unsqueeze(%b) {axes=[1]}\n"
            "%y/MatMul = MatMul(%y/Unsqueeze, %y/Unsqueeze_1)\n"
            "%y = Squeeze(%y/MatMul) {axes=[-1, -2]}\n");
}

TEST(ImportMatMulTest, PutsTheBiasOfAGemmIntoTheProduct) {
  EXPECT_EQ(
      ImportNode({"Gemm", {IntAttribute("transB", 1)}}, {Input("a", {2, 3}), Input("b", {4, 3}), Input("c", {4})}),
      "%y = MatMul(%a, %b, %c) {transpose_b=1}\n");
  EXPECT_EQ(ImportNode({"Gemm", {IntAttribute("transA", 1), FloatAttribute("alpha", 2)}},
                       {Input("a", {3, 2}), Input("b", {3, 4}), Input("c", {2, 1})}),
            "%y/Transpose = Transpose(%a) {perm=[1, 0]}\n"
            "%y/MatMul = MatMul(%y/Transpose, %b)\n"
            "%y/Mul = Mul(%y/MatMul, %Gemm_0/scalar)\n"
            "%y = Add(%y/Mul, %c)\n");
}

TEST(ImportMatMulTest, TransposesTheBatchBeforeTheMatrix) {
  const auto fused = [](std::vector<linnet::testing::Message> attributes) {
    return linnet::testing::NodeSpec{"FusedMatMul", std::move(attributes), 17, "com.microsoft"};
  };
  EXPECT_EQ(ImportNode(fused({IntAttribute("transBatchA", 1)}), {Input("a", {3, 2, 5}), Input("b", {2, 5, 4})}),
            "%y/Transpose = Transpose(%a) {perm=[1, 0, 2]}\n%y = MatMul(%y/Transpose, %b)\n");
  EXPECT_EQ(ImportNode(fused({IntAttribute("transBatchA", 1), IntAttribute("transA", 1)}),
                       {Input("a", {5, 2, 3}), Input("b", {2, 5, 4})}),
            "%y/Transpose = Transpose(%a) {perm=[1, 0, 2]}\n"
            "%y/Transpose_1 = Transpose(%y/Transpose) {perm=[0, 2, 1]}\n"
            "%y = MatMul(%y/Transpose_1, %b)\n");
}

TEST(ImportMatMulTest, MultipliesIntegersExactly) {
  EXPECT_EQ(
      ImportNode({"MatMulInteger"}, {Input("a", {2, 3}, ElementType::kUint8), Input("b", {3, 4}, ElementType::kInt8)}),
      "%y/Cast = Cast(%a) {to=Int32}\n%y/Cast_1 = Cast(%b) {to=Int32}\n%y = MatMul(%y/Cast, %y/Cast_1)\n");
}

}  // namespace
}  // namespace linnet::converter::onnx
