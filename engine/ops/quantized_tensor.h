// Scale, zero point and limits of the int8 tensors of quantised ops, checked.
#ifndef LINNET_ENGINE_OPS_QUANTIZED_TENSOR_H_
#define LINNET_ENGINE_OPS_QUANTIZED_TENSOR_H_

#include "engine/op.h"

namespace linnet::ops {

// A tensor stands for scale * (q - zero_point).
struct Affine {
  float scale;
  int32_t zero_point;
};

// For Prepare: the one scale and zero point of a tensor (an input or output of the op), which must be int8, or uint8
// where that is allowed; an output counts as int8.
Status ReadAffine(const OpContext& ctx, const TensorSlot& slot, Affine* affine);
// As above for a tensor that has passed.
Affine AffineOf(const TensorSlot& slot);

// The quantised values that a result is clamped to.
struct QuantizedLimits {
  int32_t lo = -128, hi = 127;
};
// For Prepare: the limits of an activation attribute (null: none), which must be a Clamp to whole numbers or nothing.
Status ReadLimits(const OpContext& ctx, const format::Activation* attribute, QuantizedLimits* limits);

// For Prepare: *multiplier = ratio as float. `ratio` is of scales; it must be finite and above 0 as a float.
Status ReadMultiplier(const OpContext& ctx, double ratio, float* multiplier);

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_QUANTIZED_TENSOR_H_
