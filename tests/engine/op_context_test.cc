// The engine's side of an op, as Prepare and Eval see it.
#include <gtest/gtest.h>

#include "tests/engine/probe_op.h"
#include "tests/engine/test_ops.h"

namespace linnet::testing {
namespace {

const Value kX = F32({2, 3}, {1, 2, 3, 4, 5, 6});

void ExpectOk(const Status& status) { EXPECT_TRUE(status.ok()) << status.message(); }

TEST(OpContext, Inputs) {
  ExpectOk(ProbeOp().Input(kX).NoInput().Param(Ints({4, 5})).NoInput().Run([](OpContext& ctx) {
    EXPECT_EQ(ctx.input_count(), 3) << "trailing inputs that are left out do not count";
    EXPECT_TRUE(ctx.has_input(0) && !ctx.has_input(1) && ctx.has_input(2) && !ctx.has_input(3) && !ctx.has_input(99));
    EXPECT_EQ(ctx.input(0).data, nullptr) << "known in the run only";
    EXPECT_EQ(ctx.input(0).shape, Shape({2, 3}));
    EXPECT_TRUE(ctx.input(2).known);
    EXPECT_EQ(ctx.input(2).as<int64_t>()[1], 5);
    EXPECT_EQ(ctx.version(), 1);
    EXPECT_STREQ(ctx.Describe(0), "float32 [2, 3]");
    EXPECT_STREQ(ctx.Describe(2, 1), "int64 [2]");
    return Status();
  }));
}

TEST(OpContext, Arity) {
  const auto run = [](int min_in, int max_in, int min_out, int max_out) {
    return ProbeOp().Input(kX).NoInput().Param(kX).Outputs(2).Run(
        [=](OpContext& ctx) { return ctx.ExpectArity(min_in, max_in, min_out, max_out); });
  };
  ExpectOk(run(1, 3, 2, 2));
  ExpectError(run(1, 2, 2, 2), StatusCode::kInvalidModel, "node 'probe' (Probe): 3 inputs, expected 1 to 2");
  ExpectError(run(4, 4, 2, 2), StatusCode::kInvalidModel, "3 inputs");
  ExpectError(run(1, 3, 1, 1), StatusCode::kInvalidModel, "2 outputs, expected 1 to 1");
  ExpectError(run(2, 3, 2, 2), StatusCode::kInvalidModel, "input 1 is left out");
}

TEST(OpContext, Types) {
  const auto run = [](const ProbeOp::Function& prepare) { return ProbeOp().Input(kX).Param(Ints({1})).Run(prepare); };
  ExpectOk(run([](OpContext& ctx) { return ctx.ExpectType(1, ElementType::kInt64); }));
  ExpectError(run([](OpContext& ctx) { return ctx.ExpectType(0, ElementType::kInt64); }), StatusCode::kInvalidModel,
              "input 0 is float32 [2, 3], expected int64");
  ExpectError(run([](OpContext& ctx) { return ctx.ExpectSameType(1); }), StatusCode::kInvalidModel, "expected float32");
}

TEST(OpContext, SetOutput) {
  const auto run = [](const Shape& shape) {
    return ProbeOp().Input(kX).Run(
        [=](OpContext& ctx) { return ctx.SetOutput(0, ElementType::kInt8, shape); });
  };
  ExpectOk(run({3, 4}));
  ExpectOk(run({}));
  ExpectOk(run({5, 0}));
  ExpectError(run({-1}), StatusCode::kInvalidModel, "negative or too large");
  ExpectError(run({INT64_MAX, INT64_MAX}), StatusCode::kInvalidModel, "negative or too large");
}

TEST(OpContext, Integers) {
  IntList list;
  const auto read = [&](ProbeOp& probe) {
    return probe.Run([&](OpContext& ctx) { return ctx.ReadInts(1, &list); });
  };
  ExpectOk(read(ProbeOp().Input(kX).Param(Ints({7, -8}))));
  ASSERT_EQ(list.count, 2);
  EXPECT_EQ(list[1], -8);
  ExpectOk(read(ProbeOp().Input(kX).Param(I32({}, {5}))));
  ASSERT_EQ(list.count, 1);
  EXPECT_EQ(list[0], 5);
  ExpectOk(read(ProbeOp().Input(kX).Param(Ints({}))));
  EXPECT_EQ(list.count, 0);
  // From a graph input: read when the run has it.
  ExpectOk(read(ProbeOp().Input(kX).Input(Ints({9}))));
  EXPECT_EQ(list[0], 9);
  ExpectError(read(ProbeOp().Input(kX).Param(kX)), StatusCode::kInvalidModel, "expected int64 or int32");
  ExpectError(read(ProbeOp().Input(kX).Param(I64({1, 1}, {1}))), StatusCode::kInvalidModel, "a list of integers");
  ExpectError(read(ProbeOp().Input(kX).Param(Iota(ElementType::kInt64, {17}))), StatusCode::kInvalidModel,
              "17 values, expected at most 16");
}

TEST(OpContext, ScalarsOfEveryType) {
  double number = 0;
  const auto read = [&](const Value& value) {
    return ProbeOp().Input(kX).Param(value).Run([&](OpContext& ctx) { return ctx.ReadScalar(1, &number); });
  };
  for (ElementType type : {ElementType::kFloat32, ElementType::kFloat64, ElementType::kInt8, ElementType::kUint8,
                           ElementType::kInt16, ElementType::kUint16, ElementType::kInt32, ElementType::kUint32,
                           ElementType::kInt64, ElementType::kUint64}) {
    ExpectOk(read(MakeValue(type, {1}, {100})));
    EXPECT_EQ(number, 100) << ElementTypeName(type);
  }
  ExpectOk(read(MakeValue(ElementType::kBool, {}, {1})));
  EXPECT_EQ(number, 1);
  ExpectOk(read(MakeValue(ElementType::kInt8, {1, 1}, {-3})));
  EXPECT_EQ(number, -3);
  ExpectError(read(MakeValue(ElementType::kFloat16, {}, {1})), StatusCode::kUnsupported, "cannot be read");
  ExpectError(read(F32({2}, {1, 2})), StatusCode::kInvalidModel, "expected one value");
  ExpectError(read(F32({0}, {})), StatusCode::kInvalidModel, "expected one value");
}

TEST(OpContext, Axes) {
  const auto resolve = [](int64_t axis, bool end_allowed) {
    int resolved = -1;
    const Status status = ProbeOp().Input(kX).Run(
        [&](OpContext& ctx) { return ctx.ResolveAxis(axis, 3, &resolved, end_allowed); });
    return status.ok() ? resolved : -1;
  };
  EXPECT_EQ(resolve(0, false), 0);
  EXPECT_EQ(resolve(2, false), 2);
  EXPECT_EQ(resolve(-3, false), 0);
  EXPECT_EQ(resolve(3, true), 3);
  for (int64_t axis : {int64_t{3}, int64_t{-4}, INT64_MAX, INT64_MIN}) EXPECT_EQ(resolve(axis, false), -1) << axis;
  EXPECT_EQ(resolve(4, true), -1);
}

TEST(OpContext, ScratchOfThreads) {
  SessionOptions options;
  options.threads = 3;
  ExpectOk(ProbeOp().Input(kX).Run(
      [](OpContext& ctx) {
        ctx.RequestScratch(1, 1);
        ctx.RequestScratch(100, 65);  // the last call counts
        return Status();
      },
      [](OpContext& ctx) {
        EXPECT_EQ(ctx.threads(), 3);
        auto* shared = static_cast<uint8_t*>(ctx.shared_scratch());
        EXPECT_EQ(reinterpret_cast<uintptr_t>(shared) % 64, 0u);
        std::memset(shared, 1, 100);
        for (int t = 0; t < 3; ++t) {
          auto* own = static_cast<uint8_t*>(ctx.thread_scratch(t));
          EXPECT_EQ(reinterpret_cast<uintptr_t>(own) % 64, 0u);
          EXPECT_GE(own, shared + 100 + t * 65);
          std::memset(own, 2, 65);
        }
        EXPECT_EQ(shared[99], 1);
        return Status();
      },
      options));
}

TEST(OpContext, ScratchBeyondAllMemory) {
  for (size_t shared : {size_t{0}, SIZE_MAX}) {
    ExpectError(ProbeOp().Input(kX).Run([=](OpContext& ctx) {
      ctx.RequestScratch(shared, SIZE_MAX / 2);
      return Status();
    }, nullptr, [] {
      SessionOptions options;
      options.threads = 3;
      return options;
    }()), StatusCode::kLimitExceeded, "exceed the limit");
  }
}

TEST(OpContext, StateIsZeroedAndStays) {
  ExpectOk(ProbeOp().Input(kX).Run(
      [](OpContext& ctx) {
        auto* state = ctx.NewState<int64_t>(10);
        if (state == nullptr) return ctx.OutOfMemory();
        for (int i = 0; i < 10; ++i) EXPECT_EQ(state[i], 0);
        state[9] = 77;
        EXPECT_EQ(ctx.NewState<int64_t>(SIZE_MAX / 4), nullptr);
        state = ctx.NewState<int64_t>(1);
        *state = 5;
        return Status();
      },
      [](OpContext& ctx) {
        EXPECT_EQ(*ctx.state<int64_t>(), 5) << "the last state of a Prepare";
        return Status();
      }));
}

TEST(OpContext, ParallelRunsEveryIndexOnce) {
  SessionOptions options;
  options.threads = 2;
  ExpectOk(ProbeOp().Input(kX).Run([](OpContext&) { return Status(); },
                                   [](OpContext& ctx) {
                                     std::vector<int> runs(40);
                                     ctx.Parallel(runs.size(), [&](size_t i, int thread) {
                                       EXPECT_TRUE(thread == 0 || thread == 1);
                                       ++runs[i];
                                     });
                                     for (int count : runs) EXPECT_EQ(count, 1);
                                     return Status();
                                   },
                                   options));
}

TEST(OpContext, ErrorsOfEvalNameTheNode) {
  ExpectError(ProbeOp().Input(kX).Run([](OpContext&) { return Status(); },
                                      [](OpContext& ctx) { return ctx.OutOfRange("index %d", 4); }),
              StatusCode::kOutOfRange, "node 'probe' (Probe): index 4");
  ExpectError(ProbeOp().Input(kX).Run([](OpContext& ctx) { return ctx.Unsupported("%s", "mode"); }),
              StatusCode::kUnsupported, "node 'probe' (Probe): mode");
  ExpectError(ProbeOp().Input(kX).Run([](OpContext& ctx) { return ctx.OutOfMemory(); }), StatusCode::kOutOfMemory,
              "no memory");
}

}  // namespace
}  // namespace linnet::testing
