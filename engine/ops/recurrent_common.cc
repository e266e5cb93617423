#include "engine/ops/recurrent_common.h"

#include "engine/ops/conv_common.h"
#include "engine/ops/type_check.h"

namespace linnet::ops {
namespace {

constexpr size_t kChunkBytes = size_t{256} << 10;  // of x w^T at once
constexpr size_t kParallelProduct = size_t{1} << 18;  // multiplications below which threads do not pay

size_t Size(int64_t value) { return static_cast<size_t>(value); }

Status CheckShape(const OpContext& ctx, int i, const Shape& expected, const char* form) {
  if (!ctx.has_input(i) || ctx.input(i).shape == expected) return Status();
  return ctx.Invalid("input %d is %s, expected %s", i, ctx.Describe(i), form);
}

Status CheckInputs(OpContext& ctx, const RecurrentCell& cell, RecurrentState* s) {
  const Shape &x = ctx.input(kX).shape, &w = ctx.input(kW).shape, &r = ctx.input(kR).shape;
  if (x.rank() != 3) return ctx.Invalid("x is %s, expected [steps, batch, inputs]", ctx.Describe(kX));
  s->steps = x[0];
  s->batch = x[1];
  s->inputs = x[2];
  const int64_t rows = cell.gates * s->hidden;
  if (w != Shape({s->directions, rows, s->inputs})) {
    return ctx.Invalid("w is %s, expected [%d, %lld, %lld]", ctx.Describe(kW), s->directions,
                       static_cast<long long>(rows), static_cast<long long>(s->inputs));
  }
  if (r != Shape({s->directions, rows, s->hidden})) {
    return ctx.Invalid("r is %s, expected [%d, %lld, %lld]", ctx.Describe(kR), s->directions,
                       static_cast<long long>(rows), static_cast<long long>(s->hidden));
  }
  for (int i = 0; i < ctx.input_count(); ++i) {
    if (!ctx.has_input(i)) continue;
    const bool packed = ctx.input(i).order() != format::StorageOrder::Plain;
    if (packed && i != kW && i != kR) return ctx.Invalid("input %d is packed; only w and r may be", i);
    if (i == kLengths) {
      LINNET_RETURN_IF_ERROR(ctx.ExpectType(i, ElementType::kInt32));
    } else if (!packed) {
      LINNET_RETURN_IF_ERROR(ctx.ExpectSameType(i));
    } else if (ctx.input(kX).type != ElementType::kFloat32) {
      return ctx.Unsupported("packed input %d for a %s", i, ctx.Describe(kX));
    }
  }
  const Shape state = {s->directions, s->batch, s->hidden};
  LINNET_RETURN_IF_ERROR(CheckShape(ctx, kB, {s->directions, 2 * rows}, "[directions, 2 * gates * hidden]"));
  LINNET_RETURN_IF_ERROR(CheckShape(ctx, kLengths, {s->batch}, "[batch]"));
  LINNET_RETURN_IF_ERROR(CheckShape(ctx, kInitialH, state, "[directions, batch, hidden]"));
  LINNET_RETURN_IF_ERROR(CheckShape(ctx, kInitialC, state, "[directions, batch, hidden]"));
  return CheckShape(ctx, kPeephole, {s->directions, 3 * s->hidden}, "[directions, 3 * hidden]");
}

Status ReadFunctions(OpContext& ctx, const RecurrentCell& cell, RecurrentState* s) {
  const auto* attrs = ctx.attrs<format::Recurrent>();
  const unsigned count = static_cast<unsigned>(s->directions * cell.functions);
  const auto* kinds = attrs->activations();
  const bool given = kinds != nullptr && kinds->size() > 0;
  if (given && kinds->size() != count) return ctx.Invalid("%u activations, expected %u", kinds->size(), count);
  for (const auto* numbers : {attrs->alpha(), attrs->beta()}) {
    if (numbers != nullptr && numbers->size() > 0 && (!given || numbers->size() != count)) {
      return ctx.Invalid("%u parameters for %u activations", numbers->size(), given ? count : 0);
    }
  }
  const auto number = [](const flatbuffers::Vector<float>* numbers, unsigned i) {
    return numbers != nullptr && numbers->size() > 0 ? numbers->Get(i) : 0.0f;
  };
  for (unsigned i = 0; i < count; ++i) {
    RecurrentFunction& f = s->functions[i];
    f.kind = given ? static_cast<format::RecurrentActivation>(kinds->Get(i)) : cell.defaults[i % static_cast<unsigned>(cell.functions)];
    f.alpha = number(attrs->alpha(), i);
    f.beta = number(attrs->beta(), i);
    if (f.kind > format::RecurrentActivation::MAX) {
      return ctx.Unsupported("activation %d", static_cast<int>(f.kind));
    }
  }
  return Status();
}

Status ReadAttributes(OpContext& ctx, const RecurrentCell& cell, RecurrentState* s) {
  const auto* attrs = ctx.attrs<format::Recurrent>();
  if (attrs->hidden_size() < 1) return ctx.Invalid("hidden_size is %d", attrs->hidden_size());
  if (attrs->direction() > format::Direction::MAX) {
    return ctx.Unsupported("direction %d", static_cast<int>(attrs->direction()));
  }
  if (!(attrs->clip() >= 0)) return ctx.Invalid("clip is %g, expected at least 0", static_cast<double>(attrs->clip()));
  s->hidden = attrs->hidden_size();
  s->directions = attrs->direction() == format::Direction::Bidirectional ? 2 : 1;
  s->gates = cell.gates;
  s->r_sets = cell.r_sets;
  s->clip = attrs->clip();
  s->input_forget = attrs->input_forget();
  s->linear_before_reset = cell.r_sets > 1 && attrs->linear_before_reset();  // Gru alone has it
  return ReadFunctions(ctx, cell, s);
}

kernels::GemmPlanF32 Plan(OpContext& ctx, const kernels::GemmF32& gemm) {
  const size_t work = SaturatingMultiply(SaturatingMultiply(gemm.m, gemm.n), gemm.k);
  return PlanGemmF32(gemm, work < kParallelProduct ? 1 : ctx.threads());
}

Status PlanProducts(OpContext& ctx, RecurrentState* s) {
  s->w_layout = s->r_layout = kernels::GemmB::kTransposed;
  const int64_t rows = s->gates * s->hidden;
  if (ctx.input(kW).order() != format::StorageOrder::Plain) {
    LINNET_RETURN_IF_ERROR(CheckPanels(ctx, kW, s->directions, rows, s->inputs, &s->w_layout));
  }
  if (ctx.input(kR).order() != format::StorageOrder::Plain) {
    LINNET_RETURN_IF_ERROR(
        CheckPanels(ctx, kR, s->directions * s->r_sets, rows / s->r_sets, s->hidden, &s->r_layout));
  }
  s->project = Plan(ctx, ProjectionOf(ctx, *s, s->chunk));
  s->project_last = Plan(ctx, ProjectionOf(ctx, *s, s->steps % s->chunk));
  s->recur = Plan(ctx, RecurrenceOf(ctx, *s));
  return Status();
}

}  // namespace

kernels::GemmF32 ProjectionOf(const OpContext& ctx, const RecurrentState& s, int64_t steps) {
  const TensorSlot& w = ctx.input(kW);
  kernels::GemmF32 gemm;
  gemm.m = Size(steps * s.batch);
  gemm.n = gemm.c_stride = Size(s.gates * s.hidden);
  gemm.k = gemm.a_stride = gemm.b_stride = Size(s.inputs);
  gemm.b_layout = s.w_layout;
  if (w.order() != format::StorageOrder::Plain) gemm.panel_width = w.def->width();
  return gemm;
}

kernels::GemmF32 RecurrenceOf(const OpContext& ctx, const RecurrentState& s) {
  const TensorSlot& r = ctx.input(kR);
  kernels::GemmF32 gemm;
  gemm.m = Size(s.batch);
  gemm.n = Size(s.gates / s.r_sets * s.hidden);
  gemm.k = gemm.a_stride = gemm.b_stride = Size(s.hidden);
  gemm.b_layout = s.r_layout;
  if (r.order() != format::StorageOrder::Plain) gemm.panel_width = r.def->width();
  return gemm;
}

RecurrentScratch::RecurrentScratch(const RecurrentState& s)
    : gates(SaturatingMultiply(SaturatingMultiply(Size(s.chunk), Size(s.batch)), Size(s.gates * s.hidden))),
      state(SaturatingMultiply(Size(s.batch), Size(s.hidden))),
      bias(Size(s.gates * s.hidden)) {}

size_t RecurrentScratch::Total() const {
  return SaturatingAdd(SaturatingAdd(gates, SaturatingMultiply(state, 3)), SaturatingMultiply(bias, 3));
}

Status PrepareRecurrent(OpContext& ctx, const RecurrentCell& cell) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(3, cell.max_inputs, 0, cell.max_outputs));
  LINNET_RETURN_IF_ERROR(ExpectConvType(ctx));
  RecurrentState* s = ctx.NewState<RecurrentState>();
  if (s == nullptr) return ctx.OutOfMemory();
  LINNET_RETURN_IF_ERROR(ReadAttributes(ctx, cell, s));
  LINNET_RETURN_IF_ERROR(CheckInputs(ctx, cell, s));
  const ElementType type = ctx.input(kX).type;
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(kY, type, {s->steps, s->directions, s->batch, s->hidden}));
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(kLastH, type, {s->directions, s->batch, s->hidden}));
  LINNET_RETURN_IF_ERROR(ctx.SetOutput(kLastC, type, {s->directions, s->batch, s->hidden}));
  const size_t element = type == ElementType::kFloat32 ? sizeof(float) : sizeof(double);
  s->chunk = 1;
  const size_t step_bytes = SaturatingMultiply(RecurrentScratch(*s).gates, element);
  if (step_bytes > 0 && step_bytes < kChunkBytes) s->chunk = static_cast<int64_t>(kChunkBytes / step_bytes);
  if (s->chunk > s->steps && s->steps > 0) s->chunk = s->steps;
  if (type == ElementType::kFloat32) LINNET_RETURN_IF_ERROR(PlanProducts(ctx, s));
  size_t of_thread = 0;
  for (const kernels::GemmPlanF32* plan : {&s->project, &s->project_last, &s->recur}) {
    if (plan->scratch_bytes > of_thread) of_thread = plan->scratch_bytes;
  }
  ctx.RequestScratch(SaturatingMultiply(RecurrentScratch(*s).Total(), element), of_thread);
  return Status();
}

}  // namespace linnet::ops
