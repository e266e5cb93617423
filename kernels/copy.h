// Strided copies: transpose, slice, expand, tile, concat, split, pad and their like are all one CopyPlan.
#ifndef LINNET_KERNELS_COPY_H_
#define LINNET_KERNELS_COPY_H_

#include <cstddef>
#include <cstdint>

namespace linnet::kernels {

// For every index i: the `element` bytes at out + sum(i[d] * out_stride[d]) become those at in + sum(i[d] *
// in_stride[d]). Strides are bytes. An input stride may be 0 (repeats) or negative (reverses); output elements must not
// overlap each other, nor the input. No alignment is assumed. Reads and writes exactly the elements named.
struct CopyPlan {
  static constexpr int kMaxRank = 16;
  struct Dim {
    int64_t size;
    int64_t in_stride;
    int64_t out_stride;
  };

  explicit CopyPlan(size_t element_bytes) : element(element_bytes) {}
  // REQUIRES: rank < kMaxRank.
  void Append(int64_t size, int64_t in_stride, int64_t out_stride) { dims[rank++] = {size, in_stride, out_stride}; }
  bool empty() const;
  // Bytes written.
  int64_t bytes() const;

  size_t element;
  int rank = 0;
  Dim dims[kMaxRank];
};

// Brings the plan into the form in which Copy is fastest: without dimensions of size 1, neighbours merged, contiguous
// runs made part of the element, the dimension worth an inner loop last.
void SimplifyCopy(CopyPlan* plan);

// Runs a simplified plan.
void Copy(const CopyPlan& plan, const void* in, void* out);

// Divides a simplified plan into at most `parts` of about equal size, along its longest dimension. Returns the number
// of parts, and in *dim the dimension. CopyPart runs one of them; parts may run at once.
int DivideCopy(const CopyPlan& plan, int parts, int* dim);
void CopyPart(const CopyPlan& plan, int dim, int parts, int part, const void* in, void* out);

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_COPY_H_
