// Scan: for each position t along the scanned axes
//         carried..., results... = body(carried..., slices at t..., captured...)
// Inputs: carried values, scanned inputs, captured values. Outputs: carried values after the last step, then the results
// of all steps along output_axes. Reversed inputs are read, and reversed outputs written, from the end.
#include <cstring>

#include "engine/ops/control_flow_common.h"
#include "engine/ops/ops.h"

namespace linnet::ops {
namespace {

struct ScanState {
  int carried, inputs, results;
  int64_t length;
  CarriedValue* values;  // carried, then the shape of one step of each result
};

// Sizes of a tensor around one axis.
struct AxisSizes {
  size_t outer, length, inner_bytes;
};

AxisSizes Around(const Shape& shape, int axis, ElementType type) {
  const auto inner = static_cast<size_t>(shape.Product(axis + 1, shape.rank()));
  return {static_cast<size_t>(shape.Product(0, axis)), static_cast<size_t>(shape[axis]),
          inner * static_cast<size_t>(ElementBits(type)) / 8};
}

int64_t At(const linnet_flatbuffers::Vector<int32_t>* values, int i) {
  return values != nullptr && static_cast<unsigned>(i) < values->size() ? values->Get(static_cast<unsigned>(i)) : 0;
}

bool Reversed(const linnet_flatbuffers::Vector<uint8_t>* values, int i) {
  return values != nullptr && static_cast<unsigned>(i) < values->size() && values->Get(static_cast<unsigned>(i)) != 0;
}

class Scanner {
 public:
  Scanner(OpContext& ctx, ScanState* state) : ctx_(ctx), state_(*state), attrs_(*ctx.attrs<format::Scan>()) {}

  Status Run(SessionImpl* body) {
    LINNET_RETURN_IF_ERROR(FindLength());
    for (int i = 0; i < state_.carried; ++i) {
      const TensorSlot& slot = ctx_.input(i);
      state_.values[i] = {slot.type, slot.shape};
      if (Bytes(i) == nullptr || !StoreBytes(slot.data, TensorBytes(slot.type, slot.shape), Bytes(i))) {
        return ctx_.OutOfMemory();
      }
    }
    for (int i = state_.carried; i < Kept() + state_.inputs; ++i) {
      if (Bytes(i) == nullptr) return ctx_.OutOfMemory();
      Bytes(i)->Clear();
    }
    for (int64_t t = 0; t < state_.length; ++t) LINNET_RETURN_IF_ERROR(Step(body, t));
    return state_.length > 0 ? Status() : DeclareResults(*body);
  }

 private:
  Array<uint8_t>* Bytes(int i) { return ctx_.Buffer(static_cast<size_t>(i)); }
  int Kept() const { return state_.carried + state_.results; }  // buffers before those of slices

  Status FindLength() {
    state_.length = -1;
    for (int i = 0; i < state_.inputs; ++i) {
      const TensorSlot& slot = ctx_.input(state_.carried + i);
      int axis = 0;
      LINNET_RETURN_IF_ERROR(ctx_.ResolveAxis(At(attrs_.input_axes(), i), slot.rank(), &axis));
      if (ElementBits(slot.type) < 8) return ctx_.Unsupported("input %d is %s", i, ctx_.Describe(state_.carried + i));
      if (state_.length >= 0 && slot.shape[axis] != state_.length) {
        return ctx_.Invalid("input %d has %lld steps, expected %lld", state_.carried + i,
                            static_cast<long long>(slot.shape[axis]), static_cast<long long>(state_.length));
      }
      state_.length = slot.shape[axis];
    }
    return state_.length < 0 ? ctx_.Invalid("nothing to scan") : Status();
  }

  // Copies the slice at step t of scanned input i into its buffer.
  bool TakeSlice(int i, int64_t t, SubgraphInput* input) {
    const TensorSlot& slot = ctx_.input(state_.carried + i);
    const auto axis_value = At(attrs_.input_axes(), i);
    const int axis = static_cast<int>(axis_value < 0 ? axis_value + slot.rank() : axis_value);
    const AxisSizes sizes = Around(slot.shape, axis, slot.type);
    const auto at = static_cast<size_t>(Reversed(attrs_.input_reverse(), i) ? state_.length - 1 - t : t);
    Array<uint8_t>* buffer = Bytes(Kept() + i);
    if (!buffer->Resize(sizes.outer * sizes.inner_bytes)) return false;
    for (size_t o = 0; o < sizes.outer; ++o) {
      std::memcpy(buffer->begin() + o * sizes.inner_bytes,
                  slot.as<uint8_t>() + (o * sizes.length + at) * sizes.inner_bytes, sizes.inner_bytes);
    }
    Shape shape;
    for (int d = 0; d < slot.rank(); ++d) {
      if (d != axis) shape.Append(slot.shape[d]);
    }
    *input = {slot.type, shape, buffer->begin()};
    return true;
  }

  Status Step(SessionImpl* body, int64_t t) {
    Array<SubgraphInput> inputs;
    bool stored = true;
    for (int i = 0; i < state_.carried; ++i) {
      stored = stored && inputs.Append({state_.values[i].type, state_.values[i].shape, Bytes(i)->begin()});
    }
    for (int i = 0; i < state_.inputs; ++i) {
      SubgraphInput slice = {};
      stored = stored && TakeSlice(i, t, &slice) && inputs.Append(slice);
    }
    for (int i = state_.carried + state_.inputs; i < ctx_.input_count(); ++i) {
      stored = stored && inputs.Append(InputOf(ctx_, i));
    }
    if (!stored) return ctx_.OutOfMemory();
    LINNET_RETURN_IF_ERROR(InSubgraph(ctx_, RunSubgraph(*body, inputs.begin(), inputs.size())));
    if (body->outputs().size() != static_cast<size_t>(Kept())) {
      return ctx_.Invalid("the body has %zu outputs, expected %d", body->outputs().size(), Kept());
    }
    for (int i = 0; i < Kept(); ++i) {
      const Tensor& result = body->outputs()[static_cast<size_t>(i)];
      const bool carried = i < state_.carried;
      if (!carried && t > 0 && result.shape() != state_.values[i].shape) {
        return ctx_.Invalid("result %d changes its shape from step to step", i - state_.carried);
      }
      state_.values[i] = {result.type(), result.shape()};
      stored = carried ? StoreBytes(result.raw_data(), result.bytes(), Bytes(i))
                       : AppendBytes(result.raw_data(), result.bytes(), Bytes(i));
      if (!stored) return ctx_.OutOfMemory();
    }
    return Status();
  }

  Status DeclareResults(const SessionImpl& body) {
    const auto& outputs = *body.graph().outputs();
    if (static_cast<int>(outputs.size()) != Kept()) {
      return ctx_.Invalid("the body has %u outputs, expected %d", outputs.size(), Kept());
    }
    for (int i = state_.carried; i < Kept(); ++i) {
      const auto& tensor = *body.graph().tensors()->Get(static_cast<unsigned>(outputs.Get(static_cast<unsigned>(i))));
      Shape shape = DeclaredShape(tensor);
      for (int d = 0; d < shape.rank(); ++d) shape[d] = shape[d] < 0 ? 0 : shape[d];
      state_.values[i] = {static_cast<ElementType>(tensor.type()), shape};
    }
    return Status();
  }

  OpContext& ctx_;
  ScanState& state_;
  const format::Scan& attrs_;
};

Status SetOutputs(OpContext& ctx, const ScanState& state) {
  const auto* attrs = ctx.attrs<format::Scan>();
  for (int i = 0; i < state.carried; ++i) {
    LINNET_RETURN_IF_ERROR(ctx.SetOutput(i, state.values[i].type, state.values[i].shape));
  }
  for (int i = 0; i < state.results; ++i) {
    const CarriedValue& one = state.values[state.carried + i];
    if (one.shape.rank() == Shape::kMaxRank) return ctx.Unsupported("a result of rank %d", one.shape.rank());
    if (ElementBits(one.type) < 8) return ctx.Unsupported("a result of type %s", ElementTypeName(one.type));
    int axis = 0;
    LINNET_RETURN_IF_ERROR(ctx.ResolveAxis(At(attrs->output_axes(), i), one.shape.rank() + 1, &axis));
    Shape shape;
    for (int d = 0; d <= one.shape.rank(); ++d) {
      shape.Append(d == axis ? state.length : one.shape[d < axis ? d : d - 1]);
    }
    LINNET_RETURN_IF_ERROR(ctx.SetOutput(state.carried + i, one.type, shape));
  }
  return Status();
}

Status Prepare(OpContext& ctx) {
  const auto* attrs = ctx.attrs<format::Scan>();
  LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, INT32_MAX, 1, INT32_MAX));
  const int64_t scanned = int64_t{ctx.input_count()} - attrs->carried() - attrs->captured();
  if (scanned < 1 || attrs->carried() > static_cast<uint32_t>(ctx.output_count())) {
    return ctx.Invalid("%u carried and %u captured values for %d inputs and %d outputs", attrs->carried(),
                       attrs->captured(), ctx.input_count(), ctx.output_count());
  }
  for (int i = 0; i < ctx.input_count(); ++i) {
    if (!ctx.has_input(i)) return ctx.Invalid("input %d is left out", i);
  }
  LINNET_RETURN_IF_ERROR(ExpectData(ctx));
  auto* state = ctx.NewState<ScanState>();
  if (state == nullptr) return ctx.OutOfMemory();
  state->carried = static_cast<int>(attrs->carried());
  state->inputs = static_cast<int>(scanned);
  state->results = ctx.output_count() - state->carried;
  state->values = static_cast<CarriedValue*>(ctx.AllocateMemory(sizeof(CarriedValue) * static_cast<size_t>(ctx.output_count())));
  if (state->values == nullptr) return ctx.OutOfMemory();
  SessionImpl* body = nullptr;
  LINNET_RETURN_IF_ERROR(ctx.GetSubgraph(attrs->body(), &body));
  Scanner scanner(ctx, state);
  LINNET_RETURN_IF_ERROR(scanner.Run(body));
  return SetOutputs(ctx, *state);
}

// Writes the steps of result i, which lie one after the other in its buffer, along the output's axis.
void JoinSteps(OpContext& ctx, const ScanState& state, int i) {
  const auto* attrs = ctx.attrs<format::Scan>();
  const TensorSlot& output = ctx.output(state.carried + i);
  const auto value = At(attrs->output_axes(), i);
  const int axis = static_cast<int>(value < 0 ? value + output.rank() : value);
  const AxisSizes sizes = Around(output.shape, axis, output.type);
  const uint8_t* from = ctx.Buffer(static_cast<size_t>(state.carried + i))->begin();
  for (size_t t = 0; t < sizes.length; ++t) {
    const size_t to = Reversed(attrs->output_reverse(), i) ? sizes.length - 1 - t : t;
    for (size_t o = 0; o < sizes.outer; ++o) {
      std::memcpy(output.as<uint8_t>() + (o * sizes.length + to) * sizes.inner_bytes, from, sizes.inner_bytes);
      from += sizes.inner_bytes;
    }
  }
}

Status Eval(OpContext& ctx) {
  const auto& state = *ctx.state<ScanState>();
  for (int i = 0; i < state.carried; ++i) {
    const Array<uint8_t>& bytes = *ctx.Buffer(static_cast<size_t>(i));
    if (ctx.has_output(i) && bytes.size() > 0) std::memcpy(ctx.output(i).data, bytes.begin(), bytes.size());
  }
  for (int i = 0; i < state.results; ++i) {
    if (ctx.has_output(state.carried + i) && ctx.output(state.carried + i).elements() > 0) JoinSteps(ctx, state, i);
  }
  return Status();
}

}  // namespace

const OpDef kScan = {format::OpCode::Scan, "Scan", format::OpAttrs::Scan, Prepare, Eval, kNoFlags};

}  // namespace linnet::ops
