// Prepare: from a verified model and input shapes to steps, known values and a memory plan.
#ifndef LINNET_ENGINE_PREPARE_H_
#define LINNET_ENGINE_PREPARE_H_

#include "engine/session.h"

namespace linnet {

// Prepares `session`'s model for `input_shapes` (one per model input) into *prepared. No memory for tensors is taken
// yet. On an error *prepared is unusable and the session is as before.
class Preparer {
 public:
  Preparer(SessionImpl& session, Prepared* prepared) : session_(session), prepared_(*prepared) {}
  Status Run(const Shape* input_shapes);

 private:
  Status InitSlots(const Shape* input_shapes);
  Status AlignConstant(TensorSlot* slot);
  Status InitSteps();
  Status PrepareStep(Step& step);
  Status CheckPackedInputs(const Step& step) const;
  Status CheckOutputs(const Step& step) const;
  bool CanFold(const Step& step) const;
  Status Fold(Step& step);
  Status CheckStates() const;
  Status PlanTensors();
  bool UsePlanOfFile();
  bool HasShapesOf(const format::Plan& plan) const;
  const format::Plan* FindPlan() const;

  SessionImpl& session_;
  Prepared& prepared_;
};

// Decides which tensors share memory (views, concat, split, in place) and sets prepared->placements and blocks with
// their lifetimes, not their offsets. `keep_inputs`: graph inputs are not written by the run.
Status ShareMemory(const format::Subgraph& graph, const StateList* states, bool keep_inputs, Prepared* prepared);

}  // namespace linnet

#endif  // LINNET_ENGINE_PREPARE_H_
