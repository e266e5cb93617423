#include <gtest/gtest.h>

#include "tests/converter/onnx/import_node.h"

namespace linnet::converter::onnx {
namespace {

using linnet::testing::ImportNode;
using linnet::testing::Input;
using linnet::testing::StringAttribute;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Einsum(const std::string& equation, const std::vector<linnet::testing::Operand>& operands) {
  return ImportNode({"Einsum", {StringAttribute("equation", equation)}}, operands);
}

TEST(ImportEinsumTest, ProductsOfMatricesNeedNothingElse) {
  EXPECT_EQ(Einsum("bhid, bhdj -> bhij", {Input("a", {2, 3, 4, 5}), Input("b", {2, 3, 5, 6})}),
            "%y/MatMul = MatMul(%a, %b)\n"
            "%y = Identity(%y/MatMul)\n");
  const std::string text = Einsum("...id,...jd->...ij", {Input("a", {2, 3, 4, 5}), Input("b", {2, 3, 6, 5})});
  EXPECT_THAT(text, HasSubstr("Transpose(%b) {perm=[0, 1, 3, 2]}"));
  EXPECT_THAT(text, HasSubstr("MatMul(%a, "));
}

TEST(ImportEinsumTest, SumsWhatNothingNeeds) {
  EXPECT_EQ(Einsum("ij->i", {Input("a", {2, 3})}),
            "%y/ReduceSum = ReduceSum(%a) {axes=[1] keepdims=0}\n"
            "%y = Identity(%y/ReduceSum)\n");
  // Before the product: k is in neither the other operand nor the output.
  EXPECT_THAT(Einsum("ik,j->ij", {Input("a", {2, 3}), Input("b", {4})}), HasSubstr("ReduceSum(%a) {axes=[1]"));
}

TEST(ImportEinsumTest, ImpliedOutputs) {
  EXPECT_THAT(Einsum("ba", {Input("a", {2, 3})}), HasSubstr("Transpose(%a) {perm=[1, 0]}"));
  EXPECT_THAT(Einsum("ij,jk", {Input("a", {2, 3}), Input("b", {3, 4})}), HasSubstr("MatMul(%a, %b)"));
}

TEST(ImportEinsumTest, Diagonals) {
  const std::string text = Einsum("bii->bi", {Input("a", {2, 3, 3})});
  EXPECT_THAT(text, HasSubstr("Slice("));
  EXPECT_THAT(text, Not(HasSubstr("MatMul")));
}

TEST(ImportEinsumTest, Wrong) {
  EXPECT_THAT(Einsum("ij,jk->ik", {Input("a", {2, 3})}), HasSubstr("is not of 1 inputs"));
  EXPECT_THAT(Einsum("ijk->i", {Input("a", {2, 3})}), HasSubstr("names an input of rank 2"));
  EXPECT_THAT(Einsum("ij->ik", {Input("a", {2, 3})}), HasSubstr("no input has"));
  EXPECT_THAT(Einsum("ij->ii", {Input("a", {2, 3})}), HasSubstr("repeats a dimension"));
  EXPECT_THAT(Einsum("i1->i", {Input("a", {2, 3})}), HasSubstr("a term 'i1'"));
}

}  // namespace
}  // namespace linnet::converter::onnx
