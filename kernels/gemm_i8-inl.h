// Body of kernels/gemm_i8.h over the vector vocabulary and the sums of products in dot_<isa>.h. Included inside a
// region and a namespace of an instruction set; no include guard, no includes but its own parts.
//
// A task computes a rectangle of C. It stages B if B is not in panels that a tile can read, then goes through blocks of
// rows: packs A over all of k into the form that the instructions multiply, and computes tiles, B's panels outermost. A
// packed row is at most twice as long as k and read in order, so k is never cut: sums stay in registers.

#include "kernels/gemm_i8_pack-inl.h"
#include "kernels/gemm_i8_tile-inl.h"

namespace {

LINNET_INLINE size_t Ceil(size_t value, size_t divisor) { return (value + divisor - 1) / divisor; }
LINNET_INLINE size_t Align64(size_t bytes) { return Ceil(bytes, 64) * 64; }

// Images of few channels are read as they lie, not packed patch by patch: a patch is copied in runs too short to be fast. So
// are those of some more channels if a row of outputs is several tiles.
constexpr size_t kDirectChannels = 16, kWideChannels = 1024, kWideRow = 13, kDirectDepth = 4608;

LINNET_INLINE bool ReadsImageRows(const GemmI8& g) {
  const ConvRows* conv = g.conv;
  if (!kReadsRuns || conv == nullptr || g.m == 0 || g.k == 0 || g.k > kDirectDepth) return false;
  // Whole image rows are packed: none of their pixels in vain.
  if (conv->dilation_h != 1 || conv->dilation_w != 1) return false;
  if (conv->stride_h > conv->kernel_h || conv->stride_w > conv->kernel_w) return false;
  if (g.b_layout != GemmI8B::kPanels || g.panel_width != kPanel || WantsRowSums(g)) return false;
  return conv->channels <= kDirectChannels || (conv->channels <= kWideChannels && conv->out_w >= kWideRow);
}

// Groups of four values along k of B's staged panels.
LINNET_INLINE size_t StagedGroups(const GemmI8& g) {
  return ReadsImageRows(g) ? g.conv->kernel_h * RunGroups(*g.conv) : Ceil(g.k, 4);
}

LINNET_INLINE bool StagesB(const GemmI8& g) {
  // Runs that are no whole groups of four are filled up.
  if (ReadsImageRows(g)) return g.conv->kernel_w * g.conv->channels % 4 != 0;
  const bool whole = g.panel_width == kPanel || g.panel_width == kLanes || g.panel_width == kTileColumns;
  return g.b_layout != GemmI8B::kPanels || !whole;
}

// What lies in a thread's scratch, as offsets.
struct Scratch {
  size_t b, b_sums, patch, a_sums, a, bytes;
};

LINNET_INLINE Scratch ScratchOf(const GemmI8& g, const GemmPlanI8& plan) {
  Scratch s = {};
  const size_t columns = Ceil(plan.block_columns, kPanel) * kPanel, rows = plan.block_rows + kRowsTogether - 1;
  const bool activation = g.b_layout != GemmI8B::kPanels;
  s.b_sums = StagesB(g) ? Align64(columns * Ceil(StagedGroups(g) * 4, kGroup) * kGroup) : 0;
  s.patch = s.b_sums + (activation ? Align64(columns * sizeof(int32_t)) : 0);
  s.a_sums = s.patch + (g.conv != nullptr ? Align64(g.k + 16) : 0);
  s.a = s.a_sums + Align64(rows * sizeof(int32_t));
  if (plan.direct) {
    s.bytes = s.a + Align64(ImageRows(*g.conv, plan.block_rows / g.conv->out_w) * ImageRowStride(*g.conv) + 64);
    return s;
  }
  s.bytes = s.a + Align64(rows * PackedStride(g.k) + 64);  // tiles may read behind a row
  return s;
}

// Part of a task: a block of rows and of columns, packed.
struct Block {
  size_t row, rows, column, columns;
  size_t line;  // rows of A side by side: all, or those of a row of outputs
  PackedA a;
  const int8_t* b;  // of the block's first column
  const int32_t* b_sums;
  size_t b_step, b_panel;
};

// Start, factor and multiplier of `count` columns from `column` on, which is column `j` of the block; zeros behind them.
void FillColumns(const GemmI8& g, const Block& block, size_t j, size_t count, Columns* to) {
  const size_t column = block.column + j;
  const int32_t* b_sums = g.b_layout == GemmI8B::kPanels ? g.b_sum + column : block.b_sums + j;
  const uint32_t a_zero = static_cast<uint32_t>(g.a_zero_point), k = static_cast<uint32_t>(g.k);
  const VecI32 per_sum = SetI32(static_cast<int32_t>(a_zero + (kUnsignedA ? 128 : 0)));
  const VecI32 per_zero = SetI32(static_cast<int32_t>(k * a_zero));
  for (size_t i = 0; i < kTileColumns; i += kLanes) {
    const size_t lanes = count <= i ? 0 : count - i < kLanes ? count - i : kLanes;
    const bool all = lanes == kLanes;
    VecI32 zero = SetI32(g.b_zero_point), start = SetI32(0);
    if (g.b_zero_points != nullptr) zero = LoadI32N(g.b_zero_points + column + i, lanes);
    if (g.bias != nullptr) start = all ? LoadI32(g.bias + column + i) : LoadI32N(g.bias + column + i, lanes);
    start = Sub(start, Mul(per_sum, all ? LoadI32(b_sums + i) : LoadI32N(b_sums + i, lanes)));
    start = Add(start, Mul(per_zero, zero));
    StoreI32(to->start + i, start);
    StoreI32(to->factor + i, Sub(SetI32(0), zero));
    if (g.multiplier == nullptr) continue;
    Store(to->multiplier + i, all ? Load(g.multiplier + column + i) : LoadN(g.multiplier + column + i, lanes));
  }
}

// All tiles of the columns [j, j + count) of a line, balanced in height.
template <int kVecs>
void ComputeLine(size_t rows, size_t count, const PackedA& a, Tile t) {
  // Rows that are interleaved stay together.
  const size_t sets = Ceil(rows, kRowsTogether), tiles = Ceil(sets, kTileRows / kRowsTogether);
  uint8_t* c = t.c;
  size_t row = 0;
  for (size_t i = 0; i < tiles; ++i) {
    const size_t next = i + 1 == tiles ? rows : sets * (i + 1) / tiles * kRowsTogether;
    t.dot.a = PackedRow(a.rows, row, a.stride);
    t.a_sums = a.sums != nullptr ? a.sums + row : nullptr;
    t.c = c + row * t.c_stride;
    if (count == kVecs * kLanes) {
      ComputeRows<kVecs>(next - row, t);
    } else {
      ComputeEdge<kVecs>(next - row, count, t);
    }
    row = next;
  }
}

template <int kVecs>
void ComputeColumns(const Block& block, size_t count, Tile t) {
  PackedA a = block.a;
  for (size_t row = 0; row < block.rows; row += block.line) {
    ComputeLine<kVecs>(block.line, count, a, t);
    a.rows += a.line_bytes;
    t.c += block.line * t.c_stride;
  }
}

void ComputeBlock(const GemmI8& g, const Block& block) {
  const size_t element = g.multiplier != nullptr ? sizeof(int8_t) : sizeof(int32_t);
  Columns columns;
  Tile t = {};
  t.dot.groups = block.a.runs == 1 ? Ceil(g.k, 4) : RunGroups(*g.conv);
  t.dot.runs = block.a.runs;
  t.dot.a_run = block.a.run;
  t.dot.a_stride = block.a.stride;
  t.dot.b_step = block.b_step;
  t.dot.b_panel = block.b_panel;
  t.columns = &columns;
  t.requantize = g.requantize;
  t.narrow = g.multiplier != nullptr;
  t.c_stride = g.c_stride * element;
  for (size_t j = 0; j < block.columns;) {
    const size_t left = block.columns - j;
    const size_t width = left > kLanes ? kTileColumns : kLanes, count = left < width ? left : width;
    FillColumns(g, block, j, count, &columns);
    t.dot.b = block.b + j / kPanel * block.b_panel + j % kPanel * 4;
    t.c = static_cast<uint8_t*>(g.c) + (block.row * g.c_stride + block.column + j) * element;
    if (width == kLanes) {
      ComputeColumns<1>(block, count, t);
    } else {
      ComputeColumns<kTileVecs>(block, count, t);
    }
    j += width;
  }
}

void RunTask(const GemmI8& g, const GemmPlanI8& plan, size_t task, void* scratch) {
  const size_t row = task / plan.column_tasks * plan.task_rows;
  const size_t first = task % plan.column_tasks * plan.task_columns;
  const size_t end = g.m - row < plan.task_rows ? g.m : row + plan.task_rows;
  const size_t last = g.n - first < plan.task_columns ? g.n : first + plan.task_columns;
  const Scratch place = ScratchOf(g, plan);
  uint8_t* base = static_cast<uint8_t*>(scratch);
  Block block = {};
  int32_t* a_sums = reinterpret_cast<int32_t*>(base + place.a_sums);
  block.a = {base + place.a, PackedStride(g.k), WantsRowSums(g) ? a_sums : nullptr,
             reinterpret_cast<int8_t*>(base + place.patch), 1, 0, 0};
  if (plan.direct) {
    block.a.stride = g.conv->stride_w * g.conv->channels;
    block.a.runs = g.conv->kernel_h;
    block.a.run = ImageRowStride(*g.conv);
    block.a.line_bytes = g.conv->stride_h * ImageRowStride(*g.conv);
  }
  for (block.column = first; block.column < last; block.column += block.columns) {
    block.columns = last - block.column < plan.block_columns ? last - block.column : plan.block_columns;
    if (StagesB(g)) {
      int8_t* b = reinterpret_cast<int8_t*>(base + place.b);
      int32_t* sums = reinterpret_cast<int32_t*>(base + place.b_sums);
      if (plan.direct) {
        StageRuns(g, block.column, block.columns, b);
      } else if (g.b_layout == GemmI8B::kPanels) {
        StageNarrowPanel(g, b);
      } else {
        StageB(g, block.column, block.columns, b, sums);
      }
      block.b = b;
      block.b_sums = sums;
      block.b_step = kPanel * 4;
      block.b_panel = StagedGroups(g) * 4 * kPanel;
    } else {
      block.b_step = g.panel_width * 4;
      block.b_panel = Ceil(g.k, 4) * 4 * g.panel_width;
      block.b = g.b + block.column / g.panel_width * block.b_panel;
    }
    for (block.row = row; block.row < end; block.row += block.rows) {
      block.rows = end - block.row < plan.block_rows ? end - block.row : plan.block_rows;
      block.line = block.rows;
      if (plan.direct) {
        block.line = g.conv->out_w;
        // A block's lines are of one image.
        const size_t pixels = g.conv->out_h * g.conv->out_w, left = pixels - block.row % pixels;
        if (block.rows > left) block.rows = left;
        PackImageRows(g, block.row, block.rows / block.line, block.a);
      } else if (g.conv != nullptr) {
        PackPatches(g, block.row, block.rows, block.a);
      } else {
        PackPlainRows(g, block.row, block.rows, block.a);
      }
      ComputeBlock(g, block);
    }
  }
}

// --- The plan ---

constexpr size_t kLeastTask = 256 * 1024;  // multiply-adds
constexpr size_t kReadCost = 4, kPackCost = 6;  // of a value, in multiply-adds

// `size` cut into equal parts of at most `limit`, a multiple of `multiple`.
size_t EvenPart(size_t size, size_t limit, size_t multiple) {
  if (size == 0) return multiple;
  return Ceil(Ceil(size, Ceil(size, limit)), multiple) * multiple;
}

void PlanTasks(const GemmI8& g, int threads, size_t products, GemmPlanI8* plan) {
  const TaskCosts costs = {kLeastTask, Ceil(g.m, 4 * kTileRows), 64, kPackCost, kReadCost};
  const TaskGrid grid = PlanTaskGrid(static_cast<size_t>(threads), products, g.m, g.n, g.k, costs);
  plan->task_rows = EvenPart(g.m, grid.task_rows + (g.m == 0), plan->direct ? g.conv->out_w : 1);
  plan->task_columns = grid.task_columns;
  plan->column_tasks = Ceil(g.n, plan->task_columns);
  plan->tasks = Ceil(g.m, plan->task_rows) * plan->column_tasks;
}

// Rows of outputs whose image rows take half of the first cache, one at least.
size_t LinesOfBlock(const GemmI8& g, size_t lines) {
  const size_t most = Caches().l1d / 2;
  while (lines > 1 && ImageRows(*g.conv, lines) * ImageRowStride(*g.conv) > most) --lines;
  return lines > 0 ? lines : 1;
}

// A block of A takes half of the first cache, or more, up to half of the second, until a panel of B that it meets is
// used for a few tiles.
void PlanBlocks(const GemmI8& g, GemmPlanI8* plan) {
  const CacheSizes caches = Caches();
  const size_t bytes = PackedStride(g.k);
  size_t rows = caches.l1d / 2 / bytes;
  if (rows < 4 * kTileRows) rows = 4 * kTileRows;
  if (rows > caches.l2 / 2 / bytes) rows = caches.l2 / 2 / bytes;
  if (rows == 0) rows = 1;
  plan->block_rows = EvenPart(plan->task_rows, rows, 1);
  if (plan->direct) plan->block_rows = LinesOfBlock(g, plan->task_rows / g.conv->out_w) * g.conv->out_w;
  plan->block_columns = Ceil(plan->task_columns, kPanel) * kPanel;
  if (StagesB(g)) {
    const size_t columns = caches.l2 / 2 / (Ceil(g.k, 4) * 4 + 4) / kPanel * kPanel;
    const size_t limit = columns < kPanel ? kPanel : columns;
    if (plan->block_columns > limit) plan->block_columns = limit;
  }
}

}  // namespace

GemmPlanI8 PlanGemmI8(const GemmI8& g, int threads, size_t products) {
  GemmPlanI8 plan = {};
  plan.run = &RunTask;
  plan.direct = ReadsImageRows(g);
  PlanTasks(g, threads, products == 0 ? 1 : products, &plan);
  PlanBlocks(g, &plan);
  plan.scratch_bytes = ScratchOf(g, plan).bytes;
  return plan;
}
