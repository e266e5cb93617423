// Running a subgraph from a control flow op (If, Loop, Scan).
#ifndef LINNET_ENGINE_SUBGRAPH_H_
#define LINNET_ENGINE_SUBGRAPH_H_

#include "engine/session.h"

namespace linnet {

// A value that is handed to a subgraph.
struct SubgraphInput {
  ElementType type;
  Shape shape;
  const void* data;
};

// Runs `subgraph` on the inputs, resizing it first where their shapes are others than before. Its outputs can then be read from
// subgraph.outputs() until the next call. Errors: kInvalidModel (number, types or ranks), and those of Resize and Run.
Status RunSubgraph(SessionImpl& subgraph, const SubgraphInput* inputs, size_t count);

}  // namespace linnet

#endif  // LINNET_ENGINE_SUBGRAPH_H_
