#include "engine/ops/quantized_tensor.h"

#include <cmath>

#include "engine/model.h"

namespace linnet::ops {

Status ReadAffine(const OpContext& ctx, const TensorSlot& slot, Affine* affine) {
  const format::Quantization* q = slot.def->quantization();
  const char* name = Text(slot.def->name());
  if (q == nullptr || q->scale() == nullptr || q->scale()->size() != 1) {
    return ctx.Invalid("tensor '%s' needs one scale, has %u", name,
                       q == nullptr || q->scale() == nullptr ? 0 : q->scale()->size());
  }
  const float scale = q->scale()->Get(0);
  // A subnormal scale would be flushed to zero in the run.
  if (!std::isnormal(scale) || scale < 0) {
    return ctx.Invalid("tensor '%s': scale %g is not a normal number above 0", name, static_cast<double>(scale));
  }
  const int64_t zero_point = q->zero_point() != nullptr && q->zero_point()->size() > 0 ? q->zero_point()->Get(0) : 0;
  const bool is_unsigned = slot.type == ElementType::kUint8;
  if (zero_point < (is_unsigned ? 0 : -128) || zero_point > (is_unsigned ? 255 : 127)) {
    return ctx.Invalid("tensor '%s': zero point %lld is no %s", name, static_cast<long long>(zero_point),
                       is_unsigned ? "uint8" : "int8");
  }
  *affine = {scale, static_cast<int32_t>(zero_point)};
  return Status();
}

Affine AffineOf(const TensorSlot& slot) {
  const format::Quantization* q = slot.def->quantization();
  const bool has_zero_point = q->zero_point() != nullptr && q->zero_point()->size() > 0;
  return {q->scale()->Get(0), has_zero_point ? static_cast<int32_t>(q->zero_point()->Get(0)) : 0};
}

Status ReadLimits(const OpContext& ctx, const format::Activation* attribute, QuantizedLimits* limits) {
  *limits = QuantizedLimits();
  if (attribute == nullptr || attribute->kind() == format::ActivationKind::None) return Status();
  if (attribute->kind() != format::ActivationKind::Clamp) {
    return ctx.Unsupported("activation %d of a quantised op; only a clamp can be fused",
                           static_cast<int>(attribute->kind()));
  }
  const float lo = attribute->lo(), hi = attribute->hi();
  if (!(lo >= -128 && lo <= hi && hi <= 127) || lo != std::floor(lo) || hi != std::floor(hi)) {
    return ctx.Invalid("activation clamps to [%g, %g], which are not two quantised values", static_cast<double>(lo),
                       static_cast<double>(hi));
  }
  *limits = {static_cast<int32_t>(lo), static_cast<int32_t>(hi)};
  return Status();
}

Status ReadMultiplier(const OpContext& ctx, double ratio, float* multiplier) {
  *multiplier = static_cast<float>(ratio);
  if (std::isnormal(*multiplier)) return Status();
  return ctx.Invalid("the scales of inputs and output are too far apart: their ratio is %g", ratio);
}

}  // namespace linnet::ops
