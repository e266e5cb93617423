// The verified model behind linnet::Model.
#ifndef LINNET_ENGINE_MODEL_H_
#define LINNET_ENGINE_MODEL_H_

#include <memory>

#include "engine/array.h"
#include "engine/mapped_file.h"
#include "engine/op.h"

namespace linnet {

// Immutable after it is made; thread safe.
class ModelImpl {
 public:
  // Verifies the bytes of a .linnet file, which must outlive the model.
  static Result<std::unique_ptr<ModelImpl>> Create(const void* data, size_t bytes, OpList ops);

  // A model whose constants lie elsewhere: a size-prefixed FlatBuffer of the caller's (which must outlive the model) in
  // which a constant's `offset` is an index into `constants`. For the converter, which trusts the pointers.
  static Result<Model> FromParts(const void* flatbuffer, size_t bytes, const void* const* constants,
                                 size_t constant_count, OpList ops);
  static Model Wrap(std::unique_ptr<ModelImpl> impl) { return Model(std::move(impl)); }
  // Keeps the mapping alive with the model.
  void Own(MappedFile file) { file_ = std::move(file); }

  const format::Model& root() const { return *root_; }
  const format::Subgraph& main() const { return *root_->subgraphs()->Get(0); }
  // OpDef of op `index` of subgraph `subgraph`. Never null.
  const OpDef* op_def(size_t subgraph, size_t index) const { return op_defs_[op_base_[subgraph] + index]; }
  const void* constant_data(const format::Tensor& tensor) const {
    if (constants_ != nullptr) return constants_[tensor.offset()];
    return segment_ + tensor.offset();
  }
  size_t file_bytes() const { return file_bytes_; }
  size_t segment_bytes() const { return segment_bytes_; }
  const void* segment() const { return segment_; }

 private:
  ModelImpl() = default;
  Status Load(const void* data, size_t bytes, OpList ops);
  Status ResolveOps(OpList ops);
  Status ResolveOp(OpList ops, const format::Op& op, const OpDef** def);
  Status ResolveCustomOp(OpList ops, const format::Op& op, const OpDef& generic, const OpDef** def);

  MappedFile file_;
  AlignedBuffer metadata_copy_;  // where the caller's bytes are aligned less than FlatBuffers needs
  const format::Model* root_ = nullptr;
  const uint8_t* segment_ = nullptr;
  const void* const* constants_ = nullptr;
  size_t constant_count_ = 0;
  size_t segment_bytes_ = 0;
  size_t file_bytes_ = 0;
  Array<const OpDef*> op_defs_;
  Array<OpDef> custom_defs_;  // one per custom op of the op list; op_defs_ points into it, so it never grows
  Array<size_t> op_base_;
};

using StateList = linnet_flatbuffers::Vector<linnet_flatbuffers::Offset<format::State>>;

// The string, or "" where it was left out of the file.
inline const char* Text(const linnet_flatbuffers::String* text) { return text != nullptr ? text->c_str() : ""; }

// The declared shape of a tensor, symbolic sizes as -1.
Shape DeclaredShape(const format::Tensor& tensor);
// The size that the file plans for symbolic dimension `d` of `tensor`; 1 where it names none.
int64_t DefaultSize(const format::Model& model, const format::Tensor& tensor, int d, const format::Plan* plan = nullptr);

}  // namespace linnet

#endif  // LINNET_ENGINE_MODEL_H_
