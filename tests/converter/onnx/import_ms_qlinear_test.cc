#include <gtest/gtest.h>

#include "tests/converter/onnx/import_node.h"

namespace linnet::converter::onnx {
namespace {

using namespace linnet::testing;  // builders of models
using ::testing::HasSubstr;

constexpr char kMicrosoft[] = "com.microsoft";

Operand Bytes(const std::string& name, const std::vector<DimSpec>& dims, ElementType type = ElementType::kUint8) {
  return Input(name, dims, type);
}
Operand Zero(const std::string& name, ElementType type = ElementType::kUint8) { return Input(name, {}, type); }

TEST(ImportQLinearTest, SurroundsTheOpOnFloats) {
  EXPECT_EQ(ImportNode({"QLinearAdd", {}, 17, kMicrosoft},
                       {Bytes("a", {2, 3}), Floats("as", {}, {1}), Zero("az"), Bytes("b", {3}), Floats("bs", {}, {1}),
                        Zero("bz"), Floats("ys", {}, {1}), Zero("yz")}),
            "%y/DequantizeLinear = DequantizeLinear(%a, %as, %az)\n"
            "%y/DequantizeLinear_1 = DequantizeLinear(%b, %bs, %bz)\n"
            "%y/Add = Add(%y/DequantizeLinear, %y/DequantizeLinear_1)\n"
            "%y = QuantizeLinear(%y/Add, %ys, %yz) {type=Uint8}\n");
  EXPECT_EQ(ImportNode({"QLinearLeakyRelu", {FloatAttribute("alpha", 0.5f)}, 17, kMicrosoft},
                       {Bytes("x", {2}, ElementType::kInt8), Floats("xs", {}, {1}), None(), Floats("ys", {}, {1})}),
            "%y/DequantizeLinear = DequantizeLinear(%x, %xs)\n"
            "%y/LeakyRelu = LeakyRelu(%y/DequantizeLinear) {alpha=0.5}\n"
            "%y = QuantizeLinear(%y/LeakyRelu, %ys) {type=Int8}\n");
}

TEST(ImportQLinearTest, TakesOperandsInThreesAndConditionsAsTheyAre) {
  EXPECT_EQ(ImportNode({"QLinearConcat", {IntAttribute("axis", 1)}, 17, kMicrosoft},
                       {Floats("ys", {}, {1}), Zero("yz"), Bytes("a", {1, 2}), Floats("as", {}, {1}), Zero("az"),
                        Bytes("b", {1, 3}), Floats("bs", {}, {1}), Zero("bz")}),
            "%y/DequantizeLinear = DequantizeLinear(%a, %as, %az)\n"
            "%y/DequantizeLinear_1 = DequantizeLinear(%b, %bs, %bz)\n"
            "%y/Concat = Concat(%y/DequantizeLinear, %y/DequantizeLinear_1) {axis=1}\n"
            "%y = QuantizeLinear(%y/Concat, %ys, %yz) {type=Uint8}\n");
  EXPECT_THAT(ImportNode({"QLinearConcat", {IntAttribute("axis", 1)}, 17, kMicrosoft},
                         {Floats("ys", {}, {1}), Zero("yz"), Bytes("a", {1, 2})}),
              HasSubstr("has 3 inputs"));
  EXPECT_THAT(ImportNode({"QLinearWhere", {}, 17, kMicrosoft},
                         {Bytes("c", {2}, ElementType::kBool), Bytes("a", {2}), Floats("as", {}, {1}), Zero("az"),
                          Bytes("b", {2}), Floats("bs", {}, {1}), Zero("bz"), Floats("ys", {}, {1}), Zero("yz")}),
              HasSubstr("%y/Where = Where(%c, %y/DequantizeLinear, %y/DequantizeLinear_1)"));
}

TEST(ImportQLinearTest, ReadsTheFormOfSoftmaxAndOfImagesFromAttributes) {
  const std::vector<Operand> operands = {Bytes("x", {2, 3, 4}), Floats("xs", {}, {1}), Zero("xz"), Floats("ys", {}, {1}),
                                         Zero("yz")};
  EXPECT_THAT(ImportNode({"QLinearSoftmax", {IntAttribute("axis", 1), IntAttribute("opset", 13)}, 17, kMicrosoft}, operands),
              HasSubstr("Softmax(%y/DequantizeLinear) {axis=1}"));
  EXPECT_THAT(ImportNode({"QLinearSoftmax", {IntAttribute("axis", 1), IntAttribute("opset", 11)}, 17, kMicrosoft}, operands),
              HasSubstr("Flatten(%y/DequantizeLinear) {axis=1}"));
  const std::string pooled = ImportNode({"QLinearGlobalAveragePool", {IntAttribute("channels_last", 1)}, 17, kMicrosoft},
                                        {Bytes("x", {1, 5, 6, 3}), Floats("xs", {}, {1}), Zero("xz"), Floats("ys", {}, {1}),
                                         Zero("yz")});
  EXPECT_THAT(pooled, HasSubstr("Transpose(%y/DequantizeLinear) {perm=[0, 3, 1, 2]}"));
  EXPECT_THAT(pooled, HasSubstr("ReduceMean"));
}

TEST(ImportQLinearTest, MultipliesIntegers) {
  // (a - 1) b = [[0, 1], [2, 3]] [[1, 2], [3, 4]] = [[3, 4], [11, 16]], with c: [[13, 24], [21, 36]].
  const std::vector<Given> operands = {{"a", ElementType::kUint8, {2, 2}, {1, 2, 3, 4}},
                                       Constant({"as", ElementType::kFloat32, {}, {0.5}}),
                                       Constant({"az", ElementType::kUint8, {}, {1}}),
                                       Constant({"b", ElementType::kInt8, {2, 2}, {1, 3, 2, 4}}),
                                       Constant({"bs", ElementType::kFloat32, {}, {2}}),
                                       Constant({"bz", ElementType::kInt8, {}, {0}}),
                                       Constant({"c", ElementType::kInt32, {2}, {10, 20}})};
  const NodeSpec gemm = {"QGemm", {IntAttribute("transB", 1)}, 17, kMicrosoft};
  ExpectNear(ComputeNode(gemm, operands)[0], {13, 24, 21, 36});
  std::vector<Given> quantised = operands;
  quantised.push_back(Constant({"ys", ElementType::kFloat32, {}, {3}}));
  quantised.push_back(Constant({"yz", ElementType::kUint8, {}, {2}}));
  ExpectNear(ComputeNode(gemm, quantised)[0], {6, 10, 9, 14});
}

TEST(ImportQLinearTest, MultipliesToFloats) {
  const std::vector<Given> operands = {{"a", ElementType::kUint8, {1, 2}, {3, 5}},
                                       {"b", ElementType::kInt8, {2, 2}, {1, 2, 3, 4}},
                                       {"as", ElementType::kFloat32, {}, {0.5}},
                                       {"bs", ElementType::kFloat32, {2}, {2, 4}},
                                       {"az", ElementType::kUint8, {}, {1}},
                                       NoValue(),
                                       {"bias", ElementType::kFloat32, {2}, {100, 200}}};
  // [2, 4] [[1, 2], [3, 4]] = [14, 20], times [1, 2].
  ExpectNear(ComputeNode({"MatMulIntegerToFloat", {}, 17, kMicrosoft}, operands)[0], {114, 240});
}

// Found by ONNX Runtime 1.31.
TEST(ImportQLinearTest, QuantisesTheLeftMatrix) {
  const std::vector<Given> operands = {Sequence("a", {2, 4}),
                                       Constant({"b", ElementType::kInt8, {4, 2}, {1, -2, 3, 4, -5, 6, 7, 8}}),
                                       Constant({"s", ElementType::kFloat32, {2}, {0.5, 0.25}})};
  ExpectNear(ComputeNode({"DynamicQuantizeMatMul", {}, 17, kMicrosoft}, operands)[0],
             {-1.29176, 0.3, 4.49294, -0.395294});
}

}  // namespace
}  // namespace linnet::converter::onnx
