// The converter's view of a model while it is being rewritten: values and nodes in execution order. Ops are the
// engine's (format::OpCode) and so are attributes, in FlatBuffers' object form, so that writing is a plain copy and
// shapes and values are computed by the engine's own ops (see evaluate.h).
//
// The text dump (Graph::ToString) is the notation that pass files use in their before / after pictures:
//   %conv1 = Conv2D(%image, %w, %b) {stride_h=2 stride_w=2}   // float32 [1, 112, 112, 32]
#ifndef LINNET_CONVERTER_GRAPH_H_
#define LINNET_CONVERTER_GRAPH_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "format/schema.h"
#include "linnet/linnet.h"

namespace linnet::converter {

using ValueId = int;
constexpr ValueId kNoValue = -1;  // an optional input or output that is left out

// The bytes of a constant: a view of memory (the mapped model file) or memory of its own. Shared, immutable.
class Bytes {
 public:
  Bytes() = default;
  // A view; `keep_alive` owns the memory.
  Bytes(std::shared_ptr<const void> keep_alive, const void* data, size_t size)
      : owner_(std::move(keep_alive)), data_(data), size_(size) {}
  static Bytes Copy(const void* data, size_t size);
  // Zeroed memory to be filled through *data before it is shared.
  static Bytes Allocate(size_t size, void** data);
  const void* data() const { return data_; }
  size_t size() const { return size_; }
  explicit operator bool() const { return data_ != nullptr; }

 private:
  std::shared_ptr<const void> owner_;
  const void* data_ = nullptr;
  size_t size_ = 0;
};

// One dimension of an input: a size, or a symbol.
struct Dim {
  int64_t size = -1;   // -1: symbolic
  std::string symbol;  // "batch"; made up ("name_0") where the model gives none
};

struct Value {
  std::string name;
  ElementType type = ElementType::kUndefined;
  // Known for inputs and constants from the start, for all others after InferShapes. At default sizes of symbols.
  Shape shape;
  bool has_shape = false;
  // For graph inputs only: the declared dimensions.
  std::vector<Dim> dims;
  // True if the shape changes with a symbolic dimension or with data; symbolic_shape then has -1 where it does.
  bool dynamic_shape = false;
  Shape symbolic_shape;
  // For computed values: what InferShapes found it to be, where that needs no input's data. `depends_on_shape`: only at
  // the default sizes of symbols, so it may serve shape inference but not be folded.
  Bytes known;
  bool depends_on_shape = false;
  // The same at other sizes of the symbols; how InferShapes finds out what changes with them.
  struct Probe {
    Shape shape;
    Bytes known;
    bool has_shape = false;
  } probe;
  // Constants.
  Bytes data;
  format::StorageOrder order = format::StorageOrder::Plain;
  uint8_t width = 0;
  uint32_t group = 1;
  bool is_constant() const { return constant; }
  bool constant = false;
  std::unique_ptr<format::QuantizationT> quantization;
};

class Graph;

struct Node {
  format::OpCode op = format::OpCode::Custom;
  format::OpAttrsUnion attrs;
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;
  std::string name;  // of the source node; "Conv_3" style where the model gives none
  bool canonical = false;  // see Op.canonical of linnet.fbs
  // If: the two branches; Loop, Scan: the body. Their inputs are the op's (see engine/ops/if.cc ...), what they use of the
  // graphs around them included; the indices in `attrs` are set when the graph is lowered.
  std::vector<std::shared_ptr<Graph>> bodies;

  // Attributes of the table T, which must be the node's.
  template <typename T>
  T& As() {
    return *static_cast<T*>(attrs.value);
  }
  template <typename T>
  const T& As() const {
    return *static_cast<const T*>(attrs.value);
  }
};

class Graph {
 public:
  std::string name;
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;
  // After each run, states[i].output becomes input states[i].input of the next.
  struct StatePair {
    ValueId output, input;
  };
  std::vector<StatePair> states;

  // --- values ---
  ValueId AddValue(std::string value_name);
  ValueId AddConstant(std::string value_name, ElementType type, const Shape& shape, Bytes data);
  ValueId AddFloats(std::string value_name, const Shape& shape, const std::vector<float>& values);
  ValueId AddInts(std::string value_name, const Shape& shape, const std::vector<int64_t>& values);
  Value& value(ValueId id) { return *values_[id]; }
  const Value& value(ValueId id) const { return *values_[id]; }
  int value_count() const { return static_cast<int>(values_.size()); }
  // A name that no value was added under yet and that is not reserved: `base`, or base_1, base_2 ...
  std::string UniqueName(const std::string& base);
  // Keeps UniqueName from giving this name away.
  void ReserveName(const std::string& reserved) { names_.emplace(reserved, 0); }

  // --- nodes, in an order that defines every value before its use ---
  // Appends; `attrs` is a flatbuffers object (format::Conv2DT ...).
  Node& AddNode(format::OpCode op, std::vector<ValueId> node_inputs, std::vector<ValueId> node_outputs,
                std::string node_name);
  template <typename Attrs>
  Node& AddNode(format::OpCode op, Attrs attributes, std::vector<ValueId> node_inputs,
                std::vector<ValueId> node_outputs, std::string node_name) {
    Node& node = AddNode(op, std::move(node_inputs), std::move(node_outputs), std::move(node_name));
    node.attrs.Set(std::move(attributes));
    return node;
  }
  // As AddNode, but placed directly before / after `position`, which must be a node of this graph.
  Node& InsertBefore(const Node* position, Node node);
  Node& InsertAfter(const Node* position, Node node);
  const std::vector<std::unique_ptr<Node>>& nodes() const { return nodes_; }
  // Removes the nodes for which `dead` is true; their outputs must be unused.
  void RemoveNodes(const std::function<bool(const Node&)>& dead);
  // Restores an order that defines values before use. False if the graph has a cycle; *node_name then names a node on it.
  bool SortNodes(std::string* node_name);

  // --- uses (recomputed by each call; passes that need many build an Index) ---
  // Replaces every use of `from` as a node input, graph output or state by `to`.
  void ReplaceUses(ValueId from, ValueId to);

  std::string ToString() const;

 private:
  std::vector<std::unique_ptr<Value>> values_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::unordered_map<std::string, int> names_;  // of all values; the number that UniqueName tried last
};

// Producers and consumers of every value at one moment.
class GraphIndex {
 public:
  explicit GraphIndex(const Graph& graph);
  Node* producer(ValueId id) const { return producers_[id]; }  // null for inputs and constants
  const std::vector<Node*>& consumers(ValueId id) const { return consumers_[id]; }
  bool is_output(ValueId id) const { return output_[id]; }
  // The only consumer of a value that is no graph output; null otherwise.
  Node* only_consumer(ValueId id) const;

 private:
  std::vector<Node*> producers_;
  std::vector<std::vector<Node*>> consumers_;
  std::vector<bool> output_;
};

const char* OpName(format::OpCode op);
// "stride_h=2 pads=[1, 1]": those that are not at their default.
std::string AttributesText(const format::OpAttrsUnion& attributes);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_GRAPH_H_
