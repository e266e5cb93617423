#include "converter/evaluate.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <set>

#include "converter/lower.h"
#include "engine/session.h"

namespace linnet::converter {
namespace {

// Larger known values are not needed to infer shapes; folding computes them once, apart.
constexpr size_t kKnownLimit = 64 * 1024;

bool IsShapeOp(const Node& node) { return node.op == format::OpCode::Shape || node.op == format::OpCode::Size; }

// True if the node's value changes with a symbolic dimension although no input's data does.
bool DependsOnShape(const Graph& graph, const Node& node) {
  for (ValueId id : node.inputs) {
    if (id == kNoValue) continue;
    const Value& value = graph.value(id);
    if (value.depends_on_shape || (IsShapeOp(node) && value.dynamic_shape)) return true;
  }
  return false;
}

// Nodes [first, last) prepared by the engine.
struct PreparedRange {
  Lowered lowered;
  std::unique_ptr<LoweredModel> model;
  std::unique_ptr<SessionImpl> session;

  // Null for what is left out.
  const TensorSlot* slot(ValueId id) const {
    return lowered.tensors[id] < 0 ? nullptr : &session->prepared().slots[lowered.tensors[id]];
  }
  bool resolved(ValueId id) const { return slot(id) != nullptr && slot(id)->resolved; }
  Bytes known(ValueId id) const {
    const TensorSlot* found = slot(id);
    return found != nullptr && found->known ? Bytes::Copy(found->data, TensorBytes(found->type, found->shape)) : Bytes();
  }
};

// The nodes from `first` on, but those that hang on an earlier value of unknown shape: only a run can tell more of them.
std::vector<const Node*> NodesOfKnownInputs(const Graph& graph, size_t first) {
  std::set<ValueId> computed, unknown;
  std::vector<const Node*> nodes;
  for (size_t i = first; i < graph.nodes().size(); ++i) {
    const Node& node = *graph.nodes()[i];
    bool leave_out = false;
    for (ValueId id : node.inputs) {
      if (id == kNoValue || graph.value(id).is_constant()) continue;
      leave_out |= computed.count(id) != 0 ? unknown.count(id) != 0 : !graph.value(id).has_shape;
    }
    computed.insert(node.outputs.begin(), node.outputs.end());
    if (leave_out) {
      unknown.insert(node.outputs.begin(), node.outputs.end());
    } else {
      nodes.push_back(&node);
    }
  }
  return nodes;
}

Status PrepareNodes(const Graph& graph, const std::vector<const Node*>& nodes, Outside outside, PreparedRange* range) {
  range->lowered = LowerNodes(graph, nodes, {}, outside);
  Result<LoweredModel> model = LoweredModel::Create(range->lowered);
  if (!model.ok()) return std::move(model.status());
  range->model = std::make_unique<LoweredModel>(std::move(*model));
  SessionOptions options;
  options.known_value_limit = kKnownLimit;
  Result<std::unique_ptr<SessionImpl>> session = SessionImpl::CreateUnplaced(range->model->model().impl(), options);
  if (!session.ok()) return std::move(session.status());
  range->session = std::move(*session);
  return Status();
}

template <typename Visit>
void ForOutputs(Graph* graph, size_t first, const Visit& visit) {
  for (size_t i = first; i < graph->nodes().size(); ++i) {
    const Node& node = *graph->nodes()[i];
    for (ValueId id : node.outputs) {
      if (id != kNoValue) visit(node, id, graph->value(id));
    }
  }
}

// The nodes that `wanted` hang on, in order.
std::vector<const Node*> NodesFor(const Graph& graph, const std::vector<ValueId>& wanted) {
  std::vector<bool> needed(static_cast<size_t>(graph.value_count()));
  for (ValueId id : wanted) needed[static_cast<size_t>(id)] = true;
  std::vector<const Node*> nodes;
  for (size_t i = graph.nodes().size(); i-- > 0;) {
    const Node& node = *graph.nodes()[i];
    const bool used = std::any_of(node.outputs.begin(), node.outputs.end(),
                                  [&](ValueId id) { return id != kNoValue && needed[static_cast<size_t>(id)]; });
    if (!used) continue;
    for (ValueId id : node.inputs) {
      if (id != kNoValue) needed[static_cast<size_t>(id)] = true;
    }
    nodes.push_back(&node);
  }
  std::reverse(nodes.begin(), nodes.end());
  return nodes;
}

// What a symbol's size is probed at: a multiple of the default by a power of two, which keeps sizes that must be even or
// a multiple of a stride, and so large that strides do not bring both sizes to 1.
int64_t ProbeSize(int64_t size) {
  constexpr int64_t kSmallest = 256;
  int64_t probe = 2 * size;
  while (size > 0 && probe < kSmallest) probe *= 2;
  return probe;
}

// Sets the probe sizes of the inputs, and of what custom ops compute, whose shapes are declared as those are: each is the
// default times the same number, or, with `apart`, a number of its own, so that sums and quotients of sizes show. False if
// there are no symbols.
bool ProbeInputs(bool apart, Graph* graph) {
  constexpr int kMostDoublings = 8;
  std::map<std::string, int> doublings;
  bool found = false;
  std::vector<ValueId> declared = graph->inputs;
  for (const auto& node : graph->nodes()) {
    if (node->op == format::OpCode::Custom) declared.insert(declared.end(), node->outputs.begin(), node->outputs.end());
  }
  for (ValueId id : declared) {
    if (id == kNoValue || !graph->value(id).has_shape) continue;
    Value& value = graph->value(id);
    value.probe.shape = value.symbolic_shape = value.shape;
    value.probe.has_shape = true;
    for (size_t d = 0; d < value.dims.size(); ++d) {
      if (value.dims[d].size >= 0) continue;
      found = value.dynamic_shape = true;
      value.symbolic_shape[static_cast<int>(d)] = -1;
      int64_t& size = value.probe.shape[static_cast<int>(d)];
      size = ProbeSize(size);
      const int number = static_cast<int>(doublings.size()) % kMostDoublings;
      if (apart) size <<= doublings.emplace(value.dims[d].symbol, number).first->second;
    }
  }
  return found;
}

// -1 where the two differ; all -1 where the ranks do.
Shape Differing(const Shape& a, const Shape& b, bool comparable) {
  Shape result = a;
  for (int d = 0; d < a.rank(); ++d) {
    if (!comparable || a.rank() != b.rank() || a[d] != b[d]) result[d] = -1;
  }
  return result;
}

// Where nothing can be told of a shape at the probe's sizes, every dimension changes. Nodes behind it that take one size only, as a
// convolution's channels, put that right for themselves.
void AssumeAllChange(Value* value) {
  value->probe = Value::Probe();
  value->probe.shape = value->shape;
  for (int d = 0; d < value->shape.rank(); ++d) value->probe.shape[d] *= 2;
  value->probe.has_shape = true;
}

void TakeProbes(const PreparedRange& range, const Node& node, Graph* graph) {
  for (ValueId id : node.outputs) {
    if (id == kNoValue) continue;
    Value& value = graph->value(id);
    if (!range.resolved(id)) {
      if (value.has_shape) AssumeAllChange(&value);
      continue;
    }
    value.probe.shape = range.slot(id)->shape;
    value.probe.known = range.known(id);
    value.probe.has_shape = true;
  }
}

// What differs between the default sizes and the probe's in what a node reads: a dimension, or a known value.
struct Change {
  ValueId value;
  int dim;  // -1: the known value
};

std::vector<Change> ChangesOfInputs(const Graph& graph, const Node& node) {
  std::vector<Change> changes;
  std::set<ValueId> seen;
  for (ValueId id : node.inputs) {
    if (id == kNoValue || graph.value(id).is_constant() || !seen.insert(id).second) continue;
    const Value& value = graph.value(id);
    if (value.probe.known && value.known) {
      changes.push_back({id, -1});
    } else if (value.probe.shape.rank() == value.shape.rank()) {
      for (int d = 0; d < value.shape.rank(); ++d) {
        if (value.probe.shape[d] != value.shape[d]) changes.push_back({id, d});
      }
    }
  }
  return changes;
}

// Prepares a node at the probe's sizes but for one change, which keeps the default.
bool PrepareWithout(const Change& undone, const Node& node, Graph* graph) {
  Value& value = graph->value(undone.value);
  Value::Probe former = value.probe;
  if (undone.dim < 0) {
    value.probe.known = value.known;
    value.probe.shape = value.shape;
  } else {
    value.probe.shape[undone.dim] = value.shape[undone.dim];
  }
  PreparedRange range;
  const bool fits = PrepareNodes(*graph, {&node}, Outside::kProbe, &range).ok();
  if (fits) TakeProbes(range, node, graph);
  value.probe = std::move(former);
  return fits;
}

// A node that takes just one size of some dimension, as a Squeeze does, keeps that size and takes the probe's in all others. Where
// more than one change would have to go, they may hang together, and nothing is known.
void ProbeUnfit(const Node& node, Graph* graph) {
  for (const Change& change : ChangesOfInputs(*graph, node)) {
    if (PrepareWithout(change, node, graph)) return;
  }
  for (ValueId id : node.outputs) {
    if (id != kNoValue && graph->value(id).has_shape) AssumeAllChange(&graph->value(id));
  }
}

// Nodes in the order of the graph; where they cannot be prepared at the probe's sizes, each half of them, and single nodes as they
// can be if `repair`.
void ProbeNodes(const std::vector<const Node*>& nodes, bool repair, Graph* graph) {
  if (nodes.empty()) return;
  PreparedRange range;
  if (PrepareNodes(*graph, nodes, Outside::kProbe, &range).ok()) {
    for (const Node* node : nodes) TakeProbes(range, *node, graph);
  } else if (nodes.size() > 1) {
    const auto middle = nodes.begin() + static_cast<std::ptrdiff_t>(nodes.size() / 2);
    ProbeNodes({nodes.begin(), middle}, repair, graph);
    ProbeNodes({middle, nodes.end()}, repair, graph);
  } else if (repair) {
    ProbeUnfit(*nodes[0], graph);
  }
}

void ProbeFrom(size_t first, bool repair, Graph* graph) {
  ForOutputs(graph, first, [](const Node&, ValueId, Value& value) {
    value.probe = Value::Probe();
    value.probe.shape = value.shape;  // so that later nodes can be probed from here
  });
  ProbeNodes(NodesOfKnownInputs(*graph, first), repair, graph);
}

bool SameBytes(const Bytes& a, const Bytes& b) {
  return a && b && a.size() == b.size() && (a.size() == 0 || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

// Known values that stay what they are when every symbol gets a size of its own, as the number of channels does. REQUIRES:
// ProbeInputs().
std::set<ValueId> FindStableValues(Graph* graph) {
  ProbeFrom(0, /*repair=*/false, graph);
  std::set<ValueId> stable, unprobed;
  ForOutputs(graph, 0, [&](const Node& node, ValueId id, const Value& value) {
    bool from_unprobed = !value.probe.has_shape;
    for (ValueId input : node.inputs) from_unprobed |= unprobed.count(input) != 0;
    if (from_unprobed) {
      unprobed.insert(id);
    } else if (value.shape == value.probe.shape && SameBytes(value.known, value.probe.known)) {
      stable.insert(id);
    }
  });
  return stable;
}

// Marks what changes when every symbolic dimension has its probe size.
void FindDynamicShapes(size_t first, Graph* graph) {
  ProbeFrom(first, /*repair=*/true, graph);
  ForOutputs(graph, first, [&](const Node& node, ValueId, Value& value) {
    bool from_dynamic = false;
    for (ValueId input : node.inputs) from_dynamic |= input != kNoValue && graph->value(input).dynamic_shape;
    value.symbolic_shape = Differing(value.shape, value.probe.shape, value.probe.has_shape || !from_dynamic);
    value.dynamic_shape = value.symbolic_shape != value.shape;
  });
}

}  // namespace

Status InferShapes(Graph* graph, size_t first_node) {
  PreparedRange range;
  LINNET_RETURN_IF_ERROR(PrepareNodes(*graph, NodesOfKnownInputs(*graph, first_node), Outside::kKnown, &range));
  ForOutputs(graph, first_node, [&](const Node&, ValueId id, Value& value) {
    value.has_shape = range.resolved(id);
    value.dynamic_shape = !value.has_shape;
    value.known = range.known(id);
    if (!value.has_shape) return;
    value.type = range.slot(id)->type;
    value.shape = value.symbolic_shape = range.slot(id)->shape;
  });
  std::set<ValueId> stable;
  // Where only the tail is inferred, earlier values have their shapes at one probe only.
  if (first_node == 0 && ProbeInputs(/*apart=*/true, graph)) stable = FindStableValues(graph);
  if (ProbeInputs(/*apart=*/false, graph)) FindDynamicShapes(first_node, graph);
  ForOutputs(graph, first_node, [&](const Node& node, ValueId id, Value& value) {
    value.depends_on_shape = DependsOnShape(*graph, node) && stable.count(id) == 0;
  });
  return Status();
}

Result<std::vector<HostTensor>> Evaluate(const Graph& graph, const std::vector<HostTensor>& inputs,
                                         const std::vector<ValueId>& wanted) {
  if (inputs.size() != graph.inputs.size()) {
    return Status::Error(StatusCode::kInvalidArgument, "%zu values for %zu inputs", inputs.size(), graph.inputs.size());
  }
  Lowered lowered = LowerNodes(graph, NodesFor(graph, wanted), wanted, Outside::kInputs);
  // A value that is wanted and an input at once needs no place in the inputs' order.
  for (int tensor : lowered.model.subgraphs[0]->inputs) {
    const ValueId id = lowered.values[tensor];
    const auto found = std::find(graph.inputs.begin(), graph.inputs.end(), id);
    if (found == graph.inputs.end()) {
      return Status::Error(StatusCode::kInvalidModel, "value '%s' is never computed", graph.value(id).name.c_str());
    }
    const HostTensor& given = inputs[found - graph.inputs.begin()];
    format::TensorT& declared = *lowered.model.subgraphs[0]->tensors[tensor];
    declared.type = static_cast<format::ElementType>(given.type);
    declared.shape.assign(given.shape.begin(), given.shape.end());
  }
  Result<LoweredModel> model = LoweredModel::Create(lowered);
  if (!model.ok()) return std::move(model.status());
  Result<Session> session = Session::Create(model->model());
  if (!session.ok()) return std::move(session.status());
  for (int i = 0; i < session->input_count(); ++i) {
    const ValueId id = lowered.values[lowered.model.subgraphs[0]->inputs[i]];
    const size_t position = std::find(graph.inputs.begin(), graph.inputs.end(), id) - graph.inputs.begin();
    const Tensor& tensor = *session->Input(i);
    if (inputs[position].bytes.size() != tensor.bytes()) {
      return Status::Error(StatusCode::kInvalidArgument, "input '%s': %zu bytes, expected %zu", tensor.name(),
                           inputs[position].bytes.size(), tensor.bytes());
    }
    if (tensor.bytes() > 0) std::memcpy(tensor.raw_data(), inputs[position].bytes.data(), tensor.bytes());
  }
  LINNET_RETURN_IF_ERROR(session->Run());
  std::vector<HostTensor> results;
  for (int i = 0; i < session->output_count(); ++i) {
    const Tensor& tensor = *session->Output(i);
    const auto* bytes = static_cast<const uint8_t*>(tensor.raw_data());
    HostTensor result{tensor.name(), tensor.type(), tensor.shape(), {}};
    if (tensor.bytes() > 0) result.bytes.assign(bytes, bytes + tensor.bytes());
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace linnet::converter
