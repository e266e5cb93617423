#include "kernels/resample_f32.h"

#include "kernels/dispatch.h"

namespace linnet::kernels {

LINNET_F32_VARIANTS(SumRowsF32);
LINNET_F32_VARIANTS(RunResampleRowF32);

void SumRowsF32(size_t n, size_t count, const float* const* rows, const float* weights, bool accumulate, float* out) {
  LINNET_DISPATCH(SumRowsF32)(n, count, rows, weights, accumulate, out);
}

void RunResampleRowF32(const ResampleRowF32& row) { LINNET_DISPATCH(RunResampleRowF32)(row); }

}  // namespace linnet::kernels
