#include "engine/session.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "engine/prepare.h"

namespace linnet {
namespace {

Status NoMemory(const char* what, size_t bytes) {
  return Status::Error(StatusCode::kOutOfMemory, "no memory for %s (%zu bytes)", what, bytes);
}

}  // namespace

Result<std::unique_ptr<SessionImpl>> SessionImpl::New(const ModelImpl& model, const SessionOptions& options) {
  std::unique_ptr<SessionImpl> session(new (std::nothrow) SessionImpl(model, options));
  if (session == nullptr) return NoMemory("the session", sizeof(SessionImpl));
  LINNET_RETURN_IF_ERROR(session->Init());
  return session;
}

Result<std::unique_ptr<SessionImpl>> SessionImpl::Create(const ModelImpl& model, const SessionOptions& options) {
  Result<std::unique_ptr<SessionImpl>> session = New(model, options);
  if (session.ok()) LINNET_RETURN_IF_ERROR((*session)->Resize((*session)->input_shapes_.begin()));
  return session;
}

Result<std::unique_ptr<SessionImpl>> SessionImpl::CreateUnplaced(const ModelImpl& model, const SessionOptions& options) {
  Result<std::unique_ptr<SessionImpl>> session = New(model, options);
  if (!session.ok()) return session;
  SessionImpl& self = **session;
  Preparer preparer(self, &self.prepared_);
  LINNET_RETURN_IF_ERROR(preparer.Run(self.input_shapes_.begin()));
  self.current_ = &self.prepared_;
  return session;
}

SessionImpl::~SessionImpl() { ReleaseDynamic(); }

Status SessionImpl::InitThreads() {
  if (options_.parallel_for.run != nullptr) {
    threads_ = std::max(1, options_.threads);
  } else if (options_.pool != nullptr) {
    pool_ = &options_.pool->impl();
    threads_ = pool_->threads();
  } else if (options_.threads != 1) {
    Result<ThreadPool> pool = ThreadPool::Create(options_.threads);
    if (!pool.ok()) return std::move(pool.status());
    own_pool_.reset(new (std::nothrow) ThreadPool(std::move(*pool)));
    if (own_pool_ == nullptr) return NoMemory("the thread pool", sizeof(ThreadPool));
    pool_ = &own_pool_->impl();
    threads_ = pool_->threads();
  }
  return Status();
}

Status SessionImpl::Init() {
  // Fails here, not in some op, if LINNET_ISA names an instruction set that is not there.
  Result<const char*> isa = ActiveIsa();
  if (!isa.ok()) return std::move(isa.status());
  if (parent_ == nullptr) {
    LINNET_RETURN_IF_ERROR(InitThreads());
  } else {
    threads_ = parent_->threads_;
  }
  for (int index : *graph().inputs()) {
    const format::Tensor* tensor = graph().tensors()->Get(index);
    Shape shape = DeclaredShape(*tensor);
    for (int d = 0; d < shape.rank(); ++d) {
      if (shape[d] < 0) shape[d] = DefaultSize(model_.root(), *tensor, d);
    }
    const ElementType type = static_cast<ElementType>(tensor->type());
    if (!input_shapes_.Append(shape) || !input_types_.Append(type)) return NoMemory("the session", sizeof(Shape));
  }
  return PlaceStates();
}

Status SessionImpl::PlaceStates() {
  if (states() == nullptr) return Status();
  for (const format::State* state : *states()) {
    const format::Tensor* tensor = graph().tensors()->Get(state->input());
    const Shape shape = DeclaredShape(*tensor);
    const size_t bytes = TensorBytes(static_cast<ElementType>(tensor->type()), shape);
    LINNET_RETURN_IF_ERROR(CheckLimit(SaturatingAdd(state_memory_.bytes(), bytes)));
    void* memory = state_memory_.Allocate(bytes);
    if (memory == nullptr || !state_data_.Append(memory) || !state_shapes_.Append(shape)) return NoMemory("states", bytes);
  }
  return Status();
}

size_t SessionImpl::BytesWith(const Prepared& prepared) const {
  size_t bytes = 0;
  for (size_t part : {state_memory_.bytes(), prepared.memory.bytes(), prepared.arena_bytes, prepared.scratch_bytes,
                      dynamic_bytes_, dynamic_scratch_.size(), deferred_memory_.bytes()}) {
    bytes = SaturatingAdd(bytes, part);
  }
  return bytes;
}

Status SessionImpl::CheckLimit(size_t bytes) const {
  const size_t limit = std::min(options_.memory_limit, kMaxBytes);
  if (bytes <= limit) return Status();
  return Status::Error(StatusCode::kLimitExceeded, "%zu bytes of memory exceed the limit of %zu", bytes, limit);
}

Status SessionImpl::Resize(const Shape* shapes) {
  const format::Subgraph& graph = this->graph();
  for (unsigned i = 0; i < graph.inputs()->size(); ++i) {
    const format::Tensor* tensor = graph.tensors()->Get(graph.inputs()->Get(i));
    const Shape declared = DeclaredShape(*tensor);
    if (declared.rank() != shapes[i].rank()) {
      return Status::Error(StatusCode::kInvalidArgument, "input '%s': rank %d, expected %d", Text(tensor->name()),
                           shapes[i].rank(), declared.rank());
    }
    for (int d = 0; d < declared.rank(); ++d) {
      if (declared[d] >= 0 && declared[d] != shapes[i][d]) {
        return Status::Error(StatusCode::kInvalidArgument, "input '%s': size %lld in dimension %d, expected %lld",
                             Text(tensor->name()), static_cast<long long>(shapes[i][d]), d,
                             static_cast<long long>(declared[d]));
      }
    }
  }
  return ResizeFreely(shapes);
}

Status SessionImpl::ResizeFreely(const Shape* shapes, const ElementType* types) {
  for (size_t i = 0; types != nullptr && i < input_types_.size(); ++i) input_types_[i] = types[i];
  if (prepared_.has_deferred) {
    ReleaseDynamic();
    LINNET_RETURN_IF_ERROR(ShowTensors());
  }
  Prepared prepared;
  Preparer preparer(*this, &prepared);
  LINNET_RETURN_IF_ERROR(preparer.Run(shapes));
  LINNET_RETURN_IF_ERROR(Place(&prepared));
  prepared_ = std::move(prepared);
  current_ = &prepared_;
  for (size_t i = 0; i < input_shapes_.size(); ++i) input_shapes_[i] = shapes[i];
  return ShowTensors();
}

Status SessionImpl::Place(Prepared* prepared) {
  const size_t total = prepared->arena_bytes + prepared->scratch_bytes;
  uint8_t* base = static_cast<uint8_t*>(options_.arena);
  if (base != nullptr) {
    if (reinterpret_cast<uintptr_t>(base) % AlignedBuffer::kAlignment != 0) {
      return Status::Error(StatusCode::kInvalidArgument, "the arena's address must be a multiple of %zu", AlignedBuffer::kAlignment);
    }
    if (options_.arena_bytes < total) {
      return Status::Error(StatusCode::kOutOfMemory, "the arena has %zu bytes, the model needs %zu", options_.arena_bytes, total);
    }
  } else {
    if (arena_.size() < total && !arena_.Allocate(total)) return NoMemory("the arena", total);
    base = static_cast<uint8_t*>(arena_.data());
  }
  for (size_t i = 0; i < prepared->slots.size(); ++i) {
    const Placement& placement = prepared->placements[i];
    if (placement.block < 0) continue;
    prepared->slots[i].data = base + prepared->blocks[placement.block].offset + placement.offset_bytes;
  }
  if (states() != nullptr) {
    for (unsigned i = 0; i < states()->size(); ++i) {
      prepared->slots[states()->Get(i)->input()].data = state_data_[i];
    }
  }
  scratch_ = base + prepared->arena_bytes;
  return Status();
}

Status SessionImpl::ShowTensors() {
  const auto show = [&](const linnet_flatbuffers::Vector<int32_t>& indices, Array<Tensor>* tensors) {
    if (!tensors->Resize(indices.size())) return false;
    for (unsigned i = 0; i < indices.size(); ++i) {
      const TensorSlot& slot = prepared_.slots[indices.Get(i)];
      const size_t bytes = slot.resolved ? TensorBytes(slot.type, slot.shape) : 0;
      (*tensors)[i] = Tensor(Text(slot.def->name()), slot.type, slot.shape, slot.data, bytes);
    }
    return true;
  };
  const bool shown = show(*graph().inputs(), &inputs_) && show(*graph().outputs(), &outputs_);
  return shown ? Status() : NoMemory("the session", sizeof(Tensor));
}

void SessionImpl::ResetState() {
  for (size_t i = 0; i < state_data_.size(); ++i) {
    const format::Tensor* tensor = graph().tensors()->Get(states()->Get(i)->input());
    std::memset(state_data_[i], 0, TensorBytes(static_cast<ElementType>(tensor->type()), state_shapes_[i]));
  }
}

Result<Session> Session::Create(const Model& model, const SessionOptions& options) {
  Result<std::unique_ptr<SessionImpl>> impl = SessionImpl::Create(model.impl(), options);
  if (!impl.ok()) return std::move(impl.status());
  return Session(std::move(*impl));
}

Result<size_t> Session::RequiredArenaBytes(const Model& model, const SessionOptions& options) {
  Result<std::unique_ptr<SessionImpl>> impl = SessionImpl::CreateUnplaced(model.impl(), options);
  if (!impl.ok()) return std::move(impl.status());
  return (*impl)->required_bytes();
}

Session::Session(std::unique_ptr<SessionImpl> impl) : impl_(std::move(impl)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

int Session::input_count() const { return static_cast<int>(impl_->inputs().size()); }
int Session::output_count() const { return static_cast<int>(impl_->outputs().size()); }

namespace {

const Tensor* At(const Array<Tensor>& tensors, int index) {
  return index >= 0 && static_cast<size_t>(index) < tensors.size() ? &tensors[static_cast<size_t>(index)] : nullptr;
}

const Tensor* Named(const Array<Tensor>& tensors, const char* name) {
  for (const Tensor& tensor : tensors) {
    if (std::strcmp(tensor.name(), name) == 0) return &tensor;
  }
  return nullptr;
}

}  // namespace

const Tensor* Session::Input(int index) const { return At(impl_->inputs(), index); }
const Tensor* Session::Input(const char* name) const { return Named(impl_->inputs(), name); }
const Tensor* Session::Output(int index) const { return At(impl_->outputs(), index); }
const Tensor* Session::Output(const char* name) const { return Named(impl_->outputs(), name); }

Status Session::Resize(int index, const Shape& shape) {
  const int count = input_count();
  if (index < 0 || index >= count) {
    return Status::Error(StatusCode::kInvalidArgument, "input %d of a model with %d inputs", index, count);
  }
  Array<Shape> shapes;
  if (!shapes.Resize(static_cast<size_t>(count))) return Status::Error(StatusCode::kOutOfMemory, "no memory");
  for (int i = 0; i < count; ++i) shapes[static_cast<size_t>(i)] = i == index ? shape : impl_->input_shape(i);
  return impl_->Resize(shapes.begin());
}

Status Session::ResizeAll(const Shape* shapes, int count) {
  if (count != input_count()) {
    return Status::Error(StatusCode::kInvalidArgument, "%d shapes for %d inputs", count, input_count());
  }
  return impl_->Resize(shapes);
}

Status Session::Run() { return impl_->Run(); }
void Session::ResetState() { impl_->ResetState(); }
size_t Session::arena_bytes() const { return impl_->prepared().arena_bytes; }
size_t Session::scratch_bytes() const { return impl_->prepared().scratch_bytes; }
size_t Session::weights_bytes() const { return impl_->model().segment_bytes(); }

}  // namespace linnet
