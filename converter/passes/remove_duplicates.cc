// Nodes that compute the same from the same become one.
//
//   %a = Transpose(%x) {perm=[0, 2, 1]}         %a = Transpose(%x) {perm=[0, 2, 1]}
//   %b = Transpose(%x) {perm=[0, 2, 1]}    ->   %y = Add(%a, %a)
//   %y = Add(%a, %b)
#include <map>
#include <string>

#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet::converter {
namespace {

// Op, attributes, inputs and number of outputs as bytes: equal for nodes that compute the same. Constants are compared
// by their values where they are small, since exporters repeat those.
class KeyMaker {
 public:
  explicit KeyMaker(const Graph& graph) : graph_(graph) {}

  std::string KeyOf(const Node& node) const {
    linnet_flatbuffers::FlatBufferBuilder builder;
    std::string key = std::to_string(static_cast<int>(node.op)) + "/" + std::to_string(node.outputs.size());
    for (ValueId input : node.inputs) key += "," + InputKey(input);
    key += ";" + std::to_string(static_cast<int>(node.attrs.type)) + ":";
    if (node.attrs.type == format::OpAttrs::NONE) return key;
    const auto attrs = node.attrs.Pack(builder);
    builder.Finish(linnet_flatbuffers::Offset<void>(attrs));
    return key.append(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize());
  }

 private:
  std::string InputKey(ValueId id) const {
    constexpr size_t kSmall = 256;
    if (id == kNoValue) return "_";
    const Value& value = graph_.value(id);
    if (!value.is_constant() || value.data.size() > kSmall || value.order != format::StorageOrder::Plain) {
      return "%" + std::to_string(id);
    }
    std::string key = "=" + std::to_string(static_cast<int>(value.type));
    for (int64_t size : value.shape) key += "x" + std::to_string(size);
    return (key + ":").append(static_cast<const char*>(value.data.data()), value.data.size());
  }

  const Graph& graph_;
};

// Whether two runs of the node give the same: an app's op may do as it likes.
bool IsPure(const Node& node) { return node.op != format::OpCode::Custom; }

// Replaces all outputs of `node` by those of `first`. False if a graph output must keep its name.
bool Replace(Graph* graph, const GraphIndex& index, const Node& first, const Node& node) {
  for (size_t i = 0; i < node.outputs.size(); ++i) {
    if ((node.outputs[i] == kNoValue) != (first.outputs[i] == kNoValue)) return false;
    if (node.outputs[i] != kNoValue && index.is_output(node.outputs[i])) return false;
  }
  for (size_t i = 0; i < node.outputs.size(); ++i) {
    if (node.outputs[i] != kNoValue) graph->ReplaceUses(node.outputs[i], first.outputs[i]);
  }
  RemoveNode(graph, &node);
  return true;
}

}  // namespace

Status RemoveDuplicates(Graph* graph, PassLog* log, int* changes) {
  *changes = 0;
  const GraphIndex index(*graph);
  std::map<std::string, const Node*> seen;
  // A node's inputs have been replaced by the time it is reached, so one round finds whole subgraphs.
  for (size_t i = 0; i < graph->nodes().size(); ++i) {
    const Node& node = *graph->nodes()[i];
    if (!IsPure(node)) continue;
    const auto [first, is_new] = seen.emplace(KeyMaker(*graph).KeyOf(node), &node);
    if (is_new) continue;
    const std::string description = Describe(node);
    if (!Replace(graph, index, *first->second, node)) continue;
    Say(log, "removed %s: %s computes the same", description.c_str(), Describe(*first->second).c_str());
    ++*changes;
    --i;
  }
  return Status();
}

}  // namespace linnet::converter
