// The inner loop of GEMM: a tile of C in registers. Included by gemm_f32-inl.h.

namespace {

// Rows and vectors of C that are held in registers; the rest takes one row of B and one value or quad of A.
// 14 x 2 of 32 registers of 16 lanes, 7 x 2 of 4 (g++ moves sums about with 8), 6 x 2 of 16; lanes of A come four at a time where an instruction multiplies by one.
// Each height is code of its own: builds for size have fewer.
#if defined(LINNET_SMALL)
constexpr int kTallestRows = 8;
#else
constexpr int kTallestRows = 14;
#endif
// Of 16 registers of 4 lanes, 2 x 4: a value of A is spread over a register for four products, not for two. SSE has its inner loop
// in assembler (MultiplyQuads).
constexpr bool kWideTile = kLanes == 4 && kRegisters == 16;
constexpr int kTileRows = kLanes == 16       ? kTallestRows
                          : kRegisters == 32 ? 7
                          : kRegisters == 16 ? (kWideTile ? 2 : 6)
                                             : 2;
constexpr int kTileVecs = kWideTile ? 4 : 2;
constexpr size_t kTileColumns = kTileVecs * kLanes;
// Columns that one vector holds take more rows at once: sums enough to hide the latency of Fma.
constexpr int kNarrowRows = kLanes == 8 ? 12 : kWideTile ? 8 : kTileRows;
// Two vectors of which the second is not whole take one tile; of four lanes, and in builds for size, they take two.
#if defined(LINNET_SMALL)
constexpr bool kPartialPairs = false;
#else
constexpr bool kPartialPairs = kLanes > 4;
#endif
constexpr int kVectorVecs = 8;  // for m = 1, likewise
constexpr size_t kPanel = 16;
constexpr size_t kPanelVecs = kPanel / kLanes;

struct Tile {
  size_t k;         // of one run
  const float* a;   // row i of run r at a + i * a_stride + r * a_run
  size_t a_stride;
  size_t runs = 1;  // a sum is over runs of k each: the kernel rows of a convolution that is read as it lies
  size_t a_run = 0;
  const float* b;  // the tile's first column at p = 0
  size_t b_step;   // floats from p to p + 1
  size_t b_panel;  // floats from a panel to the next
  const float* bias;
  const float* start;  // added: the residual, or the sum so far
  size_t start_stride;
  float* c;
  size_t c_stride;
  bool clamp, hard_swish;  // applied before C is stored
  float lo, hi;
  size_t last_lanes;  // columns of the last vector, if they are not all there; B has zeros behind them
};

// Offset in B of vector v of a tile that starts with a panel, or with an even vector of one.
LINNET_INLINE size_t VecOffset(int v, size_t b_panel) {
  return v / kPanelVecs * b_panel + v % kPanelVecs * kLanes;
}

// The sums are an array of which each element must stay in a register: every index has to be a constant early, which
// recursion over the rows makes it and a loop over them does not (g++ unrolls but one loop of a nest in time).
#define LINNET_NEXT_ROW(call) \
  if constexpr (kRow + 1 < kRows) call

// sum[i][v] = bias[v].
template <int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void SetRows(const VecF32 (&bias)[kVecs], VecF32 (&sum)[kRows][kVecs]) {
  for (int v = 0; v < kVecs; ++v) sum[kRow][v] = bias[v];
  LINNET_NEXT_ROW((SetRows<kRow + 1>(bias, sum)));
}

// Vector v of a row of kVecs at p; of the last one `lanes` where kPartial.
template <int kVecs, bool kPartial>
LINNET_INLINE VecF32 LoadColumn(const float* p, int v, size_t lanes) {
  return kPartial && v + 1 == kVecs ? LoadN(p + v * kLanes, lanes) : Load(p + v * kLanes);
}

template <bool kPartial, int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void AddRows(const float* row, size_t stride, size_t lanes, VecF32 (&sum)[kRows][kVecs]) {
  for (int v = 0; v < kVecs; ++v) sum[kRow][v] = Add(sum[kRow][v], LoadColumn<kVecs, kPartial>(row, v, lanes));
  LINNET_NEXT_ROW((AddRows<kPartial, kRow + 1>(row + stride, stride, lanes, sum)));
}

template <int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void ClampRows(VecF32 lo, VecF32 hi, VecF32 (&sum)[kRows][kVecs]) {
  for (int v = 0; v < kVecs; ++v) sum[kRow][v] = MinFast(hi, MaxFast(lo, sum[kRow][v]));
  LINNET_NEXT_ROW((ClampRows<kRow + 1>(lo, hi, sum)));
}

template <int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void HardSwishRows(VecF32 (&sum)[kRows][kVecs]) {
  for (int v = 0; v < kVecs; ++v) {
    const VecF32 x = sum[kRow][v], gate = Fma(x, Set(1.0f / 6), Set(0.5f));
    sum[kRow][v] = Mul(x, MinFast(Set(1), MaxFast(Zero(), gate)));
  }
  LINNET_NEXT_ROW((HardSwishRows<kRow + 1>(sum)));
}

// Not inlined: one copy for all tiles.
__attribute__((noinline)) void StorePartial(float* p, VecF32 v, size_t lanes) { StoreN(p, v, lanes); }

template <bool kPartial, int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void StoreRows(const VecF32 (&sum)[kRows][kVecs], size_t stride, size_t lanes, float* row) {
  for (int v = 0; v < kVecs; ++v) {
    if (kPartial && v + 1 == kVecs) {
      StorePartial(row + v * kLanes, sum[kRow][v], lanes);
    } else {
      Store(row + v * kLanes, sum[kRow][v]);
    }
  }
  LINNET_NEXT_ROW((StoreRows<kPartial, kRow + 1>(sum, stride, lanes, row + stride)));
}

// sum[i][v] += A[i][p] * B[p][v] for one p.
template <int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void MultiplyRows(const RowPointers<float, kRows>& a, size_t a_stride, const VecF32 (&b)[kVecs],
                                VecF32 (&sum)[kRows][kVecs]) {
  const VecF32 x = Set(*RowAt<kRow>(a, a_stride));
  for (int v = 0; v < kVecs; ++v) sum[kRow][v] = Fma(x, b[v], sum[kRow][v]);
  LINNET_NEXT_ROW((MultiplyRows<kRow + 1>(a, a_stride, b, sum)));
}

// Floats of a panel between what is multiplied and what is asked for: half a page, so that the next page's address is known
// when its turn comes. Weights come from the third cache or from memory once in each run.
constexpr size_t kAhead = 32 * kPanel;

// The same for all p, one value of A at a time.
template <int kRows, int kVecs>
LINNET_INLINE void MultiplyBroadcast(const Tile& t, VecF32 (&sum)[kRows][kVecs]) {
  const float* b = t.b;
  const size_t a_stride = t.a_stride, b_step = t.b_step, b_panel = t.b_panel, k = t.k;
  for (size_t r = 0; r < t.runs; ++r) {
    RowPointers<float, kRows> a;
    PointToRows(t.a + r * t.a_run, a_stride, &a);
    for (size_t p = 0; p < k; ++p, b += b_step) {
      VecF32 row[kVecs];
      for (int v = 0; v < kVecs; ++v) row[v] = Load(b + VecOffset(v, b_panel));
      for (int v = 0; v < kVecs; v += kPanelVecs) __builtin_prefetch(b + VecOffset(v, b_panel) + kAhead, 0, 2);
      MultiplyRows(a, a_stride, row, sum);
      Advance(1, &a);
    }
  }
}

template <int kLane, int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void MultiplyRowsByLane(const VecF32 (&quad)[kRows], const VecF32 (&b)[kVecs], VecF32 (&sum)[kRows][kVecs]) {
  for (int v = 0; v < kVecs; ++v) sum[kRow][v] = FmaLane<kLane>(quad[kRow], b[v], sum[kRow][v]);
  LINNET_NEXT_ROW((MultiplyRowsByLane<kLane, kRow + 1>(quad, b, sum)));
}

template <int kLane, int kRows, int kVecs>
LINNET_INLINE void MultiplyLane(const VecF32 (&quad)[kRows], const float* b, size_t b_panel,
                                VecF32 (&sum)[kRows][kVecs]) {
  VecF32 row[kVecs];
  for (int v = 0; v < kVecs; ++v) row[v] = Load(b + VecOffset(v, b_panel));
  MultiplyRowsByLane<kLane>(quad, row, sum);
}

// The same with four values of A in one register. REQUIRES: kLanes == 4.
template <int kRows, int kVecs>
LINNET_INLINE void MultiplyLanes(const Tile& t, VecF32 (&sum)[kRows][kVecs]) {
  Tile rest = t;
  rest.runs = 1;
  for (size_t r = 0; r < t.runs; ++r) {
    rest.a = t.a + r * t.a_run;
    rest.k = t.k;
#if defined(LINNET_MULTIPLIES_QUADS)
    if constexpr (kRows == 2 && kVecs == 4) {
      const size_t quads = t.k / 4;
      if (quads > 0) MultiplyQuads(quads, rest.a, rest.a_stride, rest.b, rest.b_step, sum);
      rest.k -= 4 * quads, rest.a += 4 * quads, rest.b += 4 * quads * rest.b_step;
    }
#endif
    for (; rest.k >= 4; rest.k -= 4, rest.a += 4, rest.b += 4 * rest.b_step) {
      VecF32 quad[kRows];
      for (int i = 0; i < kRows; ++i) quad[i] = Load(rest.a + i * rest.a_stride);
      MultiplyLane<0>(quad, rest.b, rest.b_panel, sum);
      MultiplyLane<1>(quad, rest.b + rest.b_step, rest.b_panel, sum);
      MultiplyLane<2>(quad, rest.b + 2 * rest.b_step, rest.b_panel, sum);
      MultiplyLane<3>(quad, rest.b + 3 * rest.b_step, rest.b_panel, sum);
    }
    MultiplyBroadcast(rest, sum);
    rest.b += rest.k * rest.b_step;
  }
}

// One tile of kRows x kVecs vectors; of the last vectors only the first t.last_lanes exist where kPartial.
template <int kRows, int kVecs, bool kPartial = false>
void ComputeTile(const Tile& t) {
  const size_t lanes = t.last_lanes, c_stride = t.c_stride;
  float* const c = t.c;
  VecF32 bias[kVecs];
  for (int v = 0; v < kVecs; ++v) bias[v] = Zero();
  if (t.bias != nullptr) {
    for (int v = 0; v < kVecs; ++v) bias[v] = LoadColumn<kVecs, kPartial>(t.bias, v, lanes);
  }
  VecF32 sum[kRows][kVecs];
  SetRows(bias, sum);
  if (t.start != nullptr) AddRows<kPartial>(t.start, t.start_stride, lanes, sum);
  if constexpr (kLanes == 4) {
    MultiplyLanes(t, sum);
  } else {
    MultiplyBroadcast(t, sum);
  }
  if (t.clamp) ClampRows(Set(t.lo), Set(t.hi), sum);
  if (t.hard_swish) HardSwishRows(sum);
  StoreRows<kPartial>(sum, c_stride, lanes, c);
}

#undef LINNET_NEXT_ROW

// ComputeTile for `rows` <= kRows.
template <int kVecs, bool kPartial, int kRows>
LINNET_INLINE void ComputeRows(size_t rows, const Tile& t) {
  if constexpr (kRows > 1) {
    if (rows < kRows) return ComputeRows<kVecs, kPartial, kRows - 1>(rows, t);
  }
  ComputeTile<kRows, kVecs, kPartial>(t);
}

// Columns of the next tile where `left` are left, and rows that it may have.
LINNET_INLINE size_t TileWidth(size_t left) {
  if (left >= kTileColumns) return kTileColumns;
  return left > kLanes && !kPartialPairs ? kLanes : left;
}
LINNET_INLINE size_t TileHeight(size_t width) { return width == kLanes ? kNarrowRows : kTileRows; }

// A tile of `rows` <= TileHeight(width) rows. Where `width` is not a number of vectors, B must be padded with zeros.
void ComputeColumns(size_t rows, size_t width, const Tile& t) {
  if (width == kTileColumns) {
    ComputeRows<kTileVecs, false, kTileRows>(rows, t);
  } else if (width == kLanes) {
    ComputeRows<1, false, kNarrowRows>(rows, t);
  } else if (width < kLanes) {
    ComputeRows<1, true, kTileRows>(rows, t);
  } else if constexpr (kPartialPairs) {
    ComputeRows<kTileVecs, true, kTileRows>(rows, t);
  }
}

}  // namespace
