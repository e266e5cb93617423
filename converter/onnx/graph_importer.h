// ONNX graph -> Graph: scopes of names, nodes, functions, and the graphs inside of control flow nodes.
#ifndef LINNET_CONVERTER_ONNX_GRAPH_IMPORTER_H_
#define LINNET_CONVERTER_ONNX_GRAPH_IMPORTER_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "converter/onnx/import_context.h"
#include "converter/onnx/importer.h"
#include "converter/onnx/importer_table.h"
#include "converter/onnx/unsupported_ops.h"

namespace linnet::converter::onnx {

constexpr ValueId kPoisoned = -2;  // computed by a node that is not supported

// The names of one graph or function body.
struct Scope {
  std::map<std::string, ValueId> values;
  std::string prefix;  // of names of nodes and values; "" for the graph itself
  const std::map<std::string, int64_t>* opsets;
  int depth = 0;
  bool sees_outer = true;  // names of the graphs around this one may be used; not in functions
};

// Type and shape that a body's input has by where it comes from, for bodies that do not declare it.
struct FormalInput {
  ElementType type = ElementType::kUndefined;
  bool has_shape = false;
  Shape shape;
};

// What the importers of control flow share: the graph of an attribute, null if there is none; what is known of a value.
const GraphProto* FindBody(const ImportContext& ctx, const char* attribute);
FormalInput FormalOf(ImportContext* ctx, ValueId id);

class GraphImporter {
 public:
  // The model's own graph.
  GraphImporter(const ModelProto& model, const ImportOptions& options, UnsupportedOps* unsupported)
      : model_(model), proto_(model.graph), options_(options), unsupported_(*unsupported) {}
  // The body of a control flow node in `scope` of `outer`.
  GraphImporter(GraphImporter* outer, Scope* scope, const GraphProto& body)
      : model_(outer->model_),
        proto_(body),
        options_(outer->options_),
        unsupported_(outer->unsupported_),
        outer_(outer),
        outer_scope_(scope),
        depth_(outer->depth_ + 1) {}

  Status Import();
  Status ImportBody(const std::vector<FormalInput>& formals);
  converter::Graph TakeGraph() { return std::move(state_.graph); }

 private:
  converter::Graph& graph() { return state_.graph; }
  Status Start(Scope* scope);
  void ReserveNames();
  Status AddInitializers(const GraphProto& proto, Scope* scope);
  Status AddInputs(Scope* scope);
  Status AddOutputs(Scope* scope);

  Status ImportNodes(const std::vector<NodeProto>& nodes, Scope* scope);
  Status ImportNode(const NodeProto& node, const std::string& name, Scope* scope);
  Status ResolveInputs(const NodeProto& node, const std::string& name, Scope* scope, Values* inputs, bool* poisoned);
  Status Run(const ImporterEntry& entry, const NodeProto& node, const std::string& name, int64_t opset, Values inputs,
             Scope* scope);
  Status ImportFunction(const FunctionProto& function, const NodeProto& node, const std::string& name,
                        const Values& inputs, Scope* scope);
  Status Bind(const NodeProto& node, const std::string& name, const Values& outputs, ValueId first_new, Scope* scope);
  void Poison(const NodeProto& node, Scope* scope);
  const FunctionProto* FindFunction(const NodeProto& node) const;

  // --- ops of the app (import_custom.cc) ---
  Status ImportCustom(const NodeProto& node, const std::string& name, int64_t opset, Values inputs, Scope* scope);
  // Type and shape of a custom op's output as the model declares them, if it does so fully.
  void DeclareShape(const ValueInfoProto& info, ValueId output);
  // Size of a dimension at the default sizes of symbols; -1 if no input has the symbol.
  int64_t DefaultSizeOf(const Dim& dim);

  // --- control flow (import_control_flow.cc) ---
  Status ImportControlFlow(const NodeProto& node, const std::string& name, int64_t opset, const Values& inputs,
                           Scope* scope);
  Status ImportIf(ImportContext* ctx, Scope* scope);
  // Makes a body part of this graph: its inputs are `inputs`, its names begin with `prefix`.
  Status InlineBody(const GraphProto& body, const Values& inputs, const std::string& prefix, ImportContext* ctx,
                    Scope* scope, Values* outputs);
  Status InlineBranch(const GraphProto& branch, ImportContext* ctx, Scope* scope);
  Status ImportLoop(ImportContext* ctx, Scope* scope);
  // import_scan.cc. `inputs`: of the op, without what the body captures.
  Status ImportScan(ImportContext* ctx, Scope* scope);
  Status ImportBatchedScan(const GraphProto& body, ImportContext* ctx, Scope* scope);
  Status EmitScan(const GraphProto& body, const Values& inputs, format::ScanT attrs, ImportContext* ctx, Scope* scope,
                  Values* outputs);
  // import_flex_attention.cc
  Status ImportFlexAttention(ImportContext* ctx, Scope* scope);
  void DeclareTypes(const std::vector<ValueInfoProto>& declared, const Values& outputs);
  void AddBodyInputs(const std::vector<FormalInput>& formals, Scope* scope);
  // The value named `name` in the graphs around this one, made a constant or a further input of this one. kNoValue if
  // there is none.
  ValueId Capture(const std::string& name);
  ValueId Lookup(const std::string& name, Scope* scope);
  // Adds inputs for `captured` values of the outer graph in that order, those that this body does not use included.
  void ArrangeCaptured(const Values& captured);

  const ModelProto& model_;
  const GraphProto& proto_;
  const ImportOptions& options_;
  UnsupportedOps& unsupported_;
  GraphImporter* outer_ = nullptr;
  Scope* outer_scope_ = nullptr;
  int depth_ = 0;
  ImportState state_;
  std::map<std::string, const ValueInfoProto*> infos_;  // declared types of the graph's values
  // Values of the outer graph that this body uses, and the inputs that they are here.
  std::vector<std::pair<ValueId, ValueId>> captured_;
};

}  // namespace linnet::converter::onnx

#endif  // LINNET_CONVERTER_ONNX_GRAPH_IMPORTER_H_
