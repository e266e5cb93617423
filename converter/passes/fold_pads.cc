// A Pad with zeros of the spatial dimensions into the padding of the convolution or pool after it.
//
//   %a = Pad(%x) {pads=[0, 1, 1, 0, 0, 1, 1, 0]}
//   %y = Conv2D(%a, %w)                           ->   %y = Conv2D(%x, %w) {pad_top=1 pad_left=1 pad_bottom=1 pad_right=1}
//
// A MaxPool pads with -infinity, so that it takes a Pad only where no input is below zero, and every window has an
// input in it.
#include <algorithm>
#include <array>

#include "converter/passes/activations.h"
#include "converter/passes/constants.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet::converter {
namespace {

using format::OpCode;

constexpr int kRank = 4;                      // [n, h, w, c]
using Padding = std::array<int32_t, 4>;       // top, left, bottom, right
constexpr int kSide[] = {1, 2, 1 + kRank, 2 + kRank};  // of Padding, in the list of begins and ends

// The padding, if it is with zeros, of h and w only, and known.
bool ReadPadding(const Graph& graph, const Node& node, Padding* padding) {
  const format::PadT& attributes = node.As<format::PadT>();
  double value = 0;
  if (attributes.mode != format::PadMode::Constant || InputOf(node, 3) != kNoValue) return false;
  if (InputOf(node, 2) != kNoValue && !ReadScalar(graph, InputOf(node, 2), &value)) return false;
  std::vector<int64_t> pads(attributes.pads.begin(), attributes.pads.end());
  if (pads.empty() && !ReadInts(graph, InputOf(node, 1), &pads)) return false;
  if (value != 0 || pads.size() != 2 * kRank) return false;
  for (int i = 0; i < 4; ++i) {
    padding->at(i) = static_cast<int32_t>(pads[kSide[i]]);
    if (pads[kSide[i]] < 0 || pads[kSide[i]] > INT16_MAX) return false;
    pads[kSide[i]] = 0;
  }
  return std::all_of(pads.begin(), pads.end(), [](int64_t pad) { return pad == 0; });
}

// Whether `auto_pad` leaves the padding to the attributes. Valid pads nothing: then NotSet says the same.
bool MakeExplicit(format::AutoPad* auto_pad) {
  if (*auto_pad == format::AutoPad::Valid) *auto_pad = format::AutoPad::NotSet;
  return *auto_pad == format::AutoPad::NotSet;
}

template <typename Conv>
bool FoldIntoConv(const Padding& padding, Conv* conv) {
  if (!MakeExplicit(&conv->auto_pad)) return false;
  conv->pad_top += padding[0];
  conv->pad_left += padding[1];
  conv->pad_bottom += padding[2];
  conv->pad_right += padding[3];
  return true;
}

// The padding of the pool with `padding` added; false if a window could then lie in the padding alone.
bool AddToPool(const Padding& padding, const format::PoolT& pool, std::vector<int32_t>* pads) {
  const auto is_one = [](int32_t dilation) { return dilation == 1; };
  *pads = pool.pads;
  pads->resize(4, 0);
  if (pool.kernel.size() != 2 || pool.ceil_mode || !std::all_of(pool.dilations.begin(), pool.dilations.end(), is_one)) {
    return false;
  }
  for (int i = 0; i < 4; ++i) {
    pads->at(i) += padding[i];
    if (pads->at(i) >= pool.kernel[i % 2]) return false;
  }
  return true;
}

bool FoldIntoPool(const Graph& graph, const GraphIndex& index, const Padding& padding, ValueId input, Node* node) {
  format::PoolT& pool = node->As<format::PoolT>();
  std::vector<int32_t> pads;
  if (!AddToPool(padding, pool, &pads) || !MakeExplicit(&pool.auto_pad)) return false;
  if (node->op == OpCode::MaxPool) {
    const Node* producer = index.producer(input);
    // Indices count positions of the padded input.
    if (node->outputs.size() != 1 || producer == nullptr || !IsNonNegative(graph, *producer)) return false;
  } else {
    const bool pads_itself = std::any_of(pool.pads.begin(), pool.pads.end(), [](int32_t pad) { return pad != 0; });
    if (pads_itself && !pool.count_include_pad) return false;
    pool.count_include_pad = true;
  }
  pool.pads = pads;
  return true;
}

bool Fold(const Graph& graph, const GraphIndex& index, const Padding& padding, ValueId input, Node* node) {
  switch (node->op) {
    case OpCode::Conv2D: return FoldIntoConv(padding, &node->As<format::Conv2DT>());
    case OpCode::DepthwiseConv2D: return FoldIntoConv(padding, &node->As<format::DepthwiseConv2DT>());
    case OpCode::MaxPool:
    case OpCode::AveragePool: return FoldIntoPool(graph, index, padding, input, node);
    default: return false;
  }
}

}  // namespace

Status FoldPads(Graph* graph, PassLog* log, int* changes) {
  *changes = RewriteNodes(graph, [graph, log](Node* node, const GraphIndex& index) {
    Node* pad = node->inputs.empty() ? nullptr : ProducerOf(index, node->inputs[0], OpCode::Pad);
    Padding padding;
    if (pad == nullptr || index.only_consumer(pad->outputs[0]) != node || !ReadPadding(*graph, *pad, &padding)) {
      return false;
    }
    if (!Fold(*graph, index, padding, pad->inputs[0], node)) return false;
    Say(log, "folded %s into %s", Describe(*pad).c_str(), Describe(*node).c_str());
    node->inputs[0] = pad->inputs[0];
    RemoveNode(graph, pad);
    return true;
  });
  return Status();
}

}  // namespace linnet::converter
