// The arithmetic that a run takes.
#ifndef LINNET_CONVERTER_MACS_H_
#define LINNET_CONVERTER_MACS_H_

#include <cstdint>

#include "engine/prepared.h"

namespace linnet::converter {

// Multiply-accumulates of the convolutions and matrix products of a run at the shapes it is prepared for: for each
// output element of Conv2D kh * kw * c / group, of DepthwiseConv2D kh * kw, of MatMul K; for each input element of
// ConvTranspose2D kh * kw * N. Ops whose shapes depend on data do not count. Saturates at INT64_MAX.
int64_t CountMacs(const Prepared& prepared);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_MACS_H_
