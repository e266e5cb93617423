// How each op changes when its tensors go from [n, c, spatial...] to [n, spatial..., c].
#include <algorithm>

#include "converter/passes/layout.h"

namespace linnet::converter {
namespace {

using format::OpCode;

bool Between(OpCode op, OpCode first, OpCode last) { return op >= first && op <= last; }

bool IsUnary(OpCode op) { return Between(op, OpCode::Abs, OpCode::Cast) || op == OpCode::Identity; }
bool IsBinary(OpCode op) { return Between(op, OpCode::Add, OpCode::Mean); }
bool IsReduce(OpCode op) { return Between(op, OpCode::ReduceSum, OpCode::ReduceSumSquare); }
bool HasAxisTable(OpCode op) {
  return op == OpCode::Concat || op == OpCode::Gather || Between(op, OpCode::Softmax, OpCode::Hardmax);
}

bool Given(const Node& node, size_t i) { return i < node.inputs.size() && node.inputs[i] != kNoValue; }
bool GivenConstant(const Graph& graph, const Node& node, size_t i) {
  return Given(node, i) && graph.value(node.inputs[i]).is_constant();
}

// Integers of a constant int32 / int64 input.
std::vector<int64_t> Ints(const Graph& graph, ValueId id) {
  const Value& value = graph.value(id);
  std::vector<int64_t> result(static_cast<size_t>(value.shape.elements()));
  for (size_t i = 0; i < result.size(); ++i) {
    result[i] = value.type == ElementType::kInt64 ? static_cast<const int64_t*>(value.data.data())[i]
                                                  : static_cast<const int32_t*>(value.data.data())[i];
  }
  return result;
}

// Where dimension `axis` of [n, c, spatial...] lies in [n, spatial..., c].
int64_t Moved(int64_t axis, int rank) {
  if (axis < 0) axis += rank;
  return axis == 0 ? 0 : axis == 1 ? rank - 1 : axis - 1;
}

// Elements [first, first + rank) of `values`, in the new order of dimensions.
template <typename T>
void PermuteRun(std::vector<T>* values, size_t first, int rank) {
  const Perm perm = ToChannelsLast(rank);
  const std::vector<T> old(values->begin() + first, values->begin() + first + rank);
  for (int d = 0; d < rank; ++d) (*values)[first + d] = old[perm[d]];
}

// The axes that a reduction names, in its attribute or in a constant input. Empty: all, or not known.
std::vector<int64_t> ReducedAxes(const Graph& graph, const Node& node) {
  const auto& attrs = node.As<format::ReduceT>();
  if (!attrs.axes.empty()) return {attrs.axes.begin(), attrs.axes.end()};
  return GivenConstant(graph, node, 1) ? Ints(graph, node.inputs[1]) : std::vector<int64_t>();
}

// Reductions that drop their axes leave the rest in the same order for all but unusual axes.
bool KeptStayInOrder(const std::vector<int64_t>& axes, int rank) {
  std::vector<int64_t> kept;
  for (int d = 0; d < rank; ++d) {
    const bool dropped = std::any_of(axes.begin(), axes.end(), [&](int64_t a) { return (a < 0 ? a + rank : a) == d; });
    if (!dropped) kept.push_back(Moved(d, rank));
  }
  return std::is_sorted(kept.begin(), kept.end());
}

bool FindReducePorts(const Graph& graph, const Node& node, SwitchPorts* ports) {
  const std::vector<int64_t> axes = ReducedAxes(graph, node);
  if (axes.empty()) return false;
  ports->inputs = {0};
  if (node.As<format::ReduceT>().keepdims) {
    ports->outputs = {0};
    return true;
  }
  return KeptStayInOrder(axes, ports->rank);
}

bool FindBinaryPorts(const Graph& graph, const Node& node, SwitchPorts* ports) {
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    if (node.inputs[i] == kNoValue) return false;
    const Value& value = graph.value(node.inputs[i]);
    if (!value.has_shape) return false;
    if (value.shape.rank() > 0) ports->inputs.push_back(static_cast<int>(i));
  }
  ports->outputs = {0};
  return true;
}

bool PadIsFixed(const Graph& graph, const Node& node) {
  if (Given(node, 3)) return false;
  return !node.As<format::PadT>().pads.empty() || GivenConstant(graph, node, 1);
}

bool SliceIsFixed(const Graph& graph, const Node& node) {
  for (size_t i = 1; i < node.inputs.size(); ++i) {
    if (Given(node, i) && !GivenConstant(graph, node, i)) return false;
  }
  return true;
}

bool ResizeIsFixed(const Graph& graph, const Node& node) {
  if (!node.As<format::ResizeT>().axes.empty()) return true;
  if (Given(node, 1) && graph.value(node.inputs[1]).shape.elements() > 0) return false;  // roi
  for (size_t i = 2; i < node.inputs.size(); ++i) {
    if (Given(node, i) && !GivenConstant(graph, node, i)) return false;
  }
  return true;
}

ValueId AddMovedInts(Graph* graph, ValueId old, const std::vector<int64_t>& values) {
  return graph->AddInts(graph->UniqueName(graph->value(old).name + "_nhwc"), {static_cast<int64_t>(values.size())},
                        values);
}

void SwitchReduce(Graph* graph, Node* node, int rank) {
  auto& attrs = node->As<format::ReduceT>();
  std::vector<int64_t> axes = ReducedAxes(*graph, *node);
  for (int64_t& axis : axes) axis = Moved(axis, rank);
  std::sort(axes.begin(), axes.end());
  if (attrs.axes.empty()) {
    node->inputs[1] = AddMovedInts(graph, node->inputs[1], axes);
  } else {
    attrs.axes.assign(axes.begin(), axes.end());
  }
}

void SwitchPad(Graph* graph, Node* node, int rank) {
  auto& attrs = node->As<format::PadT>();
  if (!attrs.pads.empty()) {
    PermuteRun(&attrs.pads, 0, rank);
    PermuteRun(&attrs.pads, static_cast<size_t>(rank), rank);
    return;
  }
  std::vector<int64_t> pads = Ints(*graph, node->inputs[1]);
  PermuteRun(&pads, 0, rank);
  PermuteRun(&pads, static_cast<size_t>(rank), rank);
  node->inputs[1] = AddMovedInts(graph, node->inputs[1], pads);
}

void SwitchSlice(Graph* graph, Node* node, int rank) {
  std::vector<int64_t> axes;
  if (Given(*node, 3)) {
    axes = Ints(*graph, node->inputs[3]);
  } else {
    const int64_t count = graph->value(node->inputs[1]).shape.elements();
    for (int64_t d = 0; d < count; ++d) axes.push_back(d);
  }
  for (int64_t& axis : axes) axis = Moved(axis, rank);
  if (node->inputs.size() < 4) node->inputs.resize(4, kNoValue);
  node->inputs[3] = AddMovedInts(graph, node->inputs[1], axes);
}

void SwitchResize(Graph* graph, Node* node, int rank) {
  auto& attrs = node->As<format::ResizeT>();
  if (!attrs.axes.empty()) {
    for (int& axis : attrs.axes) axis = static_cast<int>(Moved(axis, rank));
    return;
  }
  for (size_t i = 2; i < node->inputs.size(); ++i) {
    if (!Given(*node, i)) continue;
    const Value& value = graph->value(node->inputs[i]);
    if (value.shape.elements() != rank) continue;
    if (value.type == ElementType::kFloat32) {
      const auto* data = static_cast<const float*>(value.data.data());
      std::vector<float> scales(data, data + rank);
      PermuteRun(&scales, 0, rank);
      node->inputs[i] = graph->AddFloats(graph->UniqueName(value.name + "_nhwc"), {rank}, scales);
    } else {
      std::vector<int64_t> sizes = Ints(*graph, node->inputs[i]);
      PermuteRun(&sizes, 0, rank);
      node->inputs[i] = AddMovedInts(graph, node->inputs[i], sizes);
    }
  }
}

bool FindPortsOfKind(const Graph& graph, const Node& node, SwitchPorts* ports) {
  const OpCode op = node.op;
  if (IsBinary(op)) return FindBinaryPorts(graph, node, ports);
  if (IsReduce(op)) return FindReducePorts(graph, node, ports);
  if (op == OpCode::Concat) {
    for (size_t i = 0; i < node.inputs.size(); ++i) ports->inputs.push_back(static_cast<int>(i));
    ports->outputs = {0};
    return true;
  }
  ports->inputs = {0};
  if (op == OpCode::Split) {
    for (size_t i = 0; i < node.outputs.size(); ++i) ports->outputs.push_back(static_cast<int>(i));
    return true;
  }
  ports->outputs = {0};
  // Of Gathers only those that keep the rank: a constant list of indices.
  if (op == OpCode::Gather) return GivenConstant(graph, node, 1) && graph.value(node.inputs[1]).shape.rank() == 1;
  if (IsUnary(op) || HasAxisTable(op)) return true;
  if (op == OpCode::Pad) return PadIsFixed(graph, node);
  if (op == OpCode::Slice) return SliceIsFixed(graph, node);
  if (op == OpCode::Resize) return ResizeIsFixed(graph, node);
  const bool per_axis = Given(node, 1) && graph.value(node.inputs[1]).shape.rank() <= 1;
  return per_axis && (op == OpCode::QuantizeLinear || op == OpCode::DequantizeLinear);
}

}  // namespace

bool FindSwitchPorts(const Graph& graph, const Node& node, SwitchPorts* ports) {
  if (node.outputs.empty() || node.outputs[0] == kNoValue || node.inputs.empty() || node.inputs[0] == kNoValue) return false;
  const Value& carrier = IsBinary(node.op) ? graph.value(node.outputs[0]) : graph.value(node.inputs[0]);
  ports->rank = carrier.shape.rank();
  if (!carrier.has_shape || ports->rank < 3) return false;
  if (!FindPortsOfKind(graph, node, ports)) return false;
  for (int i : ports->inputs) {
    const Value& value = graph.value(node.inputs[i]);
    if (!value.has_shape || (!IsBinary(node.op) && value.shape.rank() != ports->rank)) return false;
  }
  for (int i : ports->outputs) {
    if (node.outputs[i] == kNoValue || graph.value(node.outputs[i]).shape.rank() != ports->rank) return false;
  }
  return true;
}

void SwitchAttributes(Graph* graph, Node* node, const SwitchPorts& ports) {
  const OpCode op = node->op;
  const int rank = ports.rank;
  if (HasAxisTable(op)) {
    auto& attrs = node->As<format::AxisT>();
    attrs.axis = static_cast<int>(Moved(attrs.axis, rank));
  } else if (op == OpCode::Split) {
    auto& attrs = node->As<format::SplitT>();
    attrs.axis = static_cast<int>(Moved(attrs.axis, rank));
  } else if (op == OpCode::QuantizeLinear || op == OpCode::DequantizeLinear) {
    auto& attrs = node->As<format::QuantizeT>();
    if (attrs.axis >= -rank && attrs.axis < rank) attrs.axis = static_cast<int>(Moved(attrs.axis, rank));
  } else if (IsReduce(op)) {
    SwitchReduce(graph, node, rank);
  } else if (op == OpCode::Pad) {
    SwitchPad(graph, node, rank);
  } else if (op == OpCode::Slice) {
    SwitchSlice(graph, node, rank);
  } else if (op == OpCode::Resize) {
    SwitchResize(graph, node, rank);
  }
}

}  // namespace linnet::converter
