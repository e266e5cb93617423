// Whether int8 pays: each convolution and matrix product of an int8 model against the same in fp32, measured on the present
// processor. Where fp32 has a faster algorithm (Winograd) and the processor no int8 dot product, it may not.
#ifndef LINNET_CONVERTER_INT8_SPEED_H_
#define LINNET_CONVERTER_INT8_SPEED_H_

#include <string>
#include <vector>

#include "engine/session.h"

namespace linnet::converter {

struct SlowLayer {
  std::string op, node;
  double int8_ms = 0, fp32_ms = 0;
};

// "QConv2D 'conv1' takes 1.2 ms in int8, 0.9 ms in fp32"
std::string Describe(const SlowLayer& layer);

// Layers that take more time in int8, by more than what measurements scatter. One thread, random weights; layers of the
// same sizes are measured once. Takes some ten runs of the model.
Result<std::vector<SlowLayer>> FindSlowInt8(const Prepared& prepared);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_INT8_SPEED_H_
