#include "tests/converter/passes/pass_test.h"

namespace linnet::converter {
namespace {

// The functions of the engine differ from the spelled-out ones by roundings of a few ops.
constexpr double kTolerance = 2e-6;

// Spellings of one function over x; short names keep them readable.
using Spelling = ValueId (*)(PassTest& t, ValueId x);

ValueId Mul(PassTest& t, ValueId a, ValueId b) { return t.Binary(OpCode::Mul, a, b); }
ValueId Add(PassTest& t, ValueId a, ValueId b) { return t.Binary(OpCode::Add, a, b); }
ValueId Div(PassTest& t, ValueId a, ValueId b) { return t.Binary(OpCode::Div, a, b); }
ValueId Pow(PassTest& t, ValueId a, float exponent) { return t.Binary(OpCode::Pow, a, t.Scalar(exponent)); }
ValueId Apply(PassTest& t, OpCode op, ValueId a) { return t.Op(op, {a}); }
ValueId Relu6Of3(PassTest& t, ValueId x) { return t.Clip(Add(t, x, t.Scalar(3)), 0, 6); }
ValueId ErfTerm(PassTest& t, ValueId x) { return Add(t, Apply(t, OpCode::Erf, x), t.Scalar(1)); }
ValueId TanhTerm(PassTest& t, ValueId x) { return Add(t, t.Scalar(1), Apply(t, OpCode::Tanh, x)); }

void ExpectAll(OpCode op, std::initializer_list<Spelling> spellings, int changes = 1) {
  int i = 0;
  for (Spelling spell : spellings) {
    SCOPED_TRACE(std::string(OpName(op)) + " spelling " + std::to_string(i++));
    PassTest t;
    t.Output(spell(t, t.Input({2, 33, 8})));
    t.ExpectRewrite(RecognizePatterns, changes, kTolerance);
    EXPECT_THAT(t.Ops(), ElementsAre(op));
  }
}

TEST(RecognizePatternsTest, Silu) {
  ExpectAll(OpCode::Silu, {
      [](PassTest& t, ValueId x) { return Mul(t, x, Apply(t, OpCode::Sigmoid, x)); },
      [](PassTest& t, ValueId x) { return Mul(t, Apply(t, OpCode::Sigmoid, x), x); },
      [](PassTest& t, ValueId x) {
        return Div(t, x, Add(t, t.Scalar(1), Apply(t, OpCode::Exp, Apply(t, OpCode::Neg, x))));
      },
  });
}

TEST(RecognizePatternsTest, Sigmoid) {
  ExpectAll(OpCode::Sigmoid, {
      [](PassTest& t, ValueId x) {
        return Div(t, t.Scalar(1), Add(t, Apply(t, OpCode::Exp, Mul(t, x, t.Scalar(-1))), t.Scalar(1)));
      },
      [](PassTest& t, ValueId x) {
        return Apply(t, OpCode::Reciprocal, Add(t, Apply(t, OpCode::Exp, Apply(t, OpCode::Neg, x)), t.Scalar(1)));
      },
  });
}

TEST(RecognizePatternsTest, HardSwish) {
  ExpectAll(OpCode::HardSwish, {
      // torch, opset < 14
      [](PassTest& t, ValueId x) { return Div(t, Mul(t, x, Relu6Of3(t, x)), t.Scalar(6)); },
      [](PassTest& t, ValueId x) { return Mul(t, Mul(t, Relu6Of3(t, x), x), t.Scalar(1 / 6.0f)); },
      [](PassTest& t, ValueId x) { return t.Op(OpCode::Mul, {x, t.Unary(OpCode::HardSigmoid, x, 1 / 6.0f, 0.5f)}, format::BinaryT()); },
  });
  // With the HardSigmoid found first.
  ExpectAll(OpCode::HardSwish, {
      [](PassTest& t, ValueId x) { return Mul(t, x, Div(t, Relu6Of3(t, x), t.Scalar(6))); },
      // Keras
      [](PassTest& t, ValueId x) { return Mul(t, x, Mul(t, t.Scalar(0.16666667f), Relu6Of3(t, x))); },
  }, 2);
  // Min and Max for Clip.
  ExpectAll(OpCode::HardSwish, {
      [](PassTest& t, ValueId x) {
        const ValueId relu = t.Binary(OpCode::Max, Add(t, x, t.Scalar(3)), t.Scalar(0));
        return Div(t, Mul(t, x, t.Binary(OpCode::Min, t.Scalar(6), relu)), t.Scalar(6));
      },
  }, 3);
}

TEST(RecognizePatternsTest, HardSigmoid) {
  ExpectAll(OpCode::HardSigmoid, {
      [](PassTest& t, ValueId x) { return Div(t, Relu6Of3(t, x), t.Scalar(6)); },
      [](PassTest& t, ValueId x) { return Mul(t, Relu6Of3(t, x), t.Scalar(1 / 6.0f)); },
      // Keras
      [](PassTest& t, ValueId x) { return t.Clip(Add(t, Mul(t, x, t.Scalar(0.2f)), t.Scalar(0.5f)), 0, 1); },
      [](PassTest& t, ValueId x) { return t.Clip(Add(t, Div(t, x, t.Scalar(6)), t.Scalar(0.5f)), 0, 1); },
  });
}

TEST(RecognizePatternsTest, Gelu) {
  ExpectAll(OpCode::Gelu, {
      // torch
      [](PassTest& t, ValueId x) {
        return Mul(t, Mul(t, x, ErfTerm(t, Div(t, x, t.Scalar(1.41421356f)))), t.Scalar(0.5f));
      },
      [](PassTest& t, ValueId x) {
        return Mul(t, Mul(t, x, t.Scalar(0.5f)), ErfTerm(t, Mul(t, x, t.Scalar(0.70710678f))));
      },
      // Keras
      [](PassTest& t, ValueId x) {
        return Mul(t, Mul(t, t.Scalar(0.5f), x), ErfTerm(t, Mul(t, t.Scalar(0.70710677f), x)));
      },
      // dynamo
      [](PassTest& t, ValueId x) {
        return Mul(t, x, Mul(t, t.Scalar(0.5f), ErfTerm(t, Div(t, x, t.Scalar(1.41421356f)))));
      },
      [](PassTest& t, ValueId x) { return Div(t, Mul(t, x, ErfTerm(t, Div(t, x, t.Scalar(1.41421356f)))), t.Scalar(2)); },
  });
}

TEST(RecognizePatternsTest, GeluTanh) {
  ExpectAll(OpCode::GeluTanh, {
      // torch
      [](PassTest& t, ValueId x) {
        const ValueId inner = Add(t, x, Mul(t, Pow(t, x, 3), t.Scalar(0.044715f)));
        return Mul(t, Mul(t, t.Scalar(0.5f), x), TanhTerm(t, Mul(t, inner, t.Scalar(0.79788456f))));
      },
      // dynamo
      [](PassTest& t, ValueId x) {
        const ValueId cube = Mul(t, Mul(t, x, x), x);
        const ValueId inner = Mul(t, t.Scalar(0.7978845608f), Add(t, x, Mul(t, t.Scalar(0.044715f), cube)));
        return Mul(t, Mul(t, x, t.Scalar(0.5f)), TanhTerm(t, inner));
      },
      // x (1 + 0.044715 x^2)
      [](PassTest& t, ValueId x) {
        const ValueId inner = Mul(t, x, Add(t, t.Scalar(1), Mul(t, t.Scalar(0.044715f), Pow(t, x, 2))));
        return Mul(t, x, Mul(t, t.Scalar(0.5f), TanhTerm(t, Mul(t, t.Scalar(0.79788456f), inner))));
      },
      [](PassTest& t, ValueId x) {
        const ValueId inner =
            Add(t, Mul(t, x, t.Scalar(0.79788456f)), Mul(t, t.Scalar(0.0356774081f), Mul(t, x, Mul(t, x, x))));
        return Mul(t, Mul(t, x, t.Scalar(0.5f)), TanhTerm(t, inner));
      },
  });
}

TEST(RecognizePatternsTest, SoftplusAndMish) {
  ExpectAll(OpCode::Softplus, {
      [](PassTest& t, ValueId x) { return Apply(t, OpCode::Log, Add(t, t.Scalar(1), Apply(t, OpCode::Exp, x))); },
  });
  ExpectAll(OpCode::Mish, {
      [](PassTest& t, ValueId x) { return Mul(t, x, Apply(t, OpCode::Tanh, Apply(t, OpCode::Softplus, x))); },
  });
  ExpectAll(OpCode::Mish, {
      [](PassTest& t, ValueId x) {
        const ValueId softplus = Apply(t, OpCode::Log, Add(t, Apply(t, OpCode::Exp, x), t.Scalar(1)));
        return Mul(t, Apply(t, OpCode::Tanh, softplus), x);
      },
  }, 2);
}

TEST(RecognizePatternsTest, ReluClipAndLeakyRelu) {
  ExpectAll(OpCode::Relu, {[](PassTest& t, ValueId x) { return t.Binary(OpCode::Max, t.Scalar(0), x); }});
  ExpectAll(OpCode::Clip, {
      [](PassTest& t, ValueId x) { return t.Binary(OpCode::Min, t.Binary(OpCode::Max, x, t.Scalar(-1)), t.Scalar(2)); },
      [](PassTest& t, ValueId x) { return t.Binary(OpCode::Max, t.Binary(OpCode::Min, x, t.Scalar(2)), t.Scalar(-1)); },
  });
  ExpectAll(OpCode::LeakyRelu, {
      [](PassTest& t, ValueId x) { return t.Op(OpCode::PRelu, {x, t.Scalar(0.1f)}); },
      [](PassTest& t, ValueId x) { return t.Binary(OpCode::Max, Mul(t, x, t.Scalar(0.1f)), x); },
  });
}

TEST(RecognizePatternsTest, DivByAPowerOfTwoIsAMul) {
  PassTest t;
  t.Output(Div(t, t.Input({2, 33}), t.Scalar(-8)));
  t.ExpectRewrite(RecognizePatterns, 1, 0);
  EXPECT_THAT(t.Ops(), ElementsAre(OpCode::Mul));
}

TEST(RecognizePatternsTest, LeavesOtherNumbers) {
  const Spelling spellings[] = {
      [](PassTest& t, ValueId x) { return Div(t, x, t.Scalar(3)); },
      [](PassTest& t, ValueId x) { return Mul(t, x, Apply(t, OpCode::Sigmoid, Mul(t, x, t.Scalar(1.702f)))); },
      [](PassTest& t, ValueId x) { return Div(t, Mul(t, x, Relu6Of3(t, x)), t.Scalar(6.1f)); },
      [](PassTest& t, ValueId x) { return Mul(t, t.Clip(Add(t, x, t.Scalar(3)), 0, 5), t.Scalar(1 / 6.0f)); },
      [](PassTest& t, ValueId x) { return Apply(t, OpCode::Log, Add(t, t.Scalar(2), Apply(t, OpCode::Exp, x))); },
      [](PassTest& t, ValueId x) { return Mul(t, x, t.Unary(OpCode::HardSigmoid, x, 0.2f, 0.5f)); },
      [](PassTest& t, ValueId x) { return t.Binary(OpCode::Max, x, Mul(t, x, t.Scalar(1.5f))); },
      [](PassTest& t, ValueId x) { return t.Binary(OpCode::Max, t.Binary(OpCode::Min, x, t.Scalar(-2)), t.Scalar(1)); },
      [](PassTest& t, ValueId x) { return Mul(t, x, Apply(t, OpCode::Sigmoid, t.Op(OpCode::Abs, {x}))); },
  };
  int i = 0;
  for (Spelling spell : spellings) {
    SCOPED_TRACE(i++);
    PassTest t;
    t.Output(spell(t, t.Input({2, 33, 8})));
    t.ExpectNoRewrite(RecognizePatterns);
  }
}

TEST(RecognizePatternsTest, LeavesPatternsThatOthersReadFrom) {
  PassTest consumer;
  const ValueId x = consumer.Input({2, 8}), sigmoid = Apply(consumer, OpCode::Sigmoid, x);
  consumer.Output(Add(consumer, Mul(consumer, x, sigmoid), sigmoid));
  consumer.ExpectNoRewrite(RecognizePatterns);

  PassTest output;
  const ValueId y = output.Input({2, 8}), gate = Apply(output, OpCode::Sigmoid, y);
  output.Output(Mul(output, y, gate));
  output.Output(gate);
  output.ExpectNoRewrite(RecognizePatterns);
}

// The factors have different shapes: the product is larger than x.
TEST(RecognizePatternsTest, LeavesConstantsThatRaiseTheRank) {
  PassTest t;
  const ValueId x = t.Input({8});
  t.Output(Mul(t, Mul(t, Relu6Of3(t, x), x), t.Floats({1, 1}, {1 / 6.0f})));
  t.ExpectNoRewrite(RecognizePatterns);
}

TEST(RecognizePatternsTest, LeavesPatternsWithAFusedActivationInside) {
  PassTest t;
  const ValueId x = t.Input({2, 8});
  const ValueId sum = Add(t, x, t.Scalar(3));
  t.graph().nodes().back()->As<format::BinaryT>().activation =
      format::Activation(format::ActivationKind::Tanh, 0, 0, 0, 0);
  t.Output(Mul(t, t.Clip(sum, 0, 6), t.Scalar(1 / 6.0f)));
  t.ExpectNoRewrite(RecognizePatterns);
}

TEST(RecognizePatternsTest, DynamicShapesAreNoObstacle) {
  PassTest t;
  const ValueId x = t.Input({1, 8}, {"batch", ""});
  t.Output(Mul(t, x, Apply(t, OpCode::Sigmoid, x)));
  t.ExpectRewrite(RecognizePatterns, 1, kTolerance);
}

}  // namespace
}  // namespace linnet::converter
