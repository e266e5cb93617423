// An op of the app's: Prepare and Eval are the registered ones (linnet/custom_op.h). Never computed before the run, since
// the app may do as it likes.
#include "linnet/custom_op.h"

#include <cstring>

#include "engine/ops/ops.h"
#include "engine/verify.h"

namespace linnet {
namespace ops {
namespace {

Status Prepare(OpContext& ctx) {
  CustomOpContext custom(ctx);
  return ctx.custom()->prepare(custom);
}

Status Eval(OpContext& ctx) {
  CustomOpContext custom(ctx);
  return ctx.custom()->eval(custom);
}

}  // namespace

const OpDef kCustom = {format::OpCode::Custom, "Custom", format::OpAttrs::Custom, Prepare, Eval, kNotFoldable};

}  // namespace ops

namespace {

// ONNX's numbers of attribute types.
enum : uint8_t { kAny = 0, kFloat = 1, kInt = 2, kString = 3, kTensor = 4, kFloats = 6, kInts = 7, kStrings = 8 };

const format::CustomAttribute* Find(const OpContext& ctx, const char* name, uint8_t type) {
  const auto* attributes = ctx.attrs<format::Custom>()->attributes();
  if (attributes == nullptr) return nullptr;
  for (const format::CustomAttribute* attribute : *attributes) {
    if (attribute->name() == nullptr || std::strcmp(attribute->name()->c_str(), name) != 0) continue;
    if (type == kAny || attribute->type() == kAny || attribute->type() == type) return attribute;
  }
  return nullptr;
}

Tensor Show(const TensorSlot& slot) {
  const char* name = slot.def->name() != nullptr ? slot.def->name()->c_str() : "";
  return Tensor(name, slot.type, slot.shape, slot.data, slot.resolved ? TensorBytes(slot.type, slot.shape) : 0);
}

}  // namespace

void* CustomOpContext::user() const { return ctx_.custom()->user; }
int CustomOpContext::input_count() const { return ctx_.input_count(); }
int CustomOpContext::output_count() const { return ctx_.output_count(); }
bool CustomOpContext::has_input(int i) const { return i >= 0 && ctx_.has_input(i); }
bool CustomOpContext::has_output(int i) const { return i >= 0 && ctx_.has_output(i); }
Tensor CustomOpContext::input(int i) const { return Show(ctx_.input(i)); }
Tensor CustomOpContext::output(int i) const { return Show(ctx_.output(i)); }

bool CustomOpContext::HasAttribute(const char* name) const { return Find(ctx_, name, kAny) != nullptr; }

float CustomOpContext::Float(const char* name, float otherwise) const {
  const auto* found = Find(ctx_, name, kFloat);
  return found != nullptr ? found->f() : otherwise;
}

int64_t CustomOpContext::Int(const char* name, int64_t otherwise) const {
  const auto* found = Find(ctx_, name, kInt);
  return found != nullptr ? found->i() : otherwise;
}

const char* CustomOpContext::String(const char* name, const char* otherwise) const {
  const auto* found = Find(ctx_, name, kString);
  return found != nullptr && found->s() != nullptr ? found->s()->c_str() : otherwise;
}

const float* CustomOpContext::Floats(const char* name, int* count) const {
  const auto* found = Find(ctx_, name, kFloats);
  const bool any = found != nullptr && found->floats() != nullptr;
  *count = any ? static_cast<int>(found->floats()->size()) : 0;
  return any ? found->floats()->data() : nullptr;
}

const int64_t* CustomOpContext::Ints(const char* name, int* count) const {
  const auto* found = Find(ctx_, name, kInts);
  const bool any = found != nullptr && found->ints() != nullptr;
  *count = any ? static_cast<int>(found->ints()->size()) : 0;
  return any ? found->ints()->data() : nullptr;
}

int CustomOpContext::StringCount(const char* name) const {
  const auto* found = Find(ctx_, name, kStrings);
  return found != nullptr && found->strings() != nullptr ? static_cast<int>(found->strings()->size()) : 0;
}

const char* CustomOpContext::StringAt(const char* name, int index) const {
  return Find(ctx_, name, kStrings)->strings()->Get(static_cast<unsigned>(index))->c_str();
}

Tensor CustomOpContext::TensorAttribute(const char* name) const {
  const auto* found = Find(ctx_, name, kTensor);
  if (found == nullptr || found->tensor() == nullptr) return Tensor();
  Shape shape;
  if (found->tensor_shape() != nullptr) {
    if (found->tensor_shape()->size() > Shape::kMaxRank) return Tensor();
    for (int64_t size : *found->tensor_shape()) shape.Append(size);
  }
  const auto type = static_cast<ElementType>(found->tensor_type());
  size_t bytes = 0;
  if (!CheckedTensorBytes(type, shape, &bytes) || bytes != found->tensor()->size()) return Tensor();
  return Tensor(found->name()->c_str(), type, shape, const_cast<uint8_t*>(found->tensor()->data()), bytes);
}

Status CustomOpContext::ExpectArity(int inputs, int outputs) { return ctx_.ExpectArity(inputs, outputs); }

Status CustomOpContext::SetOutput(int i, ElementType type, const Shape& shape) {
  if (ElementBits(type) == 0) return ctx_.Invalid("output %d: element type %d", i, static_cast<int>(type));
  return ctx_.SetOutput(i, type, shape);
}

Status CustomOpContext::NeedsValueOf(int i) { return ctx_.Unresolved(i); }
void CustomOpContext::RequestScratch(size_t shared, size_t per_thread) { ctx_.RequestScratch(shared, per_thread); }
void* CustomOpContext::NewState(size_t bytes) { return ctx_.NewState<uint8_t>(bytes); }
void* CustomOpContext::state() const { return ctx_.state<void>(); }
void* CustomOpContext::shared_scratch() const { return ctx_.shared_scratch(); }
void* CustomOpContext::thread_scratch(int thread) const { return ctx_.thread_scratch(thread); }
int CustomOpContext::threads() const { return ctx_.threads(); }

void CustomOpContext::Parallel(size_t count, ParallelTask task, void* context) {
  ctx_.Parallel(count, [task, context](size_t index, int thread) { task(context, index, thread); });
}

Status CustomOpContext::Error(StatusCode code, const char* format, ...) const {
  va_list args;
  va_start(args, format);
  const Status text = Status::ErrorV(code, format, args);
  va_end(args);
  const char* node = ctx_.def().name() != nullptr ? ctx_.def().name()->c_str() : "";
  const StatusCode failure = code == StatusCode::kOk ? StatusCode::kInternal : code;
  return Status::Error(failure, "node '%s' (%s): %s", node, ctx_.custom()->name, text.message());
}

}  // namespace linnet
