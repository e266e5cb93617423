#include "converter/passes/rewrite.h"

#include <cstdarg>
#include <cstdio>

namespace linnet::converter {

int RewriteNodes(Graph* graph, const std::function<bool(Node*, const GraphIndex&)>& visit) {
  int rewrites = 0;
  for (int before = -1; before != rewrites;) {
    before = rewrites;
    GraphIndex index(*graph);
    for (size_t i = 0; i < graph->nodes().size(); ++i) {
      const size_t count = graph->nodes().size();
      if (!visit(graph->nodes()[i].get(), index)) continue;
      ++rewrites;
      index = GraphIndex(*graph);
      // Where nodes went away before i, others moved down to their places: never skip one of those.
      const size_t removed = count > graph->nodes().size() ? count - graph->nodes().size() : 0;
      i = i >= removed ? i - removed : 0;
    }
  }
  return rewrites;
}

void Say(PassLog* log, const char* format, ...) {
  va_list args;
  va_start(args, format);
  va_list again;
  va_copy(again, args);
  std::string line(static_cast<size_t>(std::vsnprintf(nullptr, 0, format, args)), '\0');
  std::vsnprintf(line.data(), line.size() + 1, format, again);
  va_end(again);
  va_end(args);
  log->lines.push_back(std::move(line));
}

std::string Describe(const Node& node) { return std::string(OpName(node.op)) + " '" + node.name + "'"; }

Node* ProducerOf(const GraphIndex& index, ValueId id, format::OpCode op) {
  Node* node = id == kNoValue ? nullptr : index.producer(id);
  return node != nullptr && node->op == op ? node : nullptr;
}

ValueId InputOf(const Node& node, size_t i) { return i < node.inputs.size() ? node.inputs[i] : kNoValue; }

void SetInput(Node* node, size_t i, ValueId id) {
  if (node->inputs.size() <= i) node->inputs.resize(i + 1, kNoValue);
  node->inputs[i] = id;
}

void RemoveNode(Graph* graph, const Node* node) {
  graph->RemoveNodes([node](const Node& candidate) { return &candidate == node; });
}

bool Bypass(Graph* graph, const GraphIndex& index, const Node* node, ValueId to) {
  const ValueId from = node->outputs[0];
  if (!index.is_output(from)) {
    RemoveNode(graph, node);
    graph->ReplaceUses(from, to);
    return true;
  }
  Node* producer = index.producer(to);
  if (producer == nullptr || index.is_output(to)) return false;
  RemoveNode(graph, node);
  graph->ReplaceUses(to, from);
  for (ValueId& output : producer->outputs) {
    if (output == to) output = from;
  }
  return true;
}

}  // namespace linnet::converter
