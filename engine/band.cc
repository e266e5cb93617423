#include "engine/band.h"

#include <algorithm>
#include <cstring>

#include "engine/session.h"
#include "kernels/task_grid.h"

namespace linnet {
namespace {

// Rows between stages, of one thread: they lie in the second cache, beside the weights of a stage.
constexpr size_t kBufferBytes = 384 * 1024;
// Smaller tensors stay in the second cache anyway.
constexpr size_t kLeastBytes = 1 << 20;
// So many pixels that a matrix product over them is worth reading its weights for.
constexpr int64_t kBandPixels = 128, kMaxBandRows = 8;
// With fewer pixels for each thread it is better to share out columns, which chains do not.
constexpr int64_t kThreadPixels = 28;
// Rows that are computed twice, as a part of all: from here on threads had better wait for each other between ops.
constexpr double kMostRepeated = 0.06;

struct Rows {
  int64_t begin, end;
  int64_t count() const { return end - begin; }
};

// What rows `out` of an output depend on.
Rows RowsSeen(const BandGeometry& g, Rows out) {
  const int64_t begin = std::clamp<int64_t>(out.begin * g.stride - g.pad, 0, g.in_rows);
  const int64_t end = std::clamp<int64_t>((out.end - 1) * g.stride - g.pad + g.reach, 0, g.in_rows);
  return {begin, std::max(begin, end)};
}

Rows RowsOfTask(int64_t rows, int64_t tasks, int64_t task) { return {rows * task / tasks, rows * (task + 1) / tasks}; }

size_t Aligned(size_t bytes) { return (bytes + AlignedBuffer::kAlignment - 1) & ~(AlignedBuffer::kAlignment - 1); }

int64_t CeilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

int64_t ElementSize(const TensorSlot& slot) { return ElementBits(slot.type) / 8; }

// Of rows between stages. Pixels a multiple of 1 KiB apart would fall into few sets of the first cache.
int64_t PixelStride(const TensorSlot& slot) {
  const int64_t channels = slot.shape.back(), element = ElementSize(slot);
  return channels * element % 1024 == 0 ? channels + 64 / element : channels;
}

// How many rows the stages but the last compute more than once with so many tasks, as a part of their rows: the most of any.
double RepeatedPart(const BandChain& chain, int64_t tasks) {
  int64_t computed[kMaxStages] = {};
  for (int64_t t = 0; t < tasks; ++t) {
    Rows needed = RowsOfTask(chain.stages[chain.count - 1].geometry.out_rows, tasks, t);
    for (int i = chain.count - 1; i > 0 && needed.count() > 0; --i) {
      needed = RowsSeen(chain.stages[i].geometry, needed);
      computed[i - 1] += needed.count();
    }
  }
  double most = 0;
  for (int i = 0; i + 1 < chain.count; ++i) {
    const double rows = static_cast<double>(chain.stages[i].geometry.out_rows);
    most = std::max(most, static_cast<double>(computed[i]) / rows - 1);
  }
  return most;
}

class ChainBuilder {
 public:
  ChainBuilder(SessionImpl& session, Prepared* prepared) : session_(session), prepared_(*prepared) {}

  Status Run() {
    if (!CountUses()) return NoMemory();
    Array<BandStage> run;  // stages each of which takes what the one before it makes
    for (int i = Next(-1); i >= 0; i = Next(i)) {
      if (!run.empty() && !Follows(run[run.size() - 1], i)) {
        LINNET_RETURN_IF_ERROR(Divide(run.begin(), static_cast<int>(run.size())));
        run.Clear();
      }
      BandStage stage = {};
      if (!Describe(i, &stage)) {
        LINNET_RETURN_IF_ERROR(Divide(run.begin(), static_cast<int>(run.size())));
        run.Clear();
      } else if (!run.Append(stage)) {
        return NoMemory();
      }
    }
    return Divide(run.begin(), static_cast<int>(run.size()));
  }

 private:
  static Status NoMemory() { return Status::Error(StatusCode::kOutOfMemory, "no memory to prepare the model"); }

  bool CountUses() {
    if (!uses_.Resize(prepared_.slots.size(), 0)) return false;
    for (const Step& step : prepared_.steps) {
      for (int k = 0; k < step.input_count && !step.folded; ++k) {
        if (step.op->inputs()->Get(k) >= 0) ++uses_[step.op->inputs()->Get(k)];
      }
    }
    for (int tensor : *session_.graph().outputs()) ++uses_[tensor];
    if (session_.states() == nullptr) return true;
    for (const format::State* state : *session_.states()) ++uses_[state->output()];
    return true;
  }

  // The next step that runs, or -1.
  int Next(int step) const {
    for (size_t i = static_cast<size_t>(step + 1); i < prepared_.steps.size(); ++i) {
      if (!prepared_.steps[i].folded) return static_cast<int>(i);
    }
    return -1;
  }

  Step& StepOf(const BandStage& stage) const { return prepared_.steps[stage.step]; }
  TensorSlot& Output(const BandStage& stage) const { return prepared_.slots[StepOf(stage).op->outputs()->Get(0)]; }

  // Whether the step can be a stage.
  bool Describe(int index, BandStage* stage) {
    Step& step = prepared_.steps[index];
    if (step.deferred || step.def->band == nullptr) return false;
    stage->step = index;
    OpContext context(session_, step);
    return step.def->band->describe(context, &stage->geometry);
  }

  // Whether the step takes what the stage makes, and nobody else does.
  bool Follows(const BandStage& stage, int index) const {
    const Step& step = prepared_.steps[index];
    const int between = StepOf(stage).op->outputs()->Get(0);
    return step.input_count > 0 && step.op->inputs()->Get(0) == between && uses_[between] == 1 &&
           step.op->canonical() == StepOf(stage).op->canonical() && BytesBehind(stage) >= kLeastBytes;
  }

  size_t BytesBehind(const BandStage& stage) const { return TensorBytes(Output(stage).type, Output(stage).shape); }

  // Makes a chain of the stages if it pays, else of the two parts between which the least bytes go.
  Status Divide(const BandStage* stages, int count) {
    if (count < 2) return Status();
    BandChain chain = {};
    if (count <= kMaxStages) {
      chain.count = count;
      std::copy(stages, stages + count, chain.stages);
      if (Settle(&chain)) return Wants(chain) ? Form(chain) : Status();
    }
    int cut = 0;
    for (int i = 1; i + 1 < count; ++i) {
      if (BytesBehind(stages[i]) < BytesBehind(stages[cut])) cut = i;
    }
    LINNET_RETURN_IF_ERROR(Divide(stages, cut + 1));
    return Divide(stages + cut + 1, count - cut - 1);
  }

  // Chooses tasks and rows. False if the chain would not pay.
  bool Settle(BandChain* chain) const {
    const BandStage& last = chain->stages[chain->count - 1];
    const int64_t rows = last.geometry.out_rows, width = Output(last).shape[2], threads = session_.threads();
    if (rows * width < kThreadPixels * threads) return false;
    chain->tasks = std::min(threads == 1 ? 1 : threads * kernels::kTasksPerThread, CeilDiv(rows, 2));
    if (chain->tasks > threads) chain->tasks -= chain->tasks % threads;
    while (chain->tasks > threads && RepeatedPart(*chain, chain->tasks) > kMostRepeated) chain->tasks -= threads;
    if (RepeatedPart(*chain, chain->tasks) > kMostRepeated) return false;
    const int64_t most = CeilDiv(rows, chain->tasks);
    const int64_t wanted = std::clamp<int64_t>(CeilDiv(kBandPixels, width), 1, kMaxBandRows);
    for (chain->rows = CeilDiv(most, CeilDiv(most, wanted)); chain->rows > 0; --chain->rows) {
      if (SizeBuffers(chain) <= kBufferBytes) return true;
    }
    return false;
  }

  // Whether the app leaves it at that. Costs are what would be written and read between the stages, and what is because rows are
  // computed twice.
  bool Wants(const BandChain& chain) const {
    double between = 0;
    for (int i = 0; i + 1 < chain.count; ++i) between += 2 * static_cast<double>(BytesBehind(chain.stages[i])) / 1024;
    MethodEvent event = {};
    event.method = "bands", event.other = "separate";
    event.cost = between * RepeatedPart(chain, chain.tasks), event.other_cost = between;
    event.unit = "KiB through memory";
    return OpContext(session_, StepOf(chain.stages[chain.count - 1])).Takes(event);
  }

  // Sets sizes and places of the buffers, and returns their bytes.
  size_t SizeBuffers(BandChain* chain) const {
    size_t bytes = 0;
    int64_t rows = chain->rows;
    for (int i = chain->count - 2; i >= 0; --i) {
      const BandGeometry& next = chain->stages[i + 1].geometry;
      rows = std::min((rows - 1) * next.stride + next.reach, next.in_rows);
      BandStage& stage = chain->stages[i];
      const TensorSlot& slot = Output(stage);
      stage.row_bytes = static_cast<size_t>(slot.shape[2] * PixelStride(slot) * ElementSize(slot));
      stage.buffer_rows = static_cast<size_t>(rows);
      stage.buffer_offset = bytes;
      bytes += Aligned(stage.buffer_rows * stage.row_bytes);
    }
    chain->scratch_offset = bytes;
    return bytes;
  }

  Status Form(BandChain chain) {
    size_t scratch = 0;
    for (int i = 0; i < chain.count; ++i) {
      Step& step = StepOf(chain.stages[i]);
      const bool last = i + 1 == chain.count;
      if (!last) Output(chain.stages[i]).row_stride = PixelStride(Output(chain.stages[i]));
      OpContext context(session_, step);
      const size_t rows = last ? static_cast<size_t>(chain.rows) : chain.stages[i].buffer_rows;
      scratch = std::max(scratch, step.def->band->plan(context, rows));
      step.shared_scratch = step.thread_scratch = 0;
      step.chain = static_cast<int>(prepared_.chains.size());
      step.absorbed = !last;
      if (last) context.RequestScratch(0, chain.scratch_offset + scratch);
    }
    return prepared_.chains.Append(chain) ? Status() : NoMemory();
  }

  SessionImpl& session_;
  Prepared& prepared_;
  Array<int> uses_;
};

// The place of row 0 of an image of which `row` is the first row that is there. Not an address of anything.
void* RowZero(void* first, int64_t row, size_t row_bytes) {
  return reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(first) - static_cast<size_t>(row) * row_bytes);
}

// One task of a chain: bands from top to bottom.
class ChainTask {
 public:
  ChainTask(SessionImpl& session, Prepared& prepared, const BandChain& chain, uint8_t* scratch)
      : session_(session), prepared_(prepared), chain_(chain), scratch_(scratch) {}

  void Run(Rows rows) {
    for (int64_t row = rows.begin; row < rows.end; row += chain_.rows) {
      RunBand({row, std::min(row + chain_.rows, rows.end)});
    }
  }

 private:
  void RunBand(Rows out) {
    Rows needed[kMaxStages];
    needed[chain_.count - 1] = out;
    for (int i = chain_.count - 1; i > 0; --i) needed[i - 1] = RowsSeen(chain_.stages[i].geometry, needed[i]);
    for (int i = 0; i + 1 < chain_.count; ++i) {
      Slide(i, needed[i].begin);
      const Rows missing = {std::max(there_[i].end, needed[i].begin), needed[i].end};
      there_[i] = needed[i];
      if (missing.count() > 0) RunStage(i, missing);
    }
    RunStage(chain_.count - 1, out);
  }

  // Moves what is still needed of the rows behind stage i to the start of their buffer.
  void Slide(int i, int64_t begin) {
    const BandStage& stage = chain_.stages[i];
    if (there_[i].end <= begin || there_[i].begin == begin) return;
    uint8_t* buffer = scratch_ + stage.buffer_offset;
    std::memmove(buffer, buffer + static_cast<size_t>(begin - there_[i].begin) * stage.row_bytes,
                 static_cast<size_t>(there_[i].end - begin) * stage.row_bytes);
  }

  void* Buffer(int i) const {
    return RowZero(scratch_ + chain_.stages[i].buffer_offset, there_[i].begin, chain_.stages[i].row_bytes);
  }

  void RunStage(int i, Rows rows) {
    Step& step = prepared_.steps[chain_.stages[i].step];
    OpContext context(session_, step);
    Band band;
    band.x = i == 0 ? context.input(0).data : Buffer(i - 1);
    band.y = i + 1 == chain_.count ? context.output(0).data : Buffer(i);
    band.begin = static_cast<size_t>(rows.begin);
    band.end = static_cast<size_t>(rows.end);
    band.scratch = scratch_ + chain_.scratch_offset;
    step.def->band->run(context, band);
  }

  SessionImpl& session_;
  Prepared& prepared_;
  const BandChain& chain_;
  uint8_t* const scratch_;
  Rows there_[kMaxStages] = {};  // rows behind each stage that its buffer holds
};

}  // namespace

Status FormChains(SessionImpl& session, Prepared* prepared) {
  ChainBuilder builder(session, prepared);
  return builder.Run();
}

void RunChain(SessionImpl& session, Prepared& prepared, const BandChain& chain) {
  const BandStage& last = chain.stages[chain.count - 1];
  OpContext context(session, prepared.steps[last.step]);
  context.Parallel(static_cast<size_t>(chain.tasks), [&](size_t task, int thread) {
    ChainTask run(session, prepared, chain, static_cast<uint8_t*>(context.thread_scratch(thread)));
    run.Run(RowsOfTask(last.geometry.out_rows, chain.tasks, static_cast<int64_t>(task)));
  });
}

}  // namespace linnet
