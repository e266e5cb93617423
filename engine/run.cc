// Session::Run: the steps in order, without allocation; and the steps whose shapes only a run can tell.
#include <algorithm>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "engine/flush_denormals.h"
#include "engine/session.h"
#include "kernels/isa.h"

namespace linnet {
namespace {

// An app's parallel-for runs tasks on threads of its own, whose floating point mode is theirs.
struct FlushedTask {
  ParallelTask task;
  void* context;
  static void Run(void* self, size_t index, int thread) {
    ScopedFlushDenormals flush;
    const auto* flushed = static_cast<const FlushedTask*>(self);
    flushed->task(flushed->context, index, thread);
  }
};

// The canonical order of the thread that runs the op holds for those that help it.
struct CanonicalTask {
  ParallelTask task;
  void* context;
  static void Run(void* self, size_t index, int thread) {
    kernels::ScopedCanonical canonical(true);
    const auto* wrapped = static_cast<const CanonicalTask*>(self);
    wrapped->task(wrapped->context, index, thread);
  }
};

}  // namespace

Status SessionImpl::Run() {
  ScopedFlushDenormals flush;
  if (prepared_.has_deferred) {
    ReleaseDynamic();
    (void)ShowTensors();  // nothing is shown that is gone, even if the run fails
  }
  pool_taken_ = pool_ != nullptr && pool_->BeginRun();
  Status status = RunSteps();
  if (pool_taken_) pool_->EndRun();
  pool_taken_ = false;
  if (!status.ok()) return status;
  LINNET_RETURN_IF_ERROR(CommitStates());
  return prepared_.has_deferred ? ShowTensors() : Status();
}

Status SessionImpl::RunSteps() {
  int position = 0;
  for (Step& step : prepared_.steps) {
    if (step.folded) continue;
    LINNET_RETURN_IF_ERROR(RunStep(step, position++));
  }
  return Status();
}

Status SessionImpl::RunStep(Step& step, int position) {
  OpEvent event = {step.def->name, Text(step.op->name()), position, prepared_.step_count, false};
  const auto cancelled = [&] {
    return options_.on_op != nullptr && !options_.on_op(options_.on_op_context, event);
  };
  if (cancelled()) return Status::Error(StatusCode::kCancelled, "cancelled before node '%s'", event.node);
  const kernels::ScopedCanonical canonical(step.op->canonical());
  if (step.deferred) {
    LINNET_RETURN_IF_ERROR(RunDeferred(step));
  } else if (step.chain >= 0) {
    if (!step.absorbed) RunChain(*this, prepared_, prepared_.chains[static_cast<size_t>(step.chain)]);
  } else {
    OpContext context(*this, step);
    LINNET_RETURN_IF_ERROR(step.def->eval(context));
  }
  if (prepared_.has_deferred) FreeDynamic(step.index);
  event.done = true;
  if (cancelled()) return Status::Error(StatusCode::kCancelled, "cancelled after node '%s'", event.node);
  return Status();
}

Status SessionImpl::RunDeferred(Step& step) {
  OpContext context(*this, step);
  if (options_.arena != nullptr) {
    return Status::Error(StatusCode::kOutOfMemory,
                         "node '%s' (%s): its size depends on data, which an arena of the caller's cannot hold",
                         Text(step.op->name()), step.def->name);
  }
  step.unresolved = false;
  step.shared_scratch = step.thread_scratch = 0;
  LINNET_RETURN_IF_ERROR(step.def->prepare(context));
  for (int index : *step.op->outputs()) {
    if (index >= 0) LINNET_RETURN_IF_ERROR(AllocateDynamic(context, index));
  }
  const size_t scratch_bytes = ScratchBytes(step, threads_);
  if (dynamic_scratch_.size() < scratch_bytes) {
    LINNET_RETURN_IF_ERROR(CheckLimit(SaturatingAdd(BytesWith(prepared_), scratch_bytes - dynamic_scratch_.size())));
    if (!dynamic_scratch_.Allocate(scratch_bytes)) return context.OutOfMemory();
  }
  uint8_t* const planned_scratch = scratch_;
  scratch_ = static_cast<uint8_t*>(dynamic_scratch_.data());
  Status status = step.def->eval(context);
  scratch_ = planned_scratch;
  return status;
}

Status SessionImpl::AllocateDynamic(const OpContext& context, int tensor) {
  TensorSlot& slot = prepared_.slots[tensor];
  if (!slot.resolved) return context.Invalid("output '%s' was not set", Text(slot.def->name()));
  const size_t bytes = TensorBytes(slot.type, slot.shape);
  LINNET_RETURN_IF_ERROR(CheckLimit(SaturatingAdd(BytesWith(prepared_), bytes)));
  void* memory = nullptr;
  if (posix_memalign(&memory, AlignedBuffer::kAlignment, std::max<size_t>(bytes, 1)) != 0) return context.OutOfMemory();
  if (!dynamic_.Append({tensor, prepared_.placements[tensor].last_use, memory, bytes})) {
    std::free(memory);
    return context.OutOfMemory();
  }
  dynamic_bytes_ += bytes;
  slot.data = memory;
  return Status();
}

void SessionImpl::FreeDynamic(int step) {
  size_t kept = 0;
  for (const DynamicTensor& tensor : dynamic_) {
    if (tensor.last_use <= step && prepared_.placements[tensor.tensor].made_by <= step && tensor.last_use != INT_MAX) {
      std::free(tensor.memory);
      dynamic_bytes_ -= tensor.bytes;
    } else {
      dynamic_[kept++] = tensor;
    }
  }
  (void)dynamic_.Resize(kept);
}

void SessionImpl::ReleaseDynamic() {
  for (const DynamicTensor& tensor : dynamic_) std::free(tensor.memory);
  dynamic_.Clear();
  dynamic_bytes_ = 0;
  deferred_memory_.Release();
  for (Step& step : prepared_.steps) {
    if (!step.deferred) continue;
    for (int index : *step.op->outputs()) {
      if (index < 0) continue;
      TensorSlot& slot = prepared_.slots[index];
      slot.data = nullptr;
      slot.resolved = false;
      slot.type = static_cast<ElementType>(slot.def->type());
      slot.shape = Shape();
    }
  }
}

Status SessionImpl::CommitStates() {
  const StateList* states = this->states();
  if (states == nullptr) return Status();
  // All or none: Prepare has checked those whose shape was known then, only this run could tell the others'.
  for (const format::State* state : *states) {
    const TensorSlot &next = prepared_.slots[state->output()], &current = prepared_.slots[state->input()];
    if (next.shape != current.shape || next.type != current.type) {
      return Status::Error(StatusCode::kInvalidModel, "state '%s': its next value '%s' has another type or shape",
                           Text(current.def->name()), Text(next.def->name()));
    }
  }
  for (unsigned i = 0; i < states->size(); ++i) {
    const TensorSlot& next = prepared_.slots[states->Get(i)->output()];
    const size_t bytes = TensorBytes(next.type, next.shape);
    if (bytes > 0) std::memcpy(state_data_[i], next.data, bytes);
  }
  return Status();
}

void SessionImpl::RunParallel(size_t count, ParallelTask task, void* context) {
  CanonicalTask wrapped = {task, context};
  if (count > 1 && task != CanonicalTask::Run && kernels::CanonicalOrder()) {
    task = CanonicalTask::Run;
    context = &wrapped;
  }
  if (parent_ != nullptr) {
    parent_->RunParallel(count, task, context);
  } else if (count > 1 && pool_taken_) {
    pool_->Run(count, task, context);
  } else if (count > 1 && options_.parallel_for.run != nullptr) {
    FlushedTask flushed = {task, context};
    options_.parallel_for.run(options_.parallel_for.self, count, FlushedTask::Run, &flushed);
  } else {
    for (size_t i = 0; i < count; ++i) task(context, i, 0);
  }
}

}  // namespace linnet
