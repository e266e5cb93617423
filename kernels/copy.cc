#include "kernels/copy.h"

#include <cstring>
#include <utility>

#include "kernels/transpose.h"

namespace linnet::kernels {
namespace {

// Below this many rows or columns a transpose in blocks does not pay; two of them are interleaved or dealt out by vectors.
constexpr int64_t kMinTransposed = 4, kVectorBytes = 16;
// Shorter last dimensions (the 3 channels of an image) change places with the one before, which then is the inner loop.
constexpr int64_t kShortLine = 8;

int64_t Magnitude(int64_t value) { return value < 0 ? -value : value; }

template <size_t kBytes>
void CopyLine(int64_t size, const char* in, int64_t in_stride, char* out, int64_t out_stride) {
  for (int64_t i = 0; i < size; ++i) std::memcpy(out + i * out_stride, in + i * in_stride, kBytes);
}

// As CopyLine<sizeof(T)> with a stride of 0 into contiguous memory.
template <typename T>
void FillLine(int64_t size, const char* in, char* out) {
  T value;
  std::memcpy(&value, in, sizeof(T));
  for (int64_t i = 0; i < size; ++i) std::memcpy(out + i * sizeof(T), &value, sizeof(T));
}

void CopyLine(const CopyPlan& plan, const CopyPlan::Dim& dim, const char* in, char* out) {
  if (dim.in_stride == 0 && dim.out_stride == static_cast<int64_t>(plan.element)) {
    switch (plan.element) {
      case 1:
        std::memset(out, *in, dim.size);
        return;
      case 2:
        return FillLine<uint16_t>(dim.size, in, out);
      case 4:
        return FillLine<uint32_t>(dim.size, in, out);
      case 8:
        return FillLine<uint64_t>(dim.size, in, out);
      default:
        break;
    }
  }
  switch (plan.element) {
    case 1:
      return CopyLine<1>(dim.size, in, dim.in_stride, out, dim.out_stride);
    case 2:
      return CopyLine<2>(dim.size, in, dim.in_stride, out, dim.out_stride);
    case 4:
      return CopyLine<4>(dim.size, in, dim.in_stride, out, dim.out_stride);
    case 8:
      return CopyLine<8>(dim.size, in, dim.in_stride, out, dim.out_stride);
    case 12:
      return CopyLine<12>(dim.size, in, dim.in_stride, out, dim.out_stride);
    case 16:
      return CopyLine<16>(dim.size, in, dim.in_stride, out, dim.out_stride);
    default:
      for (int64_t i = 0; i < dim.size; ++i) {
        std::memcpy(out + i * dim.out_stride, in + i * dim.in_stride, plan.element);
      }
  }
}

bool TransposePays(int64_t rows, int64_t cols, int64_t element) {
  if (rows >= kMinTransposed && cols >= kMinTransposed) return true;
  if (rows == 3 && (element == 1 || element == 4)) return cols * element >= kVectorBytes;  // the planes of an image
  return (rows == 2 && cols * element >= kVectorBytes) || (cols == 2 && rows * element >= kVectorBytes);
}

// The dimension along which the input is contiguous, where the plan is a transpose of it with the last one; else -1.
int TransposedDim(const CopyPlan& plan) {
  const int64_t element = static_cast<int64_t>(plan.element);
  if (element != 1 && element != 2 && element != 4 && element != 8) return -1;
  const CopyPlan::Dim& last = plan.dims[plan.rank - 1];
  if (last.out_stride != element) return -1;
  for (int d = 0; d < plan.rank - 1; ++d) {
    if (plan.dims[d].in_stride == element && TransposePays(last.size, plan.dims[d].size, element)) return d;
  }
  return -1;
}

// Runs body(in, out) for every index of the dimensions of `plan` but the last, and but `skipped`.
template <typename Body>
void ForEachOuter(const CopyPlan& plan, int skipped, const char* in, char* out, const Body& body) {
  int64_t index[CopyPlan::kMaxRank] = {};
  while (true) {
    body(in, out);
    int d = plan.rank - 2;
    for (; d >= 0; --d) {
      if (d == skipped) continue;
      const CopyPlan::Dim& dim = plan.dims[d];
      in += dim.in_stride;
      out += dim.out_stride;
      if (++index[d] < dim.size) break;
      in -= dim.size * dim.in_stride;
      out -= dim.size * dim.out_stride;
      index[d] = 0;
    }
    if (d < 0) return;
  }
}

}  // namespace

bool CopyPlan::empty() const {
  for (int d = 0; d < rank; ++d) {
    if (dims[d].size == 0) return true;
  }
  return element == 0;
}

int64_t CopyPlan::bytes() const {
  int64_t product = static_cast<int64_t>(element);
  for (int d = 0; d < rank; ++d) product *= dims[d].size;
  return product;
}

void SimplifyCopy(CopyPlan* plan) {
  if (plan->empty()) return;
  CopyPlan::Dim* dims = plan->dims;
  int rank = 0;
  for (int d = 0; d < plan->rank; ++d) {
    if (dims[d].size == 1) continue;
    const CopyPlan::Dim dim = dims[d];
    int place = rank++;
    for (; place > 0 && Magnitude(dims[place - 1].out_stride) < Magnitude(dim.out_stride); --place) {
      dims[place] = dims[place - 1];
    }
    dims[place] = dim;
  }
  int merged = 0;  // dims[0, merged) are done, dims[merged] takes in its successors
  for (int d = 1; d < rank; ++d) {
    CopyPlan::Dim& outer = dims[merged];
    const CopyPlan::Dim& inner = dims[d];
    if (outer.in_stride == inner.in_stride * inner.size && outer.out_stride == inner.out_stride * inner.size) {
      outer = {outer.size * inner.size, inner.in_stride, inner.out_stride};
    } else {
      dims[++merged] = inner;
    }
  }
  plan->rank = rank == 0 ? 0 : merged + 1;
  const int64_t element = static_cast<int64_t>(plan->element);
  if (plan->rank > 0 && dims[merged].in_stride == element && dims[merged].out_stride == element) {
    plan->element *= dims[merged].size;
    --plan->rank;
  }
  if (plan->rank < 2) return;
  CopyPlan::Dim& last = dims[plan->rank - 1];
  CopyPlan::Dim& before = dims[plan->rank - 2];
  if (last.size < kShortLine && before.size > last.size && TransposedDim(*plan) < 0) std::swap(before, last);
}

void Copy(const CopyPlan& plan, const void* in, void* out) {
  if (plan.empty()) return;
  const char* from = static_cast<const char*>(in);
  char* to = static_cast<char*>(out);
  if (plan.rank == 0) {
    std::memcpy(out, in, plan.element);
    return;
  }
  const CopyPlan::Dim& last = plan.dims[plan.rank - 1];
  const int transposed = TransposedDim(plan);
  if (transposed < 0) {
    ForEachOuter(plan, -1, from, to, [&](const char* i, char* o) { CopyLine(plan, last, i, o); });
    return;
  }
  const CopyPlan::Dim& other = plan.dims[transposed];
  ForEachOuter(plan, transposed, from, to, [&](const char* i, char* o) {
    Transpose2D(plan.element, last.size, other.size, i, last.in_stride, o, other.out_stride);
  });
}

int DivideCopy(const CopyPlan& plan, int parts, int* dim) {
  *dim = 0;
  for (int d = 1; d < plan.rank; ++d) {
    if (plan.dims[d].size > plan.dims[*dim].size) *dim = d;
  }
  if (plan.rank == 0) {  // one run of bytes, divided as such
    const int64_t lines = static_cast<int64_t>(plan.element) / 64;
    return lines < parts ? 1 : parts;
  }
  return plan.dims[*dim].size < parts ? static_cast<int>(plan.dims[*dim].size) : parts;
}

void CopyPart(const CopyPlan& plan, int dim, int parts, int part, const void* in, void* out) {
  const int64_t size = plan.rank == 0 ? static_cast<int64_t>(plan.element) : plan.dims[dim].size;
  // Boundaries on multiples of 16 keep the blocks of a transpose whole.
  const int64_t unit = size >= 64 * parts ? 16 : 1;
  const int64_t units = size / unit;
  const int64_t first = units * part / parts * unit;
  const int64_t last = part + 1 == parts ? size : units * (part + 1) / parts * unit;
  if (plan.rank == 0) {
    std::memcpy(static_cast<char*>(out) + first, static_cast<const char*>(in) + first, last - first);
    return;
  }
  CopyPlan slice = plan;
  slice.dims[dim].size = last - first;
  Copy(slice, static_cast<const char*>(in) + first * plan.dims[dim].in_stride,
       static_cast<char*>(out) + first * plan.dims[dim].out_stride);
}

}  // namespace linnet::kernels
