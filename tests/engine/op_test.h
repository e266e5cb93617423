// Tests one op through the public interface: writes a model of that op alone, opens it, runs it, compares.
//
//   OpTest(OpCode::Transpose)
//       .Attrs<format::TransposeT>([](auto& a) { a.perm = {1, 0}; })
//       .Input(F32({2, 3}, {1, 2, 3, 4, 5, 6}))
//       .Output(F32({3, 2}, {1, 4, 2, 5, 3, 6}))
//       .Check();
//
// Check() runs the op several ways, which must all give the expected values: inputs as declared, all inputs constant
// (the engine may fold the op at Prepare), parameters computed during the run, and with two threads, whose bytes must
// equal those of one thread.
#ifndef LINNET_TESTS_ENGINE_OP_TEST_H_
#define LINNET_TESTS_ENGINE_OP_TEST_H_

#include <string>
#include <utility>
#include <vector>

#include "tests/engine/model_builder.h"

namespace linnet::testing {

using format::OpCode;

class OpTest {
 public:
  explicit OpTest(OpCode code) : code_(code) {}

  // Sets the op's attributes: fill(attributes) gets a default-constructed T, such as format::PadT.
  template <typename T, typename Fill>
  OpTest& Attrs(const Fill& fill) {
    T attrs;
    fill(attrs);
    attrs_.Set(std::move(attrs));
    return *this;
  }
  template <typename T>
  OpTest& Attrs() {
    return Attrs<T>([](T&) {});
  }

  // Inputs in order. Input: a graph input. Param: a constant (axes, sizes, pads) that may also be computed. Constant:
  // in every run a constant (weights). Packed: a constant in a storage order of the file.
  OpTest& Input(Value value) { return Add(kInput, std::move(value)); }
  OpTest& Param(Value value) { return Add(kParam, std::move(value)); }
  OpTest& Constant(Value value) { return Add(kConstant, std::move(value)); }
  OpTest& Packed(ElementType type, const Shape& logical_shape, format::StorageOrder order, uint8_t width,
                 uint32_t group, std::vector<uint8_t> bytes);
  // An optional input that is left out.
  OpTest& NoInput() { return Add(kAbsent, {}); }

  // Expected outputs in order; an optional output that is left out; an output of which only type and shape are
  // compared.
  OpTest& Output(Value value) { return AddOutput(std::move(value), kCompared); }
  OpTest& NoOutput() { return AddOutput({}, kLeftOut); }
  OpTest& OutputShape(ElementType type, const Shape& shape) { return AddOutput({type, shape, {}}, kShapeCompared); }

  // Floating outputs may differ by `absolute` + `relative` * |expected|. Else all outputs must be equal bit for bit,
  // except that any NaN equals any NaN.
  OpTest& Within(double absolute, double relative = 0) {
    absolute_ = absolute;
    relative_ = relative;
    return *this;
  }
  // For ops that need their parameters before the run.
  OpTest& ParamsStayConstant() {
    params_vary_ = false;
    return *this;
  }
  // The newest version of the op is the default.
  OpTest& Version(uint8_t version) {
    version_ = version;
    return *this;
  }
  // Sets the quantisation of input i.
  OpTest& Quantization(int i, const std::vector<float>& scales, const std::vector<int64_t>& zero_points, int axis = -1);
  // Sets that of output i.
  OpTest& OutputQuantization(int i, float scale, int64_t zero_point);
  // The op keeps to the canonical order of float arithmetic.
  OpTest& Canonical() {
    canonical_ = true;
    return *this;
  }

  // Failures are reported through GoogleTest.
  void Check() const;
  // The error and a part of its text, wherever it appears first: opening the model, creating the session, or running.
  void ExpectError(StatusCode code, const std::string& part) const;
  // The outputs, computed with inputs as declared, for tests that compare by themselves.
  std::vector<Value> Compute() const;

 private:
  enum Kind { kInput, kParam, kConstant, kPacked, kAbsent };
  enum Expectation { kCompared, kShapeCompared, kLeftOut };
  struct In {
    Kind kind;
    Value value;
    format::StorageOrder order = format::StorageOrder::Plain;
    uint8_t width = 0;
    uint32_t group = 1;
    format::QuantizationT quantization;
  };
  struct Out {
    Expectation expectation;
    Value value;
    format::QuantizationT quantization;
  };
  // Which inputs are graph inputs in a run.
  enum Mix { kAsDeclared, kAllConstant, kAllInputs };

  OpTest& Add(Kind kind, Value value);
  OpTest& AddOutput(Value value, Expectation expectation);
  bool IsGraphInput(const In& in, Mix mix) const;
  ModelBuilder::File Build(Mix mix) const;
  Status Run(Mix mix, int threads, std::vector<Value>* outputs) const;
  void CheckMix(Mix mix, const char* description) const;
  void Compare(const std::vector<Value>& outputs) const;

  OpCode code_;
  format::OpAttrsUnion attrs_;
  std::vector<In> inputs_;
  std::vector<Out> outputs_;
  double absolute_ = 0;
  double relative_ = 0;
  bool params_vary_ = true;
  uint8_t version_ = 1;
  bool canonical_ = false;
};

// Compares two values through GoogleTest, as Check does.
void ExpectSame(const Value& actual, const Value& expected, double absolute = 0, double relative = 0);

}  // namespace linnet::testing

#endif  // LINNET_TESTS_ENGINE_OP_TEST_H_
