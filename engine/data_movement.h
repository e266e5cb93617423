// What the ops that move data share: element sizes, strides, indices, and strided copies in parallel.
#ifndef LINNET_ENGINE_DATA_MOVEMENT_H_
#define LINNET_ENGINE_DATA_MOVEMENT_H_

#include "engine/op.h"
#include "kernels/copy.h"
#include "kernels/task_grid.h"

namespace linnet {

// Bytes moved from which on an op uses threads: below, waking them costs more than it brings.
constexpr int64_t kParallelBytes = 32 * 1024;

// Bytes of an element of input i, or kUnsupported for types that are not whole bytes.
Status ElementBytes(OpContext& ctx, int i, size_t* bytes);
// As above for a type that Prepare has let pass.
inline size_t BytesOf(ElementType type) { return static_cast<size_t>(ElementBits(type)) / 8; }

// True if the elements are there to be read: during Prepare, the value is known.
inline bool HasValue(const TensorSlot& slot) { return slot.data != nullptr || slot.elements() == 0; }

// Byte strides of each dimension, with the slot's row_stride.
struct ByteStrides {
  explicit ByteStrides(const TensorSlot& slot);
  int64_t operator[](int dim) const { return strides[dim]; }
  int64_t strides[Shape::kMaxRank];
};

// Checks that input i is int32 or int64, as indices are.
Status ExpectIndexType(OpContext& ctx, int i);
// Element k of an int32 or int64 tensor.
inline int64_t IndexAt(const TensorSlot& slot, int64_t k) {
  return slot.type == ElementType::kInt32 ? slot.as<int32_t>()[k] : slot.as<int64_t>()[k];
}
// Element k of `slot` as an index of a dimension of `size`, negative ones counted from its end; -1 if out of range.
inline int64_t WrappedIndexAt(const TensorSlot& slot, int64_t k, int64_t size) {
  const int64_t index = IndexAt(slot, k);
  return index >= 0 ? (index < size ? index : -1) : (index >= -size ? index + size : -1);
}

// Axes of an op: input i where it is there, else the attribute (may be null: none). Resolved into [0, rank), each at
// most once.
Status ReadAxes(OpContext& ctx, int i, const flatbuffers::Vector<int32_t>* attribute, int rank, IntList* axes);

// Calls body(first, last, thread) so that [0, count) is covered, in a few parts at once if `bytes` are many.
template <typename Body>
void ParallelRanges(OpContext& ctx, int64_t count, int64_t bytes, const Body& body) {
  const int64_t most = bytes < kParallelBytes || ctx.threads() == 1 ? 1 : int64_t{ctx.threads()} * kernels::kTasksPerThread;
  const int64_t parts = count < most ? count : most;
  if (parts <= 1) {
    if (count > 0) body(int64_t{0}, count, 0);
    return;
  }
  ctx.Parallel(static_cast<size_t>(parts), [&](size_t part, int thread) {
    const int64_t p = static_cast<int64_t>(part);
    body(count * p / parts, count * (p + 1) / parts, thread);
  });
}

// Runs a plan (not simplified yet), in parallel if it is large.
void RunCopy(OpContext& ctx, kernels::CopyPlan plan, const void* in, void* out);

// Eval of ops whose output has the bytes of input 0 in the same order: copies them unless they are there already.
Status CopyView(OpContext& ctx);

}  // namespace linnet

#endif  // LINNET_ENGINE_DATA_MOVEMENT_H_
