// y = (x - mean) / (sqrt(mean of (x - mean)^2) + 1e-9) over the axes of format::Axes. Floating-point types.
#include <cmath>

#include "engine/ops/binary_common.h"
#include "engine/ops/reduce_common.h"

namespace linnet::ops {
namespace {

double Sum(double a, double x) { return a + x; }
double SumSquares(double a, double x) { return a + x * x; }
double Mean(double a, double count) { return a / count; }
double Deviation(double a, double count) { return std::sqrt(a / count) + 1e-9; }
double Difference(double a, double b) { return a - b; }
double Quotient(double a, double b) { return a / b; }

constexpr ReduceOp kMean = {
    kReals, ReduceStart::kZero, Sum, nullptr, nullptr, kernels::SumRowF32, kernels::SumColumnsF32, Mean};
constexpr ReduceOp kDeviation = {kReals,
                                 ReduceStart::kZero,
                                 SumSquares,
                                 nullptr,
                                 nullptr,
                                 kernels::SumSquaresRowF32,
                                 kernels::SumSquaresColumnsF32,
                                 Deviation};
constexpr BinaryOp kSub = {kReals, Difference, nullptr, nullptr, kernels::SubF32};
constexpr BinaryOp kDiv = {kReals, Quotient, nullptr, nullptr, kernels::DivF32};

struct State {
  ReducePlan plan;
  Shape moments;  // of x, the reduced dimensions 1
};

Status Prepare(OpContext& ctx) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(/*inputs=*/1, /*outputs=*/1));
  LINNET_RETURN_IF_ERROR(ExpectTypes(ctx, 0, kReals));
  const TensorSlot& x = ctx.input(0);
  State* state = ctx.NewState<State>();
  if (state == nullptr) return ctx.OutOfMemory();
  bool reduced[Shape::kMaxRank] = {};
  const auto* axes = ctx.attrs<format::Axes>()->axes();
  for (uint32_t i = 0; axes != nullptr && i < axes->size(); ++i) {
    int d;
    LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(axes->Get(i), x.rank(), &d));
    reduced[d] = true;
  }
  for (int d = 0; d < x.rank(); ++d) state->moments.Append(reduced[d] ? 1 : x.shape[d]);
  MakeReducePlan(x.shape, reduced, &state->plan);
  ctx.RequestScratch(TensorBytes(x.type, state->moments), 0);
  return ctx.SetOutput(0, x.type, x.shape);
}

// In three passes over y: what one pass has written the next reads.
Status Eval(OpContext& ctx) {
  const State& state = *ctx.state<State>();
  const TensorSlot &x = ctx.input(0), &y = ctx.output(0);
  if (x.elements() == 0) return Status();
  TensorSlot moments;
  moments.type = x.type;
  moments.shape = state.moments;
  moments.data = ctx.shared_scratch();
  moments.row_stride = state.moments.rank() > 0 ? state.moments.back() : 1;
  RunReduce(ctx, kMean, state.plan, x, moments);
  RunBinary(ctx, kSub, x, moments, y);
  RunReduce(ctx, kDeviation, state.plan, y, moments);
  RunBinary(ctx, kDiv, y, moments, y);
  return Status();
}

}  // namespace

const OpDef kMeanVarianceNorm = {
    format::OpCode::MeanVarianceNorm, "MeanVarianceNorm", format::OpAttrs::Axes, Prepare, Eval, kInPlace0};

}  // namespace linnet::ops
