#include "kernels/transpose.h"

#include <cstring>
#include <utility>

// The rows of a block must be registers, which needs the loops over them unrolled at every optimisation level.
#define LINNET_UNROLL _Pragma("GCC unroll 16")

namespace linnet::kernels {
namespace {

// 16-byte vectors of the compiler, which every target that Linnet knows has as its baseline (SSE2, NEON): a transpose
// is bound by memory, and wider vectors gain nothing.
constexpr size_t kVectorBytes = 16;
constexpr int64_t kLineBytes = 64;
// Rows and columns of the squares in which large matrices are walked, so that the pages and lines of both sides stay
// near.
constexpr int64_t kSquare = 128;

template <typename T>
struct Block {
  typedef T Vector __attribute__((vector_size(kVectorBytes)));
  static constexpr int kLanes = kVectorBytes / sizeof(T);
};

// [a0 b0 a1 b1 ...] of the lower (High: upper) halves of a and b.
template <typename T, bool High, size_t... I>
inline typename Block<T>::Vector Zip(typename Block<T>::Vector a, typename Block<T>::Vector b,
                                     std::index_sequence<I...>) {
  constexpr size_t kLanes = Block<T>::kLanes;
  return __builtin_shufflevector(a, b, (High ? kLanes / 2 : 0) + I / 2 + (I % 2) * kLanes...);
}

// Transposes kLanes x kLanes elements. One round interleaves row i with row i + kLanes / 2; after log2(kLanes) rounds
// every element is in its place.
template <typename T>
inline void TransposeBlock(const char* in, int64_t in_stride, char* out, int64_t out_stride) {
  constexpr int kLanes = Block<T>::kLanes;
  using Lanes = std::make_index_sequence<kLanes>;
  typename Block<T>::Vector rows[kLanes], zipped[kLanes];
  LINNET_UNROLL
  for (int i = 0; i < kLanes; ++i) std::memcpy(&rows[i], in + i * in_stride, kVectorBytes);
  LINNET_UNROLL
  for (int round = 1; round < kLanes; round *= 2) {
    LINNET_UNROLL
    for (int i = 0; i < kLanes / 2; ++i) {
      zipped[2 * i] = Zip<T, false>(rows[i], rows[i + kLanes / 2], Lanes());
      zipped[2 * i + 1] = Zip<T, true>(rows[i], rows[i + kLanes / 2], Lanes());
    }
    LINNET_UNROLL
    for (int i = 0; i < kLanes; ++i) rows[i] = zipped[i];
  }
  LINNET_UNROLL
  for (int i = 0; i < kLanes; ++i) std::memcpy(out + i * out_stride, &rows[i], kVectorBytes);
}

template <typename T>
inline void TransposeElements(int64_t rows, int64_t cols, const char* in, int64_t in_stride, char* out,
                              int64_t out_stride) {
  for (int64_t c = 0; c < cols; ++c) {
    for (int64_t r = 0; r < rows; ++r) {
      std::memcpy(out + c * out_stride + r * sizeof(T), in + r * in_stride + c * sizeof(T), sizeof(T));
    }
  }
}

// Whole blocks; rows and cols are multiples of kLanes. Tiles of kTile x kTile elements are one cache line wide on both
// sides.
template <typename T>
void TransposeTiles(int64_t rows, int64_t cols, const char* in, int64_t in_stride, char* out, int64_t out_stride) {
  constexpr int64_t kLanes = Block<T>::kLanes;
  constexpr int64_t kTile = kLineBytes / sizeof(T);
  for (int64_t r0 = 0; r0 < rows; r0 += kTile) {
    const int64_t r1 = r0 + kTile < rows ? r0 + kTile : rows;
    for (int64_t c = 0; c < cols; c += kLanes) {
      for (int64_t r = r0; r < r1; r += kLanes) {
        TransposeBlock<T>(in + r * in_stride + c * sizeof(T), in_stride, out + c * out_stride + r * sizeof(T),
                          out_stride);
      }
    }
  }
}

template <typename T, size_t kFirst, size_t... I>
inline typename Block<T>::Vector EverySecond(typename Block<T>::Vector a, typename Block<T>::Vector b,
                                             std::index_sequence<I...>) {
  return __builtin_shufflevector(a, b, kFirst + 2 * I...);
}

// A channel shuffle of two groups: out[2 c + r] = in[r * in_stride + c]. What is left of whole vectors is covered by one that
// overlaps the one before it. REQUIRES: cols >= kLanes.
template <typename T>
void InterleaveRows(int64_t cols, const char* in, int64_t in_stride, char* out) {
  constexpr int64_t kLanes = Block<T>::kLanes;
  using Lanes = std::make_index_sequence<kLanes>;
  for (int64_t next = 0; next < cols; next += kLanes) {
    const int64_t c = next + kLanes <= cols ? next : cols - kLanes;
    typename Block<T>::Vector a, b, zipped[2];
    std::memcpy(&a, in + c * sizeof(T), kVectorBytes);
    std::memcpy(&b, in + in_stride + c * sizeof(T), kVectorBytes);
    zipped[0] = Zip<T, false>(a, b, Lanes());
    zipped[1] = Zip<T, true>(a, b, Lanes());
    std::memcpy(out + 2 * c * sizeof(T), zipped, sizeof(zipped));
  }
}

// Lane l of vector k of [a0 b0 c0 a1 b1 c1 ...] comes from operand (k * lanes + l) % 3, lane (k * lanes + l) / 3.
template <typename T, size_t kVector, size_t... I>
inline typename Block<T>::Vector ZipThree(typename Block<T>::Vector a, typename Block<T>::Vector b,
                                          typename Block<T>::Vector c, std::index_sequence<I...>) {
  constexpr size_t kLanes = Block<T>::kLanes, kFirst = kVector * kLanes;
  const typename Block<T>::Vector ab =
      __builtin_shufflevector(a, b, ((kFirst + I) % 3 == 1 ? kLanes : 0) + (kFirst + I) / 3 % kLanes...);
  return __builtin_shufflevector(ab, c, ((kFirst + I) % 3 == 2 ? kLanes + (kFirst + I) / 3 : I)...);
}

// The planes of an image, of four bytes a value, as pixels: out[3 c + r] = in[r * in_stride + c]. REQUIRES: cols >= kLanes.
void InterleavePlanes(int64_t cols, const char* in, int64_t in_stride, char* out) {
  using T = uint32_t;
  constexpr int64_t kLanes = Block<T>::kLanes;
  using Lanes = std::make_index_sequence<kLanes>;
  for (int64_t next = 0; next < cols; next += kLanes) {
    const int64_t c = next + kLanes <= cols ? next : cols - kLanes;
    Block<T>::Vector planes[3];
    for (int r = 0; r < 3; ++r) std::memcpy(&planes[r], in + r * in_stride + c * sizeof(T), kVectorBytes);
    const Block<T>::Vector pixels[3] = {ZipThree<T, 0>(planes[0], planes[1], planes[2], Lanes()),
                                        ZipThree<T, 1>(planes[0], planes[1], planes[2], Lanes()),
                                        ZipThree<T, 2>(planes[0], planes[1], planes[2], Lanes())};
    std::memcpy(out + 3 * c * sizeof(T), pixels, sizeof(pixels));
  }
}

// The same of bytes. The baseline of x86 cannot shuffle bytes, so pixels are made as [a b c 0] by interleaving, pushed
// together in pairs, and written as 8 bytes of which the next pair overwrites two.
void InterleaveBytePlanes(int64_t cols, const char* in, int64_t in_stride, char* out) {
  using Bytes = Block<uint8_t>;
  using Words = Block<uint16_t>;
  using ByteLanes = std::make_index_sequence<Bytes::kLanes>;
  using WordLanes = std::make_index_sequence<Words::kLanes>;
  using Pairs = Block<uint64_t>::Vector;
  constexpr int kPairBytes = 6;
  for (int64_t next = 0; next < cols; next += Bytes::kLanes) {
    const int64_t column = next + Bytes::kLanes <= cols ? next : cols - Bytes::kLanes;
    Bytes::Vector a, b, c;
    std::memcpy(&a, in + column, kVectorBytes);
    std::memcpy(&b, in + in_stride + column, kVectorBytes);
    std::memcpy(&c, in + 2 * in_stride + column, kVectorBytes);
    const Words::Vector ab[2] = {reinterpret_cast<Words::Vector>(Zip<uint8_t, false>(a, b, ByteLanes())),
                                 reinterpret_cast<Words::Vector>(Zip<uint8_t, true>(a, b, ByteLanes()))};
    const Words::Vector c0[2] = {reinterpret_cast<Words::Vector>(Zip<uint8_t, false>(c, Bytes::Vector{}, ByteLanes())),
                                 reinterpret_cast<Words::Vector>(Zip<uint8_t, true>(c, Bytes::Vector{}, ByteLanes()))};
    Pairs pixels[4];
    LINNET_UNROLL
    for (int half = 0; half < 2; ++half) {
      pixels[2 * half] = reinterpret_cast<Pairs>(Zip<uint16_t, false>(ab[half], c0[half], WordLanes()));
      pixels[2 * half + 1] = reinterpret_cast<Pairs>(Zip<uint16_t, true>(ab[half], c0[half], WordLanes()));
    }
    char* to = out + 3 * column;
    LINNET_UNROLL
    for (int i = 0; i < 8; ++i) {
      const Pairs packed = (pixels[i / 2] & 0xFFFFFF) | (pixels[i / 2] >> 8 & 0xFFFFFF000000);
      const uint64_t pair = packed[i % 2];
      std::memcpy(to + i * kPairBytes, &pair, i < 7 ? sizeof(pair) : kPairBytes);
    }
  }
}

// The inverse of InterleaveRows: out[c * out_stride + r] = in[2 r + c].
template <typename T>
void DealColumns(int64_t rows, const char* in, char* out, int64_t out_stride) {
  constexpr int64_t kLanes = Block<T>::kLanes;
  using Lanes = std::make_index_sequence<kLanes>;
  for (int64_t next = 0; next < rows; next += kLanes) {
    const int64_t r = next + kLanes <= rows ? next : rows - kLanes;
    typename Block<T>::Vector pair[2];
    std::memcpy(pair, in + 2 * r * sizeof(T), sizeof(pair));
    const typename Block<T>::Vector a = EverySecond<T, 0>(pair[0], pair[1], Lanes());
    const typename Block<T>::Vector b = EverySecond<T, 1>(pair[0], pair[1], Lanes());
    std::memcpy(out + r * sizeof(T), &a, kVectorBytes);
    std::memcpy(out + out_stride + r * sizeof(T), &b, kVectorBytes);
  }
}

template <typename T>
void Transpose(int64_t rows, int64_t cols, const char* in, int64_t in_stride, char* out, int64_t out_stride) {
  constexpr int64_t kLanes = Block<T>::kLanes, kElement = sizeof(T);
  if (rows == 2 && cols >= kLanes && out_stride == 2 * kElement) return InterleaveRows<T>(cols, in, in_stride, out);
  if (cols == 2 && rows >= kLanes && in_stride == 2 * kElement) return DealColumns<T>(rows, in, out, out_stride);
  if (rows == 3 && cols >= kLanes && out_stride == 3 * kElement) {
    if (kElement == 1) return InterleaveBytePlanes(cols, in, in_stride, out);
    if (kElement == 4) return InterleavePlanes(cols, in, in_stride, out);
  }
  const int64_t whole_rows = rows - rows % kLanes;
  const int64_t whole_cols = cols - cols % kLanes;
  for (int64_t r = 0; r < whole_rows; r += kSquare) {
    const int64_t height = whole_rows - r < kSquare ? whole_rows - r : kSquare;
    for (int64_t c = 0; c < whole_cols; c += kSquare) {
      const int64_t width = whole_cols - c < kSquare ? whole_cols - c : kSquare;
      TransposeTiles<T>(height, width, in + r * in_stride + c * sizeof(T), in_stride,
                        out + c * out_stride + r * sizeof(T), out_stride);
    }
  }
  TransposeElements<T>(whole_rows, cols - whole_cols, in + whole_cols * sizeof(T), in_stride,
                       out + whole_cols * out_stride, out_stride);
  TransposeElements<T>(rows - whole_rows, cols, in + whole_rows * in_stride, in_stride, out + whole_rows * sizeof(T),
                       out_stride);
}

}  // namespace

void Transpose2D(size_t element, int64_t rows, int64_t cols, const void* in, int64_t in_stride, void* out,
                 int64_t out_stride) {
  const char* from = static_cast<const char*>(in);
  char* to = static_cast<char*>(out);
  switch (element) {
    case 1:
      return Transpose<uint8_t>(rows, cols, from, in_stride, to, out_stride);
    case 2:
      return Transpose<uint16_t>(rows, cols, from, in_stride, to, out_stride);
    case 4:
      return Transpose<uint32_t>(rows, cols, from, in_stride, to, out_stride);
    default:
      return Transpose<uint64_t>(rows, cols, from, in_stride, to, out_stride);
  }
}

}  // namespace linnet::kernels
