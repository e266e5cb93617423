// Sharing is right if a run with it gives the bytes of a run without it, whatever lay in the arena before.
#include <gtest/gtest.h>

#include <random>

#include "engine/planner.h"
#include "engine/session.h"
#include "tests/engine/test_ops.h"

namespace linnet::testing {
namespace {

using format::OpCode;

constexpr ElementType kF32 = ElementType::kFloat32;

// A session whose arena is the test's, filled with a pattern that is a NaN as fp32 before every run.
class PatternSession {
 public:
  PatternSession(const Model& model, SessionOptions options)
      : bytes_(RequiredBytes(model, options)), memory_(new uint8_t[bytes_ + 64]), session_(Make(model, options)) {}

  Session& session() { return session_; }
  // Runs with these inputs, all fp32, one after the other.
  void Run(const std::vector<std::vector<float>>& inputs) {
    std::memset(arena(), 0xff, bytes_);
    for (size_t i = 0; i < inputs.size(); ++i) SetInput(session_, static_cast<int>(i), inputs[i]);
    MustRun(session_);
  }

 private:
  static size_t RequiredBytes(const Model& model, const SessionOptions& options) {
    Result<size_t> bytes = Session::RequiredArenaBytes(model, options);
    EXPECT_TRUE(bytes.ok()) << bytes.message();
    return *bytes;
  }
  void* arena() { return reinterpret_cast<void*>((reinterpret_cast<uintptr_t>(memory_.get()) + 63) / 64 * 64); }
  Session Make(const Model& model, SessionOptions options) {
    options.arena = arena();
    options.arena_bytes = bytes_;
    return NewSession(model, options);
  }

  size_t bytes_;
  std::unique_ptr<uint8_t[]> memory_;
  Session session_;
};

// Opens `file` with and without sharing and expects the same outputs over `runs` runs with different inputs.
void ExpectSharingIsRight(const ModelBuilder::File& file, bool keep_inputs = false, int runs = 3) {
  const Model shared_model = OpenModel(file), plain_model = OpenModel(file, TestOpsWithoutSharing());
  SessionOptions options;
  options.keep_inputs = keep_inputs;
  PatternSession shared(shared_model, options), plain(plain_model, options);
  EXPECT_LE(shared.session().arena_bytes(), plain.session().arena_bytes() * 2);
  for (int run = 0; run < runs; ++run) {
    std::vector<std::vector<float>> inputs;
    for (int i = 0; i < shared.session().input_count(); ++i) {
      inputs.emplace_back(shared.session().Input(i)->bytes() / sizeof(float));
      for (size_t k = 0; k < inputs.back().size(); ++k) {
        inputs.back()[k] = static_cast<float>(static_cast<int>((k * 7 + static_cast<size_t>(i) * 5 + static_cast<size_t>(run) * 3) % 23) - 9);
      }
    }
    shared.Run(inputs);
    plain.Run(inputs);
    for (int i = 0; i < shared.session().output_count(); ++i) {
      const Tensor *a = shared.session().Output(i), *b = plain.session().Output(i);
      ASSERT_EQ(a->bytes(), b->bytes());
      EXPECT_EQ(std::memcmp(a->raw_data(), b->raw_data(), a->bytes()), 0) << "output " << i << " of run " << run;
    }
    for (int i = 0; keep_inputs && i < shared.session().input_count(); ++i) {
      const Tensor* input = shared.session().Input(i);
      EXPECT_EQ(std::memcmp(input->raw_data(), inputs[static_cast<size_t>(i)].data(), input->bytes()), 0) << "input " << i;
    }
  }
}

const Placement& PlacementOf(const Session& session, int tensor) {
  return session.impl().prepared().placements[static_cast<size_t>(tensor)];
}
bool ShareBlock(const Session& session, int a, int b) { return PlacementOf(session, a).block == PlacementOf(session, b).block; }

int Concat(ModelBuilder& builder, const std::vector<int>& parts, int axis, const char* name = "concat") {
  const int whole = builder.AddResult(name);
  format::AxisT attrs;
  attrs.axis = axis;
  builder.AddOp(OpCode::Concat, attrs, parts, {whole}, name);
  return whole;
}

std::vector<int> Split(ModelBuilder& builder, int whole, int axis, int count) {
  std::vector<int> parts;
  for (int i = 0; i < count; ++i) parts.push_back(builder.AddResult("part"));
  format::SplitT attrs;
  attrs.axis = axis;
  attrs.num_outputs = count;
  builder.AddOp(OpCode::Split, attrs, {whole}, parts, "split");
  return parts;
}

int Unary(ModelBuilder& builder, OpCode code, int x, const char* name = "unary") {
  const int out = builder.AddResult(name);
  builder.AddOp(code, {x}, {out}, name);
  return out;
}

int Binary(ModelBuilder& builder, OpCode code, int a, int b, const char* name = "binary") {
  const int out = builder.AddResult(name);
  builder.AddOp(code, {a, b}, {out}, name);
  return out;
}

int Reshape(ModelBuilder& builder, int x, const std::vector<int64_t>& sizes) {
  const int out = builder.AddResult("reshaped");
  builder.AddOp(OpCode::Reshape, format::ReshapeT(), {x, builder.AddConstant("sizes", Ints(sizes))}, {out}, "reshape");
  return out;
}

TEST(ShareMemory, ViewLiesInItsInput) {
  ModelBuilder builder;
  const int a = Unary(builder, OpCode::Neg, builder.AddInput("x", kF32, {2, 6}));
  const int view = Reshape(builder, a, {3, 4});
  builder.MarkOutput(Unary(builder, OpCode::Transpose, view));
  const auto file = builder.Finish();
  const Model model = OpenModel(file);
  const Session session = NewSession(model);
  EXPECT_TRUE(ShareBlock(session, a, view));
  ExpectSharingIsRight(file);
}

TEST(ShareMemory, OutputsNeverShareWithInputs) {
  ModelBuilder builder;
  const int x = builder.AddInput("x", kF32, {2, 6});
  const int view = Reshape(builder, x, {12});
  const int again = Reshape(builder, view, {4, 3});
  const int in_place = Unary(builder, OpCode::Relu, x);
  for (int output : {view, again, in_place}) builder.MarkOutput(output);
  for (int part : Split(builder, x, 0, 2)) builder.MarkOutput(part);
  builder.MarkOutput(Concat(builder, {x}, 0));
  const auto file = builder.Finish();
  const Model model = OpenModel(file);
  const Session session = NewSession(model);
  const auto* input = static_cast<const uint8_t*>(session.Input(0)->raw_data());
  for (int i = 0; i < session.output_count(); ++i) {
    const auto* output = static_cast<const uint8_t*>(session.Output(i)->raw_data());
    EXPECT_TRUE(output + session.Output(i)->bytes() <= input || input + session.Input(0)->bytes() <= output) << i;
  }
  ExpectSharingIsRight(file, /*keep_inputs=*/true);
  ExpectSharingIsRight(file, /*keep_inputs=*/false);
}

TEST(ShareMemory, InPlaceOnlyAfterTheLastUse) {
  ModelBuilder builder;
  const int x = builder.AddInput("x", kF32, {16});
  const int a = Unary(builder, OpCode::Neg, x, "a");
  const int early = Unary(builder, OpCode::Relu, a, "early");  // a is needed later
  const int late = Binary(builder, OpCode::Add, a, early, "late");
  builder.MarkOutput(late);
  const auto file = builder.Finish();
  const Model model = OpenModel(file);
  const Session session = NewSession(model);
  EXPECT_FALSE(ShareBlock(session, a, early));
  EXPECT_TRUE(ShareBlock(session, a, late) || ShareBlock(session, early, late));
  ExpectSharingIsRight(file);
}

TEST(ShareMemory, KeptInputsAreNotOverwritten) {
  ModelBuilder builder;
  const int x = builder.AddInput("x", kF32, {16});
  const int r = Unary(builder, OpCode::Relu, Reshape(builder, x, {4, 4}));
  builder.MarkOutput(Unary(builder, OpCode::Transpose, r));
  const auto file = builder.Finish();
  const Model model = OpenModel(file);
  EXPECT_TRUE(ShareBlock(NewSession(model), x, r));
  SessionOptions keep;
  keep.keep_inputs = true;
  EXPECT_FALSE(ShareBlock(NewSession(model, keep), x, r));
  ExpectSharingIsRight(file, /*keep_inputs=*/true);
}

TEST(ShareMemory, ContiguousConcatPartsLieInTheWhole) {
  ModelBuilder builder;
  const int x = builder.AddInput("x", kF32, {2, 8});
  const int a = Unary(builder, OpCode::Transpose, x, "a");
  const int b = Unary(builder, OpCode::CumSum, x, "b");
  const int whole = Concat(builder, {a, b}, 0);
  builder.MarkOutput(whole);
  const auto file = builder.Finish();
  const Model model = OpenModel(file);
  const Session session = NewSession(model);
  EXPECT_TRUE(ShareBlock(session, a, whole));
  EXPECT_TRUE(ShareBlock(session, b, whole));
  EXPECT_EQ(PlacementOf(session, b).offset_bytes, PlacementOf(session, whole).offset_bytes + 64);
  ExpectSharingIsRight(file);
}

TEST(ShareMemory, ChannelConcatPartsAreColumnsOfTheWhole) {
  ModelBuilder builder;
  const int x = builder.AddInput("x", kF32, {3, 5});
  const int y = builder.AddInput("y", kF32, {3, 2});
  const int a = Unary(builder, OpCode::Neg, x, "a");
  const int b = Unary(builder, OpCode::Neg, y, "b");
  const int dense = Unary(builder, OpCode::Transpose, x, "dense");  // cannot write rows apart from each other
  const int whole = Concat(builder, {a, b, dense}, -1);
  builder.MarkOutput(whole);
  const auto file = builder.Finish();
  const Model model = OpenModel(file);
  const Session session = NewSession(model);
  EXPECT_TRUE(ShareBlock(session, a, whole));
  EXPECT_TRUE(ShareBlock(session, b, whole));
  EXPECT_FALSE(ShareBlock(session, dense, whole));
  EXPECT_EQ(session.impl().prepared().slots[static_cast<size_t>(b)].row_stride, 12);
  ExpectSharingIsRight(file);
}

TEST(ShareMemory, ConcatOfConcat) {
  ModelBuilder builder;
  const int x = builder.AddInput("x", kF32, {3, 4});
  const int a = Unary(builder, OpCode::Neg, x, "a"), b = Unary(builder, OpCode::Neg, x, "b");
  const int inner = Concat(builder, {a, b}, 1, "inner");
  const int c = Unary(builder, OpCode::Neg, inner, "c");
  const int outer = Concat(builder, {c, inner, b}, 1, "outer");
  builder.MarkOutput(outer);
  const auto file = builder.Finish();
  const Model model = OpenModel(file);
  const Session session = NewSession(model);
  EXPECT_TRUE(ShareBlock(session, a, outer));
  EXPECT_TRUE(ShareBlock(session, inner, outer));
  ExpectSharingIsRight(file);
}

TEST(ShareMemory, ConcatOfOneTensorTwice) {
  for (int axis : {0, 1}) {
    ModelBuilder builder;
    const int a = Unary(builder, OpCode::Neg, builder.AddInput("x", kF32, {2, 4}));
    builder.MarkOutput(Concat(builder, {a, a}, axis));
    builder.MarkOutput(Concat(builder, {a, a, a}, axis));
    ExpectSharingIsRight(builder.Finish());
  }
}

TEST(ShareMemory, SplitPartsLieInTheWhole) {
  for (int axis : {0, 1}) {
    ModelBuilder builder;
    const int a = Unary(builder, OpCode::Transpose, builder.AddInput("x", kF32, {2, 8}));
    const std::vector<int> parts = Split(builder, a, axis, 2);
    const int r = Unary(builder, OpCode::Neg, parts[0]);
    builder.MarkOutput(Unary(builder, OpCode::Transpose, Binary(builder, OpCode::Add, r, parts[1])));
    const auto file = builder.Finish();
    const Model model = OpenModel(file);
    const Session session = NewSession(model);
    EXPECT_TRUE(ShareBlock(session, a, parts[0])) << axis;
    EXPECT_TRUE(ShareBlock(session, a, parts[1])) << axis;
    ExpectSharingIsRight(file);
  }
}

TEST(ShareMemory, SplitThenConcatInAnotherOrder) {
  for (int axis : {0, 1}) {
    ModelBuilder builder;
    const int a = Unary(builder, OpCode::Neg, builder.AddInput("x", kF32, {4, 4}));
    const std::vector<int> parts = Split(builder, a, axis, 2);
    builder.MarkOutput(Concat(builder, {parts[1], parts[0]}, axis));
    builder.MarkOutput(Concat(builder, {parts[0], Unary(builder, OpCode::Relu, parts[1])}, axis));
    ExpectSharingIsRight(builder.Finish());
  }
}

// The residual of a matmul is overwritten while a is still read: they must not be the same tensor.
TEST(ShareMemory, NotInPlaceOfAnInputThatIsReadInAnotherOrder) {
  ModelBuilder builder;
  const int a = Unary(builder, OpCode::Neg, builder.AddInput("x", kF32, {4, 4}));
  const int b = builder.AddConstant("b", Random(kF32, {4, 4}));
  const int out = builder.AddResult("out");
  builder.AddOp(OpCode::MatMul, {a, b, -1, a}, {out});
  builder.MarkOutput(out);
  const auto file = builder.Finish();
  const Model model = OpenModel(file);
  EXPECT_FALSE(ShareBlock(NewSession(model), a, out));
  ExpectSharingIsRight(file);
}

TEST(ShareMemory, NotInPlaceOfDataThatIsAlsoTheIndices) {
  ModelBuilder builder;
  const int a = Unary(builder, OpCode::Relu, builder.AddInput("x", kF32, {8}));
  const int out = Binary(builder, OpCode::ScatterND, a, a);
  builder.MarkOutput(out);
  const auto file = builder.Finish();
  const Model model = OpenModel(file);
  EXPECT_FALSE(ShareBlock(NewSession(model), a, out));
  ExpectSharingIsRight(file);
}

TEST(ShareMemory, InPlaceOfTheResidual) {
  ModelBuilder builder;
  const int x = builder.AddInput("x", kF32, {4, 4});
  const int a = Unary(builder, OpCode::Neg, x), residual = Unary(builder, OpCode::Transpose, x);
  const int b = builder.AddConstant("b", Random(kF32, {4, 4}));
  const int out = builder.AddResult("out");
  builder.AddOp(OpCode::MatMul, {a, b, -1, residual}, {out});
  builder.MarkOutput(out);
  const auto file = builder.Finish();
  const Model model = OpenModel(file);
  EXPECT_TRUE(ShareBlock(NewSession(model), residual, out));
  ExpectSharingIsRight(file);
}

// The next value of a state is copied as a dense tensor at the end of the run: it cannot be columns of a concat.
TEST(ShareMemory, NextValueOfAStateStaysDense) {
  ModelBuilder builder;
  const int x = builder.AddInput("x", kF32, {2, 3});
  const int state = builder.AddResult("state", kF32, {2, 3});
  builder.tensor(state).role = format::Role::State;
  const int next = Binary(builder, OpCode::Add, state, x, "next");
  const int other = Unary(builder, OpCode::Neg, x);
  builder.MarkOutput(Concat(builder, {next, other}, 1));
  builder.model().states.push_back(std::make_unique<format::StateT>());
  builder.model().states.back()->input = state;
  builder.model().states.back()->output = next;
  ExpectSharingIsRight(builder.Finish());
}

TEST(ShareMemory, EmptyTensors) {
  ModelBuilder builder;
  const int x = builder.AddInput("x", kF32, {2, 0});
  const int y = builder.AddInput("y", kF32, {2, 3});
  const int a = Unary(builder, OpCode::Neg, x), b = Unary(builder, OpCode::Neg, y);
  const int whole = Concat(builder, {a, b, a}, 1);
  builder.MarkOutput(Unary(builder, OpCode::Relu, Reshape(builder, a, {0, 7})));
  builder.MarkOutput(whole);
  for (int part : Split(builder, a, 0, 2)) builder.MarkOutput(Unary(builder, OpCode::Neg, part));
  ExpectSharingIsRight(builder.Finish());
}

// --- Random graphs. ------------------------------------------------------------------------------------------------

class RandomGraph {
 public:
  explicit RandomGraph(uint32_t seed) : random_(seed) {}

  ModelBuilder::File Make() {
    const int inputs = 1 + Below(3);
    for (int i = 0; i < inputs; ++i) {
      const Shape shape = RandomShape();
      Add(builder_.AddInput(("input" + std::to_string(i)).c_str(), kF32, shape), shape);
    }
    if (Below(3) == 0) AddState();
    const int steps = 4 + Below(12);
    for (int i = 0; i < steps; ++i) AddStep();
    for (size_t i = 0; i < tensors_.size(); ++i) {
      if (static_cast<int>(i) != state_ && (i + 1 == tensors_.size() || Below(6) == 0)) builder_.MarkOutput(tensors_[i].index);
    }
    FinishState();
    return builder_.Finish();
  }

 private:
  struct Node {
    int index;
    Shape shape;
  };

  int Below(int n) { return static_cast<int>(random_() % static_cast<uint32_t>(n)); }
  Shape RandomShape() {
    static const Shape kShapes[] = {{4, 4}, {2, 8}, {8, 2}, {1, 16}, {16}, {1, 4, 4}, {2, 2, 4}};
    return kShapes[Below(7)];
  }
  void Add(int index, const Shape& shape) { tensors_.push_back({index, shape}); }
  // Rather late tensors than early ones.
  const Node& Any() {
    const int count = static_cast<int>(tensors_.size());
    return tensors_[static_cast<size_t>(count - 1 - std::min(Below(count), Below(count)))];
  }
  // A tensor of this shape, `node` itself if nothing else is found.
  const Node& Like(const Node& node) {
    for (int tries = 0; tries < 10; ++tries) {
      const Node& other = Any();
      if (other.shape == node.shape) return other;
    }
    return node;
  }

  void AddState() {
    state_ = static_cast<int>(tensors_.size());
    const Shape shape = RandomShape();
    const int index = builder_.AddResult("state", kF32, shape);
    builder_.tensor(index).role = format::Role::State;
    Add(index, shape);
  }

  void FinishState() {
    if (state_ < 0) return;
    const Node node = tensors_[static_cast<size_t>(state_)];
    Node next = Like(node);
    if (next.index == node.index) next.index = Unary(builder_, OpCode::Neg, node.index);
    builder_.model().states.push_back(std::make_unique<format::StateT>());
    builder_.model().states.back()->input = node.index;
    builder_.model().states.back()->output = next.index;
  }

  void AddStep() {
    const Node x = Any();
    switch (Below(12)) {
      case 0:
      case 1: return Add(Unary(builder_, OpCode::Relu, x.index), x.shape);
      case 2:
      case 3: return Add(Unary(builder_, OpCode::Neg, x.index), x.shape);
      case 4: return Add(Unary(builder_, Below(2) ? OpCode::Transpose : OpCode::CumSum, x.index), x.shape);
      case 5: return Add(Unary(builder_, OpCode::Identity, x.index), x.shape);
      case 6: return Add(Binary(builder_, OpCode::Add, x.index, Like(x).index), x.shape);
      case 7: return Add(Binary(builder_, OpCode::ScatterND, x.index, Any().index), x.shape);
      case 8: return AddMatMul();
      case 9: return AddReshape(x);
      case 10: return AddSplit(x);
      default: return AddConcat(x);
    }
  }

  void AddReshape(const Node& x) {
    const int64_t n = x.shape.elements();
    Shape shape = Below(2) ? Shape{n} : n % 4 == 0 ? Shape{4, n / 4} : Shape{n, 1};
    Add(Reshape(builder_, x.index, std::vector<int64_t>(shape.begin(), shape.end())), shape);
  }

  void AddSplit(const Node& x) {
    const int axis = Below(x.shape.rank());
    if (x.shape[axis] % 2 != 0) return;
    Shape shape = x.shape;
    shape[axis] /= 2;
    for (int part : Split(builder_, x.index, axis, 2)) Add(part, shape);
  }

  void AddConcat(const Node& x) {
    std::vector<int> parts = {x.index};
    const int axis = Below(x.shape.rank()), count = 1 + Below(3);
    Shape shape = x.shape;
    for (int i = 1; i < count; ++i) {
      parts.push_back(Like(x).index);
      shape[axis] += x.shape[axis];
    }
    Add(Concat(builder_, parts, axis), shape);
  }

  void AddMatMul() {
    const Node a = Any();
    if (a.shape.rank() != 2) return;
    for (int tries = 0; tries < 10; ++tries) {
      const Node b = Any();
      if (b.shape.rank() != 2 || b.shape[0] != a.shape[1]) continue;
      const Node out = {builder_.AddResult("matmul"), {a.shape[0], b.shape[1]}};
      const Node residual = Like(out);
      builder_.AddOp(OpCode::MatMul, {a.index, b.index, -1, residual.index == out.index ? -1 : residual.index}, {out.index});
      return Add(out.index, out.shape);
    }
  }

  std::mt19937 random_;
  ModelBuilder builder_;
  std::vector<Node> tensors_;
  int state_ = -1;
};

TEST(ShareMemory, RandomGraphs) {
  int merged = 0, strided = 0;
  for (uint32_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(seed);
    const auto file = RandomGraph(seed).Make();
    ASSERT_NO_FATAL_FAILURE(ExpectSharingIsRight(file, seed % 2 == 0));
    if (HasFailure()) return;
    const Model model = OpenModel(file);
    const Session session = NewSession(model);
    const Prepared& prepared = session.impl().prepared();
    EXPECT_TRUE(PlanIsValid(prepared.blocks, prepared.arena_bytes));
    int placed = 0;
    for (size_t i = 0; i < prepared.slots.size(); ++i) {
      if (prepared.placements[i].block < 0) continue;
      ++placed;
      strided += prepared.slots[i].rank() > 0 && prepared.slots[i].row_stride != prepared.slots[i].shape.back();
    }
    merged += placed - static_cast<int>(prepared.blocks.size());
  }
  EXPECT_GT(merged, 3000) << "the graphs should share much";
  EXPECT_GT(strided, 300) << "the graphs should have channel views";
}

}  // namespace
}  // namespace linnet::testing
