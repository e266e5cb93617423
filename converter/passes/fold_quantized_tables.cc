// Functions of one int8 tensor, element by element, as tables of their 256 values; a change of scale is one too.
//
//   %a = DequantizeLinear(%x, s, z)
//   %b = Sigmoid(%a)
//   %c = Mul(%a, %b)
//   %y = QuantizeLinear(%c, t, u)       ->   %y = QTable(%x, table)
//
// The engine itself computes the table, from all 256 values of x. What lies between may be several ops, and tables and pairs
// of Q and DQ among them, as long as nothing but x and single numbers goes in: Mul(x, HardSigmoid(x)) is one table.
#include <cstring>
#include <map>
#include <optional>
#include <set>

#include "converter/passes/activations.h"
#include "converter/passes/constants.h"
#include "converter/passes/passes.h"
#include "converter/passes/quantization.h"
#include "converter/passes/quantized_tables.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/shapes.h"

namespace linnet::converter {
namespace {

using format::OpCode;

constexpr size_t kMaxNodes = 24;  // between two quantisations

bool IsElementwise(OpCode op) {
  const bool unary = op >= OpCode::Abs && op <= OpCode::Mish;
  const bool binary = op >= OpCode::Add && op <= OpCode::Max;
  return unary || binary || op == OpCode::PRelu || op == OpCode::Identity || op == OpCode::QTable;
}

// A number that is known: a constant, or one behind a DQ.
bool IsNumber(const Graph& graph, const GraphIndex& index, ValueId id) {
  const Value& value = graph.value(id);
  if (!value.has_shape || value.shape.elements() != 1) return false;
  if (value.is_constant()) return true;
  const Node* node = index.producer(id);
  return IsDequantize(node) && graph.value(node->inputs[0]).is_constant();
}

class Cone {
 public:
  Cone(const Graph& graph, const GraphIndex& index) : graph_(graph), index_(index) {}

  // Finds what `quantize` is a function of. False if that is not one int8 tensor of the same shape.
  bool Find(const Node& quantize) {
    root_ = &quantize;
    if (!Collect(quantize.inputs[0]) || leaves_.empty()) return false;
    // A leaf that is a table of the other leaf is part of the function.
    while (leaves_.size() > 1) {
      if (!ExpandTable()) return false;
    }
    return SameShape(graph_, *leaves_.begin(), quantize.outputs[0]);
  }

  ValueId source() const { return *leaves_.begin(); }
  const QuantParams& source_params() const { return params_.at(source()); }
  // Whether nothing but Q and DQ lies between.
  bool changes_scale_only() const { return nodes_.size() == 1; }
  const std::string& description() const { return description_; }

  // The bytes of the result for each byte of the source.
  std::optional<ByteTable> Compute() const {
    Graph graph;
    ByteTable bytes;
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i);
    std::map<ValueId, ValueId> copies;
    copies[source()] = graph.AddConstant("x", ElementType::kInt8, {256}, Bytes::Copy(bytes.data(), bytes.size()));
    for (const auto& node : graph_.nodes()) {
      if (nodes_.count(node.get()) != 0 || node.get() == root_) CopyNode(*node, &copies, &graph);
    }
    graph.outputs = {copies.at(root_->outputs[0])};
    int changes = 0;
    if (!FoldDequantized(&graph, nullptr, &changes).ok()) return std::nullopt;
    const Value& result = graph.value(graph.outputs[0]);
    if (!result.is_constant() || result.data.size() != bytes.size()) return std::nullopt;
    std::memcpy(bytes.data(), result.data.data(), bytes.size());
    return bytes;
  }

 private:
  bool Collect(ValueId id) {
    if (IsNumber(graph_, index_, id)) return CollectNumber(id);
    const Node* node = index_.producer(id);
    if (node == nullptr || nodes_.size() > kMaxNodes) return false;
    QuantParams params;
    if (IsDequantize(node)) {
      if (!ReadInt8Params(graph_, node, &params)) return false;
      nodes_.insert(node);
      leaves_.insert(node->inputs[0]);
      params_[node->inputs[0]] = params;
      return !graph_.value(node->inputs[0]).is_constant();
    }
    if (!IsElementwise(node->op) || node->outputs.size() != 1) return false;
    if (graph_.value(id).type != ElementType::kFloat32 || !SameShape(graph_, id, root_->outputs[0])) return false;
    if (!nodes_.insert(node).second) return true;
    description_ += (description_.empty() ? "" : " + ") + Describe(*node);
    for (ValueId input : node->inputs) {
      if (input != kNoValue && !Collect(input)) return false;
    }
    return true;
  }

  bool CollectNumber(ValueId id) {
    if (const Node* node = index_.producer(id)) nodes_.insert(node);
    return true;
  }

  bool ExpandTable() {
    for (ValueId leaf : leaves_) {
      const Node* table = ProducerOf(index_, leaf, OpCode::QTable);
      if (table == nullptr || leaves_.count(table->inputs[0]) == 0 || !graph_.value(table->inputs[1]).is_constant()) continue;
      nodes_.insert(table);
      leaves_.erase(leaf);
      return true;
    }
    return false;
  }

  void CopyNode(const Node& node, std::map<ValueId, ValueId>* copies, Graph* graph) const {
    std::vector<ValueId> inputs;
    for (ValueId id : node.inputs) {
      if (id == kNoValue) {
        inputs.push_back(kNoValue);
        continue;
      }
      const auto [copy, added] = copies->try_emplace(id, kNoValue);
      const Value& value = graph_.value(id);
      // Single numbers keep their rank only where x has as many dimensions: here x is a list.
      const bool number = value.shape.elements() == 1 && value.is_constant();
      if (added) copy->second = graph->AddConstant(value.name, value.type, number ? Shape() : value.shape, value.data);
      inputs.push_back(copy->second);
    }
    const ValueId output = graph->AddValue(graph_.value(node.outputs[0]).name);
    (*copies)[node.outputs[0]] = output;
    Node& added = graph->AddNode(node.op, std::move(inputs), {output}, node.name);
    added.attrs = node.attrs;
    added.canonical = true;  // the same table, whatever processor converts
  }

  const Graph& graph_;
  const GraphIndex& index_;
  const Node* root_ = nullptr;
  std::set<const Node*> nodes_;  // between the leaves and the root
  std::set<ValueId> leaves_;
  std::map<ValueId, QuantParams> params_;  // of the leaves
  std::string description_;
};

bool FoldTable(Graph* graph, PassLog* log, const GraphIndex& index, Node* quantize) {
  QuantParams params, source_params;
  if (!IsQuantize(quantize) || !ReadInt8Params(*graph, quantize, &params)) return false;
  if (Int8Source(*graph, index, quantize->inputs[0], &source_params) != kNoValue && source_params == params) {
    return Bypass(graph, index, quantize, index.producer(quantize->inputs[0])->inputs[0]);
  }
  Cone cone(*graph, index);
  if (!cone.Find(*quantize)) return false;
  const std::optional<ByteTable> table = cone.Compute();
  if (!table) return false;
  if (!cone.changes_scale_only()) Say(log, "made %s a table of int8", cone.description().c_str());
  const ValueId source = cone.source();
  SetQuantization(graph, source, cone.source_params());
  const ValueId constant =
      graph->AddConstant(graph->UniqueName(graph->value(quantize->outputs[0]).name + "_values"), ElementType::kInt8,
                         {256}, Bytes::Copy(table->data(), table->size()));
  quantize->op = OpCode::QTable;
  quantize->attrs.Reset();
  quantize->inputs = {source, constant};
  SetQuantization(graph, quantize->outputs[0], params);
  return true;
}

// A table of a table is a table, where nobody else reads the one between.
bool MergeTables(Graph* graph, const GraphIndex& index, Node* node) {
  ByteTable first, second;
  if (!ReadTable(*graph, *node, &second)) return false;
  Node* before = index.producer(node->inputs[0]);
  if (before == nullptr || !ReadTable(*graph, *before, &first) || index.only_consumer(before->outputs[0]) != node) return false;
  for (uint8_t& value : first) value = second[value];
  const Value& result = graph->value(node->outputs[0]);
  node->inputs = {before->inputs[0], graph->AddConstant(graph->UniqueName(result.name + "_values"), result.type, {256},
                                                        Bytes::Copy(first.data(), first.size()))};
  RemoveNode(graph, before);
  return true;
}

}  // namespace

Status FoldQuantizedTables(Graph* graph, PassLog* log, int* changes) {
  *changes = 0;
  if (!EngineHas(OpCode::QTable)) return Status();
  *changes = RewriteNodes(graph, [graph, log](Node* node, const GraphIndex& index) {
    return FoldTable(graph, log, index, node) || MergeTables(graph, index, node);
  });
  if (*changes == 0) return Status();
  int removed = 0;
  PassLog unused;
  return RemoveDeadCode(graph, &unused, &removed);
}

}  // namespace linnet::converter
