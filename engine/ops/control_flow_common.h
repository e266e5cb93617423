// Shared by If, Loop and Scan. Their Prepare runs the subgraph, because only that tells the output shapes; so it needs the
// data of all inputs and is deferred to the run unless everything is known. Eval hands out what Prepare computed.
#ifndef LINNET_ENGINE_OPS_CONTROL_FLOW_COMMON_H_
#define LINNET_ENGINE_OPS_CONTROL_FLOW_COMMON_H_

#include "engine/subgraph.h"

namespace linnet::ops {

// Checks that the data of every input is there (an empty tensor has none); else the error that defers the op.
Status ExpectData(OpContext& ctx);

// Input i as an input of a subgraph. REQUIRES: ctx.has_input(i).
SubgraphInput InputOf(const OpContext& ctx, int i);

// Reads input i as one bool.
Status ReadBool(OpContext& ctx, int i, bool* value);

// A value that goes round a loop: its bytes are in a buffer of the step.
struct CarriedValue {
  ElementType type;
  Shape shape;
};

// Replaces the buffer's content by `tensor`'s bytes / adds them at the end. False: out of memory.
[[nodiscard]] bool StoreBytes(const void* data, size_t bytes, Array<uint8_t>* buffer);
[[nodiscard]] bool AppendBytes(const void* data, size_t bytes, Array<uint8_t>* buffer);

// Adds the error's node to an error from inside a subgraph.
Status InSubgraph(OpContext& ctx, Status status);

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_CONTROL_FLOW_COMMON_H_
