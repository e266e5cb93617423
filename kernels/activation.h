// The function applied to a result before it is stored: one entry point for every kernel that fuses it.
#ifndef LINNET_KERNELS_ACTIVATION_H_
#define LINNET_KERNELS_ACTIVATION_H_

#include <cstddef>
#include <cstdint>

namespace linnet::kernels {

// The numbers of format::ActivationKind.
enum class ActivationKind : uint8_t {
  kNone = 0,         // x
  kClamp = 1,        // min(max(x, lo), hi); relu is lo = 0, hi = infinity
  kSigmoid = 2,      // 1 / (1 + exp(-x))
  kTanh = 3,         // tanh(x)
  kHardSigmoid = 4,  // min(max(alpha * x + beta, 0), 1)
  kHardSwish = 5,    // x * min(max(x / 6 + 1/2, 0), 1)
  kSilu = 6,         // x / (1 + exp(-x))
  kGelu = 7,         // x / 2 * (1 + erf(x / sqrt(2)))
  kGeluTanh = 8,     // x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))
  kLeakyRelu = 9,    // x >= 0 ? x : alpha * x
  kElu = 10,         // x >= 0 ? x : alpha * (exp(x) - 1)
  kSoftplus = 11,    // log(1 + exp(x))
  kMish = 12,        // x * tanh(softplus(x))
};

// Those that the kind does not name are ignored. REQUIRES: lo <= hi, neither NaN, where kind is kClamp.
struct Activation {
  ActivationKind kind = ActivationKind::kNone;
  float lo = 0, hi = 0, alpha = 0, beta = 0;
};

// out[i] = activation(in[i]) for i in [0, n). NaN -> NaN. In place allowed, other overlap not. Reads and writes exactly
// n elements, aligned to 4 bytes. kernels/elementwise.h bounds the error of each function.
void ApplyActivationF32(const Activation& activation, size_t n, const float* in, float* out);

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_ACTIVATION_H_
