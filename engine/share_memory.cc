// Which tensors share memory. Every tensor starts with a block of its own; blocks are then merged: views first, then
// concat and split parts (contiguous, or as strided columns of the whole), then in-place results.
#include <algorithm>
#include <climits>

#include "engine/prepare.h"

namespace linnet {
namespace {

// What a block holds besides what the planner needs to know.
struct BlockUse {
  bool has_input = false;
  bool has_output = false;
  bool has_next_state = false;  // copied as a dense tensor at the end of the run
  bool strided = false;         // some member is not dense
};

class MemorySharer {
 public:
  MemorySharer(const format::Subgraph& graph, const StateList* states, bool keep_inputs, Prepared* prepared)
      : graph_(graph), states_(states), keep_inputs_(keep_inputs), prepared_(*prepared) {}

  Status Run() {
    FindUses();
    if (!MakeBlocks()) return Status::Error(StatusCode::kOutOfMemory, "no memory to plan the model");
    for (const Step& step : prepared_.steps) {
      if (Runs(step) && (step.def->flags & kView)) ShareView(step);
    }
    for (const Step& step : prepared_.steps) {
      if (Runs(step) && (step.def->flags & kSplit)) ShareSplit(step);
    }
    // Outer concats first, so that an inner one finds its whole already placed inside the outer.
    for (size_t i = prepared_.steps.size(); i-- > 0;) {
      const Step& step = prepared_.steps[i];
      if (Runs(step) && (step.def->flags & kConcat)) ShareConcat(step);
    }
    for (const Step& step : prepared_.steps) {
      // The bands of a chain write their rows before others have read all inputs.
      if (Runs(step) && step.chain < 0) ShareInPlace(step);
    }
    return DropMergedBlocks() ? Status() : Status::Error(StatusCode::kOutOfMemory, "no memory to plan the model");
  }

 private:
  static bool Runs(const Step& step) { return !step.folded && !step.deferred; }
  int Input(const Step& step, int i) const { return i < step.input_count ? step.op->inputs()->Get(i) : -1; }
  int Output(const Step& step, int i) const { return step.op->outputs()->Get(i); }
  TensorSlot& slot(int tensor) { return prepared_.slots[tensor]; }
  Placement& place(int tensor) { return prepared_.placements[tensor]; }
  PlanBlock& block(int tensor) { return prepared_.blocks[place(tensor).block]; }
  BlockUse& use(int tensor) { return uses_[place(tensor).block]; }
  bool placed(int tensor) { return tensor >= 0 && place(tensor).block >= 0; }
  size_t Bytes(int tensor) { return TensorBytes(slot(tensor).type, slot(tensor).shape); }
  static int64_t Columns(const TensorSlot& slot) { return slot.rank() > 0 ? slot.shape.back() : 1; }
  bool Dense(int tensor) { return slot(tensor).row_stride == Columns(slot(tensor)); }

  // When the inputs of step i have been read.
  int LastStep(const Step& step, int i) const {
    if (step.chain < 0) return i;
    const BandChain& chain = prepared_.chains[static_cast<size_t>(step.chain)];
    return chain.stages[chain.count - 1].step;
  }

  void FindUses() {
    for (size_t i = 0; i < prepared_.steps.size(); ++i) {
      const Step& step = prepared_.steps[i];
      if (step.folded) continue;
      for (int k = 0; k < step.input_count; ++k) {
        if (Input(step, k) >= 0) place(Input(step, k)).last_use = LastStep(step, static_cast<int>(i));
      }
      for (int tensor : *step.op->outputs()) {
        if (tensor >= 0) place(tensor).made_by = static_cast<int>(i);
      }
    }
    for (int tensor : *graph_.outputs()) place(tensor).last_use = INT_MAX;
    if (states_ != nullptr) {
      for (const format::State* state : *states_) place(state->output()).last_use = INT_MAX;
    }
    for (int tensor : *graph_.inputs()) {
      if (keep_inputs_) place(tensor).last_use = INT_MAX;
    }
  }

  bool AddBlock(int tensor, bool input) {
    Placement& placement = place(tensor);
    placement.block = static_cast<int>(prepared_.blocks.size());
    PlanBlock added;
    added.bytes = Bytes(tensor);
    added.first = placement.made_by;
    added.last = std::max(placement.last_use, placement.made_by);
    BlockUse added_use;
    added_use.has_input = input;
    return prepared_.blocks.Append(added) && uses_.Append(added_use);
  }

  bool MakeBlocks() {
    for (int tensor : *graph_.inputs()) {
      if (!AddBlock(tensor, /*input=*/true)) return false;
    }
    for (const Step& step : prepared_.steps) {
      if (!Runs(step) || step.absorbed) continue;
      for (int tensor : *step.op->outputs()) {
        if (tensor >= 0 && !AddBlock(tensor, /*input=*/false)) return false;
      }
    }
    for (int tensor : *graph_.outputs()) {
      if (placed(tensor)) use(tensor).has_output = true;
    }
    if (states_ == nullptr) return true;
    for (const format::State* state : *states_) {
      if (placed(state->output())) use(state->output()).has_next_state = true;
    }
    return true;
  }

  // All tensors of `from`'s block move into `to`'s, `offset` bytes from its start.
  void Merge(int from, int to, size_t offset) {
    const int old_block = place(from).block, new_block = place(to).block;
    PlanBlock& target = prepared_.blocks[new_block];
    const PlanBlock& source = prepared_.blocks[old_block];
    target.first = std::min(target.first, source.first);
    target.last = std::max(target.last, source.last);
    uses_[new_block].has_input |= uses_[old_block].has_input;
    uses_[new_block].has_output |= uses_[old_block].has_output;
    uses_[new_block].has_next_state |= uses_[old_block].has_next_state;
    uses_[new_block].strided |= uses_[old_block].strided;
    for (Placement& placement : prepared_.placements) {
      if (placement.block != old_block) continue;
      placement.block = new_block;
      placement.offset_bytes += offset;
    }
    prepared_.blocks[old_block].bytes = 0;
    prepared_.blocks[old_block].last = -2;  // merged away
  }

  void ShareView(const Step& step) {
    const int input = Input(step, 0), output = Output(step, 0);
    if (!placed(input) || !placed(output) || Bytes(input) != Bytes(output)) return;
    // The caller reads outputs while it writes inputs.
    if (use(input).has_input && use(output).has_output) return;
    Merge(output, input, place(input).offset_bytes);
  }

  // Sizes before and after the axis along which `part` lies in `whole`: the first dimension that differs, or the axis
  // attribute where none does.
  static int JoinAxis(const Step& step, const TensorSlot& whole) {
    const auto axis = step.op->attrs_type() == format::OpAttrs::Split
                          ? static_cast<const format::Split*>(step.op->attrs())->axis()
                          : static_cast<const format::Axis*>(step.op->attrs())->axis();
    return axis < 0 ? axis + whole.rank() : axis;
  }

  // True if every op that makes or reads the members of `tensor`'s block goes through row_stride, so that the block may
  // become columns of a wider one. `joiner` is the concat or split itself.
  bool MayBeStrided(int tensor, const Step& joiner) {
    const int members_block = place(tensor).block;
    if (uses_[members_block].has_next_state) return false;
    for (size_t t = 0; t < prepared_.placements.size(); ++t) {
      if (prepared_.placements[t].block == members_block && slot(t).shape != slot(tensor).shape) return false;
    }
    for (const Step& step : prepared_.steps) {
      if (step.folded || &step == &joiner) continue;
      for (int k = 0; k < step.input_count; ++k) {
        const int input = Input(step, k);
        if (!placed(input) || place(input).block != members_block) continue;
        if (step.deferred || !(step.def->flags & kStridedInputs)) return false;
      }
      for (int output : *step.op->outputs()) {
        if (!placed(output) || place(output).block != members_block) continue;
        if (!(step.def->flags & kStridedOutputs)) return false;
      }
    }
    return true;
  }

  void SetStrided(int tensor, int64_t row_stride) {
    const int members_block = place(tensor).block;
    for (size_t t = 0; t < prepared_.placements.size(); ++t) {
      if (prepared_.placements[t].block == members_block) slot(t).row_stride = row_stride;
    }
    uses_[members_block].strided = true;
  }

  // Makes `part` a view of `whole`, `before` elements of the axis after its start, if that can be.
  void ShareJoined(const Step& step, int part, int whole, int axis, int64_t before) {
    if (!placed(part) || !placed(whole) || place(part).block == place(whole).block) return;
    if (use(part).has_input || use(part).has_output || use(part).strided) return;
    if (place(part).offset_bytes != 0 || Bytes(part) != block(part).bytes) return;
    const TensorSlot& whole_slot = slot(whole);
    const int bits = ElementBits(whole_slot.type);
    if (bits < 8 || slot(part).type != whole_slot.type) return;
    const bool contiguous = whole_slot.shape.Product(0, axis) == 1 && Dense(whole);
    if (!contiguous && (axis != whole_slot.rank() - 1 || !MayBeStrided(part, step))) return;
    const int64_t elements = before * (contiguous ? whole_slot.shape.Product(axis + 1, whole_slot.rank()) : 1);
    if (!contiguous) SetStrided(part, whole_slot.row_stride);
    Merge(part, whole, place(whole).offset_bytes + static_cast<size_t>(elements) * (bits / 8));
  }

  void ShareConcat(const Step& step) {
    const int whole = Output(step, 0);
    if (!placed(whole)) return;
    const int axis = JoinAxis(step, slot(whole));
    int64_t before = 0;
    for (int k = 0; k < step.input_count; ++k) {
      const int part = Input(step, k);
      if (part < 0) return;
      ShareJoined(step, part, whole, axis, before);
      before += slot(part).shape[axis];
    }
  }

  void ShareSplit(const Step& step) {
    const int whole = Input(step, 0);
    if (!placed(whole)) return;
    const int axis = JoinAxis(step, slot(whole));
    int64_t before = 0;
    for (int k = 0; k < step.output_count; ++k) {
      const int part = Output(step, k);
      if (part < 0) return;
      ShareJoined(step, part, whole, axis, before);
      before += slot(part).shape[axis];
    }
  }

  // The flag that lets output 0 lie in input i; 0: none.
  static uint32_t InPlaceFlag(int i) { return i == 0 ? kInPlace0 : i == 1 ? kInPlace1 : i == 3 ? kInPlace3 : kNoFlags; }

  void ShareInPlace(const Step& step) {
    for (int i = 0; i < step.input_count; ++i) {
      const int input = Input(step, i);
      if ((step.def->flags & InPlaceFlag(i)) && placed(input) && MayOverwrite(step, i)) {
        Merge(Output(step, 0), input, place(input).offset_bytes);
        return;
      }
    }
  }

  bool MayOverwrite(const Step& step, int candidate) {
    const int input = Input(step, candidate);
    const int output = Output(step, 0);
    if (!placed(output) || place(output).block == place(input).block) return false;
    const int at = place(output).made_by;
    if (block(input).last != at || (use(input).has_input && use(output).has_output)) return false;
    if (slot(input).shape != slot(output).shape || Bytes(input) != Bytes(output)) return false;
    if (!Dense(input) || !Dense(output) || place(output).offset_bytes != 0 || block(output).bytes != Bytes(output)) {
      return false;
    }
    // Another input in the same memory would be read after it is overwritten, unless it is the same tensor and the op
    // reads that one element by element too.
    for (int k = 0; k < step.input_count; ++k) {
      const int other = Input(step, k);
      if (k == candidate || !placed(other) || place(other).block != place(input).block) continue;
      if (other != input || !(step.def->flags & InPlaceFlag(k))) return false;
    }
    return true;
  }

  bool DropMergedBlocks() {
    Array<int> renumbered;
    if (!renumbered.Resize(prepared_.blocks.size(), -1)) return false;
    size_t kept = 0;
    for (size_t i = 0; i < prepared_.blocks.size(); ++i) {
      if (prepared_.blocks[i].last == -2) continue;
      PlanBlock moved = prepared_.blocks[i];
      moved.caller_visible = uses_[i].has_input || uses_[i].has_output;
      prepared_.blocks[kept] = moved;
      renumbered[i] = static_cast<int>(kept++);
    }
    for (Placement& placement : prepared_.placements) {
      if (placement.block >= 0) placement.block = renumbered[placement.block];
    }
    return prepared_.blocks.Resize(kept);
  }

  const format::Subgraph& graph_;
  const StateList* states_;
  const bool keep_inputs_;
  Prepared& prepared_;
  Array<BlockUse> uses_;
};

}  // namespace

Status ShareMemory(const format::Subgraph& graph, const StateList* states, bool keep_inputs, Prepared* prepared) {
  MemorySharer sharer(graph, states, keep_inputs, prepared);
  return sharer.Run();
}

}  // namespace linnet
