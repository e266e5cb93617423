// What the Reduce ops have in common: y = f over the elements of x along some axes.
//
// Axes come from the attributes or from input 1; none of them: all, or with noop_with_empty_axes y = x. Reduced
// dimensions stay as 1 with keepdims.
#ifndef LINNET_ENGINE_OPS_REDUCE_COMMON_H_
#define LINNET_ENGINE_OPS_REDUCE_COMMON_H_

#include "engine/op.h"
#include "engine/ops/ops.h"
#include "engine/ops/type_check.h"
#include "kernels/reduce_f32.h"

namespace linnet::ops {

// The value over nothing. kLowest and kHighest: infinite for floating-point types.
enum class ReduceStart : uint8_t { kZero, kOne, kLowest, kHighest };

struct ReduceOp {
  uint8_t types;
  ReduceStart start;
  double (*real)(double accumulated, double x);
  int64_t (*integer)(int64_t accumulated, int64_t x) = nullptr;     // null: integers are computed as reals
  uint64_t (*natural)(uint64_t accumulated, uint64_t x) = nullptr;  // unsigned and bool
  kernels::ReduceRowF32* row = nullptr;                             // fp32; null: by way of `real`
  kernels::ReduceColumnsF32* columns = nullptr;
  double (*finish)(double accumulated, double count) = nullptr;  // null: as accumulated
  bool mean = false;                                             // of integers: divided by the count, towards zero
  bool shifted = false;  // `real` gets x - the largest x, which is added again after `finish`
};

// The axes of a reduction, adjacent ones merged: groups of dimensions that are reduced or kept by turns.
struct ReducePlan {
  static constexpr int kMax = Shape::kMaxRank + 2;
  bool copy;  // y = x
  int groups;
  int64_t sizes[kMax];
  bool reduced[kMax];
  int64_t count;  // elements that give one

  // Whether outputs beside each other come from elements beside each other ([..., reduced, kept]).
  bool columns() const { return !reduced[groups - 1]; }
  // Elements of all groups that are reduced, or of all that are kept.
  int64_t Product(bool of_reduced) const {
    int64_t product = 1;
    for (int g = 0; g < groups; ++g) product *= reduced[g] == of_reduced ? sizes[g] : 1;
    return product;
  }
};

// Reads axes and keepdims of an op with format::Reduce, sets y's shape, stores the plan as the op's state. y has the
// type of x.
Status PrepareReduce(OpContext& ctx, uint8_t types);
Status EvalReduce(OpContext& ctx, const ReduceOp& op);

// For ops that reduce on the way. Sets the plan but for `copy`; reduced[d] says which dimensions of `shape` go.
void MakeReducePlan(const Shape& shape, const bool* reduced, ReducePlan* plan);
// y = op over the reduced groups of x, of the same type. y overlaps nothing.
void RunReduce(OpContext& ctx, const ReduceOp& op, const ReducePlan& plan, const TensorSlot& x, const TensorSlot& y);

template <const ReduceOp& kReduce>
constexpr OpDef ReduceOpDef(format::OpCode code, const char* name) {
  return {code,
          name,
          format::OpAttrs::Reduce,
          [](OpContext& ctx) { return PrepareReduce(ctx, kReduce.types); },
          [](OpContext& ctx) { return EvalReduce(ctx, kReduce); },
          kNoFlags};
}

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_REDUCE_COMMON_H_
