// What the matrix products share: sizes, broadcasting of the leading dimensions.
#ifndef LINNET_ENGINE_OPS_MAT_MUL_COMMON_H_
#define LINNET_ENGINE_OPS_MAT_MUL_COMMON_H_

#include "engine/op.h"

namespace linnet::ops {

struct MatMulGeometry {
  int64_t m, n, k;
  int64_t batch;                // products
  int batch_rank;               // leading dimensions that both have, after merging
  Shape sizes;                  // of the leading dimensions
  Shape a_steps, b_steps;       // matrices from one index to the next, 0 where broadcast
};

// a [..., M, K] x b [..., K, N] (or [..., N, K]) -> output [..., M, N]; leading dimensions broadcast; a of rank 1 is a
// row, b of rank 1 a column, and that dimension is dropped from the output. Products with one b are merged.
Status ResolveMatMul(OpContext& ctx, bool transpose_b, MatMulGeometry* geometry, Shape* output);

// Which matrices of a and b product `index` multiplies.
void Locate(const MatMulGeometry& geometry, int64_t index, int64_t* a, int64_t* b);

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_MAT_MUL_COMMON_H_
