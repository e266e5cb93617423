#include "engine/verify.h"

#include "engine/array.h"
#include "engine/model.h"
#include "format/storage.h"

namespace linnet {
namespace {

using format::Role;

template <typename... Args>
Status Damaged(const char* format, Args... args) {
  return Status::Error(StatusCode::kInvalidModel, format, args...);
}

// What is known of a tensor while the ops are walked in order.
enum Defined : uint8_t { kUndefinedYet, kGiven, kComputed, kHasNextState };

using States = linnet_flatbuffers::Vector<linnet_flatbuffers::Offset<format::State>>;

class SubgraphVerifier {
 public:
  // `states` of the model where this is its main graph; null for the others, which cannot have any.
  SubgraphVerifier(const format::Subgraph& graph, bool is_main, const States* states, const SegmentLimits& limits)
      : graph_(graph), is_main_(is_main), states_(states), limits_(limits) {}

  Status Run() {
    if (!defined_.Resize(graph_.tensors()->size(), kUndefinedYet)) {
      return Status::Error(StatusCode::kOutOfMemory, "no memory to verify the model");
    }
    for (unsigned i = 0; i < graph_.tensors()->size(); ++i) LINNET_RETURN_IF_ERROR(VerifyTensor(i));
    LINNET_RETURN_IF_ERROR(VerifyInputs());
    for (unsigned i = 0; i < graph_.ops()->size(); ++i) LINNET_RETURN_IF_ERROR(VerifyOp(i));
    LINNET_RETURN_IF_ERROR(VerifyOutputs());
    return VerifyStates();
  }

 private:
  bool InRange(int index) const { return index >= 0 && static_cast<unsigned>(index) < graph_.tensors()->size(); }
  const char* TensorName(int index) const { return Text(graph_.tensors()->Get(index)->name()); }

  Status VerifyTensor(unsigned i) {
    const format::Tensor* tensor = graph_.tensors()->Get(i);
    const char* name = Text(tensor->name());
    const auto type = static_cast<ElementType>(tensor->type());
    const unsigned rank = tensor->shape() != nullptr ? tensor->shape()->size() : 0;
    if (rank > Shape::kMaxRank) {
      return Damaged("tensor '%s': rank %u, expected at most %d", name, rank, Shape::kMaxRank);
    }
    if (tensor->quantization() != nullptr) LINNET_RETURN_IF_ERROR(VerifyQuantization(*tensor, rank));
    Shape shape = DeclaredShape(*tensor);
    if (tensor->role() > Role::MAX) {
      return Damaged("tensor '%s': role %d is none that Linnet knows", name, static_cast<int>(tensor->role()));
    }
    const bool constant = tensor->role() == Role::Constant;
    // Ops trust the order and the size that a packed constant declares; nothing else may declare one.
    if (!constant && tensor->order() != format::StorageOrder::Plain) {
      return Damaged("tensor '%s': only a constant can be stored in a packed order", name);
    }
    if (tensor->role() != Role::Activation && type == ElementType::kUndefined) {
      return Damaged("tensor '%s': a constant or a state without an element type", name);
    }
    // A tensor that an op computes may be of unknown type and shape; they are set when the op is prepared.
    if (type != ElementType::kUndefined && ElementBits(type) == 0) {
      return Damaged("tensor '%s': element type %d is not one that Linnet stores", name, static_cast<int>(type));
    }
    if (tensor->role() == Role::Activation) {
      for (int d = 0; d < shape.rank(); ++d) shape[d] = shape[d] < 0 ? 1 : shape[d];
    }
    size_t bytes = 0;
    if (!CheckedTensorBytes(type, shape, &bytes)) {
      return Damaged("tensor '%s': its sizes are negative or their product overflows", name);
    }
    if (tensor->role() != Role::Activation) defined_[i] = kGiven;
    return constant ? VerifyConstant(*tensor, bytes) : Status();
  }

  static Status VerifyQuantization(const format::Tensor& tensor, unsigned rank) {
    const format::Quantization* quantization = tensor.quantization();
    const unsigned scales = quantization->scale() != nullptr ? quantization->scale()->size() : 0;
    const unsigned points = quantization->zero_point() != nullptr ? quantization->zero_point()->size() : 0;
    if (points != 0 && points != scales) {
      return Damaged("tensor '%s': %u zero points for %u scales", Text(tensor.name()), points, scales);
    }
    const int axis = quantization->axis();
    if (axis < -1 || (axis >= 0 && static_cast<unsigned>(axis) >= rank)) {
      return Damaged("tensor '%s': quantisation axis %d of a tensor of rank %u", Text(tensor.name()), axis, rank);
    }
    return Status();
  }

  Status VerifyConstant(const format::Tensor& tensor, size_t dense_bytes) const {
    const char* name = Text(tensor.name());
    if (limits_.by_index) {
      return tensor.offset() < limits_.constant_count ? Status() : Damaged("tensor '%s': no such constant", name);
    }
    if (tensor.offset() % format::kSegmentAlignment != 0) {
      return Damaged("tensor '%s': offset %llu is not a multiple of %zu", name,
                     static_cast<unsigned long long>(tensor.offset()), format::kSegmentAlignment);
    }
    if (tensor.offset() > limits_.segment_bytes || tensor.bytes() > limits_.segment_bytes - tensor.offset()) {
      return Damaged("tensor '%s': bytes %llu to +%llu lie outside the weight segment of %zu bytes", name,
                     static_cast<unsigned long long>(tensor.offset()),
                     static_cast<unsigned long long>(tensor.bytes()), limits_.segment_bytes);
    }
    // Packed orders pad; the op that reads one checks its size against its own shape.
    if (tensor.order() == format::StorageOrder::Plain && tensor.bytes() != dense_bytes) {
      return Damaged("tensor '%s': %llu bytes, expected %zu for its shape", name,
                     static_cast<unsigned long long>(tensor.bytes()), dense_bytes);
    }
    return Status();
  }

  Status VerifyInputs() {
    for (int index : *graph_.inputs()) {
      if (!InRange(index)) return Damaged("a model input is tensor %d, out of range", index);
      if (graph_.tensors()->Get(index)->role() != Role::Activation || defined_[index] != kUndefinedYet) {
        return Damaged("model input '%s' is a constant, a state or named twice", TensorName(index));
      }
      // What goes into a subgraph brings its type along.
      if (is_main_ && graph_.tensors()->Get(index)->type() == format::ElementType::Undefined) {
        return Damaged("model input '%s' has no element type", TensorName(index));
      }
      defined_[index] = kGiven;
    }
    return Status();
  }

  Status VerifyOp(unsigned i) {
    const format::Op* op = graph_.ops()->Get(i);
    const char* name = Text(op->name());
    if (op->inputs() != nullptr) {
      for (int index : *op->inputs()) {
        if (index == -1) continue;
        if (!InRange(index)) return Damaged("node '%s' (op %u): input tensor %d out of range", name, i, index);
        if (defined_[index] == kUndefinedYet) {
          return Damaged("node '%s' (op %u): input '%s' is used before it is computed (cyclic or unsorted graph)", name,
                         i, TensorName(index));
        }
      }
    }
    if (op->outputs() == nullptr || op->outputs()->size() == 0) return Damaged("node '%s' (op %u): no output", name, i);
    for (int index : *op->outputs()) {
      if (index == -1) continue;
      if (!InRange(index)) return Damaged("node '%s' (op %u): output tensor %d out of range", name, i, index);
      if (defined_[index] != kUndefinedYet) {
        return Damaged("node '%s' (op %u): output '%s' is computed twice, or is an input or a constant", name, i,
                       TensorName(index));
      }
      defined_[index] = kComputed;
    }
    return Status();
  }

  Status VerifyOutputs() const {
    for (int index : *graph_.outputs()) {
      if (!InRange(index)) return Damaged("a model output is tensor %d, out of range", index);
      if (defined_[index] == kUndefinedYet) return Damaged("model output '%s' is never computed", TensorName(index));
      LINNET_RETURN_IF_ERROR(VerifyReadable(index, "model output"));
    }
    return Status();
  }

  // What the engine itself reads after a run: dense, and not replaced by the next value of a state before it is read.
  Status VerifyReadable(int index, const char* what) const {
    const format::Tensor* tensor = graph_.tensors()->Get(index);
    if (tensor->order() != format::StorageOrder::Plain) {
      return Damaged("%s '%s' is a constant in a packed order", what, TensorName(index));
    }
    if (tensor->role() == Role::State) return Damaged("%s '%s' is itself a state", what, TensorName(index));
    return Status();
  }

  Status VerifyStates() {
    if (states_ != nullptr) {
      for (const format::State* state : *states_) LINNET_RETURN_IF_ERROR(VerifyState(*state));
    }
    for (unsigned i = 0; i < graph_.tensors()->size(); ++i) {
      if (graph_.tensors()->Get(i)->role() == Role::State && defined_[i] != kHasNextState) {
        return Damaged("state '%s' has no next value", TensorName(static_cast<int>(i)));
      }
    }
    return Status();
  }

  Status VerifyState(const format::State& state) {
    for (int index : {state.input(), state.output()}) {
      if (!InRange(index)) return Damaged("a state names tensor %d, out of range", index);
    }
    if (graph_.tensors()->Get(state.input())->role() != Role::State || defined_[state.input()] == kHasNextState) {
      return Damaged("state '%s' is not marked as one, or has two next values", TensorName(state.input()));
    }
    if (defined_[state.output()] == kUndefinedYet) {
      return Damaged("next value '%s' of a state is never computed", TensorName(state.output()));
    }
    LINNET_RETURN_IF_ERROR(VerifyReadable(state.output(), "next value"));
    defined_[state.input()] = kHasNextState;
    return Status();
  }

  const format::Subgraph& graph_;
  const bool is_main_;
  const States* const states_;
  const SegmentLimits& limits_;
  Array<uint8_t> defined_;
};

}  // namespace

bool CheckedTensorBytes(ElementType type, const Shape& shape, size_t* bytes) {
  int64_t limit = kMaxTensorBytes;
  bool empty = false;
  for (int64_t size : shape) {
    if (size < 0) return false;
    if (size == 0) {
      empty = true;
      continue;  // the other sizes must be in bounds as well: they are multiplied apart from this one
    }
    if (size > limit) return false;
    limit /= size;
  }
  if (!empty && ElementBits(type) > 8 && limit < ElementBits(type) / 8) return false;
  *bytes = empty ? 0 : TensorBytes(type, shape);
  return true;
}

Status VerifyModel(const format::Model& root, const SegmentLimits& limits) {
  if (root.subgraphs() == nullptr || root.subgraphs()->size() == 0) return Damaged("the file holds no graph");
  const States* states = root.states();
  for (const format::Subgraph* graph : *root.subgraphs()) {
    SubgraphVerifier verifier(*graph, graph == root.subgraphs()->Get(0), states, limits);
    LINNET_RETURN_IF_ERROR(verifier.Run());
    states = nullptr;
  }
  return Status();
}

}  // namespace linnet
