// The constant operands of an int8 product: weights, biases and multipliers per output channel.
#ifndef LINNET_CONVERTER_PASSES_QUANTIZED_WEIGHTS_H_
#define LINNET_CONVERTER_PASSES_QUANTIZED_WEIGHTS_H_

#include <vector>

#include "converter/graph.h"
#include "converter/passes/passes.h"
#include "converter/passes/quantization.h"

namespace linnet::converter {

class QuantizedWeights {
 public:
  // Reads weight and bias of a Conv2D, DepthwiseConv2D, ConvTranspose2D or MatMul: DQ of int8 constants with one scale, or one
  // per output channel, and a bias that is left out, float32, or a DQ of int32. False for other nodes; *reason then says why.
  bool Read(const Graph& graph, const GraphIndex& index, const Node& node, const char** reason);

  // Takes the parameters of the product's input and output. The error names the node where a number does not fit: a
  // multiplier, a bias, or a sum of all products.
  Status Scale(const Node& node, const QuantParams& x, const QuantParams& y);

  // New constants, named after the node's output.
  ValueId AddWeight(Graph* graph, const std::string& base) const;
  ValueId AddBias(Graph* graph, const std::string& base) const;
  ValueId AddMultiplier(Graph* graph, const std::string& base) const;
  ValueId AddWeightSum(Graph* graph, const std::string& base) const;

  // Weights of -128, which our quantiser does not make, and zero points other than zero.
  bool has_lowest() const { return has_lowest_; }
  bool is_asymmetric() const { return is_asymmetric_; }

 private:
  void ReadWeight(const Graph& graph, const Node& dequantize);
  bool ReadBias(const Graph& graph, const GraphIndex& index, ValueId bias, const char** reason);
  int64_t ChannelOf(int64_t i) const { return i / inner_ % channels_; }

  Shape shape_;
  int64_t channels_ = 0, inner_ = 1;  // the channel of element i is i / inner % channels
  std::vector<int8_t> weight_;
  std::vector<int64_t> zero_points_;        // per channel; empty: weight_ is less its zero points
  std::vector<int64_t> stored_sums_;        // of each channel's weight_
  std::vector<int64_t> sums_, magnitudes_;  // of the same less its zero point
  std::vector<float> scales_;
  std::vector<double> bias_;         // real, or quantised with scales of its own
  std::vector<double> bias_scales_;  // empty: bias_ is real
  std::vector<int32_t> quantized_bias_;
  std::vector<float> multipliers_;
  bool has_lowest_ = false, is_asymmetric_ = false;
};

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_PASSES_QUANTIZED_WEIGHTS_H_
