// Tests of passes: small graphs with random constants, computed before and after.
//
//   PassTest t;
//   const ValueId x = t.Input({1, 5, 5, 4});
//   t.Output(t.Op(OpCode::Relu, {t.Conv2D(x, 8, 3)}));
//   t.ExpectRewrite(FuseActivations, 1);
//   EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Conv2D));
#ifndef LINNET_TESTS_CONVERTER_PASSES_PASS_TEST_H_
#define LINNET_TESTS_CONVERTER_PASSES_PASS_TEST_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "converter/evaluate.h"
#include "converter/graph.h"
#include "converter/passes/passes.h"
#include "converter/passes/quantization.h"

namespace linnet::converter {

using format::OpCode;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class PassTest {
 public:
  using Run = Status (*)(Graph*, PassLog*, int*);

  Graph& graph() { return graph_; }
  const std::vector<std::string>& log() const { return log_.lines; }

  // A graph input "x", "x_1" ... Dimensions with a symbol ("" for none) have `shape`'s size as their default.
  ValueId Input(const Shape& shape, const std::vector<std::string>& symbols = {});

  // Constants: of random values within [-1, 1), or within [0.5, 1.5) where `positive`; of the given numbers.
  ValueId Random(const Shape& shape, bool positive = false);
  ValueId Floats(const Shape& shape, const std::vector<float>& values);
  ValueId Scalar(float value) { return Floats({}, {value}); }
  ValueId Ints(const std::vector<int64_t>& values);

  // Appends a node named after the op ("Relu", "Relu_1" ...) and gives its first output.
  ValueId Op(OpCode op, std::vector<ValueId> inputs) { return Finish(&graph_.AddNode(op, std::move(inputs), {}, Name(op))); }
  template <typename Attrs>
  ValueId Op(OpCode op, std::vector<ValueId> inputs, Attrs attributes) {
    return Finish(&graph_.AddNode(op, std::move(attributes), std::move(inputs), {}, Name(op)));
  }
  // Add, Sub, Mul, Div, Pow, Min, Max.
  ValueId Binary(OpCode op, ValueId a, ValueId b) { return Op(op, {a, b}, format::BinaryT()); }
  // With alpha and beta.
  ValueId Unary(OpCode op, ValueId x, float alpha, float beta = 0);
  ValueId Clip(ValueId x, float lo, float hi) { return Op(OpCode::Clip, {x, Scalar(lo), Scalar(hi)}); }
  ValueId MeanOfLastAxis(ValueId x);
  // Random weights. `pad` on every side.
  ValueId Conv2D(ValueId x, int64_t channels, int64_t n, int64_t kernel, bool bias = false, int pad = 0, int group = 1);
  ValueId DepthwiseConv2D(ValueId x, int64_t channels, int64_t kernel, bool bias = false, int pad = 0);
  ValueId ConvTranspose2D(ValueId x, int64_t channels, int64_t n, int64_t kernel, bool bias = false);
  ValueId MatMul(ValueId a, int64_t k, int64_t n, bool bias = false, bool transpose_b = false);

  // QuantizeLinear and DequantizeLinear with one scale.
  ValueId Quantize(ValueId x, float scale, int zero_point, ElementType type = ElementType::kInt8);
  ValueId Dequantize(ValueId x, float scale, int zero_point, ElementType type = ElementType::kInt8);
  // One after the other.
  ValueId Rounded(ValueId x, float scale, int zero_point) {
    return Dequantize(Quantize(x, scale, zero_point), scale, zero_point);
  }
  // DequantizeLinear of a random int8 constant with a scale for each index of `axis`.
  ValueId Int8Weight(const Shape& shape, int axis);

  void Output(ValueId id) { graph_.outputs.push_back(id); }

  // Runs the pass and expects `changes` rewrites (-1: any number), at least one; the graph to stay in order and valid; and the outputs
  // to keep their names, shapes and values, within `tolerance` times their largest magnitude.
  void ExpectRewrite(Run pass, int changes, double tolerance = 1e-5);
  // Runs the pass and expects that it leaves the graph alone.
  void ExpectNoRewrite(Run pass);

  // Ops in order.
  std::vector<OpCode> Ops() const;
  // The node, of which there must be one, with that op.
  Node& Only(OpCode op);

 private:
  std::string Name(OpCode op) { return graph_.UniqueName(OpName(op)); }
  ValueId Finish(Node* node);
  std::vector<HostTensor> RandomInputs() const;
  void CheckOrder() const;

  Graph graph_;
  PassLog log_;
  uint64_t seed_ = 1;
};

// Skips a test of int8 ops in a build of the engine that was made without them (LINNET_OPS).
#define LINNET_NEEDS_OP(op) \
  if (!EngineHas(op)) GTEST_SKIP() << "this build has no " << OpName(op)

}  // namespace linnet::converter

#endif  // LINNET_TESTS_CONVERTER_PASSES_PASS_TEST_H_
