#include "engine/model.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "engine/verify.h"
#include "format/storage.h"
#include "linnet/custom_op.h"

namespace linnet {
namespace {

constexpr size_t kPrefixBytes = 4;
constexpr uint32_t kFormatVersion = 1;
// What FlatBuffers' 64-bit fields need.
constexpr size_t kMetadataAlignment = 8;

const OpDef* FindOp(OpList ops, format::OpCode code) {
  for (size_t i = 0; i < ops.count; ++i) {
    if (ops.ops[i]->code == code) return ops.ops[i];
  }
  return nullptr;
}

TensorInfo Describe(const format::Tensor& tensor) {
  return {Text(tensor.name()), static_cast<ElementType>(tensor.type()), DeclaredShape(tensor)};
}

Status NotAModel(const char* reason, size_t bytes) {
  return Status::Error(StatusCode::kInvalidModel, "not a .linnet file, or truncated: %s (%zu bytes)", reason, bytes);
}

}  // namespace

Shape DeclaredShape(const format::Tensor& tensor) {
  Shape shape;
  if (tensor.shape() == nullptr) return shape;
  for (int64_t size : *tensor.shape()) shape.Append(size < 0 ? -1 : size);
  return shape;
}

int64_t DefaultSize(const format::Model& model, const format::Tensor& tensor, int d, const format::Plan* plan) {
  const auto* sizes = plan != nullptr && plan->default_dims() != nullptr ? plan->default_dims() : model.default_dims();
  if (tensor.symbols() == nullptr || model.symbols() == nullptr || sizes == nullptr) return 1;
  if (static_cast<unsigned>(d) >= tensor.symbols()->size()) return 1;
  const char* symbol = Text(tensor.symbols()->Get(d));
  for (unsigned i = 0; i < model.symbols()->size() && i < sizes->size(); ++i) {
    if (std::strcmp(Text(model.symbols()->Get(i)), symbol) == 0) return std::max<int64_t>(0, sizes->Get(i));
  }
  return 1;
}

Result<std::unique_ptr<ModelImpl>> ModelImpl::Create(const void* data, size_t bytes, OpList ops) {
  std::unique_ptr<ModelImpl> model(new (std::nothrow) ModelImpl);
  if (model == nullptr) return Status::Error(StatusCode::kOutOfMemory, "no memory for the model");
  LINNET_RETURN_IF_ERROR(model->Load(data, bytes, ops));
  return model;
}

Result<Model> ModelImpl::FromParts(const void* flatbuffer, size_t bytes, const void* const* constants,
                                   size_t constant_count, OpList ops) {
  std::unique_ptr<ModelImpl> model(new (std::nothrow) ModelImpl);
  if (model == nullptr) return Status::Error(StatusCode::kOutOfMemory, "no memory for the model");
  model->constants_ = constants;
  model->constant_count_ = constant_count;
  LINNET_RETURN_IF_ERROR(model->Load(flatbuffer, bytes, ops));
  return Wrap(std::move(model));
}

Status ModelImpl::Load(const void* data, size_t bytes, OpList ops) {
  if (data == nullptr || bytes < kPrefixBytes + 8) return NotAModel("shorter than its header", bytes);
  uint32_t prefixed = 0;
  std::memcpy(&prefixed, data, sizeof(prefixed));
  if (prefixed > bytes - kPrefixBytes) return NotAModel("its first part is longer than the file", bytes);
  if (prefixed >= FLATBUFFERS_MAX_BUFFER_SIZE - kPrefixBytes) return NotAModel("its first part is too long", bytes);
  const size_t metadata_bytes = kPrefixBytes + prefixed;
  if (reinterpret_cast<uintptr_t>(data) % 4 != 0) {
    return Status::Error(StatusCode::kInvalidArgument, "the model's address must be a multiple of 4");
  }
  const void* metadata = data;
  if (reinterpret_cast<uintptr_t>(data) % kMetadataAlignment != 0) {
    if (!metadata_copy_.Allocate(metadata_bytes)) return Status::Error(StatusCode::kOutOfMemory, "no memory");
    std::memcpy(metadata_copy_.data(), data, metadata_bytes);
    metadata = metadata_copy_.data();
  }
  if (!format::SizePrefixedModelBufferHasIdentifier(metadata)) return NotAModel("its identifier is not LNNT", bytes);
  linnet_flatbuffers::Verifier verifier(static_cast<const uint8_t*>(metadata), metadata_bytes);
  if (!format::VerifySizePrefixedModelBuffer(verifier)) return NotAModel("its tables are damaged", bytes);
  root_ = format::GetSizePrefixedModel(metadata);
  if (root_->format_version() > kFormatVersion) {
    return Status::Error(StatusCode::kUnsupported,
                         "file format version %u is newer than this engine (%s reads up to %u); it needs engine %s",
                         root_->format_version(), LINNET_VERSION_STRING, kFormatVersion, Text(root_->minimum_engine()));
  }
  if (constants_ == nullptr) {
    const size_t segment_start = format::RoundUp(metadata_bytes, format::kSegmentAlignment);
    const uint64_t segment_bytes = root_->segment_bytes();
    if (segment_bytes > 0 && (segment_start > bytes || segment_bytes > bytes - segment_start)) {
      return NotAModel("its weight segment is cut off", bytes);
    }
    segment_bytes_ = static_cast<size_t>(segment_bytes);
    segment_ = static_cast<const uint8_t*>(data) + (segment_bytes_ > 0 ? segment_start : 0);
  }
  file_bytes_ = bytes;
  LINNET_RETURN_IF_ERROR(VerifyModel(*root_, {segment_bytes_, constants_ != nullptr, constant_count_}));
  return ResolveOps(ops);
}

Status ModelImpl::ResolveOps(OpList ops) {
  if (!custom_defs_.Resize(ops.custom_op_count, OpDef())) {
    return Status::Error(StatusCode::kOutOfMemory, "no memory for the model");
  }
  for (const format::Subgraph* graph : *root_->subgraphs()) {
    if (!op_base_.Append(op_defs_.size())) return Status::Error(StatusCode::kOutOfMemory, "no memory for the model");
    for (const format::Op* op : *graph->ops()) {
      const OpDef* def = nullptr;
      LINNET_RETURN_IF_ERROR(ResolveOp(ops, *op, &def));
      if (!op_defs_.Append(def)) return Status::Error(StatusCode::kOutOfMemory, "no memory for the model");
    }
  }
  return Status();
}

Status ModelImpl::ResolveOp(OpList ops, const format::Op& op, const OpDef** result) {
  const char* name = Text(op.name());
  const OpDef* def = FindOp(ops, op.code());
  if (def == nullptr) {
    return Status::Error(StatusCode::kUnsupported, "node '%s': op %s (code %d) is not in this program's op list", name,
                         format::EnumNameOpCode(op.code()), static_cast<int>(op.code()));
  }
  if (op.version() > def->version) {
    return Status::Error(StatusCode::kUnsupported, "node '%s': %s version %d, but engine %s has version %d; it needs engine %s",
                         name, def->name, op.version(), LINNET_VERSION_STRING, def->version,
                         Text(root_->minimum_engine()));
  }
  if (op.attrs_type() != def->attrs || (def->attrs != format::OpAttrs::NONE && op.attrs() == nullptr)) {
    return Status::Error(StatusCode::kInvalidModel, "node '%s' (%s): its attributes are missing or another op's", name,
                         def->name);
  }
  *result = def;
  return op.code() == format::OpCode::Custom ? ResolveCustomOp(ops, op, *def, result) : Status();
}

Status ModelImpl::ResolveCustomOp(OpList ops, const format::Op& op, const OpDef& generic, const OpDef** result) {
  const format::Custom& wanted = *op.attrs_as_Custom();
  const char *domain = Text(wanted.domain()), *name = Text(wanted.op_type());
  for (size_t i = 0; i < ops.custom_op_count; ++i) {
    const CustomOp& given = ops.custom_ops[i];
    if (std::strcmp(given.domain, domain) != 0 || std::strcmp(given.name, name) != 0) continue;
    custom_defs_[i] = generic;
    custom_defs_[i].name = given.name;
    custom_defs_[i].custom = &given;
    *result = &custom_defs_[i];
    return Status();
  }
  return Status::Error(StatusCode::kUnsupported,
                       "node '%s': custom op %s::%s is not registered; the app adds it to the op list (WithCustomOps)",
                       Text(op.name()), domain, name);
}

Result<Model> Model::Open(const char* path, OpList ops) {
  Result<MappedFile> file = MappedFile::Open(path);
  if (!file.ok()) return std::move(file.status());
  Result<std::unique_ptr<ModelImpl>> impl = ModelImpl::Create(file->data(), file->size(), ops);
  if (!impl.ok()) return std::move(impl.status()).WithPrefix(path);
  (*impl)->Own(std::move(*file));
  return Model(std::move(*impl));
}

Result<Model> Model::FromBuffer(const void* data, size_t bytes, OpList ops) {
  Result<std::unique_ptr<ModelImpl>> impl = ModelImpl::Create(data, bytes, ops);
  if (!impl.ok()) return std::move(impl.status());
  return Model(std::move(*impl));
}

Model::Model(std::unique_ptr<ModelImpl> impl) : impl_(std::move(impl)) {}
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;
Model::~Model() = default;

int Model::input_count() const { return static_cast<int>(impl_->main().inputs()->size()); }
int Model::output_count() const { return static_cast<int>(impl_->main().outputs()->size()); }
TensorInfo Model::input(int index) const {
  return Describe(*impl_->main().tensors()->Get(impl_->main().inputs()->Get(index)));
}
TensorInfo Model::output(int index) const {
  return Describe(*impl_->main().tensors()->Get(impl_->main().outputs()->Get(index)));
}

}  // namespace linnet
