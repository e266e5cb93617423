// Ops that an app brings along, for nodes that `linnet convert --custom-op DOMAIN::NAME` has kept:
//
//   linnet::Status PrepareScale(linnet::CustomOpContext& ctx) {             // checks everything, sets the output shapes
//     LINNET_RETURN_IF_ERROR(ctx.ExpectArity(1, 1));
//     return ctx.SetOutput(0, ctx.input(0).type(), ctx.input(0).shape());
//   }
//   linnet::Status EvalScale(linnet::CustomOpContext& ctx) {                // computes; allocates nothing
//     const float factor = ctx.Float("factor", 1);
//     ...
//   }
//   const linnet::CustomOp kOps[] = {{"my.domain", "Scale", PrepareScale, EvalScale}};
//   auto model = linnet::Model::Open("model.linnet", linnet::WithCustomOps(linnet::AllOps(), kOps));
//
// The same in plain C types is in linnet/custom_op_c.h.
#ifndef LINNET_CUSTOM_OP_H_
#define LINNET_CUSTOM_OP_H_

#include "linnet/linnet.h"

namespace linnet {

class OpContext;

// One node of a session, as its Prepare and Eval see it.
class CustomOpContext {
 public:
  explicit CustomOpContext(OpContext& ctx) : ctx_(ctx) {}

  void* user() const;  // CustomOp::user

  int input_count() const;  // with trailing optional inputs that are left out not counted
  int output_count() const;
  bool has_input(int i) const;  // false: optional and left out
  bool has_output(int i) const;
  // Dense. In Prepare, raw_data() of an input is set only if its value is known before the run (a constant); in Eval all are
  // there, but those of empty tensors. REQUIRES: has_input(i) / has_output(i); for outputs, SetOutput has been called.
  Tensor input(int i) const;
  Tensor output(int i) const;

  // --- Attributes of the node. What is given back belongs to the model. ---
  bool HasAttribute(const char* name) const;
  float Float(const char* name, float otherwise) const;
  int64_t Int(const char* name, int64_t otherwise) const;
  const char* String(const char* name, const char* otherwise) const;
  // *count becomes 0 if there is none.
  const float* Floats(const char* name, int* count) const;
  const int64_t* Ints(const char* name, int* count) const;
  int StringCount(const char* name) const;
  const char* StringAt(const char* name, int index) const;  // REQUIRES: index < StringCount(name)
  // The bytes, of any alignment; an undefined type and no data if there is none.
  Tensor TensorAttribute(const char* name) const;

  // --- Prepare ---
  // Checks the numbers of inputs and outputs, and that all of them are there.
  Status ExpectArity(int inputs, int outputs);
  // Each output that is there must be set. Checks the sizes.
  Status SetOutput(int i, ElementType type, const Shape& shape);
  // Returned where the output's shape depends on the value of input i: Prepare is called again in Run, when it is there.
  Status NeedsValueOf(int i);
  // Memory for Eval, 64-byte aligned, contents undefined: `shared` bytes once and `per_thread` bytes for each thread.
  void RequestScratch(size_t shared, size_t per_thread);
  // Zeroed memory that lives until the next Prepare; one per node. Null: out of memory.
  void* NewState(size_t bytes);

  // --- Eval ---
  void* state() const;
  void* shared_scratch() const;
  void* thread_scratch(int thread) const;
  int threads() const;
  // task(context, index, thread) for index in [0, count), in parallel where the session has threads.
  void Parallel(size_t count, ParallelTask task, void* context);

  // "node 'name' (Scale): " and the text, formatted as printf does. Never gives an ok Status.
  Status Error(StatusCode code, const char* format, ...) const LINNET_PRINTF(3, 4);

  OpContext& impl() { return ctx_; }  // for the rest of the library

 private:
  OpContext& ctx_;
};

// Strings and whatever `user` points to must outlive the models.
struct CustomOp {
  const char* domain;
  const char* name;
  // Checks inputs and attributes and sets every output. Called at Session::Create and after each Resize.
  Status (*prepare)(CustomOpContext& ctx);
  // Computes the outputs. Never called if Prepare failed.
  Status (*eval)(CustomOpContext& ctx);
  void* user = nullptr;
};

// `ops` and the app's own, which must outlive the models that are opened with them.
inline OpList WithCustomOps(OpList ops, const CustomOp* custom_ops, size_t count) {
  ops.custom_ops = custom_ops;
  ops.custom_op_count = count;
  return ops;
}
template <size_t kCount>
OpList WithCustomOps(OpList ops, const CustomOp (&custom_ops)[kCount]) {
  return WithCustomOps(ops, custom_ops, kCount);
}

}  // namespace linnet

#endif  // LINNET_CUSTOM_OP_H_
