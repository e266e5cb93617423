#include "converter/lower.h"

#include <algorithm>
#include <set>

namespace linnet::converter {
namespace {

// The subgraphs that a control flow op names.
std::vector<uint32_t> BodiesOf(const format::OpT& op) {
  if (const auto* branches = op.attrs.AsIf()) return {branches->then_branch, branches->else_branch};
  if (const auto* loop = op.attrs.AsLoop()) return {loop->body};
  if (const auto* scan = op.attrs.AsScan()) return {scan->body};
  return {};
}

void SetBodies(const std::vector<uint32_t>& bodies, format::OpT* op) {
  if (bodies.empty()) return;
  if (auto* branches = op->attrs.AsIf()) {
    branches->then_branch = bodies[0];
    branches->else_branch = bodies[1];
  } else if (auto* loop = op->attrs.AsLoop()) {
    loop->body = bodies[0];
  } else if (auto* scan = op->attrs.AsScan()) {
    scan->body = bodies[0];
  }
}

class Lowerer {
 public:
  Lowerer(const Graph& graph, Outside outside) : graph_(graph), outside_(outside) {
    lowered_.tensors.assign(graph.value_count(), -1);
    lowered_.model.subgraphs.push_back(std::make_unique<format::SubgraphT>());
    subgraph().name = graph.name;
  }

  format::SubgraphT& subgraph() { return *lowered_.model.subgraphs[0]; }

  // Index of the value's tensor, made on first use. Values with data become constants.
  int TensorOf(ValueId id) {
    if (id == kNoValue) return -1;
    int& index = lowered_.tensors[id];
    if (index >= 0) return index;
    index = static_cast<int>(subgraph().tensors.size());
    lowered_.values.push_back(id);
    const Value& value = graph_.value(id);
    auto tensor = std::make_unique<format::TensorT>();
    tensor->name = value.name;
    if (value.quantization != nullptr) tensor->quantization = std::make_unique<format::QuantizationT>(*value.quantization);
    if (value.is_constant()) SetConstant(value, value.data, tensor.get());
    subgraph().tensors.push_back(std::move(tensor));
    return index;
  }

  // As TensorOf for a value that comes from outside the range: an input, or a constant where its value is known.
  void External(ValueId id) {
    if (id == kNoValue || lowered_.tensors[id] >= 0) return;
    const Value& value = graph_.value(id);
    format::TensorT& tensor = *subgraph().tensors[TensorOf(id)];
    if (value.is_constant()) return;
    const bool probe = outside_ == Outside::kProbe;
    const Bytes& known = probe ? value.probe.known : value.known;
    const Shape& shape = probe ? value.probe.shape : value.shape;
    if (outside_ != Outside::kInputs && known) {
      SetConstant(value, known, &tensor);
      tensor.shape.assign(shape.begin(), shape.end());
      return;
    }
    SetType(value, shape, &tensor);
    subgraph().inputs.push_back(lowered_.tensors[id]);
  }

  static void SetType(const Value& value, const Shape& shape, format::TensorT* tensor) {
    tensor->type = static_cast<format::ElementType>(value.type);
    tensor->shape.assign(shape.begin(), shape.end());
  }

  void SetConstant(const Value& value, const Bytes& data, format::TensorT* tensor) {
    SetType(value, value.shape, tensor);
    tensor->role = format::Role::Constant;
    tensor->offset = lowered_.constants.size();
    tensor->bytes = data.size();
    tensor->order = value.order;
    tensor->width = value.width;
    tensor->group = value.group;
    lowered_.constants.push_back(data.data());
  }

  void AddOp(const Node& node) {
    auto op = std::make_unique<format::OpT>();
    op->code = node.op;
    op->canonical = node.canonical;
    op->attrs = node.attrs;
    std::vector<uint32_t> bodies;
    for (const auto& body : node.bodies) bodies.push_back(AddBody(*body));
    SetBodies(bodies, op.get());
    op->name = node.name;
    for (ValueId id : node.inputs) op->inputs.push_back(TensorOf(id));
    for (ValueId id : node.outputs) op->outputs.push_back(TensorOf(id));
    subgraph().ops.push_back(std::move(op));
    if (node.op == format::OpCode::Custom) DeclareOutputs(node);
  }

  // What a custom op computes has the shape that the model says: see StandInOps.
  void DeclareOutputs(const Node& node) {
    for (ValueId id : node.outputs) {
      if (id == kNoValue || !graph_.value(id).has_shape) continue;
      const Value& value = graph_.value(id);
      SetType(value, outside_ == Outside::kProbe ? value.probe.shape : value.shape,
              subgraph().tensors[lowered_.tensors[id]].get());
    }
  }

  // Adds the subgraphs of a body behind those that are there, so that an index always grows from a graph to its bodies.
  uint32_t AddBody(const Graph& body) {
    Lowered lowered = LowerGraph(body);
    const auto base = static_cast<uint32_t>(lowered_.model.subgraphs.size());
    for (auto& inner : lowered.model.subgraphs) {
      for (auto& tensor : inner->tensors) {
        if (tensor->role == format::Role::Constant) tensor->offset += lowered_.constants.size();
      }
      for (auto& op : inner->ops) {
        std::vector<uint32_t> bodies = BodiesOf(*op);
        for (uint32_t& index : bodies) index += base;
        SetBodies(bodies, op.get());
      }
      lowered_.model.subgraphs.push_back(std::move(inner));
    }
    lowered_.constants.insert(lowered_.constants.end(), lowered.constants.begin(), lowered.constants.end());
    return base;
  }

  Lowered Take() {
    lowered_.model.producer = "linnet " LINNET_VERSION_STRING;
    lowered_.model.minimum_engine = LINNET_VERSION_STRING;
    lowered_.model.source = graph_.name;
    return std::move(lowered_);
  }

  const Graph& graph_;
  const Outside outside_;
  Lowered lowered_;
};

// Declares a graph input with its symbols, and notes the size that each symbol is planned at.
void SetSymbolicShape(const Value& value, format::TensorT* tensor, format::ModelT* model) {
  for (size_t d = 0; d < value.dims.size() && d < tensor->shape.size(); ++d) {
    const Dim& dim = value.dims[d];
    if (dim.size >= 0) continue;
    tensor->symbols.resize(tensor->shape.size());
    tensor->symbols[d] = dim.symbol;
    const bool listed = std::find(model->symbols.begin(), model->symbols.end(), dim.symbol) != model->symbols.end();
    if (!listed) {
      model->symbols.push_back(dim.symbol);
      model->default_dims.push_back(tensor->shape[d]);
    }
    tensor->shape[d] = -1;
  }
}

}  // namespace

Lowered LowerRange(const Graph& graph, size_t first, size_t last, const std::vector<ValueId>& wanted,
                   Outside outside) {
  std::vector<const Node*> nodes;
  for (size_t i = first; i < last; ++i) nodes.push_back(graph.nodes()[i].get());
  return LowerNodes(graph, nodes, wanted, outside);
}

Lowered LowerNodes(const Graph& graph, const std::vector<const Node*>& nodes, const std::vector<ValueId>& wanted,
                   Outside outside) {
  Lowerer lowerer(graph, outside);
  std::set<ValueId> inside;
  for (const Node* node : nodes) {
    for (ValueId id : node->inputs) {
      if (inside.count(id) == 0) lowerer.External(id);
    }
    inside.insert(node->outputs.begin(), node->outputs.end());
  }
  // After all external values, so that no input is taken for a computed tensor.
  for (const Node* node : nodes) lowerer.AddOp(*node);
  for (ValueId id : wanted) {
    if (inside.count(id) == 0) lowerer.External(id);
    lowerer.subgraph().outputs.push_back(lowerer.TensorOf(id));
  }
  return lowerer.Take();
}

Lowered LowerGraph(const Graph& graph) {
  Lowerer lowerer(graph, Outside::kInputs);
  std::set<ValueId> states;
  for (const Graph::StatePair& state : graph.states) states.insert(state.input);
  for (ValueId id : graph.inputs) {
    const Value& value = graph.value(id);
    format::TensorT& tensor = *lowerer.subgraph().tensors[lowerer.TensorOf(id)];
    Lowerer::SetType(value, value.shape, &tensor);
    if (states.count(id) != 0) {
      tensor.role = format::Role::State;
      continue;
    }
    SetSymbolicShape(value, &tensor, &lowerer.lowered_.model);
    lowerer.subgraph().inputs.push_back(lowerer.lowered_.tensors[id]);
  }
  for (const auto& node : graph.nodes()) {
    lowerer.AddOp(*node);
    for (ValueId id : node->outputs) {
      if (id == kNoValue || !graph.value(id).has_shape) continue;
      const Value& value = graph.value(id);
      const Shape& shape = value.dynamic_shape ? value.symbolic_shape : value.shape;
      Lowerer::SetType(value, shape, lowerer.subgraph().tensors[lowerer.lowered_.tensors[id]].get());
    }
  }
  for (ValueId id : graph.outputs) lowerer.subgraph().outputs.push_back(lowerer.TensorOf(id));
  for (const Graph::StatePair& state : graph.states) {
    auto pair = std::make_unique<format::StateT>();
    pair->output = lowerer.TensorOf(state.output);
    pair->input = lowerer.TensorOf(state.input);
    lowerer.lowered_.model.states.push_back(std::move(pair));
  }
  return lowerer.Take();
}

Result<LoweredModel> LoweredModel::Create(const Lowered& lowered) {
  linnet_flatbuffers::FlatBufferBuilder builder;
  format::FinishSizePrefixedModelBuffer(builder, format::Model::Pack(builder, &lowered.model));
  LoweredModel result;
  result.ops_ = std::make_unique<StandInOps>(lowered.model);
  result.buffer_ = std::make_unique<linnet_flatbuffers::DetachedBuffer>(builder.Release());
  // Never null, so that the engine knows that constants lie elsewhere even if there are none.
  static const void* const kNone[1] = {nullptr};
  const void* const* constants = lowered.constants.empty() ? kNone : lowered.constants.data();
  Result<Model> model = ModelImpl::FromParts(result.buffer_->data(), result.buffer_->size(), constants,
                                             lowered.constants.size(), result.ops_->ops());
  if (!model.ok()) return std::move(model.status());
  result.model_ = std::make_unique<Model>(std::move(*model));
  return result;
}

}  // namespace linnet::converter
