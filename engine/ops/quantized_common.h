// What the ops on int8 tensors share: quantisation, bounds, and the operands beside packed weights.
#ifndef LINNET_ENGINE_OPS_QUANTIZED_COMMON_H_
#define LINNET_ENGINE_OPS_QUANTIZED_COMMON_H_

#include "engine/activation.h"
#include "engine/op.h"
#include "kernels/gemm_i8.h"

namespace linnet::ops {

// real = scale * (q - zero_point), one scale for the whole tensor.
struct TensorScale {
  float scale;
  int32_t zero_point;
};

// Reads the quantisation of a tensor; `name` is for the message. The scale is positive and normal, the zero point is in
// [-128, 127]. A tensor without any is an error.
Status ReadScale(const OpContext& ctx, const TensorSlot& slot, const char* name, TensorScale* to);

// Zero point and bounds of output 0, which is int8: its own zero point; a Clamp's lo and hi, which are quantised
// values. Any other activation is an error.
Status ReadRequantize(const OpContext& ctx, const format::Activation* activation, kernels::Requantize* to);

// Bias, multiplier and sums of `outputs` channels in all of a product over k.
struct ChannelOperands {
  int bias, multiplier, weight_sum;  // indices of inputs
};
// Where a weight's bytes of each channel lie: term t of channel c, of a set, is
// c / width * width * depth + t / pack * width * pack + c % width * pack + t % pack. The sets follow one another.
struct ChannelOrder {
  int64_t channels, k;         // of a set
  int64_t width, depth, pack;  // depth: k, padded
};
inline ChannelOrder PanelsInt8Order(int64_t channels, int64_t k, int64_t width) {
  return {channels, k, width, (k + 3) / 4 * 4, 4};
}
inline ChannelOrder RowsOrder(int64_t channels, int64_t k) { return {channels, k, 1, k, 1}; }

// Checks types and shapes: bias int32 [outputs]?, multiplier float32 [outputs] or [1], finite where it is known,
// weight_sum int32 [outputs], needed where `sums`; and that sums of k products and the bias fit int32. With `order`,
// of input 1 without zero points, each channel is held against the products that its own weights can make. The
// weight's bytes must have been checked.
Status CheckChannelOperands(OpContext& ctx, const ChannelOperands& operands, int64_t outputs, int64_t k, bool sums,
                            const ChannelOrder* order = nullptr);

// The multipliers of all channels: the input, or its only number `outputs` times in `expanded`.
const float* Multipliers(const TensorSlot& multiplier, int64_t outputs, float* expanded);

inline const int32_t* Int32OrNull(const OpContext& ctx, int i) {
  return ctx.has_input(i) ? ctx.input(i).as<const int32_t>() : nullptr;
}

// For a weight in PanelsInt8 order: checks type, width, group and bytes for `group` matrices [n, k].
Status CheckPanelsInt8(OpContext& ctx, int input, int64_t group, int64_t n, int64_t k);

// The zero points of a weight whose quantisation names some that are not zero: one for all, or one per output channel.
// *points: `outputs` numbers in the op's memory, or null where all are zero.
Status ReadWeightZeroPoints(OpContext& ctx, const TensorSlot& weight, int64_t outputs, int32_t** points);

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_QUANTIZED_COMMON_H_
