// The building half of ImportContext: engine ops, constants, and the few that every importer needs.
#include <cstring>

#include "converter/onnx/import_context.h"
#include "engine/op.h"
#include "engine/widen.h"

namespace linnet::converter::onnx {
namespace {

const OpDef* FindOpDef(OpCode op) {
  const OpList all = AllOps();
  for (size_t i = 0; i < all.count; ++i) {
    if (all.ops[i]->code == op) return all.ops[i];
  }
  return nullptr;
}

// An object of the attribute table `type` with every field at its default.
void SetDefaultAttributes(format::OpAttrs type, Node* node) {
  if (type == format::OpAttrs::NONE) return;
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(flatbuffers::Offset<flatbuffers::Table>(builder.EndTable(builder.StartTable())));
  const auto* table = flatbuffers::GetRoot<flatbuffers::Table>(builder.GetBufferPointer());
  node->attrs.type = type;
  node->attrs.value = format::OpAttrsUnion::UnPack(table, type, nullptr);
}

// The one number of `bytes`, which hold a value of that type and shape.
bool ReadNumber(const Value& value, const Bytes& bytes, double* number) {
  if (value.shape.elements() != 1 || WideKindOf(value.type) == WideKind::kNone) return false;
  Wide wide;
  Widen(value.type, bytes.data(), 0, 1, WideKind::kReal, &wide);
  *number = wide.f;
  return true;
}

}  // namespace

Values ImportContext::NewValues(OpCode op, size_t count) {
  std::string base = node_.outputs.empty() || node_.outputs[0].empty() ? name_ : node_.outputs[0];
  base += std::string("/") + OpName(op);
  Values values;
  for (size_t i = 0; i < count; ++i) values.push_back(graph().AddValue(graph().UniqueName(base)));
  return values;
}

Node& ImportContext::Add(OpCode op, Values inputs, Values outputs) {
  if (op != OpCode::Custom && FindOpDef(op) == nullptr) {
    KeepError(Unsupported("needs the engine's op %s, which this build does not have", OpName(op)));
  }
  while (!inputs.empty() && inputs.back() == kNoValue) inputs.pop_back();
  return graph().AddNode(op, std::move(inputs), std::move(outputs), name_);
}

ValueId ImportContext::Emit(OpCode op, Values inputs) {
  const Values outputs = NewValues(op, 1);
  Node& node = Add(op, std::move(inputs), outputs);
  const OpDef* def = FindOpDef(op);
  if (def != nullptr) SetDefaultAttributes(def->attrs, &node);
  return outputs[0];
}

ValueId ImportContext::IntsConstant(const std::vector<int64_t>& numbers) {
  return graph().AddInts(graph().UniqueName(name_ + "/ints"), {static_cast<int64_t>(numbers.size())}, numbers);
}

ValueId ImportContext::IntConstant(int64_t number) {
  return graph().AddInts(graph().UniqueName(name_ + "/int"), {}, {number});
}

ValueId ImportContext::FloatsConstant(const std::vector<float>& numbers) {
  return graph().AddFloats(graph().UniqueName(name_ + "/floats"), {static_cast<int64_t>(numbers.size())}, numbers);
}

ValueId ImportContext::Scalar(double number, ElementType type) {
  void* data = nullptr;
  Bytes bytes = Bytes::Allocate(static_cast<size_t>(ElementBits(type) + 7) / 8, &data);
  Wide wide;
  wide.f = number;
  Narrow(type, &wide, WideKind::kReal, 0, 1, data, /*saturate=*/true);
  return graph().AddConstant(graph().UniqueName(name_ + "/scalar"), type, {}, std::move(bytes));
}

Status ImportContext::ScalarLike(double number, ValueId like, ValueId* scalar) {
  ElementType type = ElementType::kUndefined;
  LINNET_RETURN_IF_ERROR(GetType(like, &type));
  *scalar = Scalar(number, type);
  return {};
}

bool ImportContext::ConstantNumber(ValueId value, double* number) const {
  if (!IsConstant(value)) return false;
  const Value& constant = state_->graph.value(value);
  return ReadNumber(constant, constant.data, number);
}

bool ImportContext::KnownNumber(ValueId value, double* number) {
  if (ConstantNumber(value, number)) return true;
  Shape shape;
  if (value == kNoValue || !GetShape(value, &shape).ok()) return false;
  const Value& found = graph().value(value);
  return found.known && !found.depends_on_shape && ReadNumber(found, found.known, number);
}

ValueId ImportContext::Cast(ValueId x, ElementType to) {
  format::CastT attrs;
  attrs.to = static_cast<format::ElementType>(to);
  return Emit(OpCode::Cast, {x}, std::move(attrs));
}

ValueId ImportContext::Transpose(ValueId x, const std::vector<int>& perm) {
  format::TransposeT attrs;
  attrs.perm = perm;
  return Emit(OpCode::Transpose, {x}, std::move(attrs));
}

ValueId ImportContext::Reshape(ValueId x, const std::vector<int64_t>& sizes, bool allow_zero) {
  format::ReshapeT attrs;
  attrs.allow_zero = allow_zero;
  return Emit(OpCode::Reshape, {x, IntsConstant(sizes)}, std::move(attrs));
}

ValueId ImportContext::ReshapeLike(ValueId x, ValueId like) {
  format::ReshapeT attrs;
  attrs.allow_zero = true;
  return Emit(OpCode::Reshape, {x, ShapeOf(like)}, std::move(attrs));
}

ValueId ImportContext::Squeeze(ValueId x, const std::vector<int>& axes) {
  format::AxesT attrs;
  attrs.axes = axes;
  return Emit(OpCode::Squeeze, {x}, std::move(attrs));
}

ValueId ImportContext::Unsqueeze(ValueId x, const std::vector<int>& axes) {
  format::AxesT attrs;
  attrs.axes = axes;
  return Emit(OpCode::Unsqueeze, {x}, std::move(attrs));
}

ValueId ImportContext::Reduce(OpCode op, ValueId x, const std::vector<int>& axes, bool keepdims) {
  format::ReduceT attrs;
  attrs.axes = axes;
  attrs.keepdims = keepdims;
  return Emit(op, {x}, std::move(attrs));
}

ValueId ImportContext::Slice(ValueId x, int axis, int64_t start, int64_t end, int64_t step) {
  return Emit(OpCode::Slice,
              {x, IntsConstant({start}), IntsConstant({end}), IntsConstant({axis}), IntsConstant({step})});
}

ValueId ImportContext::Concat(const Values& parts, int axis) {
  format::AxisT attrs;
  attrs.axis = axis;
  return Emit(OpCode::Concat, parts, std::move(attrs));
}

ValueId ImportContext::ShapeOf(ValueId x) { return Emit(OpCode::Shape, {x}, format::ShapeOfT()); }

ValueId ImportContext::ToChannelsLast(ValueId x, int rank) {
  if (rank < 3) return x;
  auto found = state_->channels_last.find(x);
  if (found != state_->channels_last.end()) return found->second;
  std::vector<int> perm = {0};
  for (int axis = 2; axis < rank; ++axis) perm.push_back(axis);
  perm.push_back(1);
  return state_->channels_last[x] = Transpose(x, perm);
}

ValueId ImportContext::ToChannelsFirst(ValueId x, int rank) {
  if (rank < 3) return x;
  std::vector<int> perm = {0, rank - 1};
  for (int axis = 1; axis < rank - 1; ++axis) perm.push_back(axis);
  return Transpose(x, perm);
}

}  // namespace linnet::converter::onnx
