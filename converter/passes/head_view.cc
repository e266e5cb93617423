#include "converter/passes/head_view.h"

#include <algorithm>
#include <cmath>

#include "converter/passes/activations.h"
#include "converter/passes/constants.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/shapes.h"

namespace linnet::converter {
namespace {

using format::OpCode;

// A dimension of the source, or a part of its last one.
struct Factor {
  int source_dim = -1;  // -1: a part of the last dimension
  int64_t size = 0, probe = 0;  // at the default sizes of symbols and at the probe's
  int64_t stride = 0;

  bool is_part() const { return source_dim < 0; }
  bool is_one() const { return size == 1 && probe == 1; }
};

// What a tensor is in terms of the source: the factors of each of its dimensions.
struct HeadView {
  std::vector<std::vector<Factor>> dims;
  int64_t offset = 0;
  double factor = 1;

  int rank() const { return static_cast<int>(dims.size()); }
  // The part of the source's last dimension that dimension d is; null if it is something else.
  Factor* PartAt(int d) {
    if (d < 0 || d >= rank()) return nullptr;
    std::vector<Factor>& factors = dims[static_cast<size_t>(d)];
    return factors.size() == 1 && factors[0].is_part() ? &factors[0] : nullptr;
  }
};

// The size of dimension d at the probe's sizes; 0 if it is not known.
int64_t ProbeSize(const Value& value, int d) {
  if (IsFixed(value, d)) return value.shape[d];
  return value.probe.has_shape && value.probe.shape.rank() == value.shape.rank() ? value.probe.shape[d] : 0;
}

// Takes factors from the front of `rest` that make up a dimension of the given sizes, of which the last one may be cut.
bool TakeDim(int64_t size, int64_t probe, std::vector<Factor>* rest, std::vector<Factor>* dim) {
  int64_t product = 1, probe_product = 1;
  while (product != size || probe_product != probe) {
    if (rest->empty() || size % product != 0 || probe % probe_product != 0) return false;
    const int64_t left = size / product;
    Factor& next = rest->front();
    if (left % next.size == 0 && probe / probe_product % next.probe == 0) {
      product *= next.size;
      probe_product *= next.probe;
      dim->push_back(next);
      rest->erase(rest->begin());
      continue;
    }
    if (!next.is_part() || next.size % left != 0 || probe / probe_product != left) return false;
    next.size = next.probe = next.size / left;
    dim->push_back({-1, left, left, next.stride * next.size});
    return true;
  }
  return true;
}

bool Reshape(const Value& to, HeadView* view) {
  if (!to.has_shape) return false;
  std::vector<Factor> rest;
  for (const auto& dim : view->dims) rest.insert(rest.end(), dim.begin(), dim.end());
  rest.erase(std::remove_if(rest.begin(), rest.end(), [](const Factor& factor) { return factor.is_one(); }), rest.end());
  view->dims.assign(static_cast<size_t>(to.shape.rank()), {});
  for (int d = 0; d < to.shape.rank(); ++d) {
    const int64_t size = to.shape[d], probe = ProbeSize(to, d);
    if (size < 1 || probe < 1 || !TakeDim(size, probe, &rest, &view->dims[static_cast<size_t>(d)])) return false;
  }
  return rest.empty();
}

bool Transpose(const Node& node, HeadView* view) {
  std::vector<std::vector<Factor>> dims;
  for (int d : node.As<format::TransposeT>().perm) dims.push_back(view->dims[static_cast<size_t>(d)]);
  view->dims = std::move(dims);
  return true;
}

// Elements [start, start + size) along dimension d, which must be a part of the last dimension.
bool Cut(int d, int64_t start, int64_t size, HeadView* view) {
  Factor* part = view->PartAt(d);
  if (part == nullptr || start < 0 || size < 1 || start + size > part->size) return false;
  view->offset += start * part->stride;
  part->size = part->probe = size;
  return true;
}

bool Split(const Graph& graph, const Node& node, ValueId result, HeadView* view) {
  const int d = ResolveAxis(node.As<format::SplitT>().axis, view->rank());
  int64_t start = 0;
  for (ValueId output : node.outputs) {
    if (d < 0 || output == kNoValue || !graph.value(output).has_shape) return false;
    const int64_t size = graph.value(output).shape[d];
    if (output == result) return Cut(d, start, size, view);
    start += size;
  }
  return false;
}

bool Slice(const Graph& graph, const Node& node, HeadView* view) {
  std::vector<int64_t> starts, ends, axes, steps;
  if (!ReadInts(graph, InputOf(node, 1), &starts) || !ReadInts(graph, InputOf(node, 2), &ends)) return false;
  if (InputOf(node, 3) == kNoValue || !ReadInts(graph, node.inputs[3], &axes)) return false;
  if (InputOf(node, 4) != kNoValue) {
    if (!ReadInts(graph, node.inputs[4], &steps)) return false;
    if (std::any_of(steps.begin(), steps.end(), [](int64_t step) { return step != 1; })) return false;
  }
  if (starts.size() != axes.size() || ends.size() != axes.size()) return false;
  for (size_t i = 0; i < axes.size(); ++i) {
    const int d = ResolveAxis(axes[i], view->rank());
    const Factor* part = view->PartAt(d);
    if (part == nullptr) return false;
    const int64_t size = part->size;
    const auto clamp = [size](int64_t at) { return std::min(size, std::max<int64_t>(0, at < 0 ? at + size : at)); };
    const int64_t first = clamp(starts[i]);
    if (!Cut(d, first, clamp(ends[i]) - first, view)) return false;
  }
  return true;
}

bool Gather(const Graph& graph, const Node& node, HeadView* view) {
  double number;
  const int d = ResolveAxis(node.As<format::AxisT>().axis, view->rank());
  const Factor* part = view->PartAt(d);
  if (part == nullptr || !ReadScalar(graph, node.inputs[1], &number)) return false;
  const int64_t at = static_cast<int64_t>(number);
  const int rank = graph.value(node.inputs[1]).shape.rank();
  if (rank > 1 || !Cut(d, at < 0 ? at + part->size : at, 1, view)) return false;
  if (rank == 0) view->dims.erase(view->dims.begin() + d);
  return true;
}

// From `node`'s input to its output `result`.
bool Follow(const Graph& graph, const Node& node, ValueId input, ValueId result, HeadView* view) {
  if (ChangesShapeOnly(node)) return Reshape(graph.value(result), view);
  double factor;
  switch (node.op) {
    case OpCode::Transpose: return Transpose(node, view);
    case OpCode::Split: return Split(graph, node, result, view);
    case OpCode::Slice: return Slice(graph, node, view);
    case OpCode::Gather: return Gather(graph, node, view);
    default:
      if (!ReadFactor(graph, node, input, &factor)) return false;
      if (graph.value(result).shape.rank() != view->rank()) return false;
      view->factor *= factor;
      return true;
  }
}

// The input that `node` passes on, if it is one that can be followed.
ValueId FollowedInput(const Graph& graph, const Node& node) {
  double factor;
  for (ValueId id : node.inputs) {
    if (id != kNoValue && ReadFactor(graph, node, id, &factor)) return id;
  }
  const bool moves = ChangesShapeOnly(node) || node.op == OpCode::Transpose || node.op == OpCode::Split ||
                     node.op == OpCode::Slice || node.op == OpCode::Gather;
  return moves ? node.inputs[0] : kNoValue;
}

// Dimension d of the view is dimension `source_dim` of the source.
bool IsSourceDim(const HeadView& view, int d, const Value& source, int source_dim) {
  const auto& factors = view.dims[static_cast<size_t>(d)];
  if (factors.size() == 1) return factors[0].source_dim == source_dim;
  return factors.empty() && source.shape[source_dim] == 1 && IsFixed(source, source_dim);
}

// [..., heads, rows, columns] or [..., heads, columns, rows], with all else where the source has it.
bool IsHeads(const Value& source, bool left, HeadView* view, HeadOperand* operand) {
  const int rank = view->rank(), source_rank = source.shape.rank();
  if (rank != source_rank + 1 || rank < 3) return false;
  for (int d = 0; d < rank - 3; ++d) {
    if (!IsSourceDim(*view, d, source, d)) return false;
  }
  operand->transposed = !IsSourceDim(*view, rank - 2, source, source_rank - 2);
  if (operand->transposed && (left || !IsSourceDim(*view, rank - 1, source, source_rank - 2))) return false;
  const Factor* heads = view->PartAt(rank - 3);
  const Factor* columns = view->PartAt(operand->transposed ? rank - 2 : rank - 1);
  if (heads == nullptr || columns == nullptr || columns->stride != 1 || heads->stride != columns->size) return false;
  operand->heads = heads->size;
  operand->offset = view->offset;
  operand->size = heads->size * columns->size;
  operand->factor = view->factor;
  return true;
}

}  // namespace

bool HasHeads(const Node& node) {
  if (node.op != OpCode::MatMul) return false;
  const auto& attrs = node.As<format::MatMulT>();
  return attrs.a_heads != 0 || attrs.b_heads != 0 || attrs.y_heads != 0;
}

bool ChangesShapeOnly(const Node& node) {
  return node.op == OpCode::Reshape || node.op == OpCode::Flatten || node.op == OpCode::Squeeze || node.op == OpCode::Unsqueeze;
}

bool SameSize(const Value& a, int i, const Value& b, int j) {
  if (a.shape[i] != b.shape[j]) return false;
  if (IsFixed(a, i) && IsFixed(b, j)) return true;
  return a.probe.has_shape && b.probe.has_shape && a.probe.shape.rank() > i && b.probe.shape.rank() > j &&
         a.probe.shape[i] == b.probe.shape[j];
}

bool ReadFactor(const Graph& graph, const Node& node, ValueId x, double* factor) {
  const bool divides = node.op == OpCode::Div;
  if ((node.op != OpCode::Mul && !divides) || node.inputs.size() != 2) return false;
  if (graph.value(x).type != ElementType::kFloat32 || !HasNoActivation(const_cast<Node*>(&node))) return false;
  const size_t at = node.inputs[0] == x ? 1 : 0;
  if (node.inputs[1 - at] != x || (divides && at == 0) || !ReadScalar(graph, node.inputs[at], factor)) return false;
  if (divides) *factor = 1 / *factor;
  return std::isnormal(static_cast<float>(*factor));
}

HeadOperand FindHeads(const Graph& graph, const GraphIndex& index, ValueId id, bool left) {
  struct Link {
    const Node* node;
    ValueId input, result;
  };
  std::vector<Link> chain;  // first to last
  for (ValueId at = id; index.producer(at) != nullptr;) {
    const Node* node = index.producer(at);
    const ValueId input = FollowedInput(graph, *node);
    if (input == kNoValue || graph.value(input).is_constant()) break;
    chain.insert(chain.begin(), {node, input, at});
    at = input;
  }
  HeadOperand found;
  for (size_t first = 0; first < chain.size(); ++first) {
    const Value& source = graph.value(chain[first].input);
    const int rank = source.shape.rank();
    if (!source.has_shape || rank < 2 || !IsFixed(source, rank - 1) || source.type != ElementType::kFloat32) continue;
    HeadView view;
    bool follows = true;
    for (int d = 0; d < rank; ++d) {
      const Factor whole = {d < rank - 1 ? d : -1, source.shape[d], ProbeSize(source, d), 1};
      view.dims.push_back({whole});
      follows = follows && source.shape[d] > 0 && ProbeSize(source, d) > 0;
    }
    for (size_t i = first; i < chain.size() && follows; ++i) {
      follows = Follow(graph, *chain[i].node, chain[i].input, chain[i].result, &view);
    }
    if (!follows || !IsHeads(source, left, &view, &found)) continue;
    found.source = chain[first].input;
    return found;
  }
  return HeadOperand();
}

}  // namespace linnet::converter
