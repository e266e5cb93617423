// Plain truth for strided copies: one element at a time, in the order of the plan.
#ifndef LINNET_KERNELS_REFERENCE_COPY_H_
#define LINNET_KERNELS_REFERENCE_COPY_H_

#include <cstring>

#include "kernels/copy.h"

namespace linnet::kernels::reference {

inline void Copy(const CopyPlan& plan, const char* in, char* out, int dim = 0) {
  if (dim == plan.rank) {
    std::memcpy(out, in, plan.element);
    return;
  }
  const CopyPlan::Dim& d = plan.dims[dim];
  for (int64_t i = 0; i < d.size; ++i) Copy(plan, in + i * d.in_stride, out + i * d.out_stride, dim + 1);
}

}  // namespace linnet::kernels::reference

#endif  // LINNET_KERNELS_REFERENCE_COPY_H_
