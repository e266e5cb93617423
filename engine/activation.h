// The fused activation of an op's attributes, checked and in the kernels' form.
#ifndef LINNET_ENGINE_ACTIVATION_H_
#define LINNET_ENGINE_ACTIVATION_H_

#include "engine/op.h"
#include "engine/widen.h"
#include "kernels/activation.h"

namespace linnet {

// For Prepare: checks `attribute` (null: none) and that results of `type` can take it: floating-point, at most 32 bits.
Status CheckActivation(const OpContext& ctx, const format::Activation* attribute, ElementType type);

// For Eval. REQUIRES: CheckActivation passed.
kernels::Activation ToKernel(const format::Activation* attribute);

// values[i].f = activation(values[i].f), computed in fp32.
void ApplyActivationWide(const kernels::Activation& activation, size_t n, Wide* values);

}  // namespace linnet

#endif  // LINNET_ENGINE_ACTIVATION_H_
