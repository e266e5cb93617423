// The functions of recurrent cells, in float32 through the kernels and in double.
#include <cmath>

#include "engine/ops/recurrent_common.h"
#include "kernels/elementwise.h"

namespace linnet::ops {
namespace {

using Kind = format::RecurrentActivation;

double Evaluate(Kind kind, double alpha, double beta, double x) {
  switch (kind) {
    case Kind::Sigmoid: return 1 / (1 + std::exp(-x));
    case Kind::Tanh: return std::tanh(x);
    case Kind::Relu: return x < 0 ? 0 : x;
    case Kind::Affine: return alpha * x + beta;
    case Kind::LeakyRelu: return x < 0 ? alpha * x : x;
    case Kind::ThresholdedRelu: return x <= alpha ? 0 : x;
    case Kind::ScaledTanh: return alpha * std::tanh(beta * x);
    case Kind::HardSigmoid: {
      const double y = alpha * x + beta;
      return y < 0 ? 0 : y > 1 ? 1 : y;
    }
    case Kind::Elu: return x < 0 ? alpha * std::expm1(x) : x;
    case Kind::Softsign: return x / (1 + std::fabs(x));
    case Kind::Softplus: return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
  }
  return x;
}

}  // namespace

template <>
void ApplyFunction<double>(const RecurrentFunction& f, size_t n, double* x) {
  for (size_t i = 0; i < n; ++i) x[i] = Evaluate(f.kind, f.alpha, f.beta, x[i]);
}

template <>
void ApplyFunction<float>(const RecurrentFunction& f, size_t n, float* x) {
  switch (f.kind) {
    case Kind::Sigmoid: return kernels::SigmoidF32(n, x, 0, 0, x);
    case Kind::Tanh: return kernels::TanhF32(n, x, 0, 0, x);
    case Kind::Relu: return kernels::ClampF32(n, x, 0, HUGE_VALF, x);
    case Kind::LeakyRelu: return kernels::LeakyReluF32(n, x, f.alpha, 0, x);
    case Kind::ThresholdedRelu: return kernels::ThresholdedReluF32(n, x, f.alpha, 0, x);
    case Kind::HardSigmoid: return kernels::HardSigmoidF32(n, x, f.alpha, f.beta, x);
    case Kind::Elu: return kernels::EluF32(n, x, f.alpha, 0, x);
    case Kind::Softsign: return kernels::SoftsignF32(n, x, 0, 0, x);
    case Kind::Softplus: return kernels::SoftplusF32(n, x, 0, 0, x);
    case Kind::Affine:
      for (size_t i = 0; i < n; ++i) x[i] = f.alpha * x[i] + f.beta;
      return;
    case Kind::ScaledTanh:
      for (size_t i = 0; i < n; ++i) x[i] *= f.beta;
      kernels::TanhF32(n, x, 0, 0, x);
      for (size_t i = 0; i < n; ++i) x[i] *= f.alpha;
      return;
  }
}

}  // namespace linnet::ops
