#include "converter/passes/quantized_weights.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

#include "converter/passes/constants.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/shapes.h"

namespace linnet::converter {
namespace {

using format::OpCode;

// The axis of the weight that counts output channels; -1 for ops without a constant weight.
int ChannelAxis(const Node& node, const Shape& weight) {
  switch (node.op) {
    case OpCode::Conv2D:
    case OpCode::ConvTranspose2D: return 0;
    case OpCode::DepthwiseConv2D: return 2;
    case OpCode::MatMul:
      if (weight.rank() != 2) return -1;
      return node.As<format::MatMulT>().transpose_b ? 0 : 1;
    default: return -1;
  }
}

// Scales, or what else there is one or `channels` of, as one per channel.
template <typename T>
void Spread(int64_t channels, std::vector<T>* values) {
  if (values->size() == 1) values->assign(static_cast<size_t>(channels), values->front());
}

Status Error(const Node& node, const char* what, int64_t channel) {
  return Status::Error(StatusCode::kInvalidModel, "node '%s' (%s): %s of output channel %lld", node.name.c_str(),
                       OpName(node.op), what, static_cast<long long>(channel));
}

}  // namespace

bool QuantizedWeights::Read(const Graph& graph, const GraphIndex& index, const Node& node, const char** reason) {
  *reason = "its weight is not a quantised constant";
  if (node.inputs.size() < 2) return false;
  const Node* dequantize = ProducerOf(index, node.inputs[1], OpCode::DequantizeLinear);
  if (dequantize == nullptr || !IsPlainConstant(graph, dequantize->inputs[0], ElementType::kInt8)) return false;
  shape_ = graph.value(dequantize->inputs[0]).shape;
  const int axis = ChannelAxis(node, shape_);
  if (axis < 0 || axis >= shape_.rank()) return false;
  channels_ = shape_[axis];
  inner_ = shape_.Product(axis + 1, shape_.rank());
  QuantParams params;
  *reason = "the scales of its weight are not one per output channel";
  if (!ReadQuantParams(graph, *dequantize, &params)) return false;
  if (!params.per_tensor() && ResolveAxis(params.axis, shape_.rank()) != axis) return false;
  if (!params.per_tensor() && static_cast<int64_t>(params.scales.size()) != channels_) return false;
  ReadWeight(graph, *dequantize);
  return ReadBias(graph, index, InputOf(node, 2), reason);
}

void QuantizedWeights::ReadWeight(const Graph& graph, const Node& dequantize) {
  QuantParams params;
  ReadQuantParams(graph, dequantize, &params);
  zero_points_ = params.zero_points;
  scales_ = params.scales;
  Spread(channels_, &scales_);
  Spread(channels_, &zero_points_);
  sums_.assign(static_cast<size_t>(channels_), 0);
  magnitudes_ = stored_sums_ = sums_;
  const Value& value = graph.value(dequantize.inputs[0]);
  const auto* from = static_cast<const int8_t*>(value.data.data());
  weight_.assign(from, from + value.data.size());
  bool fits = true;
  for (size_t i = 0; i < weight_.size(); ++i) {
    const auto channel = static_cast<size_t>(ChannelOf(static_cast<int64_t>(i)));
    const int64_t centred = from[i] - zero_points_[channel];
    fits = fits && centred >= -128 && centred <= 127;
    stored_sums_[channel] += from[i];
    sums_[channel] += centred;
    magnitudes_[channel] += std::abs(centred);
    has_lowest_ = has_lowest_ || centred == -128;
    is_asymmetric_ = is_asymmetric_ || zero_points_[channel] != 0;
  }
  if (!fits) return;  // 9 bits: the kernel subtracts the zero points
  for (size_t i = 0; i < weight_.size(); ++i) {
    const auto channel = static_cast<size_t>(ChannelOf(static_cast<int64_t>(i)));
    weight_[i] = static_cast<int8_t>(weight_[i] - zero_points_[channel]);
  }
  stored_sums_ = sums_;
  zero_points_.clear();
}

bool QuantizedWeights::ReadBias(const Graph& graph, const GraphIndex& index, ValueId bias, const char** reason) {
  *reason = "its bias is not a constant";
  bias_.assign(static_cast<size_t>(channels_), 0);
  if (bias == kNoValue) return true;
  if (IsPlainConstant(graph, bias, ElementType::kFloat32)) {
    bias_ = ReadDoubles(graph.value(bias));
    Spread(channels_, &bias_);
    return static_cast<int64_t>(bias_.size()) == channels_;
  }
  QuantParams params;
  const Node* dequantize = ProducerOf(index, bias, OpCode::DequantizeLinear);
  if (dequantize == nullptr || !graph.value(dequantize->inputs[0]).is_constant()) return false;
  if (!ReadQuantParams(graph, *dequantize, &params)) return false;
  bias_ = ReadDoubles(graph.value(dequantize->inputs[0]));
  bias_scales_.assign(params.scales.begin(), params.scales.end());
  std::vector<int64_t> zero_points = params.zero_points;
  Spread(channels_, &bias_);
  Spread(channels_, &bias_scales_);
  Spread(channels_, &zero_points);
  if (static_cast<int64_t>(bias_.size()) != channels_ || bias_scales_.size() != bias_.size()) return false;
  for (size_t c = 0; c < bias_.size(); ++c) bias_[c] -= static_cast<double>(zero_points[c]);
  return true;
}

Status QuantizedWeights::Scale(const Node& node, const QuantParams& x, const QuantParams& y) {
  constexpr double kSameScale = 1e-5;  // scales of biases are products that were rounded
  const auto zero_point = static_cast<double>(x.zero_point());
  for (size_t c = 0; c < scales_.size(); ++c) {
    const auto channel = static_cast<int64_t>(c);
    const double sum_scale = double{x.scale()} * scales_[c];
    const float multiplier = x.scale() * scales_[c] / y.scale();
    if (!std::isfinite(multiplier)) return Error(node, "the product of scales overflows: multiplier", channel);
    // Trained networks have channels whose weights are as good as 0: no sum of theirs reaches half a step of y.
    multipliers_.push_back(multiplier < FLT_MIN ? 0.0f : multiplier);
    double bias = bias_[c];
    const double ratio = bias_scales_.empty() ? 1 / sum_scale : bias_scales_[c] / sum_scale;
    if (bias_scales_.empty() || std::fabs(ratio - 1) > kSameScale) bias = std::nearbyint(bias * ratio);
    // Of a transposed convolution each phase of the stride sees other weights: its kernel subtracts the zero point.
    if (node.op != OpCode::ConvTranspose2D) bias -= zero_point * static_cast<double>(sums_[c]);
    if (!(std::fabs(bias) <= double{INT32_MAX})) return Error(node, "the bias overflows int32: bias", channel);
    if (std::fabs(bias) + 128.0 * static_cast<double>(magnitudes_[c]) > double{INT32_MAX}) {
      return Error(node, "too many products: int32 could overflow in the sums", channel);
    }
    quantized_bias_.push_back(static_cast<int32_t>(bias));
  }
  const bool vanish = std::all_of(multipliers_.begin(), multipliers_.end(), [](float m) { return m == 0; });
  return vanish ? Error(node, "the product of scales vanishes: multiplier", 0) : Status();
}

ValueId QuantizedWeights::AddWeight(Graph* graph, const std::string& base) const {
  const ValueId id = graph->AddConstant(graph->UniqueName(base + "_weight"), ElementType::kInt8, shape_,
                                        Bytes::Copy(weight_.data(), weight_.size()));
  if (zero_points_.empty()) return id;
  auto quantization = std::make_unique<format::QuantizationT>();
  quantization->scale = scales_;  // a quantization has as many as zero points
  quantization->zero_point = zero_points_;
  graph->value(id).quantization = std::move(quantization);
  return id;
}

ValueId QuantizedWeights::AddBias(Graph* graph, const std::string& base) const {
  return graph->AddConstant(graph->UniqueName(base + "_bias"), ElementType::kInt32, {channels_},
                            Bytes::Copy(quantized_bias_.data(), quantized_bias_.size() * sizeof(int32_t)));
}

ValueId QuantizedWeights::AddMultiplier(Graph* graph, const std::string& base) const {
  return graph->AddFloats(graph->UniqueName(base + "_multiplier"), {channels_}, multipliers_);
}

ValueId QuantizedWeights::AddWeightSum(Graph* graph, const std::string& base) const {
  const std::vector<int32_t> sums(stored_sums_.begin(), stored_sums_.end());
  return graph->AddConstant(graph->UniqueName(base + "_weight_sum"), ElementType::kInt32, {channels_},
                            Bytes::Copy(sums.data(), sums.size() * sizeof(int32_t)));
}

}  // namespace linnet::converter
