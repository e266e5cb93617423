#include "engine/broadcast.h"

namespace linnet {
namespace {

int64_t CeilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t Min(int64_t a, int64_t b) { return a < b ? a : b; }

}  // namespace

Status BroadcastShape(OpContext& ctx, int first, int last, Shape* shape) {
  int rank = 0;
  for (int i = first; i < last; ++i) {
    if (ctx.has_input(i) && ctx.input(i).rank() > rank) rank = ctx.input(i).rank();
  }
  *shape = Shape();
  for (int d = 0; d < rank; ++d) shape->Append(1);
  int owner[Shape::kMaxRank] = {};  // the input that gave each size
  for (int i = first; i < last; ++i) {
    if (!ctx.has_input(i)) continue;
    const Shape& other = ctx.input(i).shape;
    for (int d = 0; d < other.rank(); ++d) {
      const int at = rank - other.rank() + d;
      if (other[d] == 1 || other[d] == (*shape)[at]) continue;
      if ((*shape)[at] != 1) {
        return ctx.Invalid("inputs %d and %d do not broadcast: %s and %s", owner[at], i, ctx.Describe(owner[at], 0),
                           ctx.Describe(i, 1));
      }
      (*shape)[at] = other[d];
      owner[at] = i;
    }
  }
  return Status();
}

BroadcastLoop::BroadcastLoop(const TensorSlot* const* operands, int count, int64_t max_elements) : operands_(count) {
  const Shape& out = operands[0]->shape;
  for (int d = 0; d < out.rank(); ++d) {
    elements_ *= out[d];
    if (out[d] == 1) continue;
    sizes_[rank_] = out[d];
    for (int k = 0; k < count; ++k) {
      const TensorSlot& operand = *operands[k];
      const int own = d - (out.rank() - operand.rank());
      // Dense up to the last dimension, whose rows lie row_stride apart.
      int64_t stride = 0;
      if (own >= 0 && operand.shape[own] != 1) {
        stride = own == operand.rank() - 1
                     ? 1
                     : operand.row_stride * operand.shape.Product(own + 1, operand.rank() - 1);
      }
      strides_[k][rank_] = stride;
    }
    ++rank_;
  }
  MergeDimensions();

  const int64_t n = sizes_[rank_ - 1], rows = sizes_[rank_ - 2];
  if (elements_ == 0) {
    blocks_ = 0;
    return;
  }
  block_n_ = Min(n, max_elements);
  block_rows_ = Min(rows, max_elements / block_n_);
  column_blocks_ = CeilDiv(n, block_n_);
  row_blocks_ = CeilDiv(rows, block_rows_);
  blocks_ = row_blocks_ * column_blocks_;
  for (int d = 0; d < rank_ - 2; ++d) blocks_ *= sizes_[d];
}

void BroadcastLoop::MergeDimensions() {
  int last = 0;  // dimension that the next may be merged into
  for (int d = 1; d < rank_; ++d) {
    bool merge = true;
    for (int k = 0; k < operands_; ++k) merge &= strides_[k][last] == strides_[k][d] * sizes_[d];
    if (!merge) ++last;
    sizes_[last] = merge ? sizes_[last] * sizes_[d] : sizes_[d];
    for (int k = 0; k < operands_; ++k) strides_[k][last] = strides_[k][d];
  }
  rank_ = rank_ > 0 ? last + 1 : 0;
  // The innermost step must be 0 or 1, the output's 1: else (a view of one channel, a scalar) rows of one element.
  bool rows_of_one = rank_ == 0 || strides_[0][rank_ - 1] != 1;
  for (int k = 0; k < operands_ && !rows_of_one; ++k) rows_of_one = strides_[k][rank_ - 1] > 1;
  if (rows_of_one) {
    sizes_[rank_] = 1;
    for (int k = 0; k < operands_; ++k) strides_[k][rank_] = 1;
    ++rank_;
  }
  if (rank_ == 1) {
    sizes_[1] = sizes_[0];
    sizes_[0] = 1;
    for (int k = 0; k < operands_; ++k) {
      strides_[k][1] = strides_[k][0];
      strides_[k][0] = 0;
    }
    rank_ = 2;
  }
}

BroadcastLoop::Block BroadcastLoop::At(int64_t index) const {
  Block block;
  const int64_t column = index % column_blocks_ * block_n_;
  index /= column_blocks_;
  const int64_t row = index % row_blocks_ * block_rows_;
  index /= row_blocks_;
  block.n = Min(block_n_, sizes_[rank_ - 1] - column);
  block.rows = Min(block_rows_, sizes_[rank_ - 2] - row);
  for (int k = 0; k < operands_; ++k) {
    block.row_stride[k] = strides_[k][rank_ - 2];
    block.step[k] = strides_[k][rank_ - 1];
    block.offset[k] = row * block.row_stride[k] + column * block.step[k];
  }
  for (int d = rank_ - 3; d >= 0; --d) {
    for (int k = 0; k < operands_; ++k) block.offset[k] += index % sizes_[d] * strides_[k][d];
    index /= sizes_[d];
  }
  return block;
}

}  // namespace linnet
