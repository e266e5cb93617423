#include "converter/quantizer/runner.h"

#include <algorithm>
#include <cstring>

namespace linnet::converter {

Graph CloneGraph(const Graph& graph) {
  Graph clone;
  clone.name = graph.name;
  clone.inputs = graph.inputs;
  clone.outputs = graph.outputs;
  clone.states = graph.states;
  for (ValueId id = 0; id < graph.value_count(); ++id) {
    const Value& from = graph.value(id);
    Value& to = clone.value(clone.AddValue(from.name));
    to.type = from.type;
    to.shape = from.shape;
    to.has_shape = from.has_shape;
    to.dims = from.dims;
    to.dynamic_shape = from.dynamic_shape;
    to.symbolic_shape = from.symbolic_shape;
    to.known = from.known;
    to.depends_on_shape = from.depends_on_shape;
    to.data = from.data;
    to.order = from.order;
    to.width = from.width;
    to.group = from.group;
    to.constant = from.constant;
    if (from.quantization != nullptr) to.quantization = std::make_unique<format::QuantizationT>(*from.quantization);
  }
  for (const auto& node : graph.nodes()) {
    Node& copy = clone.AddNode(node->op, node->inputs, node->outputs, node->name);
    copy.attrs = node->attrs;
    copy.bodies = node->bodies;
  }
  return clone;
}

GraphRunner::GraphRunner(const Graph& graph, std::vector<ValueId> wanted) : graph_(graph), wanted_(std::move(wanted)) {
  for (const auto& node : graph.nodes()) nodes_.push_back(node.get());
}

Status GraphRunner::Prepare(const Given& given) {
  session_.reset();
  model_.reset();
  inputs_.clear();
  shapes_.clear();
  lowered_ = LowerNodes(graph_, nodes_, wanted_, Outside::kInputs);
  format::SubgraphT& subgraph = *lowered_.model.subgraphs[0];
  for (int tensor : subgraph.inputs) {
    const ValueId id = lowered_.values[tensor];
    const HostTensor* value = given(id);
    if (value == nullptr) {
      return Status::Error(StatusCode::kInternal, "value '%s' is never computed", graph_.value(id).name.c_str());
    }
    inputs_.push_back(id);
    shapes_.push_back(value->shape);
    subgraph.tensors[tensor]->type = static_cast<format::ElementType>(value->type);
    subgraph.tensors[tensor]->shape.assign(value->shape.begin(), value->shape.end());
  }
  Result<LoweredModel> model = LoweredModel::Create(lowered_);
  if (!model.ok()) return std::move(model.status());
  model_ = std::make_unique<LoweredModel>(std::move(*model));
  Result<Session> session = Session::Create(model_->model());
  if (!session.ok()) return std::move(session.status());
  session_ = std::make_unique<Session>(std::move(*session));
  return Status();
}

Status GraphRunner::Run(const Given& given) {
  bool prepared = session_ != nullptr;
  for (size_t i = 0; prepared && i < inputs_.size(); ++i) {
    const HostTensor* value = given(inputs_[i]);
    prepared = value != nullptr && value->shape == shapes_[i];
  }
  if (!prepared) LINNET_RETURN_IF_ERROR(Prepare(given));
  for (size_t i = 0; i < inputs_.size(); ++i) {
    const Tensor& tensor = *session_->Input(static_cast<int>(i));
    const HostTensor& value = *given(inputs_[i]);
    if (value.bytes.size() != tensor.bytes()) {
      return Status::Error(StatusCode::kInvalidArgument, "input '%s': %zu bytes, expected %zu", tensor.name(),
                           value.bytes.size(), tensor.bytes());
    }
    if (tensor.bytes() > 0) std::memcpy(tensor.raw_data(), value.bytes.data(), tensor.bytes());
  }
  return session_->Run();
}

Status GraphRunner::Run(const Sample& sample) {
  if (sample.size() != graph_.inputs.size()) {
    return Status::Error(StatusCode::kInvalidArgument, "%zu values for %zu inputs", sample.size(), graph_.inputs.size());
  }
  return Run([&](ValueId id) -> const HostTensor* {
    const auto found = std::find(graph_.inputs.begin(), graph_.inputs.end(), id);
    return found == graph_.inputs.end() ? nullptr : &sample[static_cast<size_t>(found - graph_.inputs.begin())];
  });
}

}  // namespace linnet::converter
