// Loops of elementwise ops: shapes that broadcast against each other, seen as rows after all dimensions that can be
// merged are merged, cut into blocks that threads may take.
#ifndef LINNET_ENGINE_BROADCAST_H_
#define LINNET_ENGINE_BROADCAST_H_

#include "engine/op.h"
#include "kernels/task_grid.h"

namespace linnet {

// Elements of a tensor from which on an elementwise op uses threads: below, waking them costs more than it brings.
constexpr int64_t kParallelElements = 16 * 1024;
// Elements of a block of bytes: so few that every thread has some.
constexpr int64_t kByteBlock = 4 * 1024;

// The shape that inputs [first, last) of the op broadcast to, as NumPy has it; inputs that are left out do not count.
// The error names the two inputs that do not fit.
Status BroadcastShape(OpContext& ctx, int first, int last, Shape* shape);

// Operand 0 is the output. Strides are in elements.
class BroadcastLoop {
 public:
  static constexpr int kMaxOperands = 4;

  // A rectangle of at most `max_elements` elements: `rows` rows of `n`. Element (r, i) of operand k is
  // offset[k] + r * row_stride[k] + i * step[k]; a step is 0 or 1, that of the output is 1.
  struct Block {
    int64_t rows, n;
    int64_t offset[kMaxOperands];
    int64_t row_stride[kMaxOperands];
    int64_t step[kMaxOperands];
  };

  // Operands broadcast to the shape of operands[0], each through its own row_stride.
  BroadcastLoop(const TensorSlot* const* operands, int count, int64_t max_elements);

  int64_t blocks() const { return blocks_; }
  int64_t elements() const { return elements_; }
  Block At(int64_t index) const;

  // body(block, thread) for every block, in parallel if the output is large and `parallel` is set.
  template <typename Body>
  void Run(OpContext& ctx, const Body& body, bool parallel = true) const {
    if (!parallel || elements_ < kParallelElements || ctx.threads() == 1) {
      for (int64_t i = 0; i < blocks_; ++i) body(At(i), 0);
      return;
    }
    // A few tasks for each thread, so that one that is late does not hold up the others.
    const int64_t most = static_cast<int64_t>(ctx.threads() * kernels::kTasksPerThread);
    const int64_t tasks = blocks_ < most ? blocks_ : most;
    ctx.Parallel(static_cast<size_t>(tasks), [&](size_t task, int thread) {
      const int64_t first = blocks_ * static_cast<int64_t>(task) / tasks;
      const int64_t last = blocks_ * static_cast<int64_t>(task + 1) / tasks;
      for (int64_t i = first; i < last; ++i) body(At(i), thread);
    });
  }

 private:
  static constexpr int kMaxRank = Shape::kMaxRank + 2;

  void MergeDimensions();

  int operands_;
  int rank_ = 0;  // at least 2 once built
  int64_t sizes_[kMaxRank];
  int64_t strides_[kMaxOperands][kMaxRank];
  int64_t elements_ = 1;
  int64_t block_rows_, block_n_;        // of a full block
  int64_t row_blocks_, column_blocks_;  // in the two innermost dimensions
  int64_t blocks_;
};

}  // namespace linnet

#endif  // LINNET_ENGINE_BROADCAST_H_
