// Constant weights into the order that kernels read (format/storage.h). Shapes stay; other uses keep the plain constant.
//
//   constant %w   // float32 [64, 3, 3, 32]          constant %w_packed   // float32 [64, 3, 3, 32], Panels of width 16
//   %y = Conv2D(%x, %w)                         ->   %y = Conv2D(%x, %w_packed)
//
// Weights of int8 ops likewise, as PanelsInt8.
#include "converter/passes/pack_constants.h"

#include <map>
#include <utility>

#include "converter/passes/constants.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"
#include "format/storage.h"
#include "kernels/pack.h"

namespace linnet::converter {
namespace {

using format::OpCode;
using format::StorageOrder;

constexpr size_t kWeights[] = {1, 2};  // inputs that may be weights

// How a weight is to lie: as panels of `matrices`, or in depthwise order.
struct Packing {
  StorageOrder order = StorageOrder::Plain;
  size_t width = 0;
  kernels::PlainMatrices matrices = {};
  size_t channels = 0, taps = 0;
};

Packing PanelsOf(size_t group, size_t n, size_t k, bool transposed) {
  Packing packing;
  packing.order = StorageOrder::Panels;
  packing.width = format::PanelWidth(n);
  packing.matrices = {group, n, k, n * k, transposed ? k : 1, transposed ? 1 : n};
  return packing;
}

// The inputs w (one set of panels a direction) and r (one for each gate of a Gru, which multiplies them one by one).
bool FindRecurrentPacking(OpCode op, size_t input, const Shape& weight, Packing* packing) {
  if (weight.rank() != 3) return false;
  const size_t gates = op == OpCode::Gru && input == 2 ? 3 : 1, rows = static_cast<size_t>(weight[1]);
  if (rows % gates != 0) return false;
  *packing = PanelsOf(static_cast<size_t>(weight[0]) * gates, rows / gates, static_cast<size_t>(weight[2]), true);
  return true;
}

// False for ops that read this input as it is, and for weights that do not fit the op.
bool FindPacking(const Node& node, size_t input, const Shape& weight, Packing* packing) {
  if (node.op == OpCode::Lstm || node.op == OpCode::Gru || node.op == OpCode::Rnn) {
    return FindRecurrentPacking(node.op, input, weight, packing);
  }
  if (input != 1) return false;
  const auto size = [&weight](int first, int last) { return static_cast<size_t>(weight.Product(first, last)); };
  switch (node.op) {
    case OpCode::QConv2D:
    case OpCode::Conv2D: {
      const int64_t group = node.As<format::Conv2DT>().group;
      if (weight.rank() != 4 || group < 1 || weight[0] % group != 0) return false;
      *packing = PanelsOf(static_cast<size_t>(group), static_cast<size_t>(weight[0] / group), size(1, 4), true);
      return true;
    }
    case OpCode::QMatMul:
    case OpCode::QDynamicMatMul:
    case OpCode::MatMul: {
      const int rank = weight.rank();
      const bool transposed = node.As<format::MatMulT>().transpose_b;
      if (rank < 2 || node.As<format::MatMulT>().b_heads != 0) return false;
      const size_t rows = static_cast<size_t>(weight[rank - 2]), columns = static_cast<size_t>(weight[rank - 1]);
      *packing = PanelsOf(size(0, rank - 2), transposed ? rows : columns, transposed ? columns : rows, transposed);
      return true;
    }
    case OpCode::QDepthwiseConv2D:
    case OpCode::DepthwiseConv2D:
      packing->order = StorageOrder::Depthwise;
      packing->width = 16;
      packing->channels = static_cast<size_t>(weight.back());
      packing->taps = size(0, 2);
      return weight.rank() == 3;
    default: return false;
  }
}

bool IsInt8Product(OpCode op) {
  return op == OpCode::QConv2D || op == OpCode::QDepthwiseConv2D || op == OpCode::QMatMul ||
         op == OpCode::QDynamicMatMul;
}

Bytes PackFloats(const Packing& packing, const float* from) {
  void* to = nullptr;
  Bytes bytes;
  const kernels::PlainMatrices& m = packing.matrices;
  if (packing.order == StorageOrder::Depthwise) {
    const size_t count = format::DepthwiseElements(packing.channels, packing.taps, packing.width);
    bytes = Bytes::Allocate(count * sizeof(float), &to);
    kernels::PackDepthwise(packing.channels, packing.taps, packing.width, from, static_cast<float*>(to));
  } else {
    const size_t count = format::PanelElements(m.group, m.n, m.k, packing.width);
    bytes = Bytes::Allocate(count * sizeof(float), &to);
    kernels::PackPanels(m, packing.width, from, static_cast<float*>(to));
  }
  return bytes;
}

Bytes PackInt8(const Packing& packing, const int8_t* from) {
  void* to = nullptr;
  Bytes bytes;
  const kernels::PlainMatrices& m = packing.matrices;
  if (packing.order == StorageOrder::Depthwise) {
    bytes = Bytes::Allocate(format::DepthwiseElements(packing.channels, packing.taps, packing.width), &to);
    kernels::PackDepthwise(packing.channels, packing.taps, packing.width, from, static_cast<int8_t*>(to));
  } else {
    bytes = Bytes::Allocate(format::PanelInt8Bytes(m.group, m.n, m.k, packing.width), &to);
    kernels::PackPanelsInt8(m, packing.width, /*flip=*/0, from, static_cast<int8_t*>(to), /*sums=*/nullptr);
  }
  return bytes;
}

// What tells two packings of one constant apart.
using PackedKey = std::pair<ValueId, std::vector<size_t>>;

PackedKey KeyOf(ValueId weight, const Packing& packing) {
  const kernels::PlainMatrices& m = packing.matrices;
  return {weight, {static_cast<size_t>(packing.order), packing.width, m.group, m.n, m.k, m.n_stride}};
}

ValueId AddPacked(Graph* graph, ValueId weight, const Packing& packing) {
  const Value& plain = graph->value(weight);
  // The constant lies where the model file left it, perhaps not aligned to its type.
  const bool is_aligned = reinterpret_cast<uintptr_t>(plain.data.data()) % alignof(float) == 0;
  const Bytes aligned = is_aligned ? plain.data : Bytes::Copy(plain.data.data(), plain.data.size());
  const bool int8 = plain.type == ElementType::kInt8;
  const Bytes bytes = int8 ? PackInt8(packing, static_cast<const int8_t*>(aligned.data()))
                           : PackFloats(packing, static_cast<const float*>(aligned.data()));
  const ValueId packed = graph->AddConstant(graph->UniqueName(plain.name + "_packed"), plain.type, plain.shape, bytes);
  Value& value = graph->value(packed);
  value.order = int8 && packing.order == StorageOrder::Panels ? StorageOrder::PanelsInt8 : packing.order;
  if (const auto& quantization = graph->value(weight).quantization) {
    value.quantization = std::make_unique<format::QuantizationT>(*quantization);
  }
  value.width = static_cast<uint8_t>(packing.width);
  value.group = packing.order == StorageOrder::Panels ? static_cast<uint32_t>(packing.matrices.group) : 1;
  return packed;
}

// False where the node reads the input as it is.
bool CanPack(const Graph& graph, const Node& node, size_t input, Packing* packing) {
  const ValueId weight = InputOf(node, input);
  const ElementType type = IsInt8Product(node.op) ? ElementType::kInt8 : ElementType::kFloat32;
  if (!IsPlainConstant(graph, weight, type) || graph.value(weight).shape.elements() == 0) return false;
  return FindPacking(node, input, graph.value(weight).shape, packing);
}

}  // namespace

ValueId PackWeight(Graph* graph, const Node& node, size_t input) {
  Packing packing;
  return CanPack(*graph, node, input, &packing) ? AddPacked(graph, node.inputs[input], packing) : kNoValue;
}

Status PackConstants(Graph* graph, PassLog* log, int* changes) {
  *changes = 0;
  std::map<PackedKey, ValueId> done;
  for (const auto& node : graph->nodes()) {
    for (size_t input : kWeights) {
      Packing packing;
      if (!CanPack(*graph, *node, input, &packing)) continue;
      const ValueId weight = node->inputs[input];
      ValueId& packed = done.emplace(KeyOf(weight, packing), kNoValue).first->second;
      if (packed == kNoValue) packed = AddPacked(graph, weight, packing);
      node->inputs[input] = packed;
      ++*changes;
    }
  }
  if (*changes > 0) Say(log, "packed %d weights", *changes);
  return Status();
}

}  // namespace linnet::converter
