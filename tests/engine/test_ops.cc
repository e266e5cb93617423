#include "tests/engine/test_ops.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace linnet::testing {
namespace {

using format::OpAttrs;
using format::OpCode;

int64_t Columns(const TensorSlot& slot) { return slot.rank() > 0 ? slot.shape.back() : 1; }
int64_t Rows(const TensorSlot& slot) { return Columns(slot) > 0 ? slot.elements() / Columns(slot) : 0; }
float& At(const TensorSlot& slot, int64_t row, int64_t column) {
  return slot.as<float>()[row * slot.row_stride + column];
}

// out[r, c] = function(r, c)
template <typename Function>
void Fill(const TensorSlot& out, const Function& function) {
  for (int64_t r = 0; r < Rows(out); ++r) {
    for (int64_t c = 0; c < Columns(out); ++c) At(out, r, c) = function(r, c);
  }
}

Status ExpectFloats(OpContext& ctx, int min_inputs, int max_inputs) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(min_inputs, max_inputs, 1, 1));
  for (int i = 0; i < ctx.input_count(); ++i) {
    if (ctx.has_input(i)) LINNET_RETURN_IF_ERROR(ctx.ExpectType(i, ElementType::kFloat32));
  }
  return Status();
}

Status PrepareSame(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ExpectFloats(ctx, 1, 1));
  return ctx.SetOutput(0, ctx.input(0).type, ctx.input(0).shape);
}

Status EvalRelu(OpContext& ctx) {
  const TensorSlot& x = ctx.input(0);
  Fill(ctx.output(0), [&](int64_t r, int64_t c) { return std::max(At(x, r, c), 0.0f); });
  return Status();
}

Status EvalNeg(OpContext& ctx) {
  const TensorSlot& x = ctx.input(0);
  Fill(ctx.output(0), [&](int64_t r, int64_t c) { return -At(x, r, c); });
  return Status();
}

Status PrepareAdd(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ExpectFloats(ctx, 2, 2));
  if (ctx.input(0).shape != ctx.input(1).shape) return ctx.Invalid("a is %s, b is %s", ctx.Describe(0), ctx.Describe(1, 1));
  return ctx.SetOutput(0, ctx.input(0).type, ctx.input(0).shape);
}

Status EvalAdd(OpContext& ctx) {
  const TensorSlot &a = ctx.input(0), &b = ctx.input(1);
  Fill(ctx.output(0), [&](int64_t r, int64_t c) { return At(a, r, c) + At(b, r, c); });
  return Status();
}

Status PrepareIdentity(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 1));
  return ctx.SetOutput(0, ctx.input(0).type, ctx.input(0).shape);
}

Status EvalCopy(OpContext& ctx) {
  const TensorSlot &x = ctx.input(0), &out = ctx.output(0);
  if (x.data == out.data || out.elements() == 0) return Status();
  const size_t row_bytes = static_cast<size_t>(Columns(x)) * ElementBits(x.type) / 8;
  if (x.shape != out.shape) {
    std::memcpy(out.data, x.data, TensorBytes(x.type, x.shape));
    return Status();
  }
  for (int64_t r = 0; r < Rows(x); ++r) {
    const size_t element = ElementBits(x.type) / 8;
    std::memcpy(out.as<char>() + r * out.row_stride * element, x.as<char>() + r * x.row_stride * element, row_bytes);
  }
  return Status();
}

Status ReadSizes(OpContext& ctx, Shape* shape) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 1));
  IntList sizes;
  LINNET_RETURN_IF_ERROR(ctx.ReadInts(1, &sizes));
  if (sizes.count > Shape::kMaxRank) return ctx.Invalid("%d sizes", sizes.count);
  for (int64_t size : sizes) shape->Append(size);
  return Status();
}

Status PrepareReshape(OpContext& ctx) {
  Shape shape;
  LINNET_RETURN_IF_ERROR(ReadSizes(ctx, &shape));
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(0, ctx.input(0).type, shape));
  if (shape.elements() != ctx.input(0).elements()) return ctx.Invalid("cannot reshape %s", ctx.Describe(0));
  return Status();
}

Status PrepareExpand(OpContext& ctx) {
  Shape shape;
  LINNET_RETURN_IF_ERROR(ReadSizes(ctx, &shape));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(0, ElementType::kFloat32));
  if (ctx.input(0).elements() < 1) return ctx.Invalid("x is empty");
  ctx.RequestScratch(64, 64);
  return ctx.SetOutput(0, ElementType::kFloat32, shape);
}

Status EvalExpand(OpContext& ctx) {
  const float value = *ctx.input(0).as<float>();
  std::memset(ctx.shared_scratch(), 0xff, 64);
  for (int t = 0; t < ctx.threads(); ++t) std::memset(ctx.thread_scratch(t), 0xff, 64);
  Fill(ctx.output(0), [&](int64_t, int64_t) { return value; });
  return Status();
}

Status PrepareConcat(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ExpectFloats(ctx, 1, 64));
  Shape shape = ctx.input(0).shape;
  int axis = 0;
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(ctx.attrs<format::Axis>()->axis(), shape.rank(), &axis));
  for (int i = 1; i < ctx.input_count(); ++i) {
    if (!ctx.has_input(i) || ctx.input(i).rank() != shape.rank()) return ctx.Invalid("part %d", i);
    for (int d = 0; d < shape.rank(); ++d) {
      if (d != axis && ctx.input(i).shape[d] != shape[d]) return ctx.Invalid("part %d is %s", i, ctx.Describe(i));
    }
    shape[axis] += ctx.input(i).shape[axis];
  }
  return ctx.SetOutput(0, ElementType::kFloat32, shape);
}

// Copies between `part` and the columns of `whole` that begin at index `before` of `axis`, unless they are the same.
void CopyPart(const TensorSlot& whole, const TensorSlot& part, int axis, int64_t before, bool to_whole) {
  const int rank = whole.rank();
  if (part.elements() == 0) return;
  const int64_t outer = whole.shape.Product(0, axis), inner = whole.shape.Product(axis + 1, rank);
  for (int64_t o = 0; o < outer; ++o) {
    for (int64_t a = 0; a < part.shape[axis]; ++a) {
      for (int64_t i = 0; i < inner; ++i) {
        const int64_t w = (o * whole.shape[axis] + before + a) * inner + i, p = (o * part.shape[axis] + a) * inner + i;
        float& in_whole = At(whole, w / Columns(whole), w % Columns(whole));
        float& in_part = At(part, p / Columns(part), p % Columns(part));
        if (&in_whole == &in_part) return;  // where it belongs
        if (to_whole) {
          in_whole = in_part;
        } else {
          in_part = in_whole;
        }
      }
    }
  }
}

int AxisOf(int axis, int rank) { return axis < 0 ? axis + rank : axis; }

Status EvalConcat(OpContext& ctx) {
  const TensorSlot& whole = ctx.output(0);
  const int axis = AxisOf(ctx.attrs<format::Axis>()->axis(), whole.rank());
  int64_t before = 0;
  for (int i = 0; i < ctx.input_count(); ++i) {
    CopyPart(whole, ctx.input(i), axis, before, /*to_whole=*/true);
    before += ctx.input(i).shape[axis];
  }
  return Status();
}

Status PrepareSplit(OpContext& ctx) {
  const auto* attrs = ctx.attrs<format::Split>();
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 1, 1, 64));
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(0, ElementType::kFloat32));
  Shape shape = ctx.input(0).shape;
  int axis = 0;
  LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(attrs->axis(), shape.rank(), &axis));
  if (attrs->num_outputs() != ctx.output_count() || shape[axis] % ctx.output_count() != 0) return ctx.Invalid("parts");
  shape[axis] /= ctx.output_count();
  for (int i = 0; i < ctx.output_count(); ++i) LINNET_RETURN_IF_ERROR(ctx.SetOutput(i, ElementType::kFloat32, shape));
  return Status();
}

Status EvalSplit(OpContext& ctx) {
  const TensorSlot& whole = ctx.input(0);
  const int axis = AxisOf(ctx.attrs<format::Split>()->axis(), whole.rank());
  const int64_t size = whole.shape[axis] / ctx.output_count();
  for (int i = 0; i < ctx.output_count(); ++i) {
    if (ctx.has_output(i)) CopyPart(whole, ctx.output(i), axis, i * size, /*to_whole=*/false);
  }
  return Status();
}

Status EvalReverse(OpContext& ctx) {
  const int64_t n = ctx.input(0).elements();
  const float* x = ctx.input(0).as<float>();
  float* out = ctx.output(0).as<float>();
  for (int64_t i = 0; i < n; ++i) out[i] = x[n - 1 - i];
  return Status();
}

int64_t CountNonZero(const TensorSlot& x) {
  return std::count_if(x.as<float>(), x.as<float>() + x.elements(), [](float value) { return value != 0; });
}

Status PrepareNonZero(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ExpectFloats(ctx, 1, 1));
  if (ctx.input(0).data == nullptr && ctx.input(0).elements() > 0) return ctx.Unresolved(0);
  if (ctx.NewState<int64_t>(16) == nullptr) return ctx.OutOfMemory();
  return ctx.SetOutput(0, ElementType::kInt64, {CountNonZero(ctx.input(0))});
}

Status EvalNonZero(OpContext& ctx) {
  const TensorSlot& x = ctx.input(0);
  int64_t* out = ctx.output(0).as<int64_t>();
  for (int64_t i = 0; i < x.elements(); ++i) {
    if (x.as<float>()[i] != 0) *out++ = i;
  }
  return Status();
}

Status PrepareShape(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 1));
  return ctx.SetOutput(0, ElementType::kInt64, {ctx.input(0).rank()});
}

Status EvalShape(OpContext& ctx) {
  std::copy(ctx.input(0).shape.begin(), ctx.input(0).shape.end(), ctx.output(0).as<int64_t>());
  return Status();
}

Status PrepareSize(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 1));
  return ctx.SetOutput(0, ElementType::kInt64, {1});
}

Status EvalSize(OpContext& ctx) {
  *ctx.output(0).as<int64_t>() = ctx.input(0).elements();
  return Status();
}

Status PrepareMatMul(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ExpectFloats(ctx, 2, 4));
  const Shape &a = ctx.input(0).shape, &b = ctx.input(1).shape;
  if (a.rank() != 2 || b.rank() != 2 || a[1] != b[0]) return ctx.Invalid("%s x %s", ctx.Describe(0), ctx.Describe(1, 1));
  const Shape shape = {a[0], b[1]};
  if (ctx.has_input(2) && ctx.input(2).elements() != b[1]) return ctx.Invalid("bias is %s", ctx.Describe(2));
  if (ctx.has_input(3) && ctx.input(3).shape != shape) return ctx.Invalid("residual is %s", ctx.Describe(3));
  ctx.RequestScratch(0, sizeof(float) * static_cast<size_t>(b[1]));
  return ctx.SetOutput(0, ElementType::kFloat32, shape);
}

Status EvalMatMul(OpContext& ctx) {
  const TensorSlot &a = ctx.input(0), &b = ctx.input(1), &out = ctx.output(0);
  const int64_t k_count = a.shape[1], n_count = b.shape[1];
  ctx.Parallel(static_cast<size_t>(a.shape[0]), [&](size_t index, int thread) {
    const auto m = static_cast<int64_t>(index);
    auto* sums = static_cast<float*>(ctx.thread_scratch(thread));
    for (int64_t n = 0; n < n_count; ++n) {
      sums[n] = ctx.has_input(2) ? ctx.input(2).as<float>()[n] : 0;
      for (int64_t k = 0; k < k_count; ++k) sums[n] += At(a, m, k) * At(b, k, n);
    }
    for (int64_t n = 0; n < n_count; ++n) {
      At(out, m, n) = ctx.has_input(3) ? sums[n] + At(ctx.input(3), m, n) : sums[n];
    }
  });
  return Status();
}

Status PrepareScatter(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ExpectFloats(ctx, 2, 2));
  return ctx.SetOutput(0, ElementType::kFloat32, ctx.input(0).shape);
}

// An index outside the tensor is taken modulo its elements.
Status EvalScatter(OpContext& ctx) {
  const TensorSlot &x = ctx.input(0), &indices = ctx.input(1), &out = ctx.output(0);
  const int64_t n = out.elements();
  if (n > 0 && x.data != out.data) std::memcpy(out.data, x.data, TensorBytes(x.type, x.shape));
  for (int64_t i = 0; i < indices.elements() && n > 0; ++i) {
    const float index = indices.as<float>()[i];
    out.as<float>()[index >= 0 && index < static_cast<float>(n) ? static_cast<int64_t>(index) : 0] = -1;
  }
  return Status();
}

Status PrepareCumSum(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(PrepareSame(ctx));
  const auto n = static_cast<size_t>(ctx.input(0).elements());
  auto* ones = ctx.NewState<float>(n);
  if (ones == nullptr) return ctx.OutOfMemory();
  for (size_t i = 0; i < n; ++i) {
    if (ones[i] != 0) return ctx.Invalid("state is not zeroed");
    ones[i] = 1;
  }
  return Status();
}

Status EvalCumSum(OpContext& ctx) {
  float sum = 0;
  for (int64_t i = 0; i < ctx.input(0).elements(); ++i) {
    sum += ctx.input(0).as<float>()[i] * ctx.state<float>()[i];
    ctx.output(0).as<float>()[i] = sum;
  }
  return Status();
}

Status PreparePacked(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(2, 1));
  if (ctx.input(1).order() != format::StorageOrder::Panels) return ctx.Invalid("w is not packed");
  return ctx.SetOutput(0, ElementType::kFloat32, ctx.input(0).shape);
}

Status EvalPacked(OpContext& ctx) {
  float sum = 0;
  for (size_t i = 0; i < ctx.input(1).def->bytes() / sizeof(float); ++i) sum += ctx.input(1).as<float>()[i];
  for (int64_t i = 0; i < ctx.input(0).elements(); ++i) {
    ctx.output(0).as<float>()[i] = ctx.input(0).as<float>()[i] * sum;
  }
  return Status();
}

Status EvalFails(OpContext& ctx) {
  if (ctx.input(0).elements() > 0 && *ctx.input(0).as<float>() < 0) return ctx.OutOfRange("x[0] is negative");
  return EvalCopy(ctx);
}

// Every element is 1e-40 * 1, computed now: 0 where denormal numbers are flushed.
Status EvalDenormal(OpContext& ctx) {
  const TensorSlot& out = ctx.output(0);
  ctx.Parallel(static_cast<size_t>(out.elements()), [&](size_t i, int) {
    volatile float tiny = 1e-40f, one = 1;
    out.as<float>()[i] = tiny * one;
  });
  return Status();
}

constexpr uint32_t kStrided = kStridedInputs | kStridedOutputs;
const OpDef kShared[] = {
    {OpCode::Relu, "Relu", OpAttrs::NONE, PrepareSame, EvalRelu, kInPlace0 | kStrided, 2},
    {OpCode::Add, "Add", OpAttrs::NONE, PrepareAdd, EvalAdd, kInPlace0 | kInPlace1 | kStrided},
    {OpCode::Neg, "Neg", OpAttrs::NONE, PrepareSame, EvalNeg, kStrided},
    {OpCode::Identity, "Identity", OpAttrs::NONE, PrepareIdentity, EvalCopy, kView | kStrided},
    {OpCode::Reshape, "Reshape", OpAttrs::Reshape, PrepareReshape, EvalCopy, kView},
    {OpCode::Concat, "Concat", OpAttrs::Axis, PrepareConcat, EvalConcat, kConcat | kStrided},
    {OpCode::Split, "Split", OpAttrs::Split, PrepareSplit, EvalSplit, kSplit | kStrided},
    {OpCode::Transpose, "Transpose", OpAttrs::NONE, PrepareSame, EvalReverse},
    {OpCode::Expand, "Expand", OpAttrs::NONE, PrepareExpand, EvalExpand},
    {OpCode::NonZero, "NonZero", OpAttrs::NONE, PrepareNonZero, EvalNonZero},
    {OpCode::Shape, "Shape", OpAttrs::NONE, PrepareShape, EvalShape, kShapeOnly},
    {OpCode::Size, "Size", OpAttrs::NONE, PrepareSize, EvalSize},
    {OpCode::MatMul, "MatMul", OpAttrs::NONE, PrepareMatMul, EvalMatMul, kInPlace3},
    {OpCode::ScatterND, "ScatterND", OpAttrs::NONE, PrepareScatter, EvalScatter, kInPlace0},
    {OpCode::CumSum, "CumSum", OpAttrs::NONE, PrepareCumSum, EvalCumSum},
    {OpCode::DepthwiseConv2D, "DepthwiseConv2D", OpAttrs::NONE, PreparePacked, EvalPacked, kPackedInputs},
    {OpCode::Erf, "Erf", OpAttrs::NONE, PrepareSame, EvalFails, kInPlace0},
    {OpCode::Sigmoid, "Sigmoid", OpAttrs::NONE, PrepareSame, EvalDenormal, kNotFoldable},
};
constexpr size_t kCount = sizeof(kShared) / sizeof(kShared[0]);

struct Lists {
  Lists() {
    constexpr uint32_t kSharing = kInPlace0 | kInPlace1 | kInPlace3 | kView | kConcat | kSplit | kShapeOnly;
    for (size_t i = 0; i < kCount; ++i) {
      shared[i] = &kShared[i];
      plain_defs[i] = kShared[i];
      plain_defs[i].flags = (kShared[i].flags & ~kSharing) | kNotFoldable;
      plain[i] = &plain_defs[i];
    }
  }
  OpDef plain_defs[kCount];
  const OpDef* shared[kCount];
  const OpDef* plain[kCount];
};

const Lists& OpLists() {
  static const Lists lists;
  return lists;
}

void Require(bool ok, const char* message) {
  if (!ok) throw std::runtime_error(message);
}

}  // namespace

OpList TestOps() { return {OpLists().shared, kCount}; }
OpList TestOpsWithoutSharing() { return {OpLists().plain, kCount}; }

Model OpenModel(const ModelBuilder::File& file, OpList ops) {
  Result<Model> model = Model::FromBuffer(file.data(), file.size(), ops);
  Require(model.ok(), model.message());
  return std::move(*model);
}

Session NewSession(const Model& model, const SessionOptions& options) {
  Result<Session> session = Session::Create(model, options);
  Require(session.ok(), session.message());
  return std::move(*session);
}

void MustRun(Session& session) {
  const Status status = session.Run();
  Require(status.ok(), status.message());
}

void SetInput(const Session& session, int index, const std::vector<float>& values) {
  const Tensor* input = session.Input(index);
  Require(input->bytes() == values.size() * sizeof(float), "another number of values than the input has");
  if (!values.empty()) std::memcpy(input->raw_data(), values.data(), input->bytes());
}

std::vector<float> GetOutput(const Session& session, int index) {
  const Tensor* output = session.Output(index);
  Require(output->type() == ElementType::kFloat32, "the output is not float32");
  std::vector<float> values(output->bytes() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), output->raw_data(), output->bytes());
  return values;
}

void ExpectError(const Status& status, StatusCode code, const char* part) {
  ASSERT_FALSE(status.ok()) << "an error with '" << part << "' was expected";
  EXPECT_STREQ(StatusCodeName(status.code()), StatusCodeName(code)) << status.message();
  EXPECT_NE(std::string(status.message()).find(part), std::string::npos) << "'" << part << "' is not in: " << status.message();
}

}  // namespace linnet::testing
