#include "kernels/norm_f32.h"

#include "kernels/dispatch.h"

namespace linnet::kernels {

LINNET_F32_VARIANTS(MomentsRowF32);
LINNET_F32_VARIANTS(SumSquaredDeviationsColumnsF32);
LINNET_F32_VARIANTS(NormalizeRowF32);
LINNET_F32_VARIANTS(LayerNormRowsF32);
LINNET_F32_VARIANTS(ScaleShiftF32);

MomentsF32 MomentsRowF32(size_t n, const float* in) { return LINNET_DISPATCH(MomentsRowF32)(n, in); }

void SumSquaredDeviationsColumnsF32(size_t rows, size_t n, const float* in, size_t stride, const float* mean,
                                    float* out) {
  LINNET_DISPATCH(SumSquaredDeviationsColumnsF32)(rows, n, in, stride, mean, out);
}

void NormalizeRowF32(size_t n, const float* in, float mean, float factor, const float* scale, const float* shift,
                     float* out) {
  LINNET_DISPATCH(NormalizeRowF32)(n, in, mean, factor, scale, shift, out);
}

void LayerNormRowsF32(size_t rows, size_t n, const float* in, double epsilon, const float* scale, const float* shift,
                      float* out) {
  LINNET_DISPATCH(LayerNormRowsF32)(rows, n, in, epsilon, scale, shift, out);
}

void ScaleShiftF32(const ScaleShiftF32Args& args) { LINNET_DISPATCH(ScaleShiftF32)(args); }

}  // namespace linnet::kernels
