// If and Loop (Scan: import_scan.cc): their graphs become Graphs of their own, whose last inputs are what they use of the
// graphs around.
#include <algorithm>

#include "converter/onnx/graph_importer.h"

namespace linnet::converter::onnx {
namespace {

// A shape that may be another in each trip: every size is symbolic.
void SetFreeShape(const Shape& shape, Value* value) {
  value->shape = shape;
  value->has_shape = true;
  value->dynamic_shape = shape.rank() > 0;
  value->symbolic_shape = Shape();
  value->dims.clear();
  for (int d = 0; d < shape.rank(); ++d) {
    value->symbolic_shape.Append(-1);
    value->dims.push_back({-1, value->name + "_" + std::to_string(d)});
  }
}

}  // namespace

const GraphProto* FindBody(const ImportContext& ctx, const char* attribute) {
  const AttributeProto* found = ctx.Find(attribute);
  return found != nullptr ? found->g.get() : nullptr;
}

FormalInput FormalOf(ImportContext* ctx, ValueId id) {
  FormalInput formal;
  // Neither need be known: the body may declare them, and what needs more says so.
  if (!ctx->GetType(id, &formal.type).ok()) formal.type = ElementType::kUndefined;
  formal.has_shape = ctx->GetShape(id, &formal.shape).ok();
  return formal;
}

ValueId GraphImporter::Lookup(const std::string& name, Scope* scope) {
  const auto found = scope->values.find(name);
  if (found != scope->values.end()) return found->second;
  if (!scope->sees_outer || outer_ == nullptr) return kNoValue;
  const ValueId captured = Capture(name);
  if (captured != kNoValue) scope->values[name] = captured;
  return captured;
}

ValueId GraphImporter::Capture(const std::string& name) {
  const ValueId id = outer_->Lookup(name, outer_scope_);
  if (id == kNoValue || id == kPoisoned) return id;
  for (const auto& [outer, inner] : captured_) {
    if (outer == id) return inner;
  }
  const Value& source = outer_->graph().value(id);
  if (source.is_constant()) return graph().AddConstant(graph().UniqueName(name), source.type, source.shape, source.data);
  const ValueId input = graph().AddValue(graph().UniqueName(name));
  const NodeProto none;
  ImportContext ctx(&outer_->state_, none, name, 1, OpCode::Custom, {});
  const FormalInput formal = FormalOf(&ctx, id);
  Value& value = graph().value(input);
  value.type = formal.type;
  if (formal.has_shape) SetFreeShape(formal.shape, &value);
  graph().inputs.push_back(input);
  captured_.push_back({id, input});
  return input;
}

void GraphImporter::ArrangeCaptured(const Values& captured) {
  Values& inputs = graph().inputs;
  inputs.resize(inputs.size() - captured_.size());
  for (ValueId outer : captured) {
    const auto found =
        std::find_if(captured_.begin(), captured_.end(), [outer](const auto& pair) { return pair.first == outer; });
    if (found != captured_.end()) {
      inputs.push_back(found->second);
      continue;
    }
    const Value& source = outer_->graph().value(outer);
    const ValueId unused = graph().AddValue(graph().UniqueName(source.name));
    graph().value(unused).type = source.type;
    SetFreeShape(source.shape, &graph().value(unused));
    inputs.push_back(unused);
  }
}

// The body's own inputs, before any captured one.
void GraphImporter::AddBodyInputs(const std::vector<FormalInput>& formals, Scope* scope) {
  for (size_t i = 0; i < proto_.inputs.size(); ++i) {
    const ValueInfoProto& declared = proto_.inputs[i];
    const FormalInput formal = i < formals.size() ? formals[i] : FormalInput();
    const ValueId id = graph().AddValue(declared.name);
    Value& value = graph().value(id);
    value.type = declared.type != ElementType::kUndefined ? declared.type : formal.type;
    Shape shape = formal.shape;
    bool known = formal.has_shape;
    if (!known && declared.has_shape && declared.dims.size() <= static_cast<size_t>(Shape::kMaxRank)) {
      for (const Dim& dim : declared.dims) shape.Append(dim.size < 0 ? 1 : dim.size);
      known = true;
    }
    if (known) SetFreeShape(shape, &value);
    graph().inputs.push_back(id);
    scope->values[declared.name] = id;
  }
}

Status GraphImporter::ImportControlFlow(const NodeProto& node, const std::string& name, int64_t opset,
                                        const Values& inputs, Scope* scope) {
  const ValueId first_new = graph().value_count();
  ImportContext ctx(&state_, node, name, opset, OpCode::Custom, inputs);
  Status status;
  if (node.op_type == "If") {
    status = ImportIf(&ctx, scope);
  } else if (node.op_type == "Loop") {
    status = ImportLoop(&ctx, scope);
  } else if (node.op_type == "Scan") {
    status = ImportScan(&ctx, scope);
  } else {
    status = ImportFlexAttention(&ctx, scope);
  }
  if (status.ok()) status = std::move(ctx.status());
  if (status.ok()) return Bind(node, name, ctx.outputs(), first_new, scope);
  if (status.code() != StatusCode::kUnsupported) return status;
  unsupported_.Add(node.domain, node.op_type, opset, name, status.message());
  Poison(node, scope);
  return {};
}

Status GraphImporter::InlineBody(const GraphProto& body, const Values& inputs, const std::string& prefix,
                                 ImportContext* ctx, Scope* scope, Values* outputs) {
  Scope inner = *scope;
  inner.prefix = prefix;
  for (const NodeProto& node : body.nodes) {
    for (const std::string& output : node.outputs) inner.values.erase(output);
  }
  for (const TensorProto& tensor : body.initializers) inner.values.erase(tensor.name);
  if (body.inputs.size() != inputs.size()) {
    return ctx->Invalid("its graph has %zu inputs, expected %zu", body.inputs.size(), inputs.size());
  }
  for (size_t i = 0; i < inputs.size(); ++i) inner.values[body.inputs[i].name] = inputs[i];
  LINNET_RETURN_IF_ERROR(AddInitializers(body, &inner));
  LINNET_RETURN_IF_ERROR(ImportNodes(body.nodes, &inner));
  for (const ValueInfoProto& output : body.outputs) {
    const ValueId id = Lookup(output.name, &inner);
    if (id == kNoValue) return ctx->Invalid("output '%s' of its graph is never computed", output.name.c_str());
    outputs->push_back(id);
  }
  return {};
}

// A branch whose condition is known becomes part of the graph around it.
Status GraphImporter::InlineBranch(const GraphProto& branch, ImportContext* ctx, Scope* scope) {
  Values outputs;
  LINNET_RETURN_IF_ERROR(InlineBody(branch, {}, ctx->name() + "/", ctx, scope, &outputs));
  for (size_t i = 0; i < outputs.size(); ++i) {
    // What the branch hands through is copied, so that each output is a value of its own.
    const ValueId id = outputs[i];
    ctx->SetOutput(static_cast<int>(i), id == kPoisoned ? id : ctx->Emit(OpCode::Identity, {id}));
  }
  return {};
}

Status GraphImporter::ImportIf(ImportContext* ctx, Scope* scope) {
  const GraphProto* branches[] = {FindBody(*ctx, "then_branch"), FindBody(*ctx, "else_branch")};
  if (branches[0] == nullptr || branches[1] == nullptr) return ctx->Invalid("lacks a branch");
  LINNET_RETURN_IF_ERROR(ctx->ExpectInputs(1, 1));
  double condition = 0;
  if (ctx->KnownNumber(ctx->Input(0), &condition)) return InlineBranch(*branches[condition != 0 ? 0 : 1], ctx, scope);
  GraphImporter importers[] = {GraphImporter(this, scope, *branches[0]), GraphImporter(this, scope, *branches[1])};
  Values captured;
  for (GraphImporter& importer : importers) {
    LINNET_RETURN_IF_ERROR(importer.ImportBody({}));
    for (const auto& [outer, inner] : importer.captured_) {
      if (std::find(captured.begin(), captured.end(), outer) == captured.end()) captured.push_back(outer);
    }
  }
  Values inputs = {ctx->Input(0)};
  inputs.insert(inputs.end(), captured.begin(), captured.end());
  const Values outputs = ctx->EmitMany(OpCode::If, inputs, std::vector<bool>(ctx->output_count(), true), format::IfT());
  Node& node = *graph().nodes().back();
  for (GraphImporter& importer : importers) {
    importer.ArrangeCaptured(captured);
    node.bodies.push_back(std::make_shared<converter::Graph>(importer.TakeGraph()));
  }
  for (int i = 0; i < ctx->output_count(); ++i) ctx->SetOutput(i, outputs[i]);
  for (const GraphProto* branch : branches) DeclareTypes(branch->outputs, outputs);
  return {};
}

// Until it runs, the types of a control flow node's outputs are known only from what its body declares.
void GraphImporter::DeclareTypes(const std::vector<ValueInfoProto>& declared, const Values& outputs) {
  for (size_t i = 0; i < std::min(declared.size(), outputs.size()); ++i) {
    if (declared[i].type != ElementType::kUndefined) state_.declared_types[outputs[i]] = declared[i].type;
  }
}

Status GraphImporter::ImportLoop(ImportContext* ctx, Scope* scope) {
  const GraphProto* body = FindBody(*ctx, "body");
  if (body == nullptr) return ctx->Invalid("lacks its body");
  std::vector<FormalInput> formals = {{ElementType::kInt64, true, {}}, {ElementType::kBool, true, {}}};
  for (int i = 2; i < ctx->input_count(); ++i) formals.push_back(FormalOf(ctx, ctx->Input(i)));
  GraphImporter importer(this, scope, *body);
  LINNET_RETURN_IF_ERROR(importer.ImportBody(formals));
  format::LoopT attrs;
  attrs.carried = static_cast<uint32_t>(std::max(0, ctx->input_count() - 2));
  attrs.captured = static_cast<uint32_t>(importer.captured_.size());
  Values inputs = {ctx->Input(0), ctx->Input(1)};
  for (int i = 2; i < ctx->input_count(); ++i) inputs.push_back(ctx->Input(i));
  for (const auto& [outer, inner] : importer.captured_) inputs.push_back(outer);
  const Values outputs = ctx->EmitMany(OpCode::Loop, inputs, std::vector<bool>(ctx->output_count(), true), attrs);
  graph().nodes().back()->bodies.push_back(std::make_shared<converter::Graph>(importer.TakeGraph()));
  for (int i = 0; i < ctx->output_count(); ++i) ctx->SetOutput(i, outputs[i]);
  if (!body->outputs.empty()) DeclareTypes({body->outputs.begin() + 1, body->outputs.end()}, outputs);
  return {};
}

}  // namespace linnet::converter::onnx
