// Memory planning: lifetimes in, offsets out. Also linked by the converter, which stores the plan in the file.
#ifndef LINNET_ENGINE_PLANNER_H_
#define LINNET_ENGINE_PLANNER_H_

#include <cstddef>
#include <cstdint>

#include "engine/array.h"
#include "linnet/status.h"

namespace linnet {

// A block of the arena that one tensor, or several that share memory, live in.
struct PlanBlock {
  size_t bytes = 0;    // rounded up to kPlanAlignment by the planner
  int first = 0;       // first and last step that needs it, inclusive
  int last = 0;
  // Inputs and outputs: the caller touches them between runs, so no two of them overlap, whatever their lifetimes.
  bool caller_visible = false;
  size_t offset = 0;   // result
};

constexpr size_t kPlanAlignment = 64;

// True if the two blocks may not share bytes.
bool Conflicts(const PlanBlock& a, const PlanBlock& b);

// Sets every offset, greedily by size with several orders tried, and *arena_bytes. At or under a few percent of
// LiveSetBytes for the graphs of this field, and equal to it for most. False: out of memory, or larger than any memory.
[[nodiscard]] bool PlanMemory(Array<PlanBlock>* blocks, size_t* arena_bytes);

// The largest sum of sizes that is alive at one step: no plan can be smaller.
size_t LiveSetBytes(const Array<PlanBlock>& blocks);

// An independent check: every block is aligned and inside the arena, and no two that conflict overlap.
bool PlanIsValid(const Array<PlanBlock>& blocks, size_t arena_bytes);

// Draws the plan as text: one row per band of the arena, one column per step. Returns the number of characters that the
// picture has; writes at most `capacity`, including the final zero.
size_t DrawPlan(const Array<PlanBlock>& blocks, size_t arena_bytes, int steps, char* text, size_t capacity);

}  // namespace linnet

#endif  // LINNET_ENGINE_PLANNER_H_
