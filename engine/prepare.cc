#include "engine/prepare.h"

#include <algorithm>
#include <climits>
#include <cstring>

#include "engine/flush_denormals.h"
#include "engine/verify.h"
#include "format/storage.h"
#include "kernels/isa.h"

namespace linnet {
namespace {

Status NoMemory() { return Status::Error(StatusCode::kOutOfMemory, "no memory to prepare the model"); }

// A plan in the file that takes more than this times what is alive at once is made anew.
constexpr size_t kPlanSlack = 2;

}  // namespace

Status Preparer::Run(const Shape* input_shapes) {
  ScopedFlushDenormals flush;  // a value computed now is the one that a run would compute
  Prepared* const former = session_.current_;
  session_.current_ = &prepared_;
  Status status = InitSlots(input_shapes);
  if (status.ok()) status = InitSteps();
  for (size_t i = 0; status.ok() && i < prepared_.steps.size(); ++i) status = PrepareStep(prepared_.steps[i]);
  if (status.ok() && session_.options_.bands) status = FormChains(session_, &prepared_);
  session_.current_ = former;
  if (!status.ok()) return status;
  return PlanTensors();
}

Status Preparer::InitSlots(const Shape* input_shapes) {
  const format::Subgraph& graph = session_.graph();
  if (!prepared_.slots.Resize(graph.tensors()->size()) || !prepared_.placements.Resize(graph.tensors()->size())) {
    return NoMemory();
  }
  for (unsigned i = 0; i < graph.tensors()->size(); ++i) {
    const format::Tensor* tensor = graph.tensors()->Get(i);
    TensorSlot& slot = prepared_.slots[i];
    slot.def = tensor;
    slot.type = static_cast<ElementType>(tensor->type());
    if (tensor->role() == format::Role::Activation) continue;
    slot.shape = DeclaredShape(*tensor);
    slot.row_stride = slot.shape.rank() > 0 ? slot.shape.back() : 1;
    slot.resolved = true;
    if (tensor->role() == format::Role::Constant) {
      slot.known = true;
      slot.data = const_cast<void*>(session_.model_.constant_data(*tensor));
      LINNET_RETURN_IF_ERROR(AlignConstant(&slot));
    }
  }
  for (unsigned i = 0; i < graph.inputs()->size(); ++i) {
    TensorSlot& slot = prepared_.slots[graph.inputs()->Get(i)];
    slot.type = session_.input_types_[i];
    size_t bytes = 0;
    if (slot.type == ElementType::kUndefined) {
      return Status::Error(StatusCode::kInvalidModel, "input '%s' has no element type", Text(slot.def->name()));
    }
    if (!CheckedTensorBytes(slot.type, input_shapes[i], &bytes)) {
      return Status::Error(StatusCode::kInvalidArgument, "input '%s': its sizes are negative or too large",
                           Text(slot.def->name()));
    }
    slot.shape = input_shapes[i];
    slot.row_stride = slot.shape.rank() > 0 ? slot.shape.back() : 1;
    slot.resolved = true;
  }
  return Status();
}

// A model in memory may be aligned to 4 bytes only; ops read 64-bit elements where these need 8. Such constants are few
// and small (sizes, axes), so they are copied.
Status Preparer::AlignConstant(TensorSlot* slot) {
  if (ElementBits(slot->type) != 64 || reinterpret_cast<uintptr_t>(slot->data) % 8 == 0) return Status();
  const size_t bytes = TensorBytes(slot->type, slot->shape);
  void* copy = prepared_.memory.Allocate(bytes);
  if (copy == nullptr) return NoMemory();
  if (bytes > 0) std::memcpy(copy, slot->data, bytes);
  slot->data = copy;
  return Status();
}

Status Preparer::InitSteps() {
  const format::Subgraph& graph = session_.graph();
  for (unsigned i = 0; i < graph.ops()->size(); ++i) {
    const format::Op* op = graph.ops()->Get(i);
    Step step = {};
    step.def = session_.model_.op_def(session_.subgraph_, i);
    step.op = op;
    step.index = static_cast<int>(i);
    step.chain = -1;
    step.input_count = op->inputs() != nullptr ? static_cast<int>(op->inputs()->size()) : 0;
    while (step.input_count > 0 && op->inputs()->Get(step.input_count - 1) < 0) --step.input_count;
    step.output_count = static_cast<int>(op->outputs()->size());
    if (!prepared_.steps.Append(step)) return NoMemory();
  }
  return Status();
}

Status Preparer::CheckPackedInputs(const Step& step) const {
  if (step.def->flags & kPackedInputs) return Status();
  for (int i = 0; i < step.input_count; ++i) {
    const int index = step.op->inputs()->Get(i);
    if (index < 0) continue;
    const format::Tensor* tensor = prepared_.slots[index].def;
    if (tensor->role() == format::Role::Constant && tensor->order() != format::StorageOrder::Plain) {
      return Status::Error(StatusCode::kInvalidModel, "node '%s' (%s): constant '%s' is stored in an order it cannot read",
                           Text(step.op->name()), step.def->name, Text(tensor->name()));
    }
  }
  return Status();
}

Status Preparer::CheckOutputs(const Step& step) const {
  for (int index : *step.op->outputs()) {
    if (index >= 0 && !prepared_.slots[index].resolved) {
      return Status::Error(StatusCode::kInternal, "node '%s' (%s) did not set its output", Text(step.op->name()),
                           step.def->name);
    }
  }
  return Status();
}

Status Preparer::PrepareStep(Step& step) {
  LINNET_RETURN_IF_ERROR(CheckPackedInputs(step));
  for (int i = 0; i < step.input_count && !step.deferred; ++i) {
    const int index = step.op->inputs()->Get(i);
    if (index >= 0 && !prepared_.slots[index].resolved) step.deferred = true;
  }
  const kernels::ScopedCanonical canonical(step.op->canonical());
  if (!step.deferred) {
    OpContext context(session_, step);
    Status status = step.def->prepare(context);
    if (!status.ok() && !step.unresolved) return status;
    step.deferred = step.unresolved;
  }
  if (step.deferred) {
    prepared_.has_deferred = true;
    for (int index : *step.op->outputs()) {
      if (index >= 0) prepared_.slots[index].resolved = false;
    }
    return Status();
  }
  LINNET_RETURN_IF_ERROR(CheckOutputs(step));
  return CanFold(step) ? Fold(step) : Status();
}

bool Preparer::CanFold(const Step& step) const {
  if (step.def->flags & kNotFoldable) return false;
  if (!(step.def->flags & kShapeOnly)) {
    for (int i = 0; i < step.input_count; ++i) {
      const int index = step.op->inputs()->Get(i);
      if (index >= 0 && !prepared_.slots[index].known) return false;
    }
  }
  if (step.def->flags & kView) return true;  // takes no memory
  for (int index : *step.op->outputs()) {
    if (index < 0) continue;
    const TensorSlot& slot = prepared_.slots[index];
    if (TensorBytes(slot.type, slot.shape) > session_.options_.known_value_limit) return false;
  }
  return true;
}

Status Preparer::Fold(Step& step) {
  step.folded = true;
  if (step.def->flags & kView) {
    TensorSlot& output = prepared_.slots[step.op->outputs()->Get(0)];
    output.data = prepared_.slots[step.op->inputs()->Get(0)].data;
    output.known = true;
    return Status();
  }
  for (int index : *step.op->outputs()) {
    if (index < 0) continue;
    TensorSlot& slot = prepared_.slots[index];
    const size_t bytes = TensorBytes(slot.type, slot.shape);
    LINNET_RETURN_IF_ERROR(session_.CheckLimit(SaturatingAdd(session_.BytesWith(prepared_), bytes)));
    slot.data = prepared_.memory.Allocate(bytes);
    if (slot.data == nullptr) return NoMemory();
  }
  AlignedBuffer scratch;
  const size_t scratch_bytes = ScratchBytes(step, session_.threads_);
  LINNET_RETURN_IF_ERROR(session_.CheckLimit(SaturatingAdd(session_.BytesWith(prepared_), scratch_bytes)));
  if (!scratch.Allocate(scratch_bytes)) return NoMemory();
  uint8_t* const former = session_.scratch_;
  session_.scratch_ = static_cast<uint8_t*>(scratch.data());
  OpContext context(session_, step);
  Status status = step.def->eval(context);
  session_.scratch_ = former;
  if (!status.ok()) return status;
  for (int index : *step.op->outputs()) {
    if (index >= 0) prepared_.slots[index].known = true;
  }
  return Status();
}

Status Preparer::CheckStates() const {
  const auto* states = session_.states();
  if (states == nullptr) return Status();
  for (const format::State* state : *states) {
    const TensorSlot& input = prepared_.slots[state->input()];
    const TensorSlot& output = prepared_.slots[state->output()];
    if (output.resolved && (output.shape != input.shape || output.type != input.type)) {
      return Status::Error(StatusCode::kInvalidModel, "state '%s': its next value '%s' has another type or shape",
                           Text(input.def->name()), Text(output.def->name()));
    }
  }
  return Status();
}

Status Preparer::PlanTensors() {
  LINNET_RETURN_IF_ERROR(CheckStates());
  LINNET_RETURN_IF_ERROR(ShareMemory(session_.graph(), session_.states(), session_.options_.keep_inputs, &prepared_));
  for (const Step& step : prepared_.steps) {
    if (step.folded) continue;
    ++prepared_.step_count;
    if (step.deferred) continue;
    prepared_.scratch_bytes = std::max(prepared_.scratch_bytes, ScratchBytes(step, session_.threads_));
  }
  prepared_.plan_from_file = UsePlanOfFile();
  if (!prepared_.plan_from_file && !PlanMemory(&prepared_.blocks, &prepared_.arena_bytes)) return NoMemory();
  return session_.CheckLimit(session_.BytesWith(prepared_));
}

// Whether the inputs have the sizes that the plan was made for.
bool Preparer::HasShapesOf(const format::Plan& plan) const {
  const format::Subgraph& graph = session_.graph();
  for (int index : *graph.inputs()) {
    const TensorSlot& slot = prepared_.slots[index];
    const Shape declared = DeclaredShape(*slot.def);
    if (declared.rank() != slot.shape.rank()) return false;
    for (int d = 0; d < declared.rank(); ++d) {
      const int64_t size = declared[d] < 0 ? DefaultSize(session_.model_.root(), *slot.def, d, &plan) : declared[d];
      if (size != slot.shape[d]) return false;
    }
  }
  return true;
}

// Null if there is none for these sizes.
const format::Plan* Preparer::FindPlan() const {
  const format::Subgraph& graph = session_.graph();
  if (graph.plans() == nullptr) return nullptr;
  for (const format::Plan* plan : *graph.plans()) {
    if (HasShapesOf(*plan)) return plan;
  }
  return nullptr;
}

bool Preparer::UsePlanOfFile() {
  const format::Subgraph& graph = session_.graph();
  const format::Plan* plan = FindPlan();
  if (plan == nullptr || plan->offsets() == nullptr || plan->offsets()->size() != graph.tensors()->size()) return false;
  Array<bool> set;
  if (!set.Resize(prepared_.blocks.size(), false)) return false;
  prepared_.arena_bytes = 0;
  for (unsigned i = 0; i < graph.tensors()->size(); ++i) {
    const Placement& placement = prepared_.placements[i];
    if (placement.block < 0 || set[placement.block]) continue;
    PlanBlock& block = prepared_.blocks[placement.block];
    set[placement.block] = true;
    block.bytes = format::RoundUp(block.bytes, kPlanAlignment);
    block.offset = 0;
    if (block.bytes == 0) continue;
    const uint64_t offset = plan->offsets()->Get(i);
    if (offset < placement.offset_bytes || offset > kMaxBytes - block.bytes) return false;
    block.offset = static_cast<size_t>(offset) - placement.offset_bytes;
    prepared_.arena_bytes = std::max(prepared_.arena_bytes, block.offset + block.bytes);
  }
  if (prepared_.arena_bytes / kPlanSlack > LiveSetBytes(prepared_.blocks)) return false;
  return PlanIsValid(prepared_.blocks, prepared_.arena_bytes);
}

}  // namespace linnet
