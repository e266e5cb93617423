// Checks everything in a model file that the engine later relies on, so that no later step meets a damaged value.
#ifndef LINNET_ENGINE_VERIFY_H_
#define LINNET_ENGINE_VERIFY_H_

#include "engine/op.h"

namespace linnet {

// Size limits: a shape's product times the element size stays below this, so that no address computation overflows.
constexpr int64_t kMaxTensorBytes = int64_t{1} << (sizeof(size_t) >= 8 ? 46 : 30);

// Bytes of a dense tensor of non-negative sizes; false if a size is negative or the product exceeds kMaxTensorBytes.
bool CheckedTensorBytes(ElementType type, const Shape& shape, size_t* bytes);

struct SegmentLimits {
  size_t segment_bytes;   // of the weight segment in the file
  bool by_index;          // constants lie elsewhere; `offset` is an index below constant_count
  size_t constant_count;
};

// Checks tensors, ops, their order, inputs, outputs and states of every subgraph. `root` has passed FlatBuffers' own
// verifier. The error names the subgraph's tensor or node, what was expected and what was found.
Status VerifyModel(const format::Model& root, const SegmentLimits& limits);

}  // namespace linnet

#endif  // LINNET_ENGINE_VERIFY_H_
