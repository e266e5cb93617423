// Index tuples of GatherND and ScatterND: indices [..., k], whose last dimension addresses the first k dimensions of a
// tensor (after its batch dimensions).
#ifndef LINNET_ENGINE_INDEX_TUPLE_H_
#define LINNET_ENGINE_INDEX_TUPLE_H_

#include "engine/data_movement.h"

namespace linnet {

// Offset in elements, in a tensor of `shape`, that tuple `tuple` of `indices` addresses, its dimensions starting at
// `first_dim`; -1 if one is out of range. Negative indices count from the end.
inline int64_t TupleOffset(const Shape& shape, int first_dim, const TensorSlot& indices, int64_t tuple) {
  const int64_t depth = indices.shape.back();
  int64_t offset = 0;
  for (int64_t j = 0; j < depth; ++j) {
    const int64_t size = shape[first_dim + static_cast<int>(j)];
    const int64_t index = WrappedIndexAt(indices, tuple * depth + j, size);
    if (index < 0) return -1;
    offset = offset * size + index;
  }
  return offset * shape.Product(first_dim + static_cast<int>(depth), shape.rank());
}

}  // namespace linnet

#endif  // LINNET_ENGINE_INDEX_TUPLE_H_
