// Transposes pushed towards each other and cancelled: the importer puts one before and after every spatial op, and here
// they meet. See layout_regions.cc and layout_chains.cc for the pictures.
#include "converter/evaluate.h"
#include "converter/passes/layout.h"
#include "converter/passes/passes.h"

namespace linnet::converter {
namespace {

// Every step removes transposes or moves bytes fewer, so few rounds are needed; the bound is for damaged graphs.
constexpr int kMaxRounds = 12;

Status Sort(Graph* graph) {
  std::string name;
  if (graph->SortNodes(&name)) return Status();
  return Status::Error(StatusCode::kInvalidModel, "node '%s' depends on its own output", name.c_str());
}

}  // namespace

Status OptimizeLayout(Graph* graph, PassLog* log, int* changes) {
  *changes = 0;
  int unused = 0;
  LINNET_RETURN_IF_ERROR(InferShapes(graph));
  FindShuffles(graph);
  LINNET_RETURN_IF_ERROR(RemoveDeadCode(graph, log, &unused));
  for (int round = 0; round < kMaxRounds; ++round) {
    int found = 0, removed = 0;
    found += MergeTransposes(graph);
    LINNET_RETURN_IF_ERROR(RemoveDeadCode(graph, log, &removed));
    found += SwitchRegions(graph, &log->lines);
    LINNET_RETURN_IF_ERROR(Sort(graph));
    found += MergeTransposes(graph);
    LINNET_RETURN_IF_ERROR(RemoveDeadCode(graph, log, &removed));
    found += SinkTransposes(graph);
    LINNET_RETURN_IF_ERROR(Sort(graph));
    LINNET_RETURN_IF_ERROR(InferShapes(graph));
    found += MergeChains(graph);
    LINNET_RETURN_IF_ERROR(Sort(graph));
    LINNET_RETURN_IF_ERROR(RemoveDeadCode(graph, log, &removed));
    // The operands that were transposed are constants again before their shapes are looked at.
    LINNET_RETURN_IF_ERROR(FoldConstants(graph, log, &removed));
    *changes += found;
    if (found == 0) break;
  }
  if (RestoreShuffles(graph) > 0) {
    LINNET_RETURN_IF_ERROR(Sort(graph));
    LINNET_RETURN_IF_ERROR(InferShapes(graph));
  }
  return Status();
}

}  // namespace linnet::converter
