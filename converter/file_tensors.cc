#include "converter/file_tensors.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "engine/model.h"
#include "engine/session.h"

namespace linnet::converter {
namespace {

HostTensor Describe(const format::Tensor& tensor) {
  return {Text(tensor.name()), static_cast<ElementType>(tensor.type()), DeclaredShape(tensor), {}};
}

bool MovesOnly(format::OpCode code) {
  return code == format::OpCode::Identity || code == format::OpCode::Reshape || code == format::OpCode::Transpose ||
         code == format::OpCode::Squeeze || code == format::OpCode::Unsqueeze;
}

// The reals that the 8-bit tensor made of input `index` can hold.
ModelFile::Range RangeOf(const format::Subgraph& graph, int index) {
  std::set<int> same = {index};
  for (const format::Op* op : *graph.ops()) {
    if (op->inputs() == nullptr || op->inputs()->size() == 0 || same.count(op->inputs()->Get(0)) == 0) continue;
    const int result = op->outputs()->Get(0);
    if (result < 0) continue;
    if (MovesOnly(op->code())) same.insert(result);
    const format::Tensor& tensor = *graph.tensors()->Get(static_cast<unsigned>(result));
    const format::Quantization* quantization = tensor.quantization();
    if (op->code() != format::OpCode::QuantizeLinear || quantization == nullptr || quantization->scale() == nullptr) continue;
    if (quantization->scale()->size() != 1) continue;
    const auto* points = quantization->zero_point();
    const double zero = points != nullptr && points->size() == 1 ? static_cast<double>(points->Get(0)) : 0;
    const double lowest = tensor.type() == format::ElementType::Uint8 ? 0 : -128;
    const double scale = static_cast<double>(quantization->scale()->Get(0));
    return {(lowest - zero) * scale, (lowest + 255 - zero) * scale};
  }
  return {};
}

// A model of tables in memory, with constants where they lie in the file.
struct TablesModel {
  linnet_flatbuffers::DetachedBuffer buffer;
  std::vector<const void*> constants;
  std::unique_ptr<Model> model;
};

Status LoadTables(format::ModelT* tables, const ModelImpl& file, TablesModel* result) {
  result->constants.push_back(nullptr);  // never empty, see ModelImpl::FromParts
  for (const auto& subgraph : tables->subgraphs) {
    for (const auto& tensor : subgraph->tensors) {
      if (tensor->role != format::Role::Constant) continue;
      result->constants.push_back(static_cast<const uint8_t*>(file.segment()) + tensor->offset);
      tensor->offset = result->constants.size() - 1;
    }
  }
  linnet_flatbuffers::FlatBufferBuilder builder;
  format::FinishSizePrefixedModelBuffer(builder, format::Model::Pack(builder, tables));
  result->buffer = builder.Release();
  Result<Model> model = ModelImpl::FromParts(result->buffer.data(), result->buffer.size(), result->constants.data(),
                                             result->constants.size(), AllOps());
  if (!model.ok()) return std::move(model.status());
  result->model = std::make_unique<Model>(std::move(*model));
  return Status();
}

Status SetInputs(const std::vector<HostTensor>& values, Session* session) {
  std::vector<Shape> shapes;
  for (const HostTensor& value : values) shapes.push_back(value.shape);
  LINNET_RETURN_IF_ERROR(session->ResizeAll(shapes.data(), static_cast<int>(shapes.size())));
  for (size_t i = 0; i < values.size(); ++i) {
    const Tensor& input = *session->Input(static_cast<int>(i));
    if (input.type() != values[i].type || input.bytes() != values[i].bytes.size()) {
      return Status::Error(StatusCode::kInvalidArgument, "input '%s': a value of another type or size", input.name());
    }
    if (input.bytes() > 0) std::memcpy(input.raw_data(), values[i].bytes.data(), input.bytes());
  }
  return Status();
}

}  // namespace

Result<ModelFile> ModelFile::Open(const std::string& path) {
  Result<Model> model = Model::Open(path.c_str());
  if (!model.ok()) return std::move(model.status());
  ModelFile file;
  file.model_ = std::make_shared<const Model>(std::move(*model));
  file.Describe();
  return file;
}

void ModelFile::Describe() {
  const ModelImpl& model = model_->impl();
  for (int index : *model.main().inputs()) {
    const format::Tensor& tensor = *model.main().tensors()->Get(static_cast<unsigned>(index));
    inputs_.push_back(converter::Describe(tensor));
    Shape planned = inputs_.back().shape;
    for (int d = 0; d < planned.rank(); ++d) {
      if (planned[d] < 0) planned[d] = DefaultSize(model.root(), tensor, d);
    }
    planned_shapes_.push_back(planned);
    ranges_.push_back(RangeOf(model.main(), index));
  }
  if (model.root().states() == nullptr) return;
  for (const format::State* state : *model.root().states()) {
    states_.push_back(converter::Describe(*model.main().tensors()->Get(static_cast<unsigned>(state->input()))));
  }
}

format::ModelT ModelFile::ShowEverything() const {
  format::ModelT tables;
  model_->impl().root().UnPackTo(&tables);
  format::SubgraphT& main = *tables.subgraphs[0];
  main.plans.clear();
  main.outputs.clear();
  for (const auto& op : main.ops) {
    for (int index : op->outputs) {
      if (index >= 0) main.outputs.push_back(index);
    }
  }
  return tables;
}

Result<std::vector<FileTensor>> ModelFile::Run(const std::vector<HostTensor>& values) const {
  format::ModelT tables = ShowEverything();
  const format::Model& root = model_->impl().root();
  std::vector<int> results(root.subgraphs()->Get(0)->outputs()->begin(), root.subgraphs()->Get(0)->outputs()->end());
  for (const auto& state : tables.states) results.push_back(state->output);
  TablesModel all;
  LINNET_RETURN_IF_ERROR(LoadTables(&tables, model_->impl(), &all));
  Result<Session> session = Session::Create(*all.model);
  if (!session.ok()) return std::move(session.status());
  LINNET_RETURN_IF_ERROR(SetInputs(values, &*session));
  LINNET_RETURN_IF_ERROR(session->Run());
  std::vector<FileTensor> tensors;
  for (const auto& op : tables.subgraphs[0]->ops) {
    for (int index : op->outputs) {
      if (index < 0) continue;
      const Tensor& tensor = *session->Output(static_cast<int>(tensors.size()));
      const auto* bytes = static_cast<const uint8_t*>(tensor.raw_data());
      FileTensor found;
      found.value = {tensor.name(), tensor.type(), tensor.shape(), {}};
      if (tensor.bytes() > 0) found.value.bytes.assign(bytes, bytes + tensor.bytes());
      found.node = op->name;
      found.op = format::EnumNameOpCode(op->code);
      found.quantization = std::move(tables.subgraphs[0]->tensors[static_cast<size_t>(index)]->quantization);
      found.is_output = std::find(results.begin(), results.end(), index) != results.end();
      tensors.push_back(std::move(found));
    }
  }
  return tensors;
}

}  // namespace linnet::converter
