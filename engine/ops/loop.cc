// Loop: for (i = 0; (no trip_count or i < trip_count) and cond; ++i)
//         cond, carried..., scanned... = body(i, cond, carried..., captured...)
// Inputs: trip_count (int64)?, cond (bool)?, carried values, captured values. Outputs: carried values after the last
// trip, then for each scanned value its values of all trips along a new first axis.
// An endless loop ends with kLimitExceeded at SessionOptions::trip_limit.
#include <cstring>

#include "engine/ops/control_flow_common.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

constexpr int kFirstCarried = 2;  // inputs of the op and of the body before the carried values; body outputs: 1

struct LoopState {
  int carried, scanned;
  int64_t trips;
  CarriedValue* values;  // carried, then the shape of one trip of each scanned value
};

class Looper {
 public:
  Looper(OpContext& ctx, LoopState* state) : ctx_(ctx), state_(*state) {}

  Status Run(SessionImpl* body) {
    bool condition = true;
    int64_t trip_count = INT64_MAX;
    LINNET_RETURN_IF_ERROR(ReadBounds(&trip_count, &condition));
    LINNET_RETURN_IF_ERROR(TakeInitialValues());
    LINNET_RETURN_IF_ERROR(DeclareScanned(*body));
    for (state_.trips = 0; state_.trips < trip_count && condition; ++state_.trips) {
      if (state_.trips >= ctx_.trip_limit()) {
        return Status::Error(StatusCode::kLimitExceeded, "node '%s' (Loop): more trips than the limit of %lld",
                             Text(ctx_.def().name()), static_cast<long long>(ctx_.trip_limit()));
      }
      LINNET_RETURN_IF_ERROR(Trip(body, &condition));
    }
    return Status();
  }

 private:
  Array<uint8_t>* Bytes(int i) { return ctx_.Buffer(static_cast<size_t>(i)); }

  Status ReadBounds(int64_t* trip_count, bool* condition) {
    if (ctx_.has_input(0)) {
      IntList count;
      LINNET_RETURN_IF_ERROR(ctx_.ReadInts(0, &count));
      if (count.count != 1) return ctx_.Invalid("trip count is %s, expected one int64", ctx_.Describe(0));
      *trip_count = count[0];
    }
    return ctx_.has_input(1) ? ReadBool(ctx_, 1, condition) : Status();
  }

  Status TakeInitialValues() {
    for (int i = 0; i < state_.carried; ++i) {
      const TensorSlot& slot = ctx_.input(kFirstCarried + i);
      state_.values[i] = {slot.type, slot.shape};
      if (Bytes(i) == nullptr || !StoreBytes(slot.data, TensorBytes(slot.type, slot.shape), Bytes(i))) {
        return ctx_.OutOfMemory();
      }
    }
    return Status();
  }

  // Until the first trip a scanned value has the type and, where it is fixed, the shape that the body declares.
  Status DeclareScanned(const SessionImpl& body) {
    const auto& outputs = *body.graph().outputs();
    if (static_cast<int>(outputs.size()) != 1 + state_.carried + state_.scanned) {
      return ctx_.Invalid("the body has %u outputs, expected %d", outputs.size(), 1 + state_.carried + state_.scanned);
    }
    for (int i = 0; i < state_.scanned; ++i) {
      const int output = outputs.Get(static_cast<unsigned>(1 + state_.carried + i));
      const format::Tensor& declared = *body.graph().tensors()->Get(static_cast<unsigned>(output));
      Shape shape = DeclaredShape(declared);
      for (int d = 0; d < shape.rank(); ++d) shape[d] = shape[d] < 0 ? 0 : shape[d];
      state_.values[state_.carried + i] = {static_cast<ElementType>(declared.type()), shape};
      if (Bytes(state_.carried + i) == nullptr) return ctx_.OutOfMemory();
      Bytes(state_.carried + i)->Clear();
    }
    return Status();
  }

  Status Trip(SessionImpl* body, bool* condition) {
    Array<SubgraphInput> inputs;
    const uint8_t condition_byte = *condition;
    bool stored = inputs.Append({ElementType::kInt64, Shape(), &state_.trips}) &&
                  inputs.Append({ElementType::kBool, Shape(), &condition_byte});
    for (int i = 0; i < state_.carried; ++i) {
      stored = stored && inputs.Append({state_.values[i].type, state_.values[i].shape, Bytes(i)->begin()});
    }
    for (int i = kFirstCarried + state_.carried; i < ctx_.input_count(); ++i) {
      stored = stored && inputs.Append(InputOf(ctx_, i));
    }
    if (!stored) return ctx_.OutOfMemory();
    LINNET_RETURN_IF_ERROR(InSubgraph(ctx_, RunSubgraph(*body, inputs.begin(), inputs.size())));
    const Tensor& next = body->outputs()[0];
    if (next.type() != ElementType::kBool || next.bytes() != 1) return ctx_.Invalid("the body's condition is not one bool");
    *condition = *static_cast<const uint8_t*>(next.raw_data()) != 0;
    return TakeResults(*body);
  }

  Status TakeResults(const SessionImpl& body) {
    for (int i = 0; i < state_.carried + state_.scanned; ++i) {
      const Tensor& result = body.outputs()[static_cast<size_t>(1 + i)];
      const bool scanned = i >= state_.carried;
      if (scanned && state_.trips > 0 && result.shape() != state_.values[i].shape) {
        return ctx_.Invalid("scanned value %d changes its shape from trip to trip", i - state_.carried);
      }
      if (!scanned && result.type() != state_.values[i].type) return ctx_.Invalid("carried value %d changes its type", i);
      state_.values[i] = {result.type(), result.shape()};
      const bool stored = scanned ? AppendBytes(result.raw_data(), result.bytes(), Bytes(i))
                                  : StoreBytes(result.raw_data(), result.bytes(), Bytes(i));
      if (!stored) return ctx_.OutOfMemory();
    }
    return Status();
  }

  OpContext& ctx_;
  LoopState& state_;
};

Status SetOutputs(OpContext& ctx, const LoopState& state) {
  for (int i = 0; i < state.carried; ++i) {
    LINNET_RETURN_IF_ERROR(ctx.SetOutput(i, state.values[i].type, state.values[i].shape));
  }
  for (int i = state.carried; i < state.carried + state.scanned; ++i) {
    const Shape& one = state.values[i].shape;
    if (one.rank() == Shape::kMaxRank) return ctx.Unsupported("a scanned value of rank %d", one.rank());
    Shape all;
    all.Append(state.trips);
    for (int64_t size : one) all.Append(size);
    LINNET_RETURN_IF_ERROR(ctx.SetOutput(i, state.values[i].type, all));
  }
  return Status();
}

Status Prepare(OpContext& ctx) {
  const auto* attrs = ctx.attrs<format::Loop>();
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(0, INT32_MAX, 1, INT32_MAX));
  const int64_t given = int64_t{attrs->carried()} + attrs->captured() + kFirstCarried;
  if (ctx.input_count() > given || attrs->carried() > static_cast<uint32_t>(ctx.output_count())) {
    return ctx.Invalid("%u carried and %u captured values for %d inputs and %d outputs", attrs->carried(),
                       attrs->captured(), ctx.input_count(), ctx.output_count());
  }
  for (int i = kFirstCarried; i < given; ++i) {
    if (!ctx.has_input(i)) return ctx.Invalid("input %d is left out", i);
  }
  LINNET_RETURN_IF_ERROR(ExpectData(ctx));
  auto* state = ctx.NewState<LoopState>();
  if (state == nullptr) return ctx.OutOfMemory();
  state->carried = static_cast<int>(attrs->carried());
  state->scanned = ctx.output_count() - state->carried;
  // After NewState: the last state of a step is the one that Eval finds.
  auto* values = static_cast<CarriedValue*>(ctx.AllocateMemory(sizeof(CarriedValue) * static_cast<size_t>(ctx.output_count())));
  if (values == nullptr) return ctx.OutOfMemory();
  state->values = values;
  SessionImpl* body = nullptr;
  LINNET_RETURN_IF_ERROR(ctx.GetSubgraph(attrs->body(), &body));
  Looper looper(ctx, state);
  LINNET_RETURN_IF_ERROR(looper.Run(body));
  return SetOutputs(ctx, *state);
}

Status Eval(OpContext& ctx) {
  for (int i = 0; i < ctx.output_count(); ++i) {
    const Array<uint8_t>& bytes = *ctx.Buffer(static_cast<size_t>(i));
    if (ctx.has_output(i) && bytes.size() > 0) std::memcpy(ctx.output(i).data, bytes.begin(), bytes.size());
  }
  return Status();
}

}  // namespace

const OpDef kLoop = {format::OpCode::Loop, "Loop", format::OpAttrs::Loop, Prepare, Eval, kNoFlags};

}  // namespace linnet::ops
