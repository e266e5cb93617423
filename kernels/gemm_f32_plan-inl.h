// How gemm_f32 cuts a product into tasks and blocks. Included by gemm_f32-inl.h.

namespace {

constexpr size_t kBlockTiles = kWideTile ? 12 : 1;  // tiles of rows that share one pass over B's panels
constexpr size_t kDirectRows = 12;   // up to so many rows, B's rows are read as they lie
constexpr size_t kLeastTask = 64 * 1024;  // multiply-adds
constexpr size_t kReadCost = 4, kPackCost = 10;  // of a value, in multiply-adds

size_t Ceil(size_t value, size_t divisor) { return (value + divisor - 1) / divisor; }

// `size` cut into equal parts of at most `limit`, a multiple of `multiple`.
size_t EvenPart(size_t size, size_t limit, size_t multiple) {
  if (size == 0) return multiple;
  return Ceil(Ceil(size, Ceil(size, limit)), multiple) * multiple;
}

// Rows of A that lie a multiple of 1 KiB apart: a tile's rows fall into so few sets of the first cache that they evict
// one another before the next value in their line is read.
bool RowsCollide(const GemmF32& g) { return g.a_stride % 256 == 0 && g.k > 64; }

constexpr size_t kDirectChannels = 8, kDirectDepth = 512;  // images of up to so many are not packed patch by patch

// A patch of few channels is copied in runs too short to be fast.
bool ReadsImageRows(const GemmF32& g) {
  const ConvRows* conv = g.conv;
  return conv != nullptr && conv->channels <= kDirectChannels && conv->dilation_w == 1 && g.m > 0 && g.k > 0 &&
         g.k <= kDirectDepth;
}

void PlanBlocks(const GemmF32& g, GemmPlanF32* plan) {
  const CacheSizes caches = Caches();
  const bool narrow = g.b_layout == GemmB::kPanels && g.panel_width < kLanes;
  const bool transposed = g.b_layout == GemmB::kTransposed && !IsTransposedVector(g);
  plan->stage_b = narrow || transposed || g.b_layout == GemmB::kPanelsF16 ||
                  (g.b_layout == GemmB::kRows && g.m > kDirectRows);
  plan->pack_a = g.conv != nullptr || (RowsCollide(g) && g.m > 1 && g.n > 64);
  // A tile of A takes half of the first cache; a block of B takes half of the second.
  const size_t depth = caches.l1d / 2 / sizeof(float) / kTileRows / 16 * 16;
  plan->block_k = EvenPart(g.k, depth < 64 ? 64 : depth, 4);
  plan->block_rows = EvenPart(g.m, kBlockTiles * kTileRows, 1);
  const size_t b_floats = caches.l2 / 2 / sizeof(float);
  const bool fits = g.k * g.n <= b_floats;
  plan->k_outer = plan->stage_b || !fits;
  plan->direct = ReadsImageRows(g);
  if (plan->direct) {
    plan->pack_a = plan->k_outer = false;
    plan->block_k = g.k;
    plan->block_rows = g.conv->out_w;
  }
  plan->block_columns = fits ? Ceil(g.n, kPanel) * kPanel : Ceil(b_floats / plan->block_k, 64) * 64;
}

void PlanTasks(const GemmF32& g, int threads, size_t products, GemmPlanF32* plan) {
  const TaskCosts costs = {kLeastTask, Ceil(g.m, 2 * kTileRows), 64, plan->pack_a || plan->direct ? kPackCost : 1, kReadCost};
  const TaskGrid grid = PlanTaskGrid(static_cast<size_t>(threads), products, g.m, g.n, g.k, costs);
  plan->task_rows = EvenPart(g.m, grid.task_rows + (g.m == 0), plan->direct ? g.conv->out_w : 1);
  plan->task_columns = grid.task_columns;
  plan->column_tasks = Ceil(g.n, plan->task_columns);
  plan->tasks = Ceil(g.m, plan->task_rows) * plan->column_tasks;
  plan->block_rows = plan->block_rows < plan->task_rows ? plan->block_rows : plan->task_rows;
}

}  // namespace

GemmPlanF32 PlanGemmF32(const GemmF32& g, int threads, size_t products) {
  GemmPlanF32 plan = {};
  plan.run = &RunTask;
  PlanBlocks(g, &plan);
  PlanTasks(g, threads, products == 0 ? 1 : products, &plan);
  const size_t packed = plan.direct   ? g.conv->kernel_h * ImageRowFloats(*g.conv)
                        : plan.pack_a ? plan.block_rows * (plan.block_k + kPanel)
                                      : 0;
  plan.scratch_bytes = (StagedFloats(g, plan) + packed) * sizeof(float);
  return plan;
}
