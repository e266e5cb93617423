// The heads of attention blocks are multiplied where the projections wrote them, and the results go where the next projection
// reads them, instead of through transposed copies.
//
//   %r = Reshape(%qkv, [b, n, 3, 4, 16])                     // %qkv [b, n, 192]
//   %t = Transpose(%r) {perm=[2, 0, 3, 1, 4]}
//   %q, %k, %v = Split(%t); Squeeze of each
//   %kt = Transpose(%k) {perm=[0, 1, 3, 2]}            ->    %q, %k, %v = Split(%qkv) {axis=2}
//   %s = MatMul(%q, %kt)                                     %s = MatMul(%q, %k) {transpose_b=true a_heads=4 b_heads=4}
//   %p = Softmax(%s)                                         %p = Softmax(%s)
//   %m = MatMul(%p, %v)                                      %y = MatMul(%p, %v) {b_heads=4 y_heads=4}
//   %u = Transpose(%m) {perm=[0, 2, 1, 3]}
//   %y = Reshape(%u, [b, n, 64])
//
// Scalar factors on the way to a product, and one behind it, become one factor of its left operand, whose projection can take it.
// Products of int8 tensors with an int8 result keep their transposes: the integer product has no heads, and copying bytes is cheap.
#include <algorithm>
#include <map>

#include "converter/evaluate.h"
#include "converter/passes/activations.h"
#include "converter/passes/constants.h"
#include "converter/passes/head_view.h"
#include "converter/passes/passes.h"
#include "converter/passes/quantization.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/shapes.h"

namespace linnet::converter {
namespace {

using format::OpCode;

class HeadFuser {
 public:
  HeadFuser(Graph* graph, PassLog* log) : graph_(*graph), log_(log), index_(*graph) {}

  int Run() {
    std::vector<Node*> products;
    for (const auto& node : graph_.nodes()) {
      if (node->op == OpCode::MatMul) products.push_back(node.get());
    }
    int changes = 0;
    for (Node* node : products) changes += Fuse(node) ? 1 : 0;
    for (auto& entry : parts_) JoinParts(entry.first, &entry.second);
    return changes;
  }

 private:
  // Columns [offset, offset + size) of a value, as the value that is made for them.
  struct Part {
    int64_t offset, size;
    ValueId value;
  };

  // Both operands are computed, and nothing is fused into the product yet.
  bool IsPlainProduct(Node* node) const {
    const auto& attrs = node->As<format::MatMulT>();
    if (node->inputs.size() != 2 || attrs.transpose_b || !HasNoActivation(node)) return false;
    if (attrs.a_heads != 0 || attrs.b_heads != 0 || attrs.y_heads != 0) return false;
    for (ValueId id : node->inputs) {
      const Value& value = graph_.value(id);
      if (value.is_constant() || !value.has_shape || value.shape.rank() < 3 || value.type != ElementType::kFloat32) return false;
    }
    return true;
  }

  // Through nodes that move values only.
  bool ComesQuantized(ValueId id) const {
    std::vector<size_t> moved;
    const Node* node = index_.producer(id);
    while (node != nullptr && !IsDequantize(node)) {
      if (!MovesValues(graph_, *node, &moved) || moved.size() != 1) return false;
      node = index_.producer(node->inputs[moved[0]]);
    }
    return node != nullptr;
  }
  bool GoesQuantized(const Node& from) const {
    std::vector<size_t> moved;
    const Node* node = index_.only_consumer(from.outputs[0]);
    while (node != nullptr && !IsQuantize(node)) {
      if (!MovesValues(graph_, *node, &moved) || moved.size() != 1) return false;
      node = index_.only_consumer(node->outputs[0]);
    }
    return node != nullptr;
  }
  bool IsInteger(const Node& node) const {
    return ComesQuantized(node.inputs[0]) && ComesQuantized(node.inputs[1]) && GoesQuantized(node);
  }

  bool Fuse(Node* node) {
    if (!IsPlainProduct(node) || IsInteger(*node)) return false;
    const HeadOperand a = FindHeads(graph_, index_, node->inputs[0], /*left=*/true);
    const HeadOperand b = FindHeads(graph_, index_, node->inputs[1], /*left=*/false);
    auto& attrs = node->As<format::MatMulT>();
    double factor = 1;
    if (a.heads > 0) {
      attrs.a_heads = static_cast<int>(a.heads);
      node->inputs[0] = MakePart(a);
      factor *= a.factor;
    }
    if (b.heads > 0) {
      attrs.b_heads = static_cast<int>(b.heads);
      attrs.transpose_b = b.transposed;
      node->inputs[1] = MakePart(b);
      factor *= b.factor;
    }
    const bool changed = a.heads > 0 || b.heads > 0;
    if (changed) factor *= TakeFactorBehind(node);
    if (factor != 1) node->inputs[0] = Scaled(node, factor);
    const bool merged = MergeResult(node);
    if (changed || merged) Say(log_, "multiplied the heads of %s in place", Describe(*node).c_str());
    return changed || merged;
  }

  ValueId MakePart(const HeadOperand& operand) {
    const Value& source = graph_.value(operand.source);
    if (operand.offset == 0 && operand.size == source.shape.back()) return operand.source;
    std::vector<Part>& parts = parts_[operand.source];
    for (const Part& part : parts) {
      if (part.offset == operand.offset && part.size == operand.size) return part.value;
    }
    const ValueId value = graph_.AddValue(graph_.UniqueName(source.name + "_part"));
    parts.push_back({operand.offset, operand.size, value});
    CopyType(&graph_, operand.source, value);
    Value& made = graph_.value(value);
    const int last = made.shape.rank() - 1;
    made.shape[last] = operand.size;
    if (made.dynamic_shape) made.symbolic_shape[last] = operand.size;
    return value;
  }

  // Makes the parts of `source`: outputs of one Split where they cover it, else Slices.
  void JoinParts(ValueId source, std::vector<Part>* parts) {
    std::sort(parts->begin(), parts->end(), [](const Part& x, const Part& y) { return x.offset < y.offset; });
    int64_t end = 0;
    bool covers = true;
    for (const Part& part : *parts) {
      covers = covers && part.offset == end;
      end = part.offset + part.size;
    }
    const int last = graph_.value(source).shape.rank() - 1;
    const std::string name = graph_.value(source).name + "_parts";
    if (covers && end == graph_.value(source).shape.back()) {
      format::SplitT attrs;
      attrs.axis = last;
      std::vector<ValueId> outputs;
      std::vector<int64_t> sizes;
      for (const Part& part : *parts) {
        outputs.push_back(part.value);
        sizes.push_back(part.size);
      }
      const ValueId sizes_value = graph_.AddInts(graph_.UniqueName(name + "_sizes"), {static_cast<int64_t>(sizes.size())}, sizes);
      graph_.AddNode(OpCode::Split, std::move(attrs), {source, sizes_value}, std::move(outputs), name);
      return;
    }
    for (const Part& part : *parts) {
      const auto ints = [&](int64_t number) { return graph_.AddInts(graph_.UniqueName(name + "_slice"), {1}, {number}); };
      graph_.AddNode(OpCode::Slice, {source, ints(part.offset), ints(part.offset + part.size), ints(last)}, {part.value}, name);
    }
  }

  // The scalar that multiplies the product and nothing else reads; 1 if there is none. The product takes its place.
  double TakeFactorBehind(Node* node) {
    Node* after = index_.only_consumer(node->outputs[0]);
    double factor;
    if (after == nullptr || !ReadFactor(graph_, *after, node->outputs[0], &factor)) return 1;
    if (graph_.value(after->outputs[0]).shape.rank() != graph_.value(node->outputs[0]).shape.rank()) return 1;
    Say(log_, "folded %s into %s", Describe(*after).c_str(), Describe(*node).c_str());
    Displace(node, after);
    return factor;
  }

  // `node` computes what `after` did; `after` is left to compute what nobody reads.
  void Displace(Node* node, Node* after) {
    const ValueId unused = graph_.AddValue(graph_.UniqueName(after->name + "_unused"));
    CopyType(&graph_, after->outputs[0], unused);
    std::swap(node->outputs[0], after->outputs[0]);
    after->inputs = {node->outputs[0]};
    after->op = OpCode::Identity;
    after->attrs.Reset();
    after->outputs[0] = unused;
  }

  ValueId Scaled(Node* node, double factor) {
    const ValueId x = node->inputs[0];
    const ValueId constant = graph_.AddFloats(graph_.UniqueName(node->name + "_factor"), {1}, {static_cast<float>(factor)});
    const ValueId scaled = graph_.AddValue(graph_.UniqueName(graph_.value(x).name + "_scaled"));
    CopyType(&graph_, x, scaled);
    graph_.AddNode(OpCode::Mul, format::BinaryT(), {x, constant}, {scaled}, node->name + "_factor");
    return scaled;
  }

  // Whether `id` ends in `node` alone, on whatever way.
  bool EndsIn(ValueId id, const Node* node, int depth = 0) const {
    constexpr int kDeepest = 8;
    if (index_.is_output(id) || depth > kDeepest) return false;
    for (const Node* consumer : index_.consumers(id)) {
      if (consumer == node) continue;
      for (ValueId output : consumer->outputs) {
        if (output != kNoValue && !EndsIn(output, node, depth + 1)) return false;
      }
    }
    return true;
  }

  // The only consumer that reads more than the shape of `id`, where whoever reads the shape only prepares what that one does.
  Node* OnlyReader(ValueId id) const {
    Node* reader = nullptr;
    for (Node* consumer : index_.consumers(id)) {
      if (consumer->op == OpCode::Shape) continue;
      if (reader != nullptr && reader != consumer) return nullptr;
      reader = consumer;
    }
    return reader != nullptr && !index_.is_output(id) ? reader : nullptr;
  }

  // Transpose and Reshape behind the product that bring the heads back side by side.
  bool MergeResult(Node* node) {
    Node* transpose = OnlyReader(node->outputs[0]);
    if (transpose == nullptr || transpose->op != OpCode::Transpose) return false;
    Node* reshape = OnlyReader(transpose->outputs[0]);
    if (reshape == nullptr || !ChangesShapeOnly(*reshape) || reshape->inputs[0] != transpose->outputs[0]) return false;
    if (!EndsIn(node->outputs[0], reshape)) return false;
    const Value& y = graph_.value(node->outputs[0]);
    const int rank = y.shape.rank();
    const auto& perm = transpose->As<format::TransposeT>().perm;
    if (rank < 3 || static_cast<int>(perm.size()) != rank) return false;
    for (int d = 0; d < rank; ++d) {
      const int expected = d == rank - 3 ? rank - 2 : d == rank - 2 ? rank - 3 : d;
      if (perm[d] != expected) return false;
    }
    if (!IsFixed(y, rank - 3) || !IsFixed(y, rank - 1) || y.shape[rank - 3] < 1) return false;
    if (!JoinsLastTwo(graph_.value(transpose->outputs[0]), graph_.value(reshape->outputs[0]))) return false;
    node->As<format::MatMulT>().y_heads = static_cast<int>(y.shape[rank - 3]);
    Displace(node, reshape);
    return true;
  }

  // Whether `to` is `from` with its last two dimensions as one.
  static bool JoinsLastTwo(const Value& from, const Value& to) {
    const int rank = from.shape.rank();
    if (!to.has_shape || to.shape.rank() != rank - 1) return false;
    for (int d = 0; d + 2 < rank; ++d) {
      if (!SameSize(from, d, to, d)) return false;
    }
    return to.shape.back() == from.shape[rank - 1] * from.shape[rank - 2];
  }

  Graph& graph_;
  PassLog* log_;
  const GraphIndex index_;
  std::map<ValueId, std::vector<Part>> parts_;
};

// A factor of one part of a projection's columns is a factor for each column of all of them, which FoldScales can take into the
// projection's weights.
//
//   %q, %k, %v = Split(%x) {axis=2}             %s = Mul(%x, %f)          // %f = [0.25 ..., 1 ..., 1 ...]
//   %s = Mul(%q, 0.25)                   ->     %q, %k, %v = Split(%s) {axis=2}
bool HoistFactor(Graph* graph, const GraphIndex& index, Node* mul) {
  double factor;
  Node* split = mul->inputs.empty() || mul->inputs[0] == kNoValue ? nullptr : index.producer(mul->inputs[0]);
  if (split == nullptr || split->op != OpCode::Split || !ReadFactor(*graph, *mul, mul->inputs[0], &factor)) return false;
  if (mul->op != OpCode::Mul || index.only_consumer(mul->inputs[0]) != mul) return false;
  if (graph->value(mul->outputs[0]).shape.rank() != graph->value(mul->inputs[0]).shape.rank()) return false;
  const ValueId x = split->inputs[0];
  const Value& whole = graph->value(x);
  const Node* projection = index.producer(x);
  const int last = whole.shape.rank() - 1;
  if (projection == nullptr || projection->op != OpCode::MatMul || index.only_consumer(x) != split) return false;
  if (!graph->value(projection->inputs[1]).is_constant() || whole.shape.rank() < 2 || !IsFixed(whole, last)) return false;
  if (ResolveAxis(split->As<format::SplitT>().axis, last + 1) != last) return false;
  std::vector<float> factors;
  for (ValueId part : split->outputs) {
    if (part == kNoValue || !IsFixed(graph->value(part), last)) return false;
    const float value = part == mul->inputs[0] ? static_cast<float>(factor) : 1.0f;
    factors.insert(factors.end(), static_cast<size_t>(graph->value(part).shape[last]), value);
  }
  const ValueId constant =
      graph->AddFloats(graph->UniqueName(mul->name + "_factors"), {static_cast<int64_t>(factors.size())}, factors);
  const ValueId scaled = graph->AddValue(graph->UniqueName(graph->value(x).name + "_scaled"));
  CopyType(graph, x, scaled);
  Node node;
  node.op = OpCode::Mul;
  node.attrs.Set(format::BinaryT());
  node.inputs = {x, constant};
  node.outputs = {scaled};
  node.name = mul->name;
  graph->InsertBefore(split, std::move(node));
  split->inputs[0] = scaled;
  return Bypass(graph, index, mul, mul->inputs[0]);
}

}  // namespace

Status FuseHeads(Graph* graph, PassLog* log, int* changes) {
  LINNET_RETURN_IF_ERROR(InferShapes(graph));
  HeadFuser fuser(graph, log);
  *changes = fuser.Run();
  if (*changes == 0) return Status();
  std::string name;
  if (!graph->SortNodes(&name)) return Status::Error(StatusCode::kInternal, "node '%s' is on a cycle", name.c_str());
  int removed = 0;
  LINNET_RETURN_IF_ERROR(RemoveDeadCode(graph, log, &removed));
  LINNET_RETURN_IF_ERROR(InferShapes(graph));
  RewriteNodes(graph, [graph](Node* node, const GraphIndex& index) { return HoistFactor(graph, index, node); });
  return InferShapes(graph);
}

}  // namespace linnet::converter
