#include "converter/passes/activations.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "converter/passes/constants.h"
#include "converter/passes/rewrite.h"

namespace linnet::converter {
namespace {

using format::Activation;
using format::ActivationKind;
using format::OpCode;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

Activation Simple(ActivationKind kind) { return Activation(kind, 0, 0, 0, 0); }

// Bound i of a Clip: `none` where it is left out. False if it is not a constant.
bool ReadBound(const Graph& graph, const Node& node, size_t i, float none, float* bound) {
  *bound = none;
  if (InputOf(node, i) == kNoValue) return true;
  double number;
  if (!ReadScalar(graph, InputOf(node, i), &number)) return false;
  *bound = static_cast<float>(number);
  return true;
}

bool ClipToActivation(const Graph& graph, const Node& node, Activation* activation) {
  float lo, hi;
  if (!ReadBound(graph, node, 1, -kInfinity, &lo) || !ReadBound(graph, node, 2, kInfinity, &hi)) return false;
  *activation = Activation(ActivationKind::Clamp, lo, hi, 0, 0);
  return lo <= hi;
}

}  // namespace

Activation* FusedActivation(Node* node) {
  switch (node->attrs.type) {
    case format::OpAttrs::Conv2D: return &node->As<format::Conv2DT>().activation;
    case format::OpAttrs::DepthwiseConv2D: return &node->As<format::DepthwiseConv2DT>().activation;
    case format::OpAttrs::ConvTranspose2D: return &node->As<format::ConvTranspose2DT>().activation;
    case format::OpAttrs::MatMul: return &node->As<format::MatMulT>().activation;
    case format::OpAttrs::Binary: return &node->As<format::BinaryT>().activation;
    case format::OpAttrs::Norm: return &node->As<format::NormT>().activation;
    case format::OpAttrs::ScaleShift: return &node->As<format::ScaleShiftT>().activation;
    default: return nullptr;
  }
}

bool HasNoActivation(Node* node) {
  const Activation* activation = FusedActivation(node);
  return activation != nullptr && activation->kind() == ActivationKind::None;
}

bool ToActivation(const Graph& graph, const Node& node, Activation* activation) {
  const auto unary = [&node] {
    return node.attrs.type == format::OpAttrs::Unary ? node.As<format::UnaryT>() : format::UnaryT();
  };
  switch (node.op) {
    case OpCode::Relu: *activation = Activation(ActivationKind::Clamp, 0, kInfinity, 0, 0); return true;
    case OpCode::Clip: return ClipToActivation(graph, node, activation);
    case OpCode::Sigmoid: *activation = Simple(ActivationKind::Sigmoid); return true;
    case OpCode::Tanh: *activation = Simple(ActivationKind::Tanh); return true;
    case OpCode::HardSwish: *activation = Simple(ActivationKind::HardSwish); return true;
    case OpCode::Silu: *activation = Simple(ActivationKind::Silu); return true;
    case OpCode::Gelu: *activation = Simple(ActivationKind::Gelu); return true;
    case OpCode::GeluTanh: *activation = Simple(ActivationKind::GeluTanh); return true;
    case OpCode::Softplus: *activation = Simple(ActivationKind::Softplus); return true;
    case OpCode::Mish: *activation = Simple(ActivationKind::Mish); return true;
    case OpCode::HardSigmoid:
      *activation = Activation(ActivationKind::HardSigmoid, 0, 0, unary().alpha, unary().beta);
      return true;
    case OpCode::LeakyRelu: *activation = Activation(ActivationKind::LeakyRelu, 0, 0, unary().alpha, 0); return true;
    case OpCode::Elu: *activation = Activation(ActivationKind::Elu, 0, 0, unary().alpha, 0); return true;
    default: return false;
  }
}

Activation MergeClamps(const Activation& first, const Activation& then) {
  // Clamping keeps order, so the bounds of the first go where the second puts them.
  const auto clamp = [&then](float x) { return std::min(std::max(x, then.lo()), then.hi()); };
  return Activation(ActivationKind::Clamp, clamp(first.lo()), clamp(first.hi()), 0, 0);
}

bool IsNonNegative(const Graph& graph, const Node& node) {
  Activation activation;
  // Only FusedActivation of a const node: nothing is changed.
  if (const Activation* fused = FusedActivation(const_cast<Node*>(&node))) activation = *fused;
  if (activation.kind() == ActivationKind::None && !ToActivation(graph, node, &activation)) return false;
  switch (activation.kind()) {
    case ActivationKind::Clamp: return activation.lo() >= 0;
    case ActivationKind::Sigmoid:
    case ActivationKind::HardSigmoid:
    case ActivationKind::Softplus: return true;
    default: return false;
  }
}

}  // namespace linnet::converter
