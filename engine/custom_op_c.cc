#include "linnet/custom_op_c.h"

#include <utility>

namespace linnet {
namespace {

// What a linnet_op_context is: the C++ context, and the error of the last call that failed.
struct Context {
  CustomOpContext& ctx;
  Status error;
};

linnet_op_context* ToC(Context* context) { return reinterpret_cast<linnet_op_context*>(context); }
CustomOpContext& Of(linnet_op_context* context) { return reinterpret_cast<Context*>(context)->ctx; }

int32_t Keep(linnet_op_context* context, Status status) {
  if (status.ok()) return LINNET_OP_OK;
  Status& error = reinterpret_cast<Context*>(context)->error;
  error = std::move(status);
  return static_cast<int32_t>(error.code());
}

linnet_op_tensor ToC(const Tensor& tensor) {
  linnet_op_tensor result = {};
  result.type = static_cast<int32_t>(tensor.type());
  result.rank = tensor.shape().rank();
  for (int d = 0; d < result.rank; ++d) result.sizes[d] = tensor.shape()[d];
  result.data = tensor.raw_data();
  result.bytes = tensor.bytes();
  return result;
}

Status Call(linnet_op_function function, CustomOpContext& ctx, void* user) {
  Context context = {ctx, Status()};
  const int32_t code = function(ToC(&context), user);
  if (code == LINNET_OP_OK) return Status();
  if (!context.error.ok()) return std::move(context.error);
  return ctx.Error(StatusCode::kInternal, "failed with code %d", static_cast<int>(code));
}

const linnet_custom_op& Op(CustomOpContext& ctx) { return *static_cast<const linnet_custom_op*>(ctx.user()); }
Status Prepare(CustomOpContext& ctx) { return Call(Op(ctx).prepare, ctx, Op(ctx).user); }
Status Eval(CustomOpContext& ctx) { return Call(Op(ctx).eval, ctx, Op(ctx).user); }

bool IsCode(int32_t code) {
  switch (static_cast<StatusCode>(code)) {
    case StatusCode::kInvalidArgument:
    case StatusCode::kNotFound:
    case StatusCode::kIoError:
    case StatusCode::kInvalidModel:
    case StatusCode::kUnsupported:
    case StatusCode::kOutOfMemory:
    case StatusCode::kLimitExceeded:
    case StatusCode::kCancelled:
    case StatusCode::kOutOfRange:
    case StatusCode::kInternal:
      return code > 0 && code <= UINT8_MAX;
    default:
      return false;
  }
}

}  // namespace

CustomOp FromC(const linnet_custom_op* op) {
  return {op->domain, op->name, Prepare, Eval, const_cast<linnet_custom_op*>(op)};
}

}  // namespace linnet

using linnet::ElementType;
using linnet::StatusCode;

int32_t linnet_op_input_count(linnet_op_context* ctx) { return linnet::Of(ctx).input_count(); }
int32_t linnet_op_output_count(linnet_op_context* ctx) { return linnet::Of(ctx).output_count(); }

int32_t linnet_op_input(linnet_op_context* ctx, int32_t index, linnet_op_tensor* tensor) {
  if (!linnet::Of(ctx).has_input(index)) return 0;
  *tensor = linnet::ToC(linnet::Of(ctx).input(index));
  return 1;
}

int32_t linnet_op_output(linnet_op_context* ctx, int32_t index, linnet_op_tensor* tensor) {
  if (!linnet::Of(ctx).has_output(index)) return 0;
  *tensor = linnet::ToC(linnet::Of(ctx).output(index));
  return 1;
}

float linnet_op_attribute_float(linnet_op_context* ctx, const char* name, float otherwise) {
  return linnet::Of(ctx).Float(name, otherwise);
}
int64_t linnet_op_attribute_int(linnet_op_context* ctx, const char* name, int64_t otherwise) {
  return linnet::Of(ctx).Int(name, otherwise);
}
const char* linnet_op_attribute_string(linnet_op_context* ctx, const char* name, const char* otherwise) {
  return linnet::Of(ctx).String(name, otherwise);
}
const float* linnet_op_attribute_floats(linnet_op_context* ctx, const char* name, int32_t* count) {
  return linnet::Of(ctx).Floats(name, count);
}
const int64_t* linnet_op_attribute_ints(linnet_op_context* ctx, const char* name, int32_t* count) {
  return linnet::Of(ctx).Ints(name, count);
}

int32_t linnet_op_set_output(linnet_op_context* ctx, int32_t index, int32_t type, int32_t rank, const int64_t* sizes) {
  if (rank < 0 || rank > linnet::Shape::kMaxRank || type < 0 || type > UINT8_MAX) {
    return linnet_op_fail(ctx, LINNET_OP_INVALID_MODEL, "an output of a rank or type that there is not");
  }
  linnet::Shape shape;
  for (int32_t d = 0; d < rank; ++d) shape.Append(sizes[d]);
  return linnet::Keep(ctx, linnet::Of(ctx).SetOutput(index, static_cast<ElementType>(type), shape));
}

int32_t linnet_op_needs_value_of(linnet_op_context* ctx, int32_t index) {
  return linnet::Keep(ctx, linnet::Of(ctx).NeedsValueOf(index));
}
void linnet_op_request_scratch(linnet_op_context* ctx, size_t bytes) { linnet::Of(ctx).RequestScratch(bytes, 0); }
void* linnet_op_new_state(linnet_op_context* ctx, size_t bytes) { return linnet::Of(ctx).NewState(bytes); }
void* linnet_op_scratch(linnet_op_context* ctx) { return linnet::Of(ctx).shared_scratch(); }
void* linnet_op_state(linnet_op_context* ctx) { return linnet::Of(ctx).state(); }

int32_t linnet_op_fail(linnet_op_context* ctx, int32_t code, const char* text) {
  const StatusCode known = linnet::IsCode(code) ? static_cast<StatusCode>(code) : StatusCode::kInvalidModel;
  return linnet::Keep(ctx, linnet::Of(ctx).Error(known, "%s", text));
}
