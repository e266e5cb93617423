#include "converter/passes/affine.h"

#include <algorithm>

#include "converter/passes/activations.h"
#include "converter/passes/constants.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/shapes.h"

namespace linnet::converter {
namespace {

using format::OpCode;

// The operands of a node with channels in the last dimension of its output.
class OperandReader {
 public:
  OperandReader(const Graph& graph, const Node& node) : graph_(graph), node_(node) {
    if (node.outputs.empty() || node.outputs[0] == kNoValue) return;
    const Value& output = graph.value(node.outputs[0]);
    rank_ = output.has_shape ? output.shape.rank() : 0;
    if (rank_ > 0 && IsFixed(output, rank_ - 1)) channels_ = output.shape.back();
  }

  int64_t channels() const { return channels_; }

  // Operand i as the tensor that is scaled: no constant, and as large as the output.
  bool ReadTensor(size_t i, ValueId* x) const {
    *x = node_.inputs[i];
    const Value& value = graph_.value(*x);
    return !value.is_constant() && value.type == ElementType::kFloat32 && value.has_shape &&
           value.shape.rank() == rank_ && IsFixed(value, rank_ - 1) && value.shape.back() == channels_;
  }
  bool ReadChannels(size_t i, std::vector<double>* values) const {
    return ReadPerChannel(graph_, node_.inputs[i], rank_, channels_, values);
  }

 private:
  const Graph& graph_;
  const Node& node_;
  int rank_ = 0;
  int64_t channels_ = 0;  // 0: unknown, or changing
};

std::vector<double> Map(const std::vector<double>& values, double (*function)(double)) {
  std::vector<double> mapped(values.size());
  std::transform(values.begin(), values.end(), mapped.begin(), function);
  return mapped;
}

double Negate(double x) { return -x; }
double Invert(double x) { return 1 / x; }

// An operator of two operands, of which operand `at` is constant.
bool ReadBinary(OpCode op, size_t at, const std::vector<double>& constant, Affine* affine) {
  affine->scale.assign(constant.size(), 1);
  affine->shift.assign(constant.size(), 0);
  switch (op) {
    case OpCode::Mul: affine->scale = constant; return true;
    case OpCode::Add: affine->shift = constant; return true;
    case OpCode::Sub:
      if (at == 0) affine->scale.assign(constant.size(), -1);
      affine->shift = at == 0 ? constant : Map(constant, Negate);
      return true;
    case OpCode::Div: affine->scale = Map(constant, Invert); return at == 1;
    default: return false;
  }
}

}  // namespace

bool Affine::scales() const {
  return std::any_of(scale.begin(), scale.end(), [](double s) { return s != 1; });
}
bool Affine::shifts() const {
  return std::any_of(shift.begin(), shift.end(), [](double s) { return s != 0; });
}

bool ReadAffine(const Graph& graph, const Node& node, Affine* affine) {
  const OperandReader reader(graph, node);
  if (reader.channels() == 0) return false;
  switch (node.op) {
    case OpCode::ScaleShift:
      return reader.ReadTensor(0, &affine->x) && reader.ReadChannels(1, &affine->scale) &&
             reader.ReadChannels(2, &affine->shift);
    case OpCode::Neg:
      affine->scale.assign(static_cast<size_t>(reader.channels()), -1);
      affine->shift.assign(static_cast<size_t>(reader.channels()), 0);
      return reader.ReadTensor(0, &affine->x);
    case OpCode::Add:
    case OpCode::Sub:
    case OpCode::Mul:
    case OpCode::Div: {
      std::vector<double> constant;
      const size_t at = reader.ReadChannels(1, &constant) ? 1 : 0;
      if (at == 0 && !reader.ReadChannels(0, &constant)) return false;
      return reader.ReadTensor(1 - at, &affine->x) && ReadBinary(node.op, at, constant, affine);
    }
    default: return false;
  }
}

Affine Compose(const Affine& first, const Affine& second) {
  Affine both = first;
  for (size_t c = 0; c < both.scale.size(); ++c) {
    both.scale[c] = first.scale[c] * second.scale[c];
    both.shift[c] = first.shift[c] * second.scale[c] + second.shift[c];
  }
  return both;
}

bool MakeAffine(Graph* graph, const Affine& affine, Node* node) {
  const std::string base = graph->value(node->outputs[0]).name;
  const Shape shape = {static_cast<int64_t>(affine.scale.size())};
  const bool scales = affine.scales(), shifts = affine.shifts();
  std::vector<ValueId> inputs = {affine.x};
  if (scales || !shifts) inputs.push_back(AddRounded(graph, base + "_scale", shape, affine.scale));
  if (shifts) inputs.push_back(AddRounded(graph, base + "_shift", shape, affine.shift));
  if (std::count(inputs.begin(), inputs.end(), kNoValue) > 0) return false;
  format::Activation activation;
  if (const format::Activation* fused = FusedActivation(node)) activation = *fused;
  node->inputs = std::move(inputs);
  node->op = scales && shifts ? OpCode::ScaleShift : shifts ? OpCode::Add : OpCode::Mul;
  if (node->op == OpCode::ScaleShift) {
    node->attrs.Set(format::ScaleShiftT());
  } else {
    node->attrs.Set(format::BinaryT());
  }
  *FusedActivation(node) = activation;
  return true;
}

}  // namespace linnet::converter
