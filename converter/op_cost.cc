#include "converter/op_cost.h"

#include "converter/macs.h"

namespace linnet::converter {
namespace {

using format::OpCode;

// The tensor of an op, or null where it is left out or its shape is not known.
const TensorSlot* SlotOf(const flatbuffers::Vector<int32_t>* ids, unsigned i, const Array<TensorSlot>& slots) {
  if (ids == nullptr || i >= ids->size() || ids->Get(i) < 0) return nullptr;
  const TensorSlot& slot = slots[static_cast<size_t>(ids->Get(i))];
  return slot.resolved ? &slot : nullptr;
}

double Elements(const TensorSlot& slot) { return static_cast<double>(slot.shape.elements()); }

// Multiply-adds of products and recurrent layers; 0 for other ops.
double MultiplyAdds(const Step& step, const Array<TensorSlot>& slots, const TensorSlot& x, const TensorSlot& w) {
  switch (step.def->code) {
    case OpCode::Lstm:
    case OpCode::Gru:
    case OpCode::Rnn:
      // x [steps, batch, inputs], weight [directions, gates * hidden, inputs]; as many hidden sums or more.
      return x.shape.rank() == 3 ? 2 * static_cast<double>(x.shape[0] * x.shape[1]) * Elements(w) : 0;
    default:
      return static_cast<double>(StepMacs(step, slots));
  }
}

}  // namespace

OpCost CostOf(const Step& step, const Array<TensorSlot>& slots) {
  OpCost cost;
  for (const auto* ids : {step.op->inputs(), step.op->outputs()}) {
    for (unsigned i = 0; ids != nullptr && i < ids->size(); ++i) {
      const TensorSlot* slot = SlotOf(ids, i, slots);
      if (slot != nullptr) cost.bytes += static_cast<double>(TensorBytes(slot->type, slot->shape));
    }
  }
  const TensorSlot* x = SlotOf(step.op->inputs(), 0, slots);
  const TensorSlot* w = SlotOf(step.op->inputs(), 1, slots);
  const TensorSlot* y = SlotOf(step.op->outputs(), 0, slots);
  if (x == nullptr || y == nullptr) return cost;
  cost.int8 = x->type == ElementType::kInt8 || x->type == ElementType::kUint8;
  if (w != nullptr) cost.operations = 2 * MultiplyAdds(step, slots, *x, *w);
  if (cost.operations == 0) cost.operations = Elements(*y);
  return cost;
}

}  // namespace linnet::converter
