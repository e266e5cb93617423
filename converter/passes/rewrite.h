// Edits of the graph that passes share.
#ifndef LINNET_CONVERTER_PASSES_REWRITE_H_
#define LINNET_CONVERTER_PASSES_REWRITE_H_

#include <functional>
#include <string>
#include <vector>

#include "converter/graph.h"
#include "converter/passes/passes.h"

namespace linnet::converter {

// Offers every node to `visit`, in order and from the start again, until a whole round rewrites nothing. `visit` returns
// whether it rewrote something; it may then have added, changed and removed any nodes. The index is always fresh.
// Returns the number of rewrites.
int RewriteNodes(Graph* graph, const std::function<bool(Node*, const GraphIndex&)>& visit);

// Adds a line to the log, formatted as printf does.
void Say(PassLog* log, const char* format, ...) LINNET_PRINTF(2, 3);
// "Conv2D 'c1'"
std::string Describe(const Node& node);

// The node, of the given op, that computes `id`; null if there is none.
Node* ProducerOf(const GraphIndex& index, ValueId id, format::OpCode op);
// Input i, or kNoValue where it is left out.
ValueId InputOf(const Node& node, size_t i);
// Sets input i, and marks inputs before it that the node lacks as left out.
void SetInput(Node* node, size_t i, ValueId id);

void RemoveNode(Graph* graph, const Node* node);

// Removes `node`, whose first and only used output equals `to`, and replaces its uses. A graph output keeps its name:
// then the producer of `to` computes it under that name. False, and nothing changed, where that cannot be: `to` is a
// graph input, a constant or a graph output of its own.
bool Bypass(Graph* graph, const GraphIndex& index, const Node* node, ValueId to);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_PASSES_REWRITE_H_
