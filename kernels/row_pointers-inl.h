// Pointers to rows that an inner loop walks along together. An x86 address is a pointer plus a register times 1, 2, 4 or 8, so
// one pointer reaches three rows. With a pointer for each row, or one for all, compilers run out of registers in the inner loop.
// Included inside a region and a namespace of an instruction set; no include guard, no includes.

namespace {

constexpr int kRowsPerPointer = 3;

template <typename T, int kRows>
struct RowPointers {
  const T* first[(kRows + kRowsPerPointer - 1) / kRowsPerPointer];
};

template <typename T, int kRows>
LINNET_INLINE void PointToRows(const T* row, size_t stride, RowPointers<T, kRows>* rows) {
  for (const T*& pointer : rows->first) {
    pointer = row;
    asm("" : "+r"(pointer));  // not known to be related to the others
    row += kRowsPerPointer * stride;
  }
}

template <int kRow, typename T, int kRows>
LINNET_INLINE const T* RowAt(const RowPointers<T, kRows>& rows, size_t stride) {
  return rows.first[kRow / kRowsPerPointer] + kRow % kRowsPerPointer * stride;
}

template <typename T, int kRows>
LINNET_INLINE void Advance(size_t n, RowPointers<T, kRows>* rows) {
  for (const T*& pointer : rows->first) pointer += n;
}

}  // namespace
