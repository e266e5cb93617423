#include "engine/activation.h"

namespace linnet {

static_assert(static_cast<int>(kernels::ActivationKind::kMish) == static_cast<int>(format::ActivationKind::MAX) &&
                  static_cast<int>(kernels::ActivationKind::kClamp) == static_cast<int>(format::ActivationKind::Clamp),
              "kernels::ActivationKind has the numbers of format::ActivationKind");

Status CheckActivation(const OpContext& ctx, const format::Activation* attribute, ElementType type) {
  if (attribute == nullptr || attribute->kind() == format::ActivationKind::None) return Status();
  if (attribute->kind() > format::ActivationKind::MAX) {
    return ctx.Unsupported("activation %d is unknown", static_cast<int>(attribute->kind()));
  }
  if (WideKindOf(type) != WideKind::kReal || type == ElementType::kFloat64) {
    return ctx.Unsupported("a fused activation takes a floating-point type of at most 32 bits, not %s",
                           ElementTypeName(type));
  }
  if (attribute->kind() == format::ActivationKind::Clamp && !(attribute->lo() <= attribute->hi())) {
    return ctx.Invalid("activation clamps to [%g, %g]", static_cast<double>(attribute->lo()),
                       static_cast<double>(attribute->hi()));
  }
  return Status();
}

kernels::Activation ToKernel(const format::Activation* attribute) {
  kernels::Activation activation;
  if (attribute != nullptr) {
    activation.kind = static_cast<kernels::ActivationKind>(attribute->kind());
    activation.lo = attribute->lo();
    activation.hi = attribute->hi();
    activation.alpha = attribute->alpha();
    activation.beta = attribute->beta();
  }
  return activation;
}

void ApplyActivationWide(const kernels::Activation& activation, size_t n, Wide* values) {
  if (activation.kind == kernels::ActivationKind::kNone) return;
  float block[kWideBlock];
  for (size_t done = 0; done < n; done += kWideBlock) {
    const size_t count = n - done < kWideBlock ? n - done : kWideBlock;
    for (size_t i = 0; i < count; ++i) block[i] = static_cast<float>(values[done + i].f);
    kernels::ApplyActivationF32(activation, count, block, block);
    for (size_t i = 0; i < count; ++i) values[done + i].f = block[i];
  }
}

}  // namespace linnet
