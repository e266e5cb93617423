// A tile of int8 GEMM: what becomes of the sums. Included by gemm_i8-inl.h. The products themselves are in the
// dot_<isa>.h of the instruction set; scalar/dot_scalar.h is their contract.

namespace {

constexpr size_t kTileColumns = kTileVecs * kLanes;

// What belongs to the columns of a tile, whole vectors of it.
struct Columns {
  int32_t start[kTileColumns];  // the sums begin with it: bias and corrections
  int32_t factor[kTileColumns];
  float multiplier[kTileColumns];
};

struct Tile {
  DotTile dot;
  const Columns* columns;
  const int32_t* a_sums;  // per row, or null
  Requantize requantize;
  bool narrow;      // to int8
  uint8_t* c;       // int8 or int32
  size_t c_stride;  // bytes
};

// Rows by recursion: the index of each sum is a constant early, so that all of them stay in registers.
template <int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void StartRows(const int32_t* start, VecI32 (&sum)[kRows][kVecs]) {
  for (int v = 0; v < kVecs; ++v) sum[kRow][v] = LoadI32(start + v * kLanes);
  if constexpr (kRow + 1 < kRows) StartRows<kRow + 1>(start, sum);
}

template <int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void AddRowSums(const int32_t* a_sums, const int32_t* factor, VecI32 (&sum)[kRows][kVecs]) {
  for (int v = 0; v < kVecs; ++v) {
    sum[kRow][v] = Add(sum[kRow][v], Mul(LoadI32(factor + v * kLanes), SetI32(a_sums[kRow])));
  }
  if constexpr (kRow + 1 < kRows) AddRowSums<kRow + 1>(a_sums, factor, sum);
}

template <int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void StoreSums(const VecI32 (&sum)[kRows][kVecs], uint8_t* c, size_t c_stride) {
  for (int v = 0; v < kVecs; ++v) StoreI32(reinterpret_cast<int32_t*>(c) + v * kLanes, sum[kRow][v]);
  if constexpr (kRow + 1 < kRows) StoreSums<kRow + 1>(sum, c + c_stride, c_stride);
}

template <int kVecs>
LINNET_INLINE void Scale(const VecI32 (&sum)[kVecs], const VecF32 (&multiplier)[kVecs], VecF32 (&scaled)[kVecs]) {
  for (int v = 0; v < kVecs; ++v) scaled[v] = Mul(ToF32(sum[v]), multiplier[v]);
}

template <int kRow = 0, int kRows, int kVecs>
LINNET_INLINE void StoreNarrowRows(const VecI32 (&sum)[kRows][kVecs], const VecF32 (&multiplier)[kVecs],
                                   const Narrower& narrower, uint8_t* c, size_t c_stride) {
  VecF32 scaled[kVecs];
  Scale(sum[kRow], multiplier, scaled);
  int8_t* to = reinterpret_cast<int8_t*>(c);
  constexpr bool kPair = kNarrowsPairs && kVecs == 2 && kRow + 1 < kRows;
  if constexpr (kPair) {
    VecF32 next[kVecs];
    Scale(sum[kRow + 1], multiplier, next);
    StoreNarrowPair(narrower, scaled, next, to, to + c_stride);
  } else {
    StoreNarrow(narrower, scaled, to);
  }
  constexpr int kDone = kPair ? 2 : 1;
  if constexpr (kRow + kDone < kRows) {
    StoreNarrowRows<kRow + kDone>(sum, multiplier, narrower, c + kDone * c_stride, c_stride);
  }
}

// One tile of kRows x kVecs vectors, all of them whole.
template <int kRows, int kVecs>
void ComputeTile(const Tile& t) {
  VecI32 sum[kRows][kVecs];
  StartRows(t.columns->start, sum);
  AddProducts<kRows, kVecs>(t.dot, sum);
  if (t.a_sums != nullptr) AddRowSums(t.a_sums, t.columns->factor, sum);
  if (!t.narrow) return StoreSums(sum, t.c, t.c_stride);
  VecF32 multiplier[kVecs];
  for (int v = 0; v < kVecs; ++v) multiplier[v] = Load(t.columns->multiplier + v * kLanes);
  const Narrower narrower = MakeNarrower(t.requantize.lo, t.requantize.hi, t.requantize.zero_point);
  StoreNarrowRows(sum, multiplier, narrower, t.c, t.c_stride);
}

// ComputeTile for `rows` <= kRows.
template <int kVecs, int kRows = kTileRows>
LINNET_INLINE void ComputeRows(size_t rows, const Tile& t) {
  if constexpr (kRows > 1) {
    if (rows < kRows) return ComputeRows<kVecs, kRows - 1>(rows, t);
  }
  ComputeTile<kRows, kVecs>(t);
}

// A tile of which only the first `columns` exist: computed in a buffer.
template <int kVecs>
void ComputeEdge(size_t rows, size_t columns, const Tile& t) {
  uint8_t buffer[kTileRows * kTileColumns * sizeof(int32_t)];
  const size_t element = t.narrow ? sizeof(int8_t) : sizeof(int32_t);
  Tile whole = t;
  whole.c = buffer;
  whole.c_stride = kTileColumns * element;
  ComputeRows<kVecs>(rows, whole);
  for (size_t i = 0; i < rows; ++i) {
    const auto* from = reinterpret_cast<const int8_t*>(buffer + i * whole.c_stride);
    CopyBytes(columns * element, from, reinterpret_cast<int8_t*>(t.c + i * t.c_stride));
  }
}

}  // namespace
