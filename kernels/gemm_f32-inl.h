// Body of kernels/gemm_f32.h over the vector vocabulary. Included inside a region and a namespace of an instruction
// set; no include guard, no includes but its own parts.
//
// A task computes a rectangle of C. For each block of columns and each block of k it stages B if B is not in panels of
// 16, then goes through blocks of rows: packs A if rows are patches or would fall into one cache set, and computes
// tiles, B's panels outermost. Sums that span several blocks of k wait in C. The patches of an image of few channels are
// not packed: one row of outputs is a block, and its padded input rows are read as they lie, a run per kernel row.

#include "kernels/row_pointers-inl.h"
#include "kernels/gemm_f32_tile-inl.h"
#include "kernels/gemm_f32_pack-inl.h"

namespace {

// A part of the task: rows x columns x k, and where its operands lie.
struct Block {
  size_t row, rows, column, columns, p, count;
  const float* a;
  size_t a_stride, a_run, runs;  // as in Tile
  const float* b;
  size_t b_step, b_panel;
};

LINNET_INLINE bool IsTransposedVector(const GemmF32& g) {
  return g.m == 1 && g.b_layout == GemmB::kTransposed && g.conv == nullptr;
}

// The columns [first, last) of one row of C as dot products: both operands lie along k.
void MultiplyTransposedVector(const GemmF32& g, size_t first, size_t last) {
  for (size_t j = first; j < last; ++j) {
    const float* b = static_cast<const float*>(g.b) + j * g.b_stride;
    VecF32 sum[4] = {Zero(), Zero(), Zero(), Zero()};
    size_t p = 0;
    for (; p + 4 * kLanes <= g.k; p += 4 * kLanes) {
      for (size_t u = 0; u < 4; ++u) sum[u] = Fma(Load(g.a + p + u * kLanes), Load(b + p + u * kLanes), sum[u]);
    }
    for (; p < g.k; p += kLanes) {
      const size_t lanes = g.k - p < kLanes ? g.k - p : kLanes;
      sum[0] = Fma(LoadN(g.a + p, lanes), LoadN(b + p, lanes), sum[0]);
    }
    float total = SumLanes(Add(Add(sum[0], sum[1]), Add(sum[2], sum[3])));
    if (g.bias != nullptr) total += g.bias[j];
    if (g.residual != nullptr) total += g.residual[j];
    g.c[j] = total;
  }
}

// Activations that tiles apply.
LINNET_INLINE bool IsInTile(ActivationKind kind) {
  return kind == ActivationKind::kNone || kind == ActivationKind::kClamp || kind == ActivationKind::kHardSwish;
}

// The tiles of one block, balanced in height.
void ComputeBlock(const GemmF32& g, const Block& block) {
  const bool first = block.p == 0, last = block.p + block.count == g.k;
  Tile t;
  t.k = block.count / block.runs;
  t.runs = block.runs;
  t.a_run = block.a_run;
  t.a_stride = block.a_stride;
  t.b_step = block.b_step;
  t.b_panel = block.b_panel;
  t.c_stride = g.c_stride;
  t.start_stride = first ? g.residual_stride : g.c_stride;
  t.clamp = last && g.activation.kind == ActivationKind::kClamp;
  t.hard_swish = last && g.activation.kind == ActivationKind::kHardSwish;
  t.lo = g.activation.lo;
  t.hi = g.activation.hi;
  size_t width = 0;
  for (size_t j = 0; j < block.columns; j += width) {
    const size_t column = block.column + j, left = block.columns - j;
    const bool vector = g.m == 1 && left >= kVectorVecs * kLanes;
    width = vector ? kVectorVecs * kLanes : TileWidth(left);
    t.last_lanes = (width - 1) % kLanes + 1;
    t.b = block.b + j / kPanel * block.b_panel + j % kPanel;
    t.bias = first && g.bias != nullptr ? g.bias + column : nullptr;
    const size_t height = TileHeight(width);
    const size_t tiles = (block.rows + height - 1) / height;
    for (size_t i = 0, row = block.row; i < tiles; ++i) {
      const size_t next = block.row + block.rows * (i + 1) / tiles;
      t.a = block.a + (row - block.row) * block.a_stride;
      t.c = g.c + row * g.c_stride + column;
      t.start = !first ? t.c : g.residual != nullptr ? g.residual + row * g.residual_stride + column : nullptr;
      if (vector) {
        ComputeTile<1, kVectorVecs>(t);
      } else {
        ComputeColumns(next - row, width, t);
      }
      row = next;
    }
  }
}

// A block of rows of the task: packs A if planned, computes, and applies what tiles do not.
void RunRows(const GemmF32& g, const GemmPlanF32& plan, Block block, float* packed) {
  block.a = g.a + block.row * g.a_stride + block.p;
  block.a_stride = g.a_stride;
  block.runs = 1;
  if (plan.direct) {
    PackImageRows(*g.conv, g.a, block.row, packed);
    block.a = packed;
    block.a_stride = g.conv->stride_w * g.conv->channels;
    block.a_run = ImageRowFloats(*g.conv);
    block.runs = g.conv->kernel_h;
  } else if (plan.pack_a && block.count > 0) {
    block.a = packed;
    block.a_stride = plan.block_k + kPanel;
    if (g.conv != nullptr) {
      PackPatches(g, block.row, block.rows, block.p, block.count, packed, block.a_stride);
    } else {
      PackPlainRows(g, block.row, block.rows, block.p, block.count, packed, block.a_stride);
    }
  }
  ComputeBlock(g, block);
  const ActivationKind kind = g.activation.kind;
  if (block.p + block.count < g.k || IsInTile(kind)) return;
  // Rows that lie side by side are one: a call for each costs more than a short row itself.
  const size_t calls = g.c_stride == block.columns ? 1 : block.rows;
  for (size_t i = 0; i < calls; ++i) {
    float* c = g.c + (block.row + i) * g.c_stride + block.column;
    ApplyActivationF32(g.activation, block.columns * (block.rows / calls), c, c);
  }
}

// Floats of scratch that hold a block of B; A follows.
size_t StagedFloats(const GemmF32& g, const GemmPlanF32& plan) {
  if (plan.stage_b) return (plan.block_columns + kPanel - 1) / kPanel * kPanel * plan.block_k;
  return g.b_layout == GemmB::kRows ? kPanel * plan.block_k : 0;
}

// [p, p + count) of the columns of `block`, all rows of the task up to `end`.
void RunDepth(const GemmF32& g, const GemmPlanF32& plan, Block block, size_t p, size_t row, size_t end, float* scratch) {
  block.p = p;
  block.count = g.k - p < plan.block_k ? g.k - p : plan.block_k;
  float* packed = scratch + StagedFloats(g, plan);
  if (plan.stage_b || (g.b_layout == GemmB::kRows && block.columns < kLanes)) {
    StageB(g, block.column, block.columns, p, block.count, scratch);
    block.b = scratch;
    block.b_step = kPanel;
    block.b_panel = block.count * kPanel;
  } else if (g.b_layout == GemmB::kPanels) {
    const size_t w = g.panel_width;
    block.b = static_cast<const float*>(g.b) + block.column * g.k + p * w;
    block.b_step = w;
    block.b_panel = g.k * w;
  } else {  // rows, as they lie
    block.b = static_cast<const float*>(g.b) + p * g.b_stride + block.column;
    block.b_step = g.b_stride;
    block.b_panel = kPanel;
  }
  for (block.row = row; block.row < end; block.row += block.rows) {
    block.rows = end - block.row < plan.block_rows ? end - block.row : plan.block_rows;
    RunRows(g, plan, block, packed);
  }
}

void RunTask(const GemmF32& g, const GemmPlanF32& plan, size_t task, float* scratch) {
  const size_t row = task / plan.column_tasks * plan.task_rows;
  const size_t first = task % plan.column_tasks * plan.task_columns;
  const size_t end = g.m - row < plan.task_rows ? g.m : row + plan.task_rows;
  const size_t last = g.n - first < plan.task_columns ? g.n : first + plan.task_columns;
  if (IsTransposedVector(g)) {
    MultiplyTransposedVector(g, first, last);
    if (g.activation.kind != ActivationKind::kNone) {
      ApplyActivationF32(g.activation, last - first, g.c + first, g.c + first);
    }
    return;
  }
  Block block = {};
  for (block.column = first; block.column < last; block.column += block.columns) {
    block.columns = last - block.column < plan.block_columns ? last - block.column : plan.block_columns;
    // Rows of B that are read as they lie are read in whole vectors; what is left of them is a block of its own.
    if (g.b_layout == GemmB::kRows && !plan.stage_b && block.columns > kLanes) block.columns -= block.columns % kLanes;
    const size_t step = plan.k_outer ? end - row : plan.block_rows;
    for (size_t r = row; r < end; r += step) {
      const size_t r_end = end - r < step ? end : r + step;
      size_t p = 0;
      do {  // once where k = 0
        RunDepth(g, plan, block, p, r, r_end, scratch);
        p += plan.block_k;
      } while (p < g.k);
    }
  }
}

}  // namespace

#include "kernels/gemm_f32_plan-inl.h"
