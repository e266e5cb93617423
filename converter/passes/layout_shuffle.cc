// Channel shuffles, as frameworks export them, take part in the choice of layout as a Gather along the channels, and get
// their cheapest form afterwards.
//
//   %a = Reshape(%x, [n, g, k, h, w])                     %y = Reshape(%x, [n, h, w, g, k])
//   %b = Transpose(%a) {perm=[0, 2, 1, 3, 4]}      =>     %z = Transpose(%y) {perm=[0, 1, 2, 4, 3]}
//   %c = Reshape(%b, [n, g * k, h, w])                    %c = Reshape(%z, [n, h, w, g * k])
#include <algorithm>
#include <optional>

#include "converter/passes/layout.h"

namespace linnet::converter {
namespace {

using format::OpCode;

bool IsShuffle(const Perm& perm) {
  if (perm.size() < 4) return false;
  for (int d = 0; d < static_cast<int>(perm.size()); ++d) {
    if (perm[d] != (d == 1 ? 2 : d == 2 ? 1 : d)) return false;
  }
  return true;
}

// Sizes with -1 where they are not fixed.
std::vector<int64_t> Sizes(const Value& value) {
  const Shape& shape = value.dynamic_shape ? value.symbolic_shape : value.shape;
  return {shape.begin(), shape.end()};
}

// Groups and channels of each, if `split` is `whole` with its second dimension cut in two.
struct Groups {
  int64_t count, size;
};
std::optional<Groups> CutChannels(const Value& whole, const Value& split) {
  std::vector<int64_t> sizes = Sizes(split);
  if (!whole.has_shape || !split.has_shape || sizes.size() < 3 || sizes[1] < 1 || sizes[2] < 1) return std::nullopt;
  const Groups groups = {sizes[1], sizes[2]};
  sizes[1] *= sizes[2];
  sizes.erase(sizes.begin() + 2);
  if (sizes != Sizes(whole)) return std::nullopt;
  return groups;
}

// Channel j of the shuffled tensor is channel order[j] of the other.
std::vector<int64_t> ShuffledOrder(const Groups& groups) {
  std::vector<int64_t> order;
  for (int64_t k = 0; k < groups.size; ++k) {
    for (int64_t g = 0; g < groups.count; ++g) order.push_back(g * groups.size + k);
  }
  return order;
}

bool TryShuffle(Graph* graph, const GraphIndex& index, Node* transpose) {
  const Perm* perm = TransposePerm(transpose);
  if (perm == nullptr || !IsShuffle(*perm)) return false;
  const Node* cut = index.producer(transpose->inputs[0]);
  Node* join = index.only_consumer(transpose->outputs[0]);
  if (cut == nullptr || cut->op != OpCode::Reshape || join == nullptr || join->op != OpCode::Reshape) return false;
  if (join->inputs[0] != transpose->outputs[0]) return false;
  const Value& source = graph->value(cut->inputs[0]);
  const std::optional<Groups> groups = CutChannels(source, graph->value(cut->outputs[0]));
  if (!groups || Sizes(graph->value(join->outputs[0])) != Sizes(source)) return false;
  const std::vector<int64_t> order = ShuffledOrder(*groups);
  const ValueId indices = graph->AddInts(graph->UniqueName(join->name + "_order"), {static_cast<int64_t>(order.size())}, order);
  join->op = OpCode::Gather;
  format::AxisT attrs;
  attrs.axis = 1;
  join->attrs.Set(attrs);
  join->inputs = {cut->inputs[0], indices};
  return true;
}

// The groups that a constant order of channels shuffles.
std::optional<Groups> FindGroups(const Value& indices) {
  if (!indices.is_constant() || indices.type != ElementType::kInt64 || indices.shape.rank() != 1) return std::nullopt;
  const int64_t count = indices.shape[0];
  const auto* data = static_cast<const int64_t*>(indices.data.data());
  if (count < 4 || data[1] < 2 || data[1] >= count || count % data[1] != 0) return std::nullopt;
  const Groups groups = {count / data[1], data[1]};
  const std::vector<int64_t> order = ShuffledOrder(groups);
  if (!std::equal(order.begin(), order.end(), data)) return std::nullopt;
  return groups;
}

bool TryRestore(Graph* graph, Node* gather) {
  if (gather->op != OpCode::Gather) return false;
  const Value& source = graph->value(gather->inputs[0]);
  const std::optional<Groups> groups = FindGroups(graph->value(gather->inputs[1]));
  const int axis = gather->As<format::AxisT>().axis, rank = source.shape.rank();
  if (!groups || axis < 0 || axis >= rank || rank >= Shape::kMaxRank || source.shape[axis] != groups->count * groups->size) {
    return false;
  }
  // Dimensions before the channels are copied; those behind them must be fixed to be named.
  std::vector<int64_t> cut(static_cast<size_t>(axis), 0), joined(static_cast<size_t>(axis), 0);
  cut.insert(cut.end(), {groups->count, groups->size});
  joined.push_back(groups->count * groups->size);
  for (int d = axis + 1; d < rank; ++d) {
    const int64_t size = Sizes(source)[static_cast<size_t>(d)];
    if (size < 0) return false;
    cut.push_back(size);
    joined.push_back(size);
  }
  Shape cut_shape;
  for (size_t d = 0; d < cut.size(); ++d) cut_shape.Append(cut[d] == 0 ? source.shape[static_cast<int>(d)] : cut[d]);
  Perm perm;
  for (int d = 0; d <= rank; ++d) perm.push_back(d == axis ? axis + 1 : d == axis + 1 ? axis : d);
  const ValueId split = AddReshape(graph, gather->inputs[0], cut, cut_shape, gather->name + "_cut");
  const ValueId turned = AddTranspose(graph, split, perm, gather->name + "_shuffle");
  const ValueId target = graph->AddInts(graph->UniqueName(gather->name + "_shape"), {rank}, joined);
  gather->op = OpCode::Reshape;
  gather->attrs.Set(format::ReshapeT());
  gather->inputs = {turned, target};
  return true;
}

}  // namespace

int FindShuffles(Graph* graph) {
  const GraphIndex index(*graph);
  int changes = 0;
  for (const auto& node : graph->nodes()) changes += TryShuffle(graph, index, node.get()) ? 1 : 0;
  return changes;
}

int RestoreShuffles(Graph* graph) {
  int changes = 0;
  std::vector<Node*> nodes;
  for (const auto& node : graph->nodes()) nodes.push_back(node.get());
  for (Node* node : nodes) changes += TryRestore(graph, node) ? 1 : 0;
  return changes;
}

}  // namespace linnet::converter
