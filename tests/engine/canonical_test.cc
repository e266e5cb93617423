// Ops that are marked canonical give the same bytes with every instruction set and any number of threads.
#include <gtest/gtest.h>

#include "kernels/isa.h"
#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

std::vector<kernels::Isa> SupportedIsas() {
  std::vector<kernels::Isa> isas;
  for (int i = 0; i < kernels::kIsaCount; ++i) {
    if (kernels::IsaSupported(static_cast<kernels::Isa>(i))) isas.push_back(static_cast<kernels::Isa>(i));
  }
  return isas;
}

// `test` without its output.
void ExpectSameEverywhere(const char* name, OpTest test, const Shape& shape) {
  SCOPED_TRACE(name);
  OpTest any = test;
  any.Canonical().OutputShape(ElementType::kFloat32, shape);
  std::vector<Value> first;
  for (kernels::Isa isa : SupportedIsas()) {
    SCOPED_TRACE(kernels::IsaName(isa));
    const kernels::ScopedIsa forced(isa);
    const std::vector<Value> outputs = any.Compute();
    ASSERT_EQ(outputs.size(), 1u);
    if (first.empty()) first = outputs;
    EXPECT_EQ(outputs[0].bytes, first[0].bytes);
    // Folded, computed in the run, with one thread and with two.
    OpTest(test).Canonical().Output(first[0]).Check();
  }
}

Value Floats(const Shape& shape, uint32_t seed) { return Random(ElementType::kFloat32, shape, seed); }

TEST(Canonical, EveryInstructionSet) {
  const Shape shape = {3, 130, 203};
  ExpectSameEverywhere("Gelu", OpTest(OpCode::Gelu).Input(Floats(shape, 1)), shape);
  ExpectSameEverywhere("Softmax", OpTest(OpCode::Softmax).Attrs<format::AxisT>([](auto& a) { a.axis = -1; })
                                      .Input(Floats(shape, 2)), shape);
  ExpectSameEverywhere("Softmax of columns", OpTest(OpCode::Softmax).Attrs<format::AxisT>([](auto& a) { a.axis = 1; })
                                                 .Input(Floats(shape, 3)), shape);
  ExpectSameEverywhere("LayerNorm", OpTest(OpCode::LayerNorm).Attrs<format::NormT>().Input(Floats(shape, 4))
                                        .Constant(Floats({203}, 5)).Constant(Floats({203}, 6)), shape);
  ExpectSameEverywhere("ReduceMean", OpTest(OpCode::ReduceMean).Attrs<format::ReduceT>([](auto& a) { a.axes = {2}; })
                                         .Input(Floats(shape, 7)), {3, 130, 1});
  ExpectSameEverywhere("MatMul", OpTest(OpCode::MatMul).Attrs<format::MatMulT>([](auto& a) {
                                   a.activation = {format::ActivationKind::Silu, 0, 0, 0, 0};
                                 }).Input(Floats(shape, 8)).Input(Floats({203, 77}, 9)), {3, 130, 77});
  ExpectSameEverywhere("Conv2D", OpTest(OpCode::Conv2D).Attrs<format::Conv2DT>([](auto& a) {
                                   a.pad_top = a.pad_left = a.pad_bottom = a.pad_right = 1;
                                 }).Input(Floats({1, 28, 28, 64}, 10)).Constant(Floats({64, 3, 3, 64}, 11)),
                       {1, 28, 28, 64});
}

}  // namespace
}  // namespace linnet::testing
