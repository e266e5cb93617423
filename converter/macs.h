// The arithmetic that a run takes.
#ifndef LINNET_CONVERTER_MACS_H_
#define LINNET_CONVERTER_MACS_H_

#include <cstdint>

#include "engine/prepared.h"

namespace linnet::converter {

// Multiply-accumulates of a convolution or matrix product: for each output element of Conv2D kh * kw * c / group, of
// DepthwiseConv2D kh * kw, of MatMul K; for each input element of ConvTranspose2D kh * kw * N. 0 for other ops. Saturates at
// INT64_MAX. REQUIRES: the shapes of its operands and its output are known.
int64_t StepMacs(const Step& step, const Array<TensorSlot>& slots);

// Of all steps of a run at the shapes it is prepared for. Ops whose shapes depend on data do not count. Saturates likewise.
int64_t CountMacs(const Prepared& prepared);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_MACS_H_
