#include "engine/subgraph.h"

#include <cstring>
#include <new>

namespace linnet {

struct StepExtras {
  struct Child {
    uint32_t subgraph;
    SessionImpl* session;
  };
  Array<Child> children;
  Array<Array<uint8_t>*> buffers;
};

void FreeStepExtras(StepExtras* extras) {
  if (extras == nullptr) return;
  for (const StepExtras::Child& child : extras->children) delete child.session;
  for (Array<uint8_t>* buffer : extras->buffers) delete buffer;
  delete extras;
}

namespace {

StepExtras* ExtrasOf(Step& step) {
  if (step.extras == nullptr) step.extras = new (std::nothrow) StepExtras;
  return step.extras;
}

}  // namespace

Result<std::unique_ptr<SessionImpl>> SessionImpl::CreateChild(SessionImpl& parent, uint32_t subgraph) {
  SessionOptions options = parent.options_;
  options.arena = nullptr;
  options.keep_inputs = false;
  std::unique_ptr<SessionImpl> child(new (std::nothrow) SessionImpl(parent.model_, options));
  if (child == nullptr) return Status::Error(StatusCode::kOutOfMemory, "no memory for a subgraph's session");
  child->subgraph_ = subgraph;
  child->parent_ = &parent;
  child->depth_ = parent.depth_ + 1;
  LINNET_RETURN_IF_ERROR(child->Init());
  return child;
}

Status OpContext::GetSubgraph(uint32_t index, SessionImpl** subgraph) {
  StepExtras* extras = ExtrasOf(step_);
  if (extras == nullptr) return OutOfMemory();
  for (const StepExtras::Child& child : extras->children) {
    if (child.subgraph != index) continue;
    *subgraph = child.session;
    return Status();
  }
  if (index <= session_.subgraph_ || index >= session_.model_.root().subgraphs()->size()) {
    return Invalid("subgraph %u of %u, expected one behind its own (%u)", index,
                   session_.model_.root().subgraphs()->size(), session_.subgraph_);
  }
  if (session_.depth_ + 1 > session_.options_.depth_limit) {
    return Status::Error(StatusCode::kLimitExceeded, "node '%s' (%s): control flow nested deeper than the limit of %d",
                         Text(step_.op->name()), step_.def->name, session_.options_.depth_limit);
  }
  Result<std::unique_ptr<SessionImpl>> child = SessionImpl::CreateChild(session_, index);
  if (!child.ok()) return std::move(child.status());
  if (!extras->children.Append({index, child->get()})) return OutOfMemory();
  *subgraph = child->release();
  return Status();
}

Array<uint8_t>* OpContext::Buffer(size_t i) {
  StepExtras* extras = ExtrasOf(step_);
  if (extras == nullptr) return nullptr;
  while (extras->buffers.size() <= i) {
    auto* buffer = new (std::nothrow) Array<uint8_t>;
    if (buffer == nullptr) return nullptr;
    if (!extras->buffers.Append(buffer)) {
      delete buffer;
      return nullptr;
    }
  }
  return extras->buffers[i];
}

int64_t OpContext::trip_limit() const { return session_.options_.trip_limit; }

Status RunSubgraph(SessionImpl& subgraph, const SubgraphInput* inputs, size_t count) {
  const auto& declared = *subgraph.graph().inputs();
  if (declared.size() != count) {
    return Status::Error(StatusCode::kInvalidModel, "a subgraph has %u inputs, expected %zu", declared.size(), count);
  }
  Array<Shape> shapes;
  Array<ElementType> types;
  if (!shapes.Resize(count) || !types.Resize(count)) return Status::Error(StatusCode::kOutOfMemory, "no memory for a subgraph");
  // The first time, also where there are no inputs.
  bool resize = subgraph.inputs().size() != count || subgraph.outputs().size() != subgraph.graph().outputs()->size();
  for (size_t i = 0; i < count; ++i) {
    const format::Tensor& tensor = *subgraph.graph().tensors()->Get(declared.Get(static_cast<unsigned>(i)));
    types[i] = inputs[i].type;
    if (tensor.type() != format::ElementType::Undefined && static_cast<ElementType>(tensor.type()) != types[i]) {
      return Status::Error(StatusCode::kInvalidModel, "input '%s' of a subgraph is %s, expected %s", Text(tensor.name()),
                           ElementTypeName(types[i]), ElementTypeName(static_cast<ElementType>(tensor.type())));
    }
    shapes[i] = inputs[i].shape;
    resize = resize || subgraph.input_shape(static_cast<int>(i)) != shapes[i] || subgraph.inputs()[i].type() != types[i];
  }
  if (resize) LINNET_RETURN_IF_ERROR(subgraph.ResizeFreely(shapes.begin(), types.begin()));
  for (size_t i = 0; i < count; ++i) {
    const Tensor& tensor = subgraph.inputs()[i];
    if (tensor.bytes() > 0) std::memcpy(tensor.raw_data(), inputs[i].data, tensor.bytes());
  }
  return subgraph.Run();
}

}  // namespace linnet
