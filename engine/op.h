// What an op is to the engine: a name, a Prepare that checks everything and sets the output shapes, and an Eval that
// computes. One op, one file in engine/ops/.
#ifndef LINNET_ENGINE_OP_H_
#define LINNET_ENGINE_OP_H_

#include <cstddef>
#include <cstdint>

#include "engine/array.h"
#include "format/schema.h"
#include "linnet/linnet.h"

namespace linnet {

class SessionImpl;
struct BandOp;
struct Step;

// A tensor as ops see it.
struct TensorSlot {
  ElementType type = ElementType::kUndefined;
  Shape shape;
  // During Prepare: set only where the value is known (constants, and results of known values). During Eval: always,
  // unless the tensor is empty.
  void* data = nullptr;
  // Elements from one row of the last dimension to the next; shape.back() where the tensor is dense. Only ops with
  // kStridedInputs / kStridedOutputs ever see anything else.
  int64_t row_stride = 0;
  bool known = false;     // the value is known before the run
  bool resolved = false;  // type and shape are known
  const format::Tensor* def = nullptr;

  template <typename T>
  T* as() const {
    return static_cast<T*>(data);
  }
  int64_t elements() const { return shape.elements(); }
  int rank() const { return shape.rank(); }
  // Order of a constant in the file: Plain unless the converter packed it for a kernel.
  format::StorageOrder order() const { return def->order(); }
};

// Bytes of a dense tensor. Sub-byte types are packed, two to a byte.
size_t TensorBytes(ElementType type, const Shape& shape);

// Small list of integers read from attributes or tensors (axes, sizes).
struct IntList {
  static constexpr int kMax = 2 * Shape::kMaxRank;
  int64_t values[kMax];
  int count = 0;
  int64_t operator[](int i) const { return values[i]; }
  const int64_t* begin() const { return values; }
  const int64_t* end() const { return values + count; }
};

// The engine's side of one op of one session. Lives from Prepare to the next Resize.
class OpContext {
 public:
  OpContext(SessionImpl& session, Step& step) : session_(session), step_(step) {}

  int input_count() const;   // with trailing optional inputs that are left out not counted
  int output_count() const;
  bool has_input(int i) const;   // false: optional and left out
  bool has_output(int i) const;
  // REQUIRES: has_input(i) / has_output(i).
  const TensorSlot& input(int i) const;
  const TensorSlot& output(int i) const;

  // The op's attributes. The engine has checked before Prepare that they are of the OpDef's type.
  template <typename T>
  const T* attrs() const {
    return static_cast<const T*>(raw_attrs());
  }
  int version() const;
  const format::Op& def() const;
  const CustomOp* custom() const;  // not null for Custom

  // --- Prepare ---

  // Checks that the numbers of inputs and outputs are within [min, max] and that the first `min` are there.
  Status ExpectArity(int min_inputs, int max_inputs, int min_outputs, int max_outputs);
  Status ExpectArity(int inputs, int outputs) { return ExpectArity(inputs, inputs, outputs, outputs); }
  // Checks the element type of input i.
  Status ExpectType(int i, ElementType type);
  // Checks that input i has the same element type as input 0.
  Status ExpectSameType(int i);
  // Declares output i. Checks that the size product does not overflow. Ignored for optional outputs left out.
  Status SetOutput(int i, ElementType type, const Shape& shape);
  // Reads a known rank-0 or rank-1 int32 / int64 input. If the value is not known yet, the error is Unresolved(), upon
  // which the session prepares this op again during Run, when the input has been computed.
  Status ReadInts(int i, IntList* values);
  // As ReadInts, for one number of any type.
  Status ReadScalar(int i, double* value);
  // The error to return when Prepare needs the value of an input that only a run computes.
  Status Unresolved(int i);
  // Turns a possibly negative axis into [0, rank), or says what is wrong. `axis` may equal rank if `end_allowed`.
  Status ResolveAxis(int64_t axis, int rank, int* resolved, bool end_allowed = false);

  // Asks for scratch memory: `shared` bytes once, `per_thread` bytes for each thread. 64-byte aligned; contents
  // are undefined at the start of each Eval. The last call of a Prepare counts.
  void RequestScratch(size_t shared, size_t per_thread);
  // Memory that lives until the next Prepare, zeroed; for parameters computed once (T is trivial). Null: out of memory.
  template <typename T>
  T* NewState(size_t count = 1) {
    return static_cast<T*>(AllocateState(count > SIZE_MAX / sizeof(T) ? SIZE_MAX : sizeof(T) * count));
  }

  // --- Control flow ---

  // The session of subgraph `index` of the model, made on first use and kept until the next Resize. *subgraph belongs to
  // the engine. Errors: kInvalidModel (no such subgraph), kLimitExceeded (nesting).
  Status GetSubgraph(uint32_t index, SessionImpl** subgraph);
  // Growable memory of this step, kept until the next Resize. Null: out of memory.
  Array<uint8_t>* Buffer(size_t i);
  int64_t trip_limit() const;
  // Zeroed memory beside the state, with the same life. Null: out of memory.
  void* AllocateMemory(size_t bytes);

  // --- Eval ---

  template <typename T>
  T* state() const {
    return static_cast<T*>(raw_state());
  }
  void* shared_scratch() const;
  void* thread_scratch(int thread) const;
  int threads() const;  // at least 1; Prepare may use it too
  bool exact_order() const;
  // Whether `event`'s method is taken: the app may want the other one. Its op and node are filled in.
  bool Takes(MethodEvent event) const;
  // Runs body(index, thread) for index in [0, count), in parallel where the session has threads.
  template <typename Body>
  void Parallel(size_t count, const Body& body) {
    RunParallel(
        count, [](void* context, size_t index, int thread) { (*static_cast<const Body*>(context))(index, thread); },
        const_cast<Body*>(&body));
  }

  // --- Errors: "node 'name' (Op): " and the text, formatted as printf does. ---
  Status Invalid(const char* format, ...) const LINNET_PRINTF(2, 3);      // kInvalidModel
  Status Unsupported(const char* format, ...) const LINNET_PRINTF(2, 3);  // kUnsupported
  Status OutOfRange(const char* format, ...) const LINNET_PRINTF(2, 3);   // kOutOfRange; from Eval
  Status OutOfMemory() const;
  // For messages: "float32 [1, 3, 224, 224]" of input i. Valid until the next call with the same `slot` (0 to 3).
  const char* Describe(int i, int slot = 0) const;

 private:
  const void* raw_attrs() const;
  void* AllocateState(size_t bytes);
  void* raw_state() const;
  void RunParallel(size_t count, ParallelTask task, void* context);
  Status Error(StatusCode code, const char* format, va_list args) const;

  SessionImpl& session_;
  Step& step_;
};

enum OpFlags : uint32_t {
  kNoFlags = 0,
  // Output 0 may lie in the memory of input i (same bytes, dense or the same row stride), because Eval reads each
  // element before it writes it. Only used if input i is not needed afterwards.
  kInPlace0 = 1 << 0,
  kInPlace1 = 1 << 1,
  kInPlace3 = 1 << 2,  // the residual input of convolutions and matmul (fourth input)
  // Output 0 has the same bytes as input 0 in the same order: the engine makes it a view, and Eval is not called unless
  // the memory differs (then it must copy).
  kView = 1 << 3,
  // Reads inputs / writes outputs through row_stride.
  kStridedInputs = 1 << 4,
  kStridedOutputs = 1 << 5,
  // The result is not determined by inputs and attributes: never evaluated at Prepare.
  kNotFoldable = 1 << 6,
  // Output depends only on the input's shape: known although the input's value is not.
  kShapeOnly = 1 << 7,
  // Concatenates along one axis / splits along one axis: the engine may make the parts views of the whole, and then
  // Eval is not called for those parts (their data pointers are already in place; Eval skips parts whose memory is
  // where it belongs).
  kConcat = 1 << 8,
  kSplit = 1 << 9,
  // Reads constants in the packed orders of the file. The engine refuses them for every other op; this op's Prepare
  // checks that TensorSlot::def->bytes() is what its shape needs.
  kPackedInputs = 1 << 10,
};

// Static description of an op.
struct OpDef {
  format::OpCode code;
  const char* name;
  format::OpAttrs attrs;  // type of its attributes; NONE if it has none
  Status (*prepare)(OpContext& ctx);
  Status (*eval)(OpContext& ctx);
  uint32_t flags = kNoFlags;
  uint8_t version = 1;  // newest op version that this implementation understands
  const CustomOp* custom = nullptr;  // what Custom stands for; set when a model is opened
  const BandOp* band = nullptr;      // of ops that can compute some rows at a time (band.h)
};

}  // namespace linnet

#endif  // LINNET_ENGINE_OP_H_
