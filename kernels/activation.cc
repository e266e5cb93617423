#include "kernels/activation.h"

#include <cstring>

#include "kernels/elementwise.h"

namespace linnet::kernels {

void ApplyActivationF32(const Activation& activation, size_t n, const float* in, float* out) {
  const float alpha = activation.alpha, beta = activation.beta;
  switch (activation.kind) {
    case ActivationKind::kNone:
      if (in != out && n > 0) std::memcpy(out, in, n * sizeof(float));
      return;
    case ActivationKind::kClamp: return ClampF32(n, in, activation.lo, activation.hi, out);
    case ActivationKind::kSigmoid: return SigmoidF32(n, in, 0, 0, out);
    case ActivationKind::kTanh: return TanhF32(n, in, 0, 0, out);
    case ActivationKind::kHardSigmoid: return HardSigmoidF32(n, in, alpha, beta, out);
    case ActivationKind::kHardSwish: return HardSwishF32(n, in, 0, 0, out);
    case ActivationKind::kSilu: return SiluF32(n, in, 0, 0, out);
    case ActivationKind::kGelu: return GeluF32(n, in, 0, 0, out);
    case ActivationKind::kGeluTanh: return GeluTanhF32(n, in, 0, 0, out);
    case ActivationKind::kLeakyRelu: return LeakyReluF32(n, in, alpha, 0, out);
    case ActivationKind::kElu: return EluF32(n, in, alpha, 0, out);
    case ActivationKind::kSoftplus: return SoftplusF32(n, in, 0, 0, out);
    case ActivationKind::kMish: return MishF32(n, in, 0, 0, out);
  }
}

}  // namespace linnet::kernels
