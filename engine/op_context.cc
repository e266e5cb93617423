#include <cstdio>
#include <cstring>

#include "engine/session.h"
#include "engine/verify.h"

namespace linnet {
namespace {

constexpr int kDescriptions = 4;
constexpr size_t kDescriptionBytes = 160;

int64_t IntegerAt(const TensorSlot& slot, int64_t i) {
  return slot.type == ElementType::kInt64 ? slot.as<int64_t>()[i] : slot.as<int32_t>()[i];
}

}  // namespace

int OpContext::input_count() const { return step_.input_count; }
int OpContext::output_count() const { return step_.output_count; }
bool OpContext::has_input(int i) const { return i < step_.input_count && step_.op->inputs()->Get(i) >= 0; }
bool OpContext::has_output(int i) const { return i < step_.output_count && step_.op->outputs()->Get(i) >= 0; }
const TensorSlot& OpContext::input(int i) const { return session_.current_->slots[step_.op->inputs()->Get(i)]; }
const TensorSlot& OpContext::output(int i) const { return session_.current_->slots[step_.op->outputs()->Get(i)]; }
int OpContext::version() const { return step_.op->version(); }
const format::Op& OpContext::def() const { return *step_.op; }
const CustomOp* OpContext::custom() const { return step_.def->custom; }
const void* OpContext::raw_attrs() const { return step_.op->attrs(); }
void* OpContext::raw_state() const { return step_.state; }
int OpContext::threads() const { return session_.threads_; }
bool OpContext::exact_order() const { return session_.options_.exact_order || step_.op->canonical(); }

bool OpContext::Takes(MethodEvent event) const {
  if (session_.options_.on_method == nullptr) return true;
  event.op = step_.def->name;
  event.node = step_.op->name() != nullptr ? step_.op->name()->c_str() : "";
  return session_.options_.on_method(session_.options_.on_method_context, event);
}

Status OpContext::ExpectArity(int min_inputs, int max_inputs, int min_outputs, int max_outputs) {
  if (step_.input_count < min_inputs || step_.input_count > max_inputs) {
    return Invalid("%d inputs, expected %d to %d", step_.input_count, min_inputs, max_inputs);
  }
  if (step_.output_count < min_outputs || step_.output_count > max_outputs) {
    return Invalid("%d outputs, expected %d to %d", step_.output_count, min_outputs, max_outputs);
  }
  for (int i = 0; i < min_inputs; ++i) {
    if (!has_input(i)) return Invalid("input %d is left out", i);
  }
  for (int i = 0; i < min_outputs; ++i) {
    if (!has_output(i)) return Invalid("output %d is left out", i);
  }
  return Status();
}

Status OpContext::ExpectType(int i, ElementType type) {
  if (input(i).type == type) return Status();
  return Invalid("input %d is %s, expected %s", i, Describe(i), ElementTypeName(type));
}

Status OpContext::ExpectSameType(int i) { return ExpectType(i, input(0).type); }

Status OpContext::SetOutput(int i, ElementType type, const Shape& shape) {
  if (!has_output(i)) return Status();
  TensorSlot& slot = session_.current_->slots[step_.op->outputs()->Get(i)];
  size_t bytes = 0;
  if (!CheckedTensorBytes(type, shape, &bytes)) return Invalid("output %d: its sizes are negative or too large", i);
  if (slot.type != ElementType::kUndefined && slot.def->type() != format::ElementType::Undefined && slot.type != type) {
    return Invalid("output %d is declared %s but computed as %s", i, ElementTypeName(slot.type), ElementTypeName(type));
  }
  slot.type = type;
  slot.shape = shape;
  slot.row_stride = shape.rank() > 0 ? shape.back() : 1;
  slot.resolved = true;
  return Status();
}

Status OpContext::Unresolved(int i) {
  step_.unresolved = true;
  return Unsupported("needs the value of input %d, which is not known yet", i);
}

Status OpContext::ReadInts(int i, IntList* values) {
  const TensorSlot& slot = input(i);
  if (slot.type != ElementType::kInt64 && slot.type != ElementType::kInt32) {
    return Invalid("input %d is %s, expected int64 or int32", i, Describe(i));
  }
  if (slot.rank() > 1) return Invalid("input %d is %s, expected a list of integers", i, Describe(i));
  const int64_t count = slot.elements();
  if (count > IntList::kMax) return Invalid("input %d has %lld values, expected at most %d", i, static_cast<long long>(count), IntList::kMax);
  if (slot.data == nullptr && count > 0) return Unresolved(i);
  values->count = static_cast<int>(count);
  for (int k = 0; k < values->count; ++k) values->values[k] = IntegerAt(slot, k);
  return Status();
}

Status OpContext::ReadScalar(int i, double* value) {
  const TensorSlot& slot = input(i);
  if (slot.elements() != 1) return Invalid("input %d is %s, expected one value", i, Describe(i));
  if (slot.data == nullptr) return Unresolved(i);
  switch (slot.type) {
    case ElementType::kFloat32: *value = *slot.as<float>(); break;
    case ElementType::kFloat64: *value = *slot.as<double>(); break;
    case ElementType::kInt8: *value = *slot.as<int8_t>(); break;
    case ElementType::kBool:
    case ElementType::kUint8: *value = *slot.as<uint8_t>(); break;
    case ElementType::kInt16: *value = *slot.as<int16_t>(); break;
    case ElementType::kUint16: *value = *slot.as<uint16_t>(); break;
    case ElementType::kInt32: *value = *slot.as<int32_t>(); break;
    case ElementType::kUint32: *value = *slot.as<uint32_t>(); break;
    case ElementType::kInt64: *value = static_cast<double>(*slot.as<int64_t>()); break;
    case ElementType::kUint64: *value = static_cast<double>(*slot.as<uint64_t>()); break;
    default: return Unsupported("input %d is %s; a number of this type cannot be read here", i, Describe(i));
  }
  return Status();
}

Status OpContext::ResolveAxis(int64_t axis, int rank, int* resolved, bool end_allowed) {
  const int64_t value = axis < 0 ? axis + rank : axis;
  if (value < 0 || value > rank || (value == rank && !end_allowed)) {
    return Invalid("axis %lld of a tensor of rank %d", static_cast<long long>(axis), rank);
  }
  *resolved = static_cast<int>(value);
  return Status();
}

void OpContext::RequestScratch(size_t shared, size_t per_thread) {
  constexpr size_t kMask = AlignedBuffer::kAlignment - 1;
  step_.shared_scratch = SaturatingAdd(shared, kMask) & ~kMask;
  step_.thread_scratch = SaturatingAdd(per_thread, kMask) & ~kMask;
}

void* OpContext::AllocateMemory(size_t bytes) {
  // A deferred step is prepared in every run; what it keeps must not pile up.
  if (!session_.CheckLimit(SaturatingAdd(session_.BytesWith(*session_.current_), bytes)).ok()) return nullptr;
  BlockList& memory = step_.deferred ? session_.deferred_memory_ : session_.current_->memory;
  return memory.Allocate(bytes);
}

void* OpContext::AllocateState(size_t bytes) {
  step_.state = AllocateMemory(bytes);
  return step_.state;
}

void* OpContext::shared_scratch() const { return session_.scratch_; }
void* OpContext::thread_scratch(int thread) const {
  return session_.scratch_ + step_.shared_scratch + step_.thread_scratch * static_cast<size_t>(thread);
}

void OpContext::RunParallel(size_t count, ParallelTask task, void* context) {
  session_.RunParallel(count, task, context);
}

Status OpContext::Error(StatusCode code, const char* format, va_list args) const {
  const Status text = Status::ErrorV(code, format, args);
  const format::Op& op = *step_.op;
  return Status::Error(code, "node '%s' (%s): %s", Text(op.name()), step_.def->name, text.message());
}

Status OpContext::Invalid(const char* format, ...) const {
  va_list args;
  va_start(args, format);
  Status status = Error(StatusCode::kInvalidModel, format, args);
  va_end(args);
  return status;
}

Status OpContext::Unsupported(const char* format, ...) const {
  va_list args;
  va_start(args, format);
  Status status = Error(StatusCode::kUnsupported, format, args);
  va_end(args);
  return status;
}

Status OpContext::OutOfRange(const char* format, ...) const {
  va_list args;
  va_start(args, format);
  Status status = Error(StatusCode::kOutOfRange, format, args);
  va_end(args);
  return status;
}

Status OpContext::OutOfMemory() const {
  return Status::Error(StatusCode::kOutOfMemory, "node '%s' (%s): no memory", Text(step_.op->name()), step_.def->name);
}

const char* OpContext::Describe(int i, int slot) const {
  static thread_local char buffers[kDescriptions][kDescriptionBytes];
  char* text = buffers[slot];
  const TensorSlot& tensor = input(i);
  size_t length = static_cast<size_t>(std::snprintf(text, kDescriptionBytes, "%s [", ElementTypeName(tensor.type)));
  for (int d = 0; d < tensor.rank() && length < kDescriptionBytes - 24; ++d) {
    length += static_cast<size_t>(std::snprintf(text + length, kDescriptionBytes - length, d > 0 ? ", %lld" : "%lld",
                                                static_cast<long long>(tensor.shape[d])));
  }
  std::snprintf(text + length, kDescriptionBytes - length, "]");
  return text;
}

}  // namespace linnet
