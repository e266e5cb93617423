#include <gtest/gtest.h>

#include "tests/converter/onnx/import_node.h"

namespace linnet::converter::onnx {
namespace {

using namespace linnet::testing;  // builders of models
using ::testing::HasSubstr;

constexpr char kMicrosoft[] = "com.microsoft";

NodeSpec NBits(int64_t bits, int64_t n, int64_t k, int64_t block) {
  return {"MatMulNBits",
          {IntAttribute("bits", bits), IntAttribute("N", n), IntAttribute("K", k), IntAttribute("block_size", block)},
          17,
          kMicrosoft};
}

// The identity, so that the product is the weight.
Given Unit(int64_t k) {
  Given a = {"a", ElementType::kFloat32, {k, k}, std::vector<double>(static_cast<size_t>(k * k))};
  for (int64_t i = 0; i < k; ++i) a.numbers[static_cast<size_t>(i * k + i)] = 1;
  return a;
}

TEST(ImportMatMulNBitsTest, UnpacksCodesScalesAndZeroPoints) {
  // One output of 6 inputs in blocks of 4: codes 1 2 3 4 | 5 6 (7 8 are beyond the inputs).
  const Given b = Constant({"b", ElementType::kUint8, {1, 2, 2}, {0x21, 0x43, 0x65, 0x87}});
  const Given s = Constant({"s", ElementType::kFloat32, {2}, {1, 10}});
  ExpectNear(ComputeNode(NBits(4, 1, 6, 4), {Unit(6), b, s})[0], {-7, -6, -5, -4, -30, -20});
  const Given z = Constant({"z", ElementType::kUint8, {1}, {0x51}});
  ExpectNear(ComputeNode(NBits(4, 1, 6, 4), {Unit(6), b, s, z})[0], {0, 1, 2, 3, 0, 10});
  const Given real = Constant({"z", ElementType::kFloat32, {2}, {0.5, 5}});
  ExpectNear(ComputeNode(NBits(4, 1, 6, 4), {Unit(6), b, s, real})[0], {0.5, 1.5, 2.5, 3.5, 0, 10});
  const Given bias = Constant({"bias", ElementType::kFloat32, {1}, {100}});
  ExpectNear(ComputeNode(NBits(4, 1, 6, 4), {Unit(6), b, s, z, NoValue(), bias})[0], {100, 101, 102, 103, 100, 110});
}

TEST(ImportMatMulNBitsTest, TakesOtherWidths) {
  const Given s = Constant({"s", ElementType::kFloat32, {1}, {1}});
  const Given two = Constant({"b", ElementType::kUint8, {1, 1, 1}, {0xe4}});  // 0 1 2 3
  ExpectNear(ComputeNode(NBits(2, 1, 4, 4), {Unit(4), two, s})[0], {-2, -1, 0, 1});
  const Given eight = Constant({"b", ElementType::kUint8, {1, 1, 4}, {0, 127, 128, 255}});
  ExpectNear(ComputeNode(NBits(8, 1, 4, 4), {Unit(4), eight, s})[0], {-128, -1, 0, 127});
}

TEST(ImportMatMulNBitsTest, RefusesWhatDoesNotFit) {
  const std::vector<Operand> operands = {Input("a", {2, 6}), Input("b", {1, 2, 2}, ElementType::kUint8),
                                         Floats("s", {2}, {1, 1})};
  EXPECT_THAT(ImportNode(NBits(4, 1, 6, 4), operands), HasSubstr("input 1 is no constant"));
  EXPECT_THAT(ImportNode(NBits(3, 1, 6, 4), operands), HasSubstr("bits is 3"));
  EXPECT_THAT(ImportNode(NBits(4, 1, 6, 0), operands), HasSubstr("block_size is missing or wrong"));
  const std::vector<Operand> constant = {Input("a", {2, 6}), Floats("b", {1}, {1}), Floats("s", {2}, {1, 1})};
  EXPECT_THAT(ImportNode(NBits(4, 1, 6, 4), constant), ::testing::Not(HasSubstr("expected 4")));
  EXPECT_THAT(ImportNode(NBits(4, 2, 6, 4), constant), HasSubstr("b has 4 bytes, expected 8"));
}

// Expected: the LSTM's formula with the weights (w - 2) / 10 and r / 10, in double.
TEST(ImportDynamicQuantizeLstmTest, ComputesWithTheWeightsThatTheIntegersStandFor) {
  Given w = Constant({"w", ElementType::kInt8, {1, 2, 8}, {}}), r = Constant({"r", ElementType::kInt8, {1, 2, 8}, {}});
  for (int i = 0; i < 16; ++i) {
    w.numbers.push_back(i);
    r.numbers.push_back(i - 8);
  }
  const std::vector<Given> operands = {Sequence("x", {2, 1, 2}), w, r, NoValue(), NoValue(), NoValue(), NoValue(), NoValue(),
                                       Constant({"ws", ElementType::kFloat32, {1}, {0.1}}),
                                       Constant({"wz", ElementType::kInt8, {1}, {2}}),
                                       Constant({"rs", ElementType::kFloat32, {1}, {0.1}}),
                                       Constant({"rz", ElementType::kInt8, {1}, {0}})};
  const NodeSpec node = {"DynamicQuantizeLSTM", {IntAttribute("hidden_size", 2)}, 17, kMicrosoft, {"y", "h", "c"}};
  const auto found = ComputeNode(node, operands);
  ASSERT_EQ(found.size(), 3u);
  ExpectNear(found[0], {0.3276347, 0.3474312, 0.0113518, 0.0178586}, 1e-6);
  ExpectNear(found[1], {0.0113518, 0.0178586}, 1e-6);
  ExpectNear(found[2], {0.0321945, 0.0497828}, 1e-6);
}

}  // namespace
}  // namespace linnet::converter::onnx
