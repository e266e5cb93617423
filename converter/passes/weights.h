// The constant weight and bias of convolutions and MatMul, whatever the order of their dimensions.
#ifndef LINNET_CONVERTER_PASSES_WEIGHTS_H_
#define LINNET_CONVERTER_PASSES_WEIGHTS_H_

#include <vector>

#include "converter/graph.h"

namespace linnet::converter {

class Weights {
 public:
  // Reads the weight of a Conv2D, DepthwiseConv2D, ConvTranspose2D, or MatMul with a constant matrix b. False for other
  // nodes, and where weight or bias are not plain float32 constants. *node stays the one to change.
  bool Read(Graph* graph, Node* node);

  int64_t outputs() const { return outputs_; }  // channels of the result
  int64_t inputs() const { return inputs_; }    // channels of input 0

  // The weight in the order of its constant, the bias as zeros where there is none, and the channels that element i of the
  // weight connects.
  const std::vector<double>& weight() const { return weight_; }
  const std::vector<double>& bias() const { return bias_; }
  int64_t OutputOf(int64_t i) const;
  int64_t InputOf(int64_t i) const;
  // The axis of output channels in the constant's shape.
  int output_axis() const;

  // result * scale + shift per output channel.
  void ScaleOutputs(const std::vector<double>& scale, const std::vector<double>& shift);
  // The same result for input 0 replaced by x * scale + shift per input channel. REQUIRES: nothing is padded, or shift is
  // zero; ConvTranspose2D: shift is zero.
  void ScaleInputs(const std::vector<double>& scale, const std::vector<double>& shift);

  // Gives the node new constants where values changed. False, and nothing changed, where one is too large for float32.
  bool Write();

 private:
  Graph* graph_ = nullptr;
  Node* node_ = nullptr;
  int64_t outputs_ = 0, inputs_ = 0;
  int64_t row_ = 0;    // elements of one output channel that lie together
  int64_t depth_ = 0;  // input channels of one output channel
  int64_t outputs_per_group_ = 0;
  bool outputs_last_ = false;
  std::vector<double> weight_, bias_;
  bool weight_changed_ = false, bias_changed_ = false;
};

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_PASSES_WEIGHTS_H_
