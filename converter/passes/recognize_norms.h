// The part of RecognizePatterns that finds LayerNorm and RmsNorm.
#ifndef LINNET_CONVERTER_PASSES_RECOGNIZE_NORMS_H_
#define LINNET_CONVERTER_PASSES_RECOGNIZE_NORMS_H_

#include "converter/graph.h"
#include "converter/passes/passes.h"

namespace linnet::converter {

// Replaces the normalisation over the last axis that ends in `node`, if there is one.
bool RecognizeNorm(Graph* graph, PassLog* log, const GraphIndex& index, Node* node);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_PASSES_RECOGNIZE_NORMS_H_
