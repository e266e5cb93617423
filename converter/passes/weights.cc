#include "converter/passes/weights.h"

#include <algorithm>

#include "converter/passes/constants.h"
#include "converter/passes/rewrite.h"

namespace linnet::converter {
namespace {

using format::OpCode;

constexpr size_t kWeight = 1, kBias = 2;

// Of convolutions; 1 for others.
int64_t GroupOf(const Node& node) {
  switch (node.op) {
    case OpCode::Conv2D: return node.As<format::Conv2DT>().group;
    case OpCode::ConvTranspose2D: return node.As<format::ConvTranspose2DT>().group;
    default: return 1;
  }
}

int RankOfWeight(OpCode op) { return op == OpCode::MatMul ? 2 : op == OpCode::DepthwiseConv2D ? 3 : 4; }

bool AnyOther(const std::vector<double>& values, double than) {
  return std::any_of(values.begin(), values.end(), [than](double value) { return value != than; });
}

}  // namespace

bool Weights::Read(Graph* graph, Node* node) {
  graph_ = graph;
  node_ = node;
  const bool known = node->op == OpCode::Conv2D || node->op == OpCode::ConvTranspose2D ||
                     node->op == OpCode::DepthwiseConv2D || node->op == OpCode::MatMul;
  if (!known || !IsPlainConstant(*graph, converter::InputOf(*node, kWeight), ElementType::kFloat32)) return false;
  const Value& weight = graph->value(node->inputs[kWeight]);
  if (weight.shape.rank() != RankOfWeight(node->op) || weight.shape.elements() == 0) return false;
  const ValueId bias = converter::InputOf(*node, kBias);
  if (bias != kNoValue && !IsPlainConstant(*graph, bias, ElementType::kFloat32)) return false;
  outputs_last_ = node->op == OpCode::DepthwiseConv2D || (node->op == OpCode::MatMul && !node->As<format::MatMulT>().transpose_b);
  outputs_ = outputs_last_ ? weight.shape.back() : weight.shape[0];
  depth_ = node->op == OpCode::DepthwiseConv2D ? 1 : outputs_last_ ? weight.shape[0] : weight.shape.back();
  row_ = outputs_last_ ? 1 : weight.shape.elements() / outputs_;
  const int64_t group = GroupOf(*node);
  if (group < 1 || outputs_ % group != 0) return false;
  outputs_per_group_ = outputs_ / group;
  inputs_ = node->op == OpCode::DepthwiseConv2D ? outputs_ : depth_ * group;
  weight_ = ReadDoubles(weight);
  bias_.assign(static_cast<size_t>(outputs_), 0);
  if (bias == kNoValue) return true;
  bias_ = ReadDoubles(graph->value(bias));
  return bias_.size() == static_cast<size_t>(outputs_);
}

int64_t Weights::OutputOf(int64_t i) const { return outputs_last_ ? i % outputs_ : i / row_; }

int64_t Weights::InputOf(int64_t i) const {
  if (node_->op == OpCode::DepthwiseConv2D) return i % outputs_;
  return outputs_last_ ? i / outputs_ : OutputOf(i) / outputs_per_group_ * depth_ + i % depth_;
}

int Weights::output_axis() const { return outputs_last_ ? RankOfWeight(node_->op) - 1 : 0; }

void Weights::ScaleOutputs(const std::vector<double>& scale, const std::vector<double>& shift) {
  const bool scales = AnyOther(scale, 1);
  for (size_t i = 0; scales && i < weight_.size(); ++i) weight_[i] *= scale[OutputOf(static_cast<int64_t>(i))];
  for (size_t n = 0; n < bias_.size(); ++n) bias_[n] = bias_[n] * scale[n] + shift[n];
  weight_changed_ |= scales;
  bias_changed_ |= scales || AnyOther(shift, 0);
}

void Weights::ScaleInputs(const std::vector<double>& scale, const std::vector<double>& shift) {
  for (size_t i = 0; i < weight_.size(); ++i) {
    const int64_t n = OutputOf(static_cast<int64_t>(i)), c = InputOf(static_cast<int64_t>(i));
    bias_[n] += weight_[i] * shift[c];
    weight_[i] *= scale[c];
  }
  weight_changed_ |= AnyOther(scale, 1);
  bias_changed_ |= AnyOther(shift, 0);
}

bool Weights::Write() {
  const ValueId old_weight = node_->inputs[kWeight], old_bias = converter::InputOf(*node_, kBias);
  ValueId weight = old_weight, bias = old_bias;
  if (weight_changed_) {
    weight = AddRounded(graph_, graph_->value(old_weight).name, graph_->value(old_weight).shape, weight_);
  }
  // Without a bias before, one of zeros is none now.
  if (bias_changed_ && (old_bias != kNoValue || AnyOther(bias_, 0))) {
    const std::string name = old_bias != kNoValue ? graph_->value(old_bias).name : node_->name + "_bias";
    bias = AddRounded(graph_, name, {outputs_}, bias_);
    if (bias == kNoValue) return false;
  }
  if (weight == kNoValue) return false;
  node_->inputs[kWeight] = weight;
  if (bias != kNoValue) SetInput(node_, kBias, bias);
  return true;
}

}  // namespace linnet::converter
