#include "converter/onnx/import_context.h"

#include <climits>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace linnet::converter::onnx {

ImportContext::ImportContext(ImportState* state, const NodeProto& node, std::string name, int64_t opset, OpCode op,
                             Values inputs)
    : state_(state),
      node_(node),
      name_(std::move(name)),
      opset_(opset),
      op_(op),
      inputs_(std::move(inputs)),
      outputs_(node.outputs.size(), kNoValue) {}

void ImportContext::SetOutput(int i, ValueId value) {
  if (i < output_count()) outputs_[i] = value;
}

Status ImportContext::ExpectInputs(int min, int max) const {
  if (input_count() > max) return Invalid("has %d inputs, expected at most %d", input_count(), max);
  for (int i = 0; i < min; ++i) {
    if (!HasInput(i)) return Invalid("input %d is missing", i);
  }
  return {};
}

const AttributeProto* ImportContext::Find(const char* attribute) const {
  for (const AttributeProto& candidate : node_.attributes) {
    if (candidate.name == attribute) return &candidate;
  }
  return nullptr;
}

const AttributeProto* ImportContext::FindTyped(const char* attribute, AttributeType type) {
  const AttributeProto* found = Find(attribute);
  if (found == nullptr || found->type == type) return found;
  KeepError(Invalid("attribute '%s' has type %d, expected %d", attribute, static_cast<int>(found->type),
                    static_cast<int>(type)));
  return nullptr;
}

int64_t ImportContext::Int64(const char* attribute, int64_t otherwise) {
  const AttributeProto* found = FindTyped(attribute, AttributeType::kInt);
  return found != nullptr ? found->i : otherwise;
}

int ImportContext::Int(const char* attribute, int otherwise) {
  const int64_t value = Int64(attribute, otherwise);
  if (value >= INT_MIN && value <= INT_MAX) return static_cast<int>(value);
  KeepError(Invalid("attribute '%s' is %lld, out of range", attribute, static_cast<long long>(value)));
  return otherwise;
}

float ImportContext::Float(const char* attribute, float otherwise) {
  const AttributeProto* found = FindTyped(attribute, AttributeType::kFloat);
  return found != nullptr ? found->f : otherwise;
}

std::string ImportContext::String(const char* attribute, const std::string& otherwise) {
  const AttributeProto* found = FindTyped(attribute, AttributeType::kString);
  return found != nullptr ? found->s : otherwise;
}

std::vector<int64_t> ImportContext::Ints64(const char* attribute) {
  const AttributeProto* found = FindTyped(attribute, AttributeType::kInts);
  return found != nullptr ? found->ints : std::vector<int64_t>();
}

std::vector<int> ImportContext::Ints(const char* attribute) {
  std::vector<int> values;
  for (int64_t value : Ints64(attribute)) {
    if (value < INT_MIN || value > INT_MAX) {
      KeepError(Invalid("attribute '%s' has %lld, out of range", attribute, static_cast<long long>(value)));
      return {};
    }
    values.push_back(static_cast<int>(value));
  }
  return values;
}

std::vector<float> ImportContext::Floats(const char* attribute) {
  const AttributeProto* found = FindTyped(attribute, AttributeType::kFloats);
  return found != nullptr ? found->floats : std::vector<float>();
}

std::vector<std::string> ImportContext::Strings(const char* attribute) {
  const AttributeProto* found = FindTyped(attribute, AttributeType::kStrings);
  return found != nullptr ? found->strings : std::vector<std::string>();
}

ValueId ImportContext::TensorAttribute(const char* attribute) {
  const AttributeProto* found = Find(attribute);
  if (found == nullptr) return kNoValue;
  if (!found->t.data) {
    KeepError(Unsupported("attribute '%s' is a tensor of type %s", attribute, ElementTypeName(found->t.type)));
    return kNoValue;
  }
  return graph().AddConstant(graph().UniqueName(name_ + "/" + attribute), found->t.type, found->t.shape, found->t.data);
}

bool ImportContext::IsConstant(ValueId value) const {
  return value != kNoValue && state_->graph.value(value).is_constant();
}

bool ImportContext::ConstantInts(ValueId value, std::vector<int64_t>* numbers) const {
  if (!IsConstant(value)) return false;
  const Value& constant = state_->graph.value(value);
  const char* data = static_cast<const char*>(constant.data.data());
  numbers->clear();
  for (int64_t i = 0; i < constant.shape.elements(); ++i) {
    if (constant.type == ElementType::kInt64) {
      int64_t number;
      std::memcpy(&number, data + i * sizeof number, sizeof number);
      numbers->push_back(number);
    } else if (constant.type == ElementType::kInt32) {
      int32_t number;
      std::memcpy(&number, data + i * sizeof number, sizeof number);
      numbers->push_back(number);
    } else {
      return false;
    }
  }
  return true;
}

Status ImportContext::InferNewNodes() {
  const size_t first = state_->inferred_nodes;
  state_->inferred_nodes = graph().nodes().size();
  return InferShapes(&graph(), first);
}

Status ImportContext::GetShape(ValueId value, Shape* shape) {
  if (!graph().value(value).has_shape) LINNET_RETURN_IF_ERROR(InferNewNodes());
  const Value& found = graph().value(value);
  if (!found.has_shape) return Unsupported("the shape of '%s' is only known when the model runs", found.name.c_str());
  *shape = found.shape;
  return {};
}

Status ImportContext::GetRank(ValueId value, int* rank) {
  if (!graph().value(value).has_shape) LINNET_RETURN_IF_ERROR(InferNewNodes());
  const Value& found = graph().value(value);
  const auto declared = state_->declared_ranks.find(value);
  if (!found.has_shape && declared == state_->declared_ranks.end()) {
    return Unsupported("the rank of '%s' is only known when the model runs", found.name.c_str());
  }
  *rank = found.has_shape ? found.shape.rank() : declared->second;
  return {};
}

Status ImportContext::GetType(ValueId value, ElementType* type) {
  if (graph().value(value).type == ElementType::kUndefined) LINNET_RETURN_IF_ERROR(InferNewNodes());
  const Value& found = graph().value(value);
  const auto declared = state_->declared_types.find(value);
  *type = found.type;
  if (found.type == ElementType::kUndefined && declared != state_->declared_types.end()) *type = declared->second;
  if (*type != ElementType::kUndefined) return {};
  return Unsupported("the element type of '%s' is only known when the model runs", found.name.c_str());
}

Status ImportContext::ResolveAxis(int64_t axis, int rank, int* resolved) const {
  if (axis < -rank || axis >= rank) {
    return Invalid("axis %lld is outside [-%d, %d]", static_cast<long long>(axis), rank, rank - 1);
  }
  *resolved = static_cast<int>(axis < 0 ? axis + rank : axis);
  return {};
}

Status ImportContext::Error(StatusCode code, const char* format, va_list arguments) const {
  char text[512];
  std::vsnprintf(text, sizeof text, format, arguments);
  return Status::Error(code, "node '%s' (%s): %s", name_.c_str(), node_.op_type.c_str(), text);
}

Status ImportContext::Invalid(const char* format, ...) const {
  va_list arguments;
  va_start(arguments, format);
  Status status = Error(StatusCode::kInvalidModel, format, arguments);
  va_end(arguments);
  return status;
}

Status ImportContext::Unsupported(const char* format, ...) const {
  va_list arguments;
  va_start(arguments, format);
  Status status = Error(StatusCode::kUnsupported, format, arguments);
  va_end(arguments);
  return status;
}

void ImportContext::KeepError(Status error) {
  if (status_.ok()) status_ = std::move(error);
}

}  // namespace linnet::converter::onnx
