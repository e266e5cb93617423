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
  Taps weights[kRowSets * kSize];
  Output o;
  Wide padding;
  size_t pad, columns, lanes, outputs, y_stride;
  int8_t* y;
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
template <int kSize, int kStride, int kRowSet, bool kPart>
LINNET_INLINE Taps LoadRowSet(Stream<kSize, kStride>& s, size_t column) {
  Wide rows[kRowsAtOnce];
  for (size_t i = 0; i < kRowsAtOnce; ++i) rows[i] = s.padding;
  const bool inside = column < s.columns;
  for (size_t i = 0; i < kRowsAtOnce; ++i) {
    const size_t row = kRowSet * kRowsAtOnce + i;
    if (row >= kSize) break;
    if (inside) rows[i] = kPart ? LoadWideN(s.rows[row].x, s.lanes) : LoadWide(s.rows[row].x);
    s.rows[row].x += s.rows[row].step;
  }
  return MakeTaps(rows);
}

template <int kSize, int kStride, bool kPart, int kColumn, int kRowSet = 0>
LINNET_INLINE void AddRowSets(Stream<kSize, kStride>& s, size_t column,
                              VecI32 (&sum)[Stream<kSize, kStride>::kSlots][kStepVecs]) {
  AddToSlots<kSize, kStride, kColumn, kRowSet>(s, LoadRowSet<kSize, kStride, kRowSet, kPart>(s, column), sum);
  if constexpr (kRowSet + 1 < Stream<kSize, kStride>::kRowSets) {
    AddRowSets<kSize, kStride, kPart, kColumn, kRowSet + 1>(s, column, sum);
  }
}

// Writes the output that ends with this column, if one does. Those that begin before the row or after it do not exist.
template <int kSize, int kStride, bool kPart, int kColumn, int kSlot = 0>
LINNET_INLINE void StoreEnded(const Stream<kSize, kStride>& s, size_t first,
                              const VecI32 (&sum)[Stream<kSize, kStride>::kSlots][kStepVecs]) {
  constexpr int kSlots = Stream<kSize, kStride>::kSlots;
  if constexpr (TapOf<kSize, kStride>(kColumn, kSlot) == kSize - 1) {
    const size_t output = first + kSlot - (kColumn < kSlot * kStride ? kSlots : 0);
    if (output < s.outputs) StoreOutput(s.o, sum[kSlot], kPart ? s.lanes : kStep, s.y + output * s.y_stride);
  }
  if constexpr (kSlot + 1 < kSlots) StoreEnded<kSize, kStride, kPart, kColumn, kSlot + 1>(s, first, sum);
}

template <int kSize, int kStride, bool kPart, int kColumn = 0>
LINNET_INLINE void RunGroup(Stream<kSize, kStride>& s, size_t first,
                            VecI32 (&sum)[Stream<kSize, kStride>::kSlots][kStepVecs]) {
  AddRowSets<kSize, kStride, kPart, kColumn>(s, first * kStride + kColumn - s.pad, sum);
  StoreEnded<kSize, kStride, kPart, kColumn>(s, first, sum);
  if constexpr (kColumn + 1 < Stream<kSize, kStride>::kColumns) {
    RunGroup<kSize, kStride, kPart, kColumn + 1>(s, first, sum);
  }
}

template <int kSize, int kStride, bool kPart>
LINNET_INLINE void RunGroups(Stream<kSize, kStride>& s) {
  VecI32 sum[Stream<kSize, kStride>::kSlots][kStepVecs];
  for (size_t i = 0; i < Stream<kSize, kStride>::kSlots; ++i) {
    for (size_t v = 0; v < kStepVecs; ++v) sum[i][v] = s.o.start[v];
  }
  const size_t columns = (s.outputs - 1) * kStride + kSize;
  for (size_t first = 0; first * kStride < columns; first += Stream<kSize, kStride>::kSlots) {
    RunGroup<kSize, kStride, kPart>(s, first, sum);
  }
}

template <int kSize, int kStride>
void StreamRow(const Tile& t, const Output& o, size_t outputs, int8_t* y, size_t y_stride) {
  using Row = Stream<kSize, kStride>;
  Row s;
  for (int i = 0; i < kSize; ++i) s.rows[i] = {t.rows[i].x + t.left * static_cast<ptrdiff_t>(t.rows[i].step), t.rows[i].step};
  for (int i = 0; i < Row::kRowSets * kSize; ++i) s.weights[i] = t.weights[i];
  s.o = o;
  s.padding = t.padding;
  s.pad = static_cast<size_t>(-t.left);
  s.columns = static_cast<size_t>(t.columns);
  s.lanes = t.lanes;
  s.outputs = outputs;
  s.y_stride = y_stride;
  s.y = y;
  if (t.lanes == kStep) {
    RunGroups<kSize, kStride, false>(s);
  } else {
    RunGroups<kSize, kStride, true>(s);
  }
}

}  // namespace
