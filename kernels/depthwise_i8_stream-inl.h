// A row of outputs of a square kernel, column after column. Included by depthwise_i8-inl.h.
//
// Each column of the image is loaded and made into taps once, and added to all outputs that it is part of: kSlots of them at
// most, whose sums are held in registers. An output takes the slot of the one that ended before it begins. Columns go in
// groups after which the slots start over, so every index of a sum is a constant.

namespace {

template <int kSize, int kStride>
struct Stream {
  static constexpr int kSlots = (kSize + kStride - 1) / kStride;
  static constexpr int kColumns = kSlots * kStride;  // of a group
  static constexpr int kRowSets = (kSize + static_cast<int>(kRowsAtOnce) - 1) / static_cast<int>(kRowsAtOnce);

  // Copies: what lies in memory, a store of int8 may change for all that the compiler knows.
  ImageRow rows[kSize];
  const Taps* weights;  // [kRowSets][kSize]
  Output o;
  Wide padding;
  Place to;
  size_t pad, columns, lanes, outputs;
  ptrdiff_t offset, step;  // of the next column, and from one to the next
};

// The tap that a column of a group is for the output in a slot, or one that is not in the kernel.
template <int kSize, int kStride>
constexpr int TapOf(int column, int slot) {
  const int lag = column - slot * kStride;
  return lag >= 0 ? lag : lag + Stream<kSize, kStride>::kColumns;
}

template <int kSize, int kStride, int kColumn, int kRowSet, int kSlot = 0>
LINNET_INLINE void AddToSlots(const Stream<kSize, kStride>& s, const Taps& x,
                              VecI32 (&sum)[Stream<kSize, kStride>::kSlots][kStepVecs]) {
  constexpr int kTap = TapOf<kSize, kStride>(kColumn, kSlot);
  if constexpr (kTap == 0 && kRowSet == 0) {
    for (size_t v = 0; v < kStepVecs; ++v) sum[kSlot][v] = s.o.start[v];
  }
  if constexpr (kTap < kSize) AddTaps(x, s.weights[kRowSet * kSize + kTap], sum[kSlot]);
  if constexpr (kSlot + 1 < Stream<kSize, kStride>::kSlots) {
    AddToSlots<kSize, kStride, kColumn, kRowSet, kSlot + 1>(s, x, sum);
  }
}

// The rows of a set at the next column, which may lie outside of the image; below the kernel any values will do, their weights
// are 0.
template <int kSize, int kStride, int kRowSet, bool kEdge>
LINNET_INLINE Taps LoadRowSet(Stream<kSize, kStride>& s, size_t column) {
  Wide rows[kRowsAtOnce];
  for (size_t i = 0; i < kRowsAtOnce; ++i) rows[i] = s.padding;
  const bool inside = column < s.columns;
  for (size_t i = 0; i < kRowsAtOnce; ++i) {
    const size_t row = kRowSet * kRowsAtOnce + i;
    if (row >= kSize) break;
    if (inside) rows[i] = LoadAt<kEdge>(s.rows[row], s.offset, s.lanes);
  }
  return MakeTaps(rows);
}

template <int kSize, int kStride, bool kEdge, int kColumn, int kRowSet = 0>
LINNET_INLINE void AddRowSets(Stream<kSize, kStride>& s, size_t column,
                              VecI32 (&sum)[Stream<kSize, kStride>::kSlots][kStepVecs]) {
  AddToSlots<kSize, kStride, kColumn, kRowSet>(s, LoadRowSet<kSize, kStride, kRowSet, kEdge>(s, column), sum);
  if constexpr (kRowSet + 1 < Stream<kSize, kStride>::kRowSets) {
    AddRowSets<kSize, kStride, kEdge, kColumn, kRowSet + 1>(s, column, sum);
  }
}

// Writes the output that ends with this column, if one does. Those that begin before the row or after it do not exist.
template <int kSize, int kStride, bool kEdge, int kColumn, int kSlot = 0>
LINNET_INLINE void StoreEnded(const Stream<kSize, kStride>& s, size_t first,
                              const VecI32 (&sum)[Stream<kSize, kStride>::kSlots][kStepVecs]) {
  constexpr int kSlots = Stream<kSize, kStride>::kSlots;
  if constexpr (TapOf<kSize, kStride>(kColumn, kSlot) == kSize - 1) {
    const size_t output = first + kSlot - (kColumn < kSlot * kStride ? kSlots : 0);
    if (output < s.outputs) StoreOutput(s.o, sum[kSlot], kEdge ? s.lanes : kStep, s.to, output);
  }
  if constexpr (kSlot + 1 < kSlots) StoreEnded<kSize, kStride, kEdge, kColumn, kSlot + 1>(s, first, sum);
}

template <int kSize, int kStride>
LINNET_INLINE void NextColumn(Stream<kSize, kStride>* s) {
  s->offset += s->step;
  asm("" : "+r"(s->offset));  // one register, added to each row's pointer, instead of a pointer that moves for each row
}

// `ahead`: this column's taps, then the next one's, made before outputs are stored: a processor does both at once then. Only
// where one set has all rows.
template <int kSize, int kStride, bool kEdge, int kColumn = 0>
LINNET_INLINE void RunGroup(Stream<kSize, kStride>& s, size_t first, Taps* ahead,
                            VecI32 (&sum)[Stream<kSize, kStride>::kSlots][kStepVecs]) {
  const size_t column = first * kStride + kColumn - s.pad;
  if constexpr (Stream<kSize, kStride>::kRowSets == 1) {
    AddToSlots<kSize, kStride, kColumn, 0>(s, *ahead, sum);
    NextColumn(&s);
    *ahead = LoadRowSet<kSize, kStride, 0, kEdge>(s, column + 1);
  } else {
    AddRowSets<kSize, kStride, kEdge, kColumn>(s, column, sum);
    NextColumn(&s);
  }
  StoreEnded<kSize, kStride, kEdge, kColumn>(s, first, sum);
  if constexpr (kColumn + 1 < Stream<kSize, kStride>::kColumns) {
    RunGroup<kSize, kStride, kEdge, kColumn + 1>(s, first, ahead, sum);
  }
}

template <int kSize, int kStride, bool kEdge>
LINNET_INLINE void RunGroups(Stream<kSize, kStride>& s) {
  VecI32 sum[Stream<kSize, kStride>::kSlots][kStepVecs];
  for (size_t i = 0; i < Stream<kSize, kStride>::kSlots; ++i) {
    for (size_t v = 0; v < kStepVecs; ++v) sum[i][v] = s.o.start[v];
  }
  Taps ahead;
  if constexpr (Stream<kSize, kStride>::kRowSets == 1) ahead = LoadRowSet<kSize, kStride, 0, kEdge>(s, 0 - s.pad);
  const size_t columns = (s.outputs - 1) * kStride + kSize;
  for (size_t first = 0; first * kStride < columns; first += Stream<kSize, kStride>::kSlots) {
    RunGroup<kSize, kStride, kEdge>(s, first, &ahead, sum);
  }
}

template <int kSize, int kStride>
void StreamRows(const DepthwiseI8& conv, const Source& in, const Output& o, size_t row, size_t end) {
  using Row = Stream<kSize, kStride>;
  Row s;
  Taps weights[Row::kRowSets * kSize];
  for (int i = 0; i < Row::kRowSets * kSize; ++i) weights[i] = in.weights[i];
  s.weights = weights;
  asm("" : "+r"(s.weights));
  s.o = o;
  s.padding = in.padding;
  s.pad = conv.pad_left;
  s.columns = conv.in_w;
  s.step = in.step;
  s.lanes = in.lanes;
  s.outputs = conv.out_w;
  for (; row < end; row += kRowLanes) {
    const Rows r = RowsAt(conv, in.channel, row, end);
    s.to = r.to;
    s.offset = -static_cast<ptrdiff_t>(conv.pad_left) * in.step;
    const bool edge = PointRows(conv, r, in.channel, kSize, s.rows) || in.lanes < kStep;
    if (!kSmall && !edge) {
      if constexpr (!kSmall) RunGroups<kSize, kStride, false>(s);
    } else if constexpr (kSize == 3) {
      RunGroups<kSize, kStride, true>(s);
    } else {  // rare, and large as code
      TileRows<kSize, kStride>(conv, in, o, row, end - row < kRowLanes ? end : row + kRowLanes);
    }
  }
}

}  // namespace
