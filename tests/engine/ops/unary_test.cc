// All ops of one input: every formula again, as ONNX's documents state it, over the types that the op takes.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/engine/op_test.h"

namespace linnet::testing {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Case {
  OpCode code;
  double (*truth)(double x);
  std::vector<double> x;
  bool attributes = false;
  float alpha = 0, beta = 0;
};

double SoftplusOf(double x) { return std::log(std::exp(x) + 1); }

const std::vector<double> kAny = {-40, -3, -1.5, -0.5, -0.25, 0, 0.25, 0.5, 1, 2.5, 3, 40, kNaN};
const std::vector<double> kUnit = {-1, -0.75, -0.25, 0, 0.5, 1, 1.5, kNaN};
const std::vector<double> kHalves = {-2.5, -1.5, -0.75, -0.5, 0.5, 0.75, 1.5, 2.5, 3, kInf, -kInf, kNaN};
const std::vector<double> kPositive = {0, 0.25, 1, 2, 100, kInf, -1, kNaN};

const Case kCases[] = {
    {OpCode::Abs, [](double x) { return x < 0 ? -x : x; }, kHalves},
    {OpCode::Neg, [](double x) { return -x; }, kHalves},
    {OpCode::Sign, [](double x) { return x > 0   ? 1.0
                                         : x < 0 ? -1.0
                                                 : x; }, kHalves},
    {OpCode::Reciprocal, [](double x) { return 1 / x; }, {-2, -0.5, 0, 4, kInf, kNaN}},
    {OpCode::Sqrt, [](double x) { return std::sqrt(x); }, kPositive},
    {OpCode::Exp, [](double x) { return std::exp(x); }, {-8, -1, 0, 1, 8, kInf, -kInf, kNaN}},
    {OpCode::Log, [](double x) { return std::log(x); }, kPositive},
    {OpCode::Floor, [](double x) { return std::floor(x); }, kHalves},
    {OpCode::Ceil, [](double x) { return std::ceil(x); }, kHalves},
    {OpCode::Round, [](double x) { return std::nearbyint(x); }, kHalves},
    {OpCode::Sin, [](double x) { return std::sin(x); }, kAny},
    {OpCode::Cos, [](double x) { return std::cos(x); }, kAny},
    {OpCode::Tan, [](double x) { return std::tan(x); }, kAny},
    {OpCode::Asin, [](double x) { return std::asin(x); }, kUnit},
    {OpCode::Acos, [](double x) { return std::acos(x); }, kUnit},
    {OpCode::Atan, [](double x) { return std::atan(x); }, kHalves},
    {OpCode::Sinh, [](double x) { return std::sinh(x); }, kHalves},
    {OpCode::Cosh, [](double x) { return std::cosh(x); }, kHalves},
    {OpCode::Asinh, [](double x) { return std::asinh(x); }, kHalves},
    {OpCode::Acosh, [](double x) { return std::acosh(x); }, {0.5, 1, 2, 10, kInf, kNaN}},
    {OpCode::Atanh, [](double x) { return std::atanh(x); }, kUnit},
    {OpCode::Tanh, [](double x) { return std::tanh(x); }, kHalves},
    {OpCode::Sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }, kHalves},
    {OpCode::Erf, [](double x) { return std::erf(x); }, kHalves},
    {OpCode::Relu, [](double x) { return x < 0 ? 0 : x; }, kHalves},
    {OpCode::LeakyRelu, [](double x) { return x < 0 ? 0.125 * x : x; }, kHalves, true, 0.125f},
    {OpCode::Elu, [](double x) { return x < 0 ? 0.5 * (std::exp(x) - 1) : x; }, kHalves, true, 0.5f},
    {OpCode::Selu, [](double x) { return 1.25 * (x < 0 ? 0.5 * (std::exp(x) - 1) : x); }, kHalves, true, 0.5f, 1.25f},
    {OpCode::Celu, [](double x) { return x < 0 ? 0.5 * (std::exp(x / 0.5) - 1) : x; }, kHalves, true, 0.5f},
    {OpCode::HardSigmoid, [](double x) { return x != x ? x : std::fmax(0, std::fmin(1, 0.25 * x + 0.5)); }, kHalves,
     true, 0.25f, 0.5f},
    {OpCode::HardSwish, [](double x) { return x * std::fmax(0, std::fmin(1, x / 6 + 0.5)); }, kAny},
    {OpCode::ThresholdedRelu, [](double x) { return x <= 0.5 ? 0 : x; }, kHalves, true, 0.5f},
    {OpCode::Shrink, [](double x) { return x != x      ? x
                                           : x < -0.75 ? x + 0.5
                                           : x > 0.75  ? x - 0.5
                                                       : 0; }, kHalves, true,
     0.75f, 0.5f},
    {OpCode::Softplus, [](double x) { return SoftplusOf(x); }, kAny},
    {OpCode::Softsign, [](double x) { return x / (1 + std::fabs(x)); }, kAny},
    {OpCode::Silu, [](double x) { return x / (1 + std::exp(-x)); }, kAny},
    {OpCode::Gelu, [](double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); }, kAny},
    {OpCode::GeluTanh,
     [](double x) { return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x))); }, kAny},
    {OpCode::Mish, [](double x) { return x * std::tanh(SoftplusOf(x)); }, kAny},
};

OpTest TestOf(const Case& c) {
  OpTest test(c.code);
  if (c.attributes) {
    test.Attrs<format::UnaryT>([&](auto& a) {
      a.alpha = c.alpha;
      a.beta = c.beta;
    });
  }
  return test;
}

std::vector<double> Map(const Case& c, const std::vector<double>& x) {
  std::vector<double> y;
  for (double value : x) y.push_back(c.truth(value));
  return y;
}

const char* NameOf(const Case& c) { return format::EnumNameOpCode(c.code); }

TEST(UnaryOps, FloatingPointTypes) {
  struct Precision {
    ElementType type;
    double relative;
  };
  const Precision precisions[] = {{ElementType::kFloat32, 5e-7},
                                  {ElementType::kFloat64, 1e-12},
                                  {ElementType::kFloat16, 1e-3},
                                  {ElementType::kBfloat16, 8e-3}};
  for (const Case& c : kCases) {
    SCOPED_TRACE(NameOf(c));
    for (const Precision& p : precisions) {
      SCOPED_TRACE(ElementTypeName(p.type));
      const Shape shape = {static_cast<int64_t>(c.x.size())};
      TestOf(c)
          .Input(MakeValue(p.type, shape, c.x))
          .Output(MakeValue(p.type, shape, Map(c, c.x)))
          .Within(p.relative, p.relative)
          .Check();
    }
  }
}

TEST(UnaryOps, LargeEmptyAndScalar) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(NameOf(c));
    const Value large = Random(ElementType::kFloat32, {2, 257, 3, 64});  // two threads share it
    TestOf(c).Input(large).Output(F32(large.shape, Map(c, Numbers(large)))).Within(1e-6, 1e-6).Check();
    TestOf(c).Input(F32({3, 0, 2}, {})).Output(F32({3, 0, 2}, {})).Check();
    TestOf(c).Input(F32({}, {0.75})).Output(F32({}, {c.truth(0.75)})).Within(5e-7, 5e-7).Check();
  }
}

TEST(UnaryOps, IntegerTypes) {
  const auto check = [](OpCode code, ElementType type, const std::vector<double>& x, const std::vector<double>& y) {
    SCOPED_TRACE(format::EnumNameOpCode(code));
    SCOPED_TRACE(ElementTypeName(type));
    const Shape shape = {static_cast<int64_t>(x.size())};
    OpTest(code).Input(MakeValue(type, shape, x)).Output(MakeValue(type, shape, y)).Check();
  };
  for (ElementType type : {ElementType::kInt8, ElementType::kInt16, ElementType::kInt32, ElementType::kInt64}) {
    check(OpCode::Abs, type, {-5, 0, 7}, {5, 0, 7});
    check(OpCode::Neg, type, {-5, 0, 7}, {5, 0, -7});
    check(OpCode::Sign, type, {-5, 0, 7}, {-1, 0, 1});
    check(OpCode::Relu, type, {-5, 0, 7}, {0, 0, 7});
    check(OpCode::BitwiseNot, type, {-5, 0, 7}, {4, -1, -8});
  }
  for (ElementType type : {ElementType::kUint8, ElementType::kUint16, ElementType::kUint32, ElementType::kUint64}) {
    check(OpCode::Abs, type, {0, 7}, {0, 7});
    check(OpCode::Sign, type, {0, 7}, {0, 1});
    check(OpCode::Relu, type, {0, 7}, {0, 7});
  }
  check(OpCode::Abs, ElementType::kInt8, {-128}, {-128});
  check(OpCode::Neg, ElementType::kInt8, {-128}, {-128});
  check(OpCode::BitwiseNot, ElementType::kUint8, {0, 7, 255}, {255, 248, 0});
  check(OpCode::Not, ElementType::kBool, {0, 1, 1}, {1, 0, 0});
  OpTest(OpCode::Abs)
      .Input(I64({2}, {INT64_MIN, -(INT64_C(1) << 62) - 1}))
      .Output(I64({2}, {INT64_MIN, (INT64_C(1) << 62) + 1}))
      .Check();
}

TEST(UnaryOps, ShrinkOfIntegers) {
  OpTest(OpCode::Shrink)
      .Attrs<format::UnaryT>([](auto& a) {
        a.alpha = 1.5f;
        a.beta = 1;
      })
      .Input(I32({5}, {-3, -1, 0, 1, 3}))
      .Output(I32({5}, {-2, 0, 0, 0, 2}))
      .Check();
}

TEST(UnaryOps, IsNaNAndIsInf) {
  for (ElementType type :
       {ElementType::kFloat32, ElementType::kFloat64, ElementType::kFloat16, ElementType::kBfloat16}) {
    const Value x = MakeValue(type, {4}, {1, kInf, -kInf, kNaN});
    const auto as_bool = [](const std::vector<double>& y) { return MakeValue(ElementType::kBool, {4}, y); };
    OpTest(OpCode::IsNaN).Input(x).Output(as_bool({0, 0, 0, 1})).Check();
    for (int negative : {0, 1}) {
      for (int positive : {0, 1}) {
        OpTest(OpCode::IsInf)
            .Attrs<format::UnaryT>([&](auto& a) {
              a.alpha = static_cast<float>(negative);
              a.beta = static_cast<float>(positive);
            })
            .Input(x)
            .Output(as_bool({0, static_cast<double>(positive), static_cast<double>(negative), 0}))
            .Check();
      }
    }
  }
}

TEST(UnaryOps, WrongTypesAndArity) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(NameOf(c));
    TestOf(c)
        .Input(MakeValue(ElementType::kBool, {2}, {0, 1}))
        .OutputShape(ElementType::kBool, {2})
        .ExpectError(StatusCode::kUnsupported, "input 0");
    TestOf(c)
        .Input(F32({2}, {0, 1}))
        .Input(F32({2}, {0, 1}))
        .OutputShape(ElementType::kFloat32, {2})
        .ExpectError(StatusCode::kInvalidModel, "inputs");
  }
  OpTest(OpCode::Neg)
      .Input(MakeValue(ElementType::kUint8, {1}, {1}))
      .OutputShape(ElementType::kUint8, {1})
      .ExpectError(StatusCode::kUnsupported, "signed");
  OpTest(OpCode::Not)
      .Input(MakeValue(ElementType::kUint8, {1}, {1}))
      .OutputShape(ElementType::kUint8, {1})
      .ExpectError(StatusCode::kUnsupported, "bool");
  OpTest(OpCode::Sqrt)
      .Input(I32({1}, {4}))
      .OutputShape(ElementType::kInt32, {1})
      .ExpectError(StatusCode::kUnsupported, "floating-point");
}

}  // namespace
}  // namespace linnet::testing
