// A model prepared for one set of input shapes: everything a run needs, made by Prepare and thrown away by Resize.
#ifndef LINNET_ENGINE_PREPARED_H_
#define LINNET_ENGINE_PREPARED_H_

#include "engine/array.h"
#include "engine/band.h"
#include "engine/model.h"
#include "engine/op.h"
#include "engine/planner.h"

namespace linnet {

struct StepExtras;

// One op of the run.
struct Step {
  const OpDef* def;
  const format::Op* op;
  int index;               // in the subgraph's ops
  int input_count;         // without trailing inputs that are left out
  int output_count;
  void* state;             // the op's own, from the Prepared's blocks
  StepExtras* extras;      // of control flow ops; freed with the Prepared
  size_t shared_scratch;
  size_t thread_scratch;
  bool deferred;           // prepared during the run, when its inputs exist
  bool unresolved;         // set by OpContext::Unresolved
  bool folded;             // evaluated at Prepare, no part of the run
  bool absorbed;           // computed by the last step of its chain
  int chain;               // in Prepared::chains; -1: none
};

// Bytes of the step's scratch: its shared part, then one part for each thread. SIZE_MAX: more than there can be.
inline size_t ScratchBytes(const Step& step, int threads) {
  return SaturatingAdd(step.shared_scratch, SaturatingMultiply(step.thread_scratch, static_cast<size_t>(threads)));
}

// Where a tensor's bytes are.
struct Placement {
  int block = -1;             // in Prepared::blocks; -1: not in the arena
  size_t offset_bytes = 0;    // from the start of the block
  int last_use = -1;          // last step that reads it; INT_MAX for outputs
  int made_by = -1;           // step; -1 for inputs and constants
};

// Extras are what a control flow step keeps: sessions of its subgraphs and growable memory.
void FreeStepExtras(StepExtras* extras);

struct Prepared {
  Prepared() = default;
  Prepared(Prepared&&) = default;
  Prepared& operator=(Prepared&&) = default;
  ~Prepared() {
    for (const Step& step : steps) FreeStepExtras(step.extras);
  }

  Array<TensorSlot> slots;
  Array<Placement> placements;
  Array<Step> steps;            // in execution order, folded ones included
  Array<BandChain> chains;
  Array<PlanBlock> blocks;
  size_t arena_bytes = 0;
  size_t scratch_bytes = 0;     // behind the tensors: the largest step's shared part and all its thread parts
  BlockList memory;             // op states and known values
  bool plan_from_file = false;
  bool has_deferred = false;
  int step_count = 0;           // steps that a run executes
};

}  // namespace linnet

#endif  // LINNET_ENGINE_PREPARED_H_
