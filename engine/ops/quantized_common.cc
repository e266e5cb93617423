#include "engine/ops/quantized_common.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "format/storage.h"

namespace linnet::ops {

Status ReadScale(const OpContext& ctx, const TensorSlot& slot, const char* name, TensorScale* to) {
  const format::Quantization* q = slot.def->quantization();
  const unsigned scales = q != nullptr && q->scale() != nullptr ? q->scale()->size() : 0;
  const unsigned points = q != nullptr && q->zero_point() != nullptr ? q->zero_point()->size() : 0;
  if (scales != 1 || points > 1) {
    return ctx.Invalid("%s has %u scales and %u zero points, expected one of each", name, scales, points);
  }
  to->scale = q->scale()->Get(0);
  const int64_t zero_point = points == 1 ? q->zero_point()->Get(0) : 0;
  if (!(to->scale > 0) || !std::isnormal(to->scale)) {
    return ctx.Invalid("%s has scale %g", name, static_cast<double>(to->scale));
  }
  if (zero_point < -128 || zero_point > 127) {
    return ctx.Invalid("%s has zero point %lld, which is not an int8", name, static_cast<long long>(zero_point));
  }
  to->zero_point = static_cast<int32_t>(zero_point);
  return Status();
}

Status ReadRequantize(const OpContext& ctx, const format::Activation* activation, kernels::Requantize* to) {
  TensorScale scale;
  LINNET_RETURN_IF_ERROR(ReadScale(ctx, ctx.output(0), "the output", &scale));
  *to = {scale.zero_point, -128, 127};
  if (activation == nullptr || activation->kind() == format::ActivationKind::None) return Status();
  if (activation->kind() != format::ActivationKind::Clamp) {
    return ctx.Unsupported("activation %d on int8", static_cast<int>(activation->kind()));
  }
  const float lo = std::fmax(activation->lo(), -128.0f), hi = std::fmin(activation->hi(), 127.0f);
  if (!(activation->lo() <= activation->hi()) || !(lo <= hi) || lo != std::floor(lo) || hi != std::floor(hi)) {
    return ctx.Invalid("activation clamps to [%g, %g], expected int8 values", static_cast<double>(activation->lo()),
                       static_cast<double>(activation->hi()));
  }
  to->lo = static_cast<int32_t>(lo);
  to->hi = static_cast<int32_t>(hi);
  return Status();
}

namespace {

Status CheckMultipliers(OpContext& ctx, int input, int64_t outputs) {
  LINNET_RETURN_IF_ERROR(ctx.ExpectType(input, ElementType::kFloat32));
  const TensorSlot& multiplier = ctx.input(input);
  const bool fits = multiplier.rank() == 1 && (multiplier.shape[0] == outputs || multiplier.shape[0] == 1);
  if (!fits) {
    return ctx.Invalid("multiplier is %s, expected [%lld] or [1]", ctx.Describe(input), static_cast<long long>(outputs));
  }
  for (int64_t i = 0; multiplier.known && i < multiplier.elements(); ++i) {
    const float m = multiplier.as<float>()[i];
    if (std::isfinite(m)) continue;
    return ctx.Invalid("multiplier %lld is %g", static_cast<long long>(i), static_cast<double>(m));
  }
  return Status();
}

uint64_t Magnitude(int64_t value) { return static_cast<uint64_t>(value < 0 ? -value : value); }

// Sum of a channel's |weight|.
uint64_t WeightMagnitude(const ChannelOrder& order, const int8_t* weight, int64_t channel) {
  const int64_t c = channel % order.channels;
  const int64_t columns = (order.channels + order.width - 1) / order.width * order.width;
  const int8_t* first = weight + channel / order.channels * columns * order.depth;
  first += c / order.width * order.width * order.depth + c % order.width * order.pack;
  uint64_t sum = 0;
  for (int64_t t = 0; t < order.k; ++t) {
    sum += Magnitude(first[t / order.pack * order.width * order.pack + t % order.pack]);
  }
  return sum;
}

Status CheckSums(const OpContext& ctx, const int32_t* bias, int64_t outputs, int64_t k, const ChannelOrder* order) {
  uint64_t largest = 0;
  for (int64_t i = 0; bias != nullptr && i < outputs; ++i) largest = std::max(largest, Magnitude(bias[i]));
  if (kernels::SumFitsInt32(static_cast<uint64_t>(k), largest)) return Status();
  if (order == nullptr || !ctx.input(1).known) {
    return ctx.Unsupported("sums of %lld products and a bias of up to %llu may not fit into 32 bits",
                           static_cast<long long>(k), static_cast<unsigned long long>(largest));
  }
  for (int64_t i = 0; i < outputs; ++i) {
    const uint64_t products = 128 * WeightMagnitude(*order, ctx.input(1).as<int8_t>(), i);
    const uint64_t offset = bias != nullptr ? Magnitude(bias[i]) : 0;
    if (products + offset <= INT32_MAX) continue;
    return ctx.Unsupported("channel %lld: products of up to %llu and a bias of %llu may not fit into 32 bits",
                           static_cast<long long>(i), static_cast<unsigned long long>(products),
                           static_cast<unsigned long long>(offset));
  }
  return Status();
}

}  // namespace

Status CheckChannelOperands(OpContext& ctx, const ChannelOperands& operands, int64_t outputs, int64_t k, bool sums,
                            const ChannelOrder* order) {
  if (!ctx.has_input(operands.multiplier)) return ctx.Invalid("the multiplier is missing");
  if (sums && !ctx.has_input(operands.weight_sum)) return ctx.Invalid("the sums of the packed weight are missing");
  for (const int i : {operands.bias, operands.weight_sum}) {
    if (i < 0 || !ctx.has_input(i)) continue;
    LINNET_RETURN_IF_ERROR(ctx.ExpectType(i, ElementType::kInt32));
    if (ctx.input(i).shape != Shape({outputs})) {
      return ctx.Invalid("input %d is %s, expected int32 [%lld]", i, ctx.Describe(i), static_cast<long long>(outputs));
    }
  }
  LINNET_RETURN_IF_ERROR(CheckMultipliers(ctx, operands.multiplier, outputs));
  const bool known = ctx.has_input(operands.bias) && ctx.input(operands.bias).known;
  return CheckSums(ctx, known ? ctx.input(operands.bias).as<int32_t>() : nullptr, outputs, k, order);
}

const float* Multipliers(const TensorSlot& multiplier, int64_t outputs, float* expanded) {
  if (multiplier.elements() == outputs) return multiplier.as<const float>();
  for (int64_t i = 0; i < outputs; ++i) expanded[i] = *multiplier.as<const float>();
  return expanded;
}

Status CheckPanelsInt8(OpContext& ctx, int input, int64_t group, int64_t n, int64_t k) {
  const TensorSlot& weight = ctx.input(input);
  const size_t width = weight.def->width();
  if (weight.order() != format::StorageOrder::PanelsInt8 || weight.type != ElementType::kInt8) {
    return ctx.Unsupported("input %d is %s in storage order %d, expected int8 panels", input, ctx.Describe(input),
                           static_cast<int>(weight.order()));
  }
  const bool fits = width == 16 || ((width == 8 || width == 4) && n <= static_cast<int64_t>(width));
  if (!fits || weight.def->group() != static_cast<uint64_t>(group)) {
    return ctx.Invalid("input %d has %u sets of panels of width %zu, which do not fit %lld groups of %lld channels",
                       input, weight.def->group(), width, static_cast<long long>(group), static_cast<long long>(n));
  }
  // format::PanelInt8Bytes, guarded: the logical shape fits into memory, but its padding may not.
  size_t bytes = width;
  const size_t panels = (static_cast<size_t>(n) + width - 1) / width;
  const size_t depth = format::RoundUp(static_cast<size_t>(k), 4);
  if (__builtin_mul_overflow(bytes, panels, &bytes) || __builtin_mul_overflow(bytes, depth, &bytes) ||
      __builtin_mul_overflow(bytes, static_cast<size_t>(group), &bytes) || weight.def->bytes() != bytes) {
    return ctx.Invalid("input %d has %llu bytes, its panels need %zu", input,
                       static_cast<unsigned long long>(weight.def->bytes()), bytes);
  }
  return Status();
}

Status ReadWeightZeroPoints(OpContext& ctx, const TensorSlot& weight, int64_t outputs, int32_t** points) {
  *points = nullptr;
  const format::Quantization* q = weight.def->quantization();
  const auto* list = q != nullptr ? q->zero_point() : nullptr;
  if (list == nullptr || list->size() == 0) return Status();
  if (list->size() != 1 && list->size() != static_cast<uint64_t>(outputs)) {
    return ctx.Invalid("the weight has %u zero points, expected 1 or %lld", list->size(),
                       static_cast<long long>(outputs));
  }
  bool any = false;
  for (const int64_t value : *list) {
    if (value < -128 || value > 127) {
      return ctx.Invalid("the weight has zero point %lld, which is not an int8", static_cast<long long>(value));
    }
    any = any || value != 0;
  }
  if (!any) return Status();
  *points = static_cast<int32_t*>(ctx.AllocateMemory(static_cast<size_t>(outputs) * sizeof(int32_t)));
  if (*points == nullptr) return ctx.OutOfMemory();
  for (unsigned i = 0; i < static_cast<unsigned>(outputs); ++i) {
    (*points)[i] = static_cast<int32_t>(list->Get(list->size() == 1 ? 0 : i));
  }
  return Status();
}

}  // namespace linnet::ops
