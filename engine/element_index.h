// Walks over all indices of a tensor, as the ops that address single elements do.
#ifndef LINNET_ENGINE_ELEMENT_INDEX_H_
#define LINNET_ENGINE_ELEMENT_INDEX_H_

#include "engine/op.h"

namespace linnet {

// An index [i0, i1, ...] of `shape`, at first element `start` in row-major order.
class ElementIndex {
 public:
  explicit ElementIndex(const Shape& shape, int64_t start = 0) : shape_(shape) {
    for (int d = shape.rank() - 1; d >= 0; --d) {
      const int64_t size = shape[d] > 0 ? shape[d] : 1;
      index_[d] = start % size;
      start /= size;
    }
  }
  int64_t operator[](int dim) const { return index_[dim]; }
  void Next() {
    for (int d = shape_.rank() - 1; d >= 0; --d) {
      if (++index_[d] < shape_[d]) return;
      index_[d] = 0;
    }
  }

 private:
  const Shape& shape_;
  int64_t index_[Shape::kMaxRank];
};

// Row-major strides of `shape`, in elements.
struct ElementStrides {
  explicit ElementStrides(const Shape& shape) {
    int64_t stride = 1;
    for (int d = shape.rank() - 1; d >= 0; --d) {
      strides[d] = stride;
      stride *= shape[d];
    }
  }
  int64_t operator[](int dim) const { return strides[dim]; }
  int64_t strides[Shape::kMaxRank];
};

}  // namespace linnet

#endif  // LINNET_ENGINE_ELEMENT_INDEX_H_
