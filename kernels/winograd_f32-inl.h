// Body of kernels/winograd_f32.h over the vector vocabulary and the tiles of gemm_f32. Included after gemm_f32-inl.h in
// the same namespace; no include guard.
//
//   V [36][chunk_tiles][row_stride]       transformed inputs, of all threads
//   U [36][2 panels][block_k][16]         transformed filters of two panels, of one thread
//   P [36][block_tiles][32]               products of a block of tiles, of one thread
//
// The strides between the 36 parts are odd multiples of a cache line, so that they fall into different sets.

namespace {

constexpr size_t kProducts = 36;
constexpr size_t kPairPanels = 2, kPairColumns = kPairPanels * kPanel;
constexpr size_t kBlockTilesLimit = 28 / kTileRows * kTileRows;
constexpr size_t kChunkBytes = size_t{1} << 20;  // of V
constexpr size_t kFilterBlock = 128;             // channels of U at once

// B' d: one line of six inputs.
LINNET_INLINE void TransformInputLine(const VecF32 (&d)[6], VecF32 (&v)[6]) {
  const VecF32 two = Set(2), four = Set(4), five = Set(5);
  const VecF32 a = FmaNeg(four, d[2], d[4]), b = FmaNeg(four, d[1], d[3]);
  const VecF32 c = Sub(d[4], d[2]), e = Mul(two, Sub(d[3], d[1]));
  v[0] = Add(FmaNeg(five, d[2], Mul(four, d[0])), d[4]);
  v[1] = Add(a, b);
  v[2] = Sub(a, b);
  v[3] = Add(c, e);
  v[4] = Sub(c, e);
  v[5] = Add(FmaNeg(five, d[3], Mul(four, d[1])), d[5]);
}

// G g: one line of three weights.
LINNET_INLINE void TransformFilterLine(VecF32 g0, VecF32 g1, VecF32 g2, VecF32 (&u)[6]) {
  const VecF32 sixth = Set(1.0f / 6), twelfth = Set(1.0f / 12), even = Add(g0, g2);
  const VecF32 low = Fma(sixth, g2, Mul(Set(1.0f / 24), g0));
  u[0] = Mul(Set(0.25f), g0);
  u[1] = Mul(Set(-1.0f / 6), Add(even, g1));
  u[2] = Mul(sixth, Sub(g1, even));
  u[3] = Fma(twelfth, g1, low);
  u[4] = FmaNeg(twelfth, g1, low);
  u[5] = g2;
}

// A' m: one line of six products.
LINNET_INLINE void TransformOutputLine(const VecF32 (&m)[6], VecF32 (&y)[4]) {
  const VecF32 a = Add(m[1], m[2]), b = Sub(m[1], m[2]), c = Add(m[3], m[4]), d = Sub(m[3], m[4]);
  y[0] = Add(Add(m[0], a), c);
  y[1] = Fma(Set(2), d, b);
  y[2] = Fma(Set(4), c, a);
  y[3] = Add(Fma(Set(8), d, b), m[5]);
}

// A tile's place. Its first input may lie outside of the image: coordinates are computed modulo 2^64.
struct WinogradTile {
  size_t image, oy, ox;
};

LINNET_INLINE WinogradTile TileAt(const WinogradPlanF32& plan, size_t tile) {
  const size_t in_image = tile % plan.tiles_per_image;
  return {tile / plan.tiles_per_image, in_image / plan.tiles_w * 4, in_image % plan.tiles_w * 4};
}

// --- Inputs ---

// V of `lanes` channels of a tile. Where kInside, all 36 inputs exist.
template <bool kInside>
LINNET_INLINE void TransformInput(const WinogradF32& w, const float* x, size_t y0, size_t x0, size_t lanes,
                                  size_t product_stride, float* v) {
  VecF32 columns[6][6];
  for (size_t j = 0; j < 6; ++j) {
    VecF32 d[6], line[6];
    for (size_t i = 0; i < 6; ++i) {
      if constexpr (kInside) {
        d[i] = Load(x + (i * w.in_w + j) * w.x_stride);
      } else {
        const bool exists = y0 + i < w.in_h && x0 + j < w.in_w;
        d[i] = exists ? LoadN(x + ((y0 + i) * w.in_w + x0 + j) * w.x_stride, lanes) : Zero();
      }
    }
    TransformInputLine(d, line);
    for (size_t i = 0; i < 6; ++i) columns[i][j] = line[i];
  }
  for (size_t i = 0; i < 6; ++i) {
    VecF32 line[6];
    TransformInputLine(columns[i], line);
    for (size_t j = 0; j < 6; ++j) Store(v + (i * 6 + j) * product_stride, line[j]);
  }
}

void TransformInputs(const WinogradF32& w, const WinogradPlanF32& plan, size_t chunk, size_t task, float* shared) {
  const size_t first = chunk * plan.chunk_tiles;
  const size_t left = plan.tiles - first;
  const size_t count = left < plan.chunk_tiles ? left : plan.chunk_tiles;
  const size_t end = (task + 1) * plan.input_tiles < count ? (task + 1) * plan.input_tiles : count;
  for (size_t t = task * plan.input_tiles; t < end; ++t) {
    const WinogradTile tile = TileAt(plan, first + t);
    const size_t y0 = tile.oy - w.pad_top, x0 = tile.ox - w.pad_left;
    const bool inside = y0 < w.in_h && x0 < w.in_w && y0 + 6 <= w.in_h && x0 + 6 <= w.in_w;
    const float* image = w.x + tile.image * w.in_h * w.in_w * w.x_stride;
    float* v = shared + t * plan.row_stride;
    for (size_t c = 0; c < w.channels; c += kLanes, v += kLanes) {
      const size_t lanes = w.channels - c < kLanes ? w.channels - c : kLanes;
      if (inside && lanes == kLanes) {
        TransformInput<true>(w, image + (y0 * w.in_w + x0) * w.x_stride + c, 0, 0, lanes, plan.product_stride, v);
      } else {
        TransformInput<false>(w, image + c, y0, x0, lanes, plan.product_stride, v);
      }
    }
  }
}

// --- Filters ---

// U of channels [first, first + count) of `panels` panels.
void TransformFilters(const WinogradF32& w, const WinogradPlanF32& plan, size_t panel, size_t panels, size_t first,
                      size_t count, float* u) {
  const size_t tap = w.channels * kPanel;
  for (size_t i = 0; i < panels; ++i) {
    const float* filters = w.filters + (panel + i) * 9 * tap + first * kPanel;
    for (size_t o = 0; o < count * kPanel; o += kLanes) {
      VecF32 rows[6][3];
      for (size_t kx = 0; kx < 3; ++kx) {
        const float* g = filters + kx * tap + o;
        VecF32 line[6];
        TransformFilterLine(Load(g), Load(g + 3 * tap), Load(g + 6 * tap), line);
        for (size_t r = 0; r < 6; ++r) rows[r][kx] = line[r];
      }
      float* to = u + i * count * kPanel + o;
      for (size_t r = 0; r < 6; ++r) {
        VecF32 line[6];
        TransformFilterLine(rows[r][0], rows[r][1], rows[r][2], line);
        for (size_t s = 0; s < 6; ++s) Store(to + (r * 6 + s) * plan.filter_stride, line[s]);
      }
    }
  }
}

// --- Products ---

// A block of tiles, the columns of one or two panels.
struct WinogradBlock {
  size_t tile, tiles;       // within the chunk
  size_t column, columns;   // of y, rounded up to whole panels
  size_t k, count;          // channels
  const float* v;
  const float* u;
  float* p;
};

// P (+)= V U for all 36.
void MultiplyBlock(const WinogradPlanF32& plan, const WinogradBlock& block) {
  Tile t = {};
  t.k = block.count;
  t.a_stride = plan.row_stride;
  t.b_step = kPanel;
  t.b_panel = block.count * kPanel;
  t.c_stride = t.start_stride = kPairColumns;
  const size_t heights = (block.tiles + kTileRows - 1) / kTileRows;
  for (size_t e = 0; e < kProducts; ++e) {
    const float* v = block.v + e * plan.product_stride + block.tile * plan.row_stride + block.k;
    const float* u = block.u + e * plan.filter_stride;
    float* p = block.p + e * block.tiles * kPairColumns;
    for (size_t j = 0; j < block.columns;) {
      const bool wide = block.columns - j >= kTileColumns;
      t.b = u + j / kPanel * t.b_panel + j % kPanel;
      for (size_t i = 0, row = 0; i < heights; ++i) {
        const size_t next = block.tiles * (i + 1) / heights;
        t.a = v + row * plan.row_stride;
        t.c = p + row * kPairColumns + j;
        t.start = block.k > 0 ? t.c : nullptr;
        ComputeColumns(next - row, wide ? kTileColumns : kLanes, t);
        row = next;
      }
      j += wide ? kTileColumns : kLanes;
    }
  }
}

// --- Outputs ---

// `lanes` channels from `column` on of a tile, whose products begin at p.
LINNET_INLINE void TransformOutput(const WinogradF32& w, const WinogradTile& tile, size_t column, size_t lanes,
                                   const float* p, size_t product_stride) {
  VecF32 rows[4][6];
  for (size_t j = 0; j < 6; ++j) {
    VecF32 m[6], line[4];
    for (size_t i = 0; i < 6; ++i) m[i] = Load(p + (i * 6 + j) * product_stride);
    TransformOutputLine(m, line);
    for (size_t i = 0; i < 4; ++i) rows[i][j] = line[i];
  }
  const VecF32 bias = w.bias != nullptr ? LoadN(w.bias + column, lanes) : Zero();
  const bool clamp = w.activation.kind == ActivationKind::kClamp;
  const VecF32 lo = Set(w.activation.lo), hi = Set(w.activation.hi);
  const size_t height = w.out_h - tile.oy < 4 ? w.out_h - tile.oy : 4, width = w.out_w - tile.ox < 4 ? w.out_w - tile.ox : 4;
  for (size_t i = 0; i < height; ++i) {
    VecF32 line[4];
    TransformOutputLine(rows[i], line);
    const size_t pixel = (tile.image * w.out_h + tile.oy + i) * w.out_w + tile.ox;
    for (size_t j = 0; j < 4; ++j) {
      if (j == width) break;
      VecF32 y = Add(line[j], bias);
      if (w.residual != nullptr) y = Add(y, LoadN(w.residual + (pixel + j) * w.residual_stride + column, lanes));
      if (clamp) y = MinFast(hi, MaxFast(lo, y));
      StoreN(w.y + (pixel + j) * w.y_stride + column, y, lanes);
    }
  }
}

void TransformOutputs(const WinogradF32& w, const WinogradPlanF32& plan, size_t chunk, const WinogradBlock& block) {
  const size_t columns = w.n - block.column < block.columns ? w.n - block.column : block.columns;
  const ActivationKind kind = w.activation.kind;
  for (size_t t = 0; t < block.tiles; ++t) {
    const WinogradTile tile = TileAt(plan, chunk * plan.chunk_tiles + block.tile + t);
    for (size_t j = 0; j < columns; j += kLanes) {
      const size_t lanes = columns - j < kLanes ? columns - j : kLanes;
      TransformOutput(w, tile, block.column + j, lanes, block.p + t * kPairColumns + j, block.tiles * kPairColumns);
    }
    if (kind == ActivationKind::kNone || kind == ActivationKind::kClamp) continue;
    for (size_t oy = tile.oy; oy < w.out_h && oy < tile.oy + 4; ++oy) {
      for (size_t ox = tile.ox; ox < w.out_w && ox < tile.ox + 4; ++ox) {
        float* y = w.y + ((tile.image * w.out_h + oy) * w.out_w + ox) * w.y_stride + block.column;
        ApplyActivationF32(w.activation, columns, y, y);
      }
    }
  }
}

void MultiplyChunk(const WinogradF32& w, const WinogradPlanF32& plan, size_t chunk, size_t task, const float* shared,
                   float* scratch) {
  const size_t left = plan.tiles - chunk * plan.chunk_tiles;
  const size_t tiles = left < plan.chunk_tiles ? left : plan.chunk_tiles;
  const size_t first = tiles * (task % plan.parts) / plan.parts, end = tiles * (task % plan.parts + 1) / plan.parts;
  const size_t panel = task / plan.parts * kPairPanels, all_panels = (w.n + kPanel - 1) / kPanel;
  const size_t panels = all_panels - panel < kPairPanels ? all_panels - panel : kPairPanels;
  float* products = scratch + kProducts * plan.filter_stride;
  const size_t blocks = (end - first + plan.block_tiles - 1) / plan.block_tiles;
  WinogradBlock block = {};
  block.column = panel * kPanel;
  block.columns = panels * kPanel;
  block.v = shared;
  block.u = scratch;
  for (; block.k < w.channels; block.k += block.count) {
    block.count = w.channels - block.k < plan.block_k ? w.channels - block.k : plan.block_k;
    TransformFilters(w, plan, panel, panels, block.k, block.count, scratch);
    block.tile = first;
    for (size_t i = 0; i < blocks; ++i) {
      const size_t next = first + (end - first) * (i + 1) / blocks;
      block.tiles = next - block.tile;
      // Sums that wait for more channels all have a place; else one is enough.
      block.p = products + (plan.block_k < w.channels ? (block.tile - first) * kProducts * kPairColumns : 0);
      MultiplyBlock(plan, block);
      if (block.k + block.count == w.channels) TransformOutputs(w, plan, chunk, block);
      block.tile = next;
    }
  }
}

// The smallest odd multiple of a cache line that holds `floats`.
size_t OddLines(size_t floats) { return ((floats + 15) / 16 | 1) * 16; }

}  // namespace

WinogradPlanF32 PlanWinogradF32(const WinogradF32& w, int threads) {
  WinogradPlanF32 plan = {};
  plan.transform = &TransformInputs;
  plan.multiply = &MultiplyChunk;
  plan.tiles_w = (w.out_w + 3) / 4;
  plan.tiles_per_image = (w.out_h + 3) / 4 * plan.tiles_w;
  plan.tiles = w.batch * plan.tiles_per_image;
  plan.row_stride = OddLines(w.channels);
  const size_t wanted = threads > 1 ? 4 * static_cast<size_t>(threads) : 1;
  const size_t limit = kChunkBytes / (kProducts * plan.row_stride * sizeof(float));
  plan.chunk_tiles = EvenPart(plan.tiles, limit < kBlockTilesLimit ? kBlockTilesLimit : limit, 1);
  plan.chunks = Ceil(plan.tiles, plan.chunk_tiles);
  plan.product_stride = OddLines(plan.chunk_tiles * plan.row_stride);
  plan.input_tiles = Ceil(plan.chunk_tiles, wanted);
  plan.input_tasks = Ceil(plan.chunk_tiles, plan.input_tiles);
  plan.block_k = EvenPart(w.channels, kFilterBlock, 1);
  plan.filter_stride = OddLines(kPairColumns * plan.block_k);
  const size_t pairs = Ceil(w.n, kPairColumns), most = Ceil(plan.chunk_tiles, kBlockTilesLimit);
  plan.parts = Ceil(wanted, 2 * pairs);
  if (plan.parts > most) plan.parts = most;
  plan.product_tasks = pairs * plan.parts;
  plan.block_tiles = kBlockTilesLimit;
  const size_t part_tiles = Ceil(plan.chunk_tiles, plan.parts);
  const size_t waiting = plan.block_k < w.channels || part_tiles < plan.block_tiles ? part_tiles : plan.block_tiles;
  plan.shared_bytes = kProducts * plan.product_stride * sizeof(float);
  plan.scratch_bytes = kProducts * (plan.filter_stride + waiting * kPairColumns) * sizeof(float);
  return plan;
}
