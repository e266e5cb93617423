// Scales and zero points in the graph: what QuantizeLinear and DequantizeLinear nodes say, and which ops only move values.
//
// The int8 passes read graphs in one form: fp32 ops between DequantizeLinear (of their inputs) and QuantizeLinear (of their
// outputs), Q and DQ in the pictures.
#ifndef LINNET_CONVERTER_PASSES_QUANTIZATION_H_
#define LINNET_CONVERTER_PASSES_QUANTIZATION_H_

#include <string>
#include <vector>

#include "converter/graph.h"

namespace linnet::converter {

// What the elements of an 8-bit or 32-bit tensor stand for: scale * (q - zero_point).
struct QuantParams {
  ElementType type = ElementType::kInt8;
  std::vector<float> scales;        // one, or one per index of `axis`
  std::vector<int64_t> zero_points;  // as many
  int axis = -1;                    // of several scales; may be negative as in ONNX

  bool per_tensor() const { return scales.size() == 1; }
  float scale() const { return scales[0]; }
  int64_t zero_point() const { return zero_points[0]; }
  bool operator==(const QuantParams& other) const {
    return type == other.type && scales == other.scales && zero_points == other.zero_points &&
           (per_tensor() || axis == other.axis);
  }
};

inline bool IsQuantize(const Node* node) { return node != nullptr && node->op == format::OpCode::QuantizeLinear; }
inline bool IsDequantize(const Node* node) { return node != nullptr && node->op == format::OpCode::DequantizeLinear; }

// The parameters of a QuantizeLinear or DequantizeLinear node. False for other nodes, and where scale or zero point are not
// constants, the scale is not float32, or scales are of blocks.
bool ReadQuantParams(const Graph& graph, const Node& node, QuantParams* params);
// As ReadQuantParams, for int8 and one scale.
bool ReadInt8Params(const Graph& graph, const Node* node, QuantParams* params);

// The int8 tensor behind a float value: of a DequantizeLinear with one scale and one zero point. kNoValue if there is none.
ValueId Int8Source(const Graph& graph, const GraphIndex& index, ValueId real, QuantParams* params);
// The QuantizeLinear to int8, with one scale, that alone reads `real`; null if there is none.
Node* Int8Target(const Graph& graph, const GraphIndex& index, ValueId real, QuantParams* params);

// round_half_even(real / scale) + zero_point within the type, as QuantizeLinear computes it.
int64_t QuantizeOne(const QuantParams& params, float real);

// A Clamp of real values as one of quantised values, or as None where it clamps nothing that the type has not. False for
// other functions.
bool QuantizeClamp(const QuantParams& params, const format::Activation& real, format::Activation* quantized);

// Notes on an int8 value what it stands for. False if it is noted already and differs.
bool SetQuantization(Graph* graph, ValueId id, const QuantParams& params);
// Notes it on what the QuantizeLinear nodes compute, so that a reader that takes it for something else is found.
void NoteQuantization(Graph* graph);

// New nodes with their constants; appended, to be sorted. Types and shapes are set.
ValueId AddQuantize(Graph* graph, ValueId real, const QuantParams& params, const std::string& name);
ValueId AddDequantize(Graph* graph, ValueId quantized, const QuantParams& params, const std::string& name);
// Gives a Q or DQ node other parameters of the same axis.
void SetQuantParams(Graph* graph, Node* node, const QuantParams& params);

// An op whose outputs are elements of its data inputs (and a padding value), so that it works on quantised values as on real
// ones. *inputs: indices of the data inputs. MaxPool and its like are among them, since quantisation keeps order.
bool MovesValues(const Graph& graph, const Node& node, std::vector<size_t>* inputs);
// Makes a node of MovesValues read `data` (one for each data input), of the parameters `params`. *padding: its constant
// padding value, quantised; kNoValue where it has none. False, and nothing changed, where the padding is not a constant.
bool QuantizePadding(Graph* graph, const Node& node, const QuantParams& params, bool exact, ValueId* padding);

// Whether this build of the engine has the op: a pass makes no others.
bool EngineHas(format::OpCode op);

// Restores the order of the nodes. The error names a node of a cycle.
Status SortGraph(Graph* graph);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_PASSES_QUANTIZATION_H_
