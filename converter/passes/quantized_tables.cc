#include "converter/passes/quantized_tables.h"

#include <cstring>

#include "converter/passes/rewrite.h"
#include "converter/passes/shapes.h"

namespace linnet::converter {

ValueId AddTable(Graph* graph, ValueId x, ElementType type, const ByteTable& table, ValueId output) {
  if (output == kNoValue) {
    output = graph->AddValue(graph->UniqueName(graph->value(x).name + "_table"));
    CopyType(graph, x, output);
  }
  graph->value(output).type = type;
  const std::string name = graph->value(output).name;
  const ValueId constant =
      graph->AddConstant(graph->UniqueName(name + "_values"), type, {256}, Bytes::Copy(table.data(), table.size()));
  graph->AddNode(format::OpCode::QTable, {x, constant}, {output}, name);
  return output;
}

ValueId AddSignFlip(Graph* graph, ValueId x, ElementType type, ValueId output) {
  ByteTable table;
  for (size_t i = 0; i < table.size(); ++i) table[i] = static_cast<uint8_t>(i ^ 0x80);
  return AddTable(graph, x, type, table, output);
}

bool ReadTable(const Graph& graph, const Node& node, ByteTable* table) {
  if (node.op != format::OpCode::QTable) return false;
  const Value& constant = graph.value(node.inputs[1]);
  if (!constant.is_constant() || constant.data.size() != table->size()) return false;
  std::memcpy(table->data(), constant.data.data(), table->size());
  return true;
}

bool IsSignFlip(const Graph& graph, const Node& node) {
  ByteTable table;
  if (!ReadTable(graph, node, &table) || graph.value(node.inputs[0]).type == graph.value(node.outputs[0]).type) return false;
  for (size_t i = 0; i < table.size(); ++i) {
    if (table[i] != (i ^ 0x80)) return false;
  }
  return true;
}

}  // namespace linnet::converter
