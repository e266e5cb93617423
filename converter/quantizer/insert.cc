#include "converter/quantizer/insert.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

#include "converter/passes/rewrite.h"
#include "converter/passes/weights.h"

namespace linnet::converter {
namespace {

using format::OpCode;

constexpr size_t kWeight = 1, kBias = 2;
constexpr double kLeastOfLargest = 1.0 / (int64_t{1} << 40);
constexpr double kLargestBias = 1 << 30;  // in steps: leaves room for the sum of products in int32

format::QuantizeT Attributes(ElementType type, int axis) {
  format::QuantizeT attrs;
  attrs.type = static_cast<format::ElementType>(type);
  attrs.axis = axis;
  return attrs;
}

Node MakeNode(OpCode op, ElementType type, int axis, std::vector<ValueId> inputs, ValueId output, std::string name) {
  Node node;
  node.op = op;
  node.attrs.Set(Attributes(type, axis));
  node.inputs = std::move(inputs);
  node.outputs = {output};
  node.name = std::move(name);
  return node;
}

class Inserter {
 public:
  Inserter(const Graph& original, const QuantizationPlan& plan, Rounding rounding, Graph* graph)
      : original_(original), plan_(plan), stored_(rounding == Rounding::kStored), graph_(graph), index_(*graph) {
    // Nodes that are inserted move others, in `original` too where that is the graph itself.
    for (const auto& node : graph->nodes()) nodes_.push_back(node.get());
    for (const auto& node : original.nodes()) original_nodes_.push_back(node.get());
    for (const Site& site : plan.sites) sites_.insert(nodes_[site.node]);
  }

  void Run() {
    for (const auto& [node, weight] : plan_.weights) RoundWeights(nodes_[node], *original_nodes_[node], weight);
    for (const auto& [id, quantization] : plan_.tensors) {
      if (graph_->value(id).is_constant()) {
        RoundConstant(id, quantization);
      } else {
        RoundTensor(id, quantization);
      }
    }
  }

 private:
  bool all() const { return sites_.empty(); }

  // The nodes that read `id` as int8, by what it was before any rewrite.
  std::vector<Node*> Readers(ValueId id) const {
    const bool by_all = all() || sites_.count(index_.producer(id)) != 0;
    std::vector<Node*> readers;
    for (Node* node : index_.consumers(id)) {
      if (by_all || sites_.count(node) != 0) readers.push_back(node);
    }
    return readers;
  }

  ValueId AddLike(const Value& like, const std::string& suffix, ElementType type) {
    const ValueId id = graph_->AddValue(graph_->UniqueName(like.name + suffix));
    CopyShape(like, &graph_->value(id));
    graph_->value(id).type = type;
    return id;
  }

  std::vector<ValueId> Parameters(const std::string& name, const AffineInt8& q) {
    const int8_t zero_point = static_cast<int8_t>(q.zero_point);
    return {graph_->AddFloats(graph_->UniqueName(name + "_scale"), {}, {q.scale}),
            graph_->AddConstant(graph_->UniqueName(name + "_zero_point"), ElementType::kInt8, {},
                                Bytes::Copy(&zero_point, 1))};
  }

  void RoundTensor(ValueId id, const AffineInt8& q) {
    const std::vector<Node*> readers = Readers(id);
    Node* producer = index_.producer(id);
    const bool written = index_.is_output(id) && (all() || sites_.count(producer) != 0);
    if (readers.empty() && !written) return;
    const std::string name = graph_->value(id).name;
    const ValueId rounded = AddLike(graph_->value(id), "_int8", ElementType::kInt8);
    const ValueId result = AddLike(graph_->value(id), "_dequantized", ElementType::kFloat32);
    const std::vector<ValueId> parameters = Parameters(name, q);
    Node quantize = MakeNode(OpCode::QuantizeLinear, ElementType::kInt8, 1, {id, parameters[0], parameters[1]}, rounded,
                             name + "_quantize");
    Node dequantize = MakeNode(OpCode::DequantizeLinear, ElementType::kFloat32, 1,
                               {rounded, parameters[0], parameters[1]}, result, name + "_dequantize");
    if (producer != nullptr) {
      graph_->InsertAfter(&graph_->InsertAfter(producer, std::move(quantize)), std::move(dequantize));
    } else {
      const Node* first = graph_->nodes().front().get();
      graph_->InsertBefore(first, std::move(quantize));
      graph_->InsertBefore(first, std::move(dequantize));
    }
    for (Node* node : readers) std::replace(node->inputs.begin(), node->inputs.end(), id, result);
    if (written) TakeOutput(id, result);
  }

  // The graph's output of that name is the rounded value.
  void TakeOutput(ValueId id, ValueId result) {
    std::swap(graph_->value(id).name, graph_->value(result).name);
    std::replace(graph_->outputs.begin(), graph_->outputs.end(), id, result);
    for (Graph::StatePair& state : graph_->states) {
      if (state.output == id) state.output = result;
    }
  }

  void RoundConstant(ValueId id, const AffineInt8& q) {
    const Value& value = graph_->value(id);
    const std::vector<double> numbers = ReadDoublesOf(value);
    std::vector<int8_t> rounded;
    for (double number : numbers) {
      const double step = std::nearbyint(number / q.scale) + q.zero_point;
      rounded.push_back(static_cast<int8_t>(std::min(std::max(step, -128.0), 127.0)));
    }
    const std::string name = value.name;
    const Shape shape = value.shape;
    const std::vector<Node*> readers = Readers(id);
    for (Node* node : readers) {
      const ValueId constant = graph_->AddConstant(graph_->UniqueName(name + "_int8"), ElementType::kInt8, shape,
                                                   Bytes::Copy(rounded.data(), rounded.size()));
      std::vector<ValueId> inputs = Parameters(name, q);
      inputs.insert(inputs.begin(), constant);
      const ValueId result = AddLike(graph_->value(id), "_dequantized", ElementType::kFloat32);
      graph_->InsertBefore(node, MakeNode(OpCode::DequantizeLinear, ElementType::kFloat32, 1, std::move(inputs), result,
                                          name + "_dequantize"));
      std::replace(node->inputs.begin(), node->inputs.end(), id, result);
    }
  }

  static std::vector<double> ReadDoublesOf(const Value& value) {
    const auto* data = static_cast<const char*>(value.data.data());
    std::vector<double> numbers(static_cast<size_t>(value.shape.elements()));
    for (size_t i = 0; i < numbers.size(); ++i) {
      float number;
      std::copy_n(data + i * sizeof(float), sizeof(float), reinterpret_cast<char*>(&number));
      numbers[i] = number;
    }
    return numbers;
  }

  // Weight and bias of `node`, read from `from`, the same node of the original graph.
  void RoundWeights(Node* node, const Node& from, const WeightPlan& plan) {
    Weights weights;
    if (!weights.Read(const_cast<Graph*>(&original_), const_cast<Node*>(&from))) return;
    const Value& weight = original_.value(from.inputs[kWeight]);
    std::vector<int8_t> rounded(weights.weight().size());
    for (size_t i = 0; i < rounded.size(); ++i) {
      const float scale = plan.scale[static_cast<size_t>(weights.OutputOf(static_cast<int64_t>(i)))];
      const double step = std::nearbyint(weights.weight()[i] / scale);
      rounded[i] = static_cast<int8_t>(std::min(std::max(step, -127.0), 127.0));
    }
    SetWeight(node, weight, weights, plan, rounded);
    std::vector<double> bias = weights.bias();
    for (size_t c = 0; c < plan.bias_shift.size(); ++c) bias[c] += plan.bias_shift[c];
    const bool has_bias = InputOf(from, kBias) != kNoValue || !plan.bias_shift.empty();
    const std::string name =
        InputOf(from, kBias) != kNoValue ? original_.value(from.inputs[kBias]).name : from.name + "_bias";
    const auto x = plan_.tensors.find(from.inputs[0]);
    if (has_bias) SetBias(node, name, plan, bias, x == plan_.tensors.end() ? 0 : x->second.scale);
  }

  void SetWeight(Node* node, const Value& weight, const Weights& weights, const WeightPlan& plan,
                 const std::vector<int8_t>& rounded) {
    if (stored_) {
      const ValueId constant = graph_->AddConstant(graph_->UniqueName(weight.name + "_int8"), ElementType::kInt8,
                                                   weight.shape, Bytes::Copy(rounded.data(), rounded.size()));
      const ValueId scale = graph_->AddFloats(graph_->UniqueName(weight.name + "_scale"),
                                              {static_cast<int64_t>(plan.scale.size())}, plan.scale);
      node->inputs[kWeight] = Dequantized(node, weight.name, weight.shape, weights.output_axis(), constant, scale);
      return;
    }
    std::vector<float> numbers(rounded.size());
    for (size_t i = 0; i < numbers.size(); ++i) {
      numbers[i] = static_cast<float>(rounded[i]) * plan.scale[static_cast<size_t>(weights.OutputOf(static_cast<int64_t>(i)))];
    }
    node->inputs[kWeight] = graph_->AddFloats(graph_->UniqueName(weight.name + "_rounded"), weight.shape, numbers);
  }

  // In steps of the products, if x is int8.
  void SetBias(Node* node, const std::string& name, const WeightPlan& plan, const std::vector<double>& bias,
               float input_scale) {
    const Shape shape = {static_cast<int64_t>(bias.size())};
    std::vector<float> scale(bias.size()), numbers(bias.size());
    std::vector<int32_t> steps(bias.size());
    for (size_t c = 0; c < bias.size(); ++c) {
      scale[c] = input_scale * plan.scale[c];
      steps[c] = input_scale > 0 ? static_cast<int32_t>(std::nearbyint(bias[c] / scale[c])) : 0;
      numbers[c] = input_scale > 0 ? static_cast<float>(steps[c]) * scale[c] : static_cast<float>(bias[c]);
    }
    if (!stored_ || input_scale == 0) {
      SetInput(node, kBias, graph_->AddFloats(graph_->UniqueName(name + "_rounded"), shape, numbers));
      return;
    }
    const ValueId constant =
        graph_->AddConstant(graph_->UniqueName(name + "_int32"), ElementType::kInt32, shape,
                            Bytes::Copy(steps.data(), steps.size() * sizeof(int32_t)));
    const ValueId scales = graph_->AddFloats(graph_->UniqueName(name + "_scale"), shape, scale);
    SetInput(node, kBias, Dequantized(node, name, shape, 0, constant, scales));
  }

  ValueId Dequantized(const Node* before, const std::string& name, const Shape& shape, int axis, ValueId constant,
                      ValueId scale) {
    const ValueId result = graph_->AddValue(graph_->UniqueName(name + "_dequantized"));
    Value& value = graph_->value(result);
    value.type = ElementType::kFloat32;
    value.shape = value.symbolic_shape = shape;
    value.has_shape = true;
    graph_->InsertBefore(before, MakeNode(OpCode::DequantizeLinear, ElementType::kFloat32, axis, {constant, scale},
                                          result, name + "_dequantize"));
    return result;
  }

  const Graph& original_;
  const QuantizationPlan& plan_;
  const bool stored_;
  Graph* graph_;
  const GraphIndex index_;
  std::vector<Node*> nodes_;
  std::vector<const Node*> original_nodes_;
  std::set<const Node*> sites_;
};

}  // namespace

void InsertQuantization(const Graph& original, const QuantizationPlan& plan, Rounding rounding, Graph* graph) {
  Inserter(original, plan, rounding, graph).Run();
}

QuantizationPlan Reduced(const QuantizationPlan& plan, const Graph& graph, const std::set<size_t>& kept) {
  QuantizationPlan reduced;
  reduced.sites = FindSites(graph, kept);
  for (const Site& site : reduced.sites) {
    const Node& node = *graph.nodes()[site.node];
    for (size_t input : site.inputs) {
      const auto found = plan.tensors.find(node.inputs[input]);
      if (found != plan.tensors.end()) reduced.tensors.insert(*found);
    }
    for (ValueId id : node.outputs) {
      const auto found = plan.tensors.find(id);
      if (found != plan.tensors.end()) reduced.tensors.insert(*found);
    }
    const auto weight = plan.weights.find(site.node);
    if (weight != plan.weights.end()) reduced.weights.insert(*weight);
  }
  return reduced;
}

WeightPlan PlanWeight(const Graph& graph, const Node& node, float input_scale) {
  WeightPlan plan;
  Weights weights;
  if (!weights.Read(const_cast<Graph*>(&graph), const_cast<Node*>(&node))) return plan;
  std::vector<double> most(static_cast<size_t>(weights.outputs()), 0);
  for (size_t i = 0; i < weights.weight().size(); ++i) {
    double& channel = most[static_cast<size_t>(weights.OutputOf(static_cast<int64_t>(i)))];
    channel = std::max(channel, std::fabs(weights.weight()[i]));
  }
  const double largest = most.empty() ? 0 : *std::max_element(most.begin(), most.end());
  for (size_t c = 0; c < most.size(); ++c) {
    // A channel of all but zeros needs no steps that vanish beside the others.
    double scale = std::max(most[c], largest * kLeastOfLargest) / 127;
    if (input_scale > 0) scale = std::max(scale, std::fabs(weights.bias()[c]) / input_scale / kLargestBias);
    // Weights that are all zero, without a bias: any scale is exact.
    plan.scale.push_back(static_cast<float>(scale > FLT_MIN ? scale : 1));
  }
  return plan;
}

void CopyShape(const Value& from, Value* to) {
  to->type = from.type;
  to->shape = from.shape;
  to->has_shape = from.has_shape;
  to->dynamic_shape = from.dynamic_shape;
  to->symbolic_shape = from.symbolic_shape;
}

}  // namespace linnet::converter
