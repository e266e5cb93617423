#include "linnet/custom_op.h"

#include <gtest/gtest.h>

#include <cmath>

#include "linnet/custom_op_c.h"
#include "tests/engine/test_ops.h"

namespace linnet::testing {
namespace {

using format::OpCode;

// y[i] = factor * x[i] + bias[i % n], of every thread's index noted in scratch.
Status PrepareScale(CustomOpContext& ctx) {
  if (ctx.input_count() < 1 || ctx.output_count() != 1) return ctx.Error(StatusCode::kInvalidModel, "one input");
  int count = 0;
  ctx.Floats("bias", &count);
  if (count == 0) return ctx.Error(StatusCode::kInvalidModel, "%d numbers in bias", count);
  ctx.RequestScratch(64, 64);
  void* state = ctx.NewState(sizeof(int));
  if (state == nullptr) return ctx.Error(StatusCode::kOutOfMemory, "no memory");
  *static_cast<int*>(state) = count;
  return ctx.SetOutput(0, ctx.input(0).type(), ctx.input(0).shape());
}

Status EvalScale(CustomOpContext& ctx) {
  struct Task {
    CustomOpContext& ctx;
    const float *x, *bias;
    float* y;
    float factor;
    int count;
  };
  int count = 0;
  const Tensor x = ctx.input(0), y = ctx.output(0);
  Task task = {ctx, x.data<float>(), ctx.Floats("bias", &count), y.data<float>(), ctx.Float("factor", 1),
               *static_cast<int*>(ctx.state())};
  ctx.Parallel(
      static_cast<size_t>(x.shape().elements()),
      [](void* context, size_t i, int thread) {
        Task& self = *static_cast<Task*>(context);
        float* scratch = static_cast<float*>(self.ctx.thread_scratch(thread));
        *scratch = self.factor * self.x[i];
        self.y[i] = *scratch + self.bias[i % static_cast<size_t>(self.count)];
      },
      &task);
  static_cast<float*>(ctx.shared_scratch())[0] = 1;
  ++*static_cast<int*>(ctx.user());
  return Status();
}

// One custom node on x [4].
ModelBuilder::File CustomModel(const char* domain, const char* name, std::vector<format::CustomAttributeT> attributes) {
  ModelBuilder builder;
  const int x = builder.AddInput("x", ElementType::kFloat32, {4}), y = builder.AddResult("y");
  format::CustomT custom;
  custom.domain = domain;
  custom.op_type = name;
  for (format::CustomAttributeT& attribute : attributes) {
    custom.attributes.push_back(std::make_unique<format::CustomAttributeT>(std::move(attribute)));
  }
  builder.AddOp(OpCode::Custom, std::move(custom), {x}, {y}, "the node");
  builder.MarkOutput(y);
  return builder.Finish();
}

format::CustomAttributeT FloatsNamed(const char* name, const std::vector<float>& floats) {
  format::CustomAttributeT attribute;
  attribute.name = name;
  attribute.type = 6;
  attribute.floats = floats;
  return attribute;
}

format::CustomAttributeT FloatNamed(const char* name, float f) {
  format::CustomAttributeT attribute;
  attribute.name = name;
  attribute.type = 1;
  attribute.f = f;
  return attribute;
}

TEST(CustomOp, ComputesOnAnyNumberOfThreads) {
  int runs = 0;
  const CustomOp ops[] = {{"other", "Scale", nullptr, nullptr}, {"my", "Scale", PrepareScale, EvalScale, &runs}};
  const auto file = CustomModel("my", "Scale", {FloatNamed("factor", 10), FloatsNamed("bias", {1, 2})});
  const Model model = OpenModel(file, WithCustomOps(AllOps(), ops));
  for (int threads : {1, 3}) {
    SessionOptions options;
    options.threads = threads;
    Session session = NewSession(model, options);
    SetInput(session, 0, {1, 2, 3, 4});
    MustRun(session);
    EXPECT_EQ(GetOutput(session, 0), (std::vector<float>{11, 22, 31, 42}));
  }
  EXPECT_EQ(runs, 2);
}

TEST(CustomOp, ErrorsNameTheNode) {
  const auto file = CustomModel("my", "Scale", {FloatNamed("factor", 10)});
  ExpectError(Model::FromBuffer(file.data(), file.size()).status(), StatusCode::kUnsupported,
              "node 'the node': custom op my::Scale is not registered");
  int runs = 0;
  const CustomOp ops[] = {{"my", "Scale", PrepareScale, EvalScale, &runs}};
  const Model model = OpenModel(file, WithCustomOps(AllOps(), ops));
  ExpectError(Session::Create(model).status(), StatusCode::kInvalidModel, "node 'the node' (Scale): 0 numbers in bias");
}

TEST(CustomOp, AnOutputThatIsNotSetIsAnError) {
  const CustomOp ops[] = {{"my", "Lazy", [](CustomOpContext&) { return Status(); }, nullptr}};
  const ModelBuilder::File file = CustomModel("my", "Lazy", {});
  const Model model = OpenModel(file, WithCustomOps(AllOps(), ops));
  ExpectError(Session::Create(model).status(), StatusCode::kInternal, "node 'the node' (Lazy) did not set its output");
  const CustomOp wrong[] = {{"my", "Lazy",
                             [](CustomOpContext& ctx) { return ctx.SetOutput(0, ElementType::kString, {1}); }, nullptr}};
  const Model other = OpenModel(file, WithCustomOps(AllOps(), wrong));
  ExpectError(Session::Create(other).status(), StatusCode::kInvalidModel, "output 0: element type 8");
}

// The attributes of every kind, as they come back.
Status CheckAttributes(CustomOpContext& ctx) {
  int count = -1;
  EXPECT_EQ(ctx.Int("i", 0), 7);
  EXPECT_EQ(ctx.Float("i", 3), 3) << "an integer is no float";
  EXPECT_STREQ(ctx.String("s", ""), "text");
  EXPECT_STREQ(ctx.String("none", "otherwise"), "otherwise");
  const int64_t* ints = ctx.Ints("ints", &count);
  EXPECT_EQ(count, 2);
  EXPECT_TRUE(count == 2 && ints[1] == -5);
  EXPECT_EQ(ctx.Floats("none", &count), nullptr);
  EXPECT_EQ(count, 0);
  EXPECT_EQ(ctx.StringCount("strings"), 2);
  EXPECT_STREQ(ctx.StringAt("strings", 1), "b");
  EXPECT_TRUE(ctx.HasAttribute("tensor"));
  EXPECT_FALSE(ctx.HasAttribute("none"));
  const Tensor tensor = ctx.TensorAttribute("tensor");
  EXPECT_EQ(tensor.shape(), Shape({3}));
  EXPECT_EQ(tensor.type(), ElementType::kUint8);
  EXPECT_TRUE(tensor.bytes() == 3 && static_cast<const uint8_t*>(tensor.raw_data())[2] == 9);
  EXPECT_EQ(ctx.TensorAttribute("damaged").raw_data(), nullptr);
  EXPECT_EQ(ctx.TensorAttribute("none").type(), ElementType::kUndefined);
  return ctx.SetOutput(0, ctx.input(0).type(), ctx.input(0).shape());
}

TEST(CustomOp, ReadsAttributesOfEveryKind) {
  format::CustomAttributeT i, s, ints, strings, tensor, damaged;
  i.name = "i";
  i.type = 2;
  i.i = 7;
  s.name = "s";
  s.type = 3;
  s.s = "text";
  ints.name = "ints";
  ints.type = 7;
  ints.ints = {4, -5};
  strings.name = "strings";
  strings.type = 8;
  strings.strings = {"a", "b"};
  tensor.name = "tensor";
  tensor.type = 4;
  tensor.tensor_type = format::ElementType::Uint8;
  tensor.tensor_shape = {3};
  tensor.tensor = {7, 8, 9};
  damaged = tensor;
  damaged.name = "damaged";
  damaged.tensor_shape = {int64_t{1} << 40, int64_t{1} << 40};
  const CustomOp ops[] = {{"", "All", CheckAttributes, [](CustomOpContext&) { return Status(); }}};
  const auto file = CustomModel("", "All", {i, s, ints, strings, tensor, damaged});
  const Model model = OpenModel(file, WithCustomOps(AllOps(), ops));
  NewSession(model);
}

// --- in C types ---

int32_t PrepareSquare(linnet_op_context* ctx, void*) {
  linnet_op_tensor x;
  int32_t count = 0;
  if (linnet_op_input_count(ctx) != 1 || linnet_op_output_count(ctx) != 1 || !linnet_op_input(ctx, 0, &x)) {
    return linnet_op_fail(ctx, LINNET_OP_INVALID_MODEL, "one input");
  }
  if (linnet_op_input(ctx, 1, &x)) return linnet_op_fail(ctx, 0, "there is no second");
  linnet_op_attribute_floats(ctx, "bias", &count);
  if (count > 0) return linnet_op_fail(ctx, LINNET_OP_UNSUPPORTED, "a bias");
  if (linnet_op_attribute_float(ctx, "factor", 1) < 0) {
    const int64_t sizes[] = {-1};
    return linnet_op_set_output(ctx, 0, x.type, 1, sizes);
  }
  linnet_op_request_scratch(ctx, 128);
  *static_cast<float*>(linnet_op_new_state(ctx, 4)) = linnet_op_attribute_float(ctx, "factor", 1);
  return linnet_op_set_output(ctx, 0, x.type, x.rank, x.sizes);
}

int32_t EvalSquare(linnet_op_context* ctx, void*) {
  linnet_op_tensor x, y;
  linnet_op_input(ctx, 0, &x);
  linnet_op_output(ctx, 0, &y);
  auto* scratch = static_cast<float*>(linnet_op_scratch(ctx));
  for (int64_t i = 0; i < x.sizes[0]; ++i) {
    *scratch = static_cast<const float*>(x.data)[i];
    if (*scratch == 13) return 99;
    static_cast<float*>(y.data)[i] = *scratch * *scratch * *static_cast<float*>(linnet_op_state(ctx));
  }
  return LINNET_OP_OK;
}

const linnet_custom_op kSquare = {"c", "Square", PrepareSquare, EvalSquare, nullptr};

TEST(CustomOpInC, Computes) {
  const CustomOp ops[] = {FromC(&kSquare)};
  const auto file = CustomModel("c", "Square", {FloatNamed("factor", 2)});
  const Model model = OpenModel(file, WithCustomOps(AllOps(), ops));
  Session session = NewSession(model);
  SetInput(session, 0, {1, 2, 3, 4});
  MustRun(session);
  EXPECT_EQ(GetOutput(session, 0), (std::vector<float>{2, 8, 18, 32}));
  SetInput(session, 0, {1, 13, 3, 4});
  ExpectError(session.Run(), StatusCode::kInternal, "node 'the node' (Square): failed with code 99");
}

TEST(CustomOpInC, ErrorsCarryTheirText) {
  const CustomOp ops[] = {FromC(&kSquare)};
  const auto biased = CustomModel("c", "Square", {FloatsNamed("bias", {1})});
  const Model model = OpenModel(biased, WithCustomOps(AllOps(), ops));
  ExpectError(Session::Create(model).status(), StatusCode::kUnsupported, "node 'the node' (Square): a bias");
  const auto negative = CustomModel("c", "Square", {FloatNamed("factor", -1)});
  const Model other = OpenModel(negative, WithCustomOps(AllOps(), ops));
  ExpectError(Session::Create(other).status(), StatusCode::kInvalidModel, "sizes are negative");
}

}  // namespace
}  // namespace linnet::testing
