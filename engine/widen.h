// The one path for every element type but fp32 and int8: blocks of elements are widened to double or 64-bit integers,
// computed there, and narrowed. Slow next to a kernel, correct for all types, and no per-type copy of any op.
#ifndef LINNET_ENGINE_WIDEN_H_
#define LINNET_ENGINE_WIDEN_H_

#include <cstddef>
#include <cstdint>

#include "linnet/linnet.h"

namespace linnet {

// What the elements of a type become. Bool is unsigned, 0 or 1.
enum class WideKind : uint8_t { kNone, kReal, kSigned, kUnsigned };

// One widened element; the WideKind beside it says which member holds.
union Wide {
  double f;
  int64_t i;
  uint64_t u;
};

// Elements widened at a time: small enough for a few blocks on the stack, even so that packed types keep whole bytes.
constexpr size_t kWideBlock = 256;

// kNone for types that hold no numbers (string, complex, undefined).
WideKind WideKindOf(ElementType type);

// Smallest and largest finite value of an integer type or bool, as its WideKind. REQUIRES: not a floating-point type.
Wide LowestInteger(ElementType type);
Wide HighestInteger(ElementType type);

// out[k] = element first + k of the array of `type` at `data`, as `kind`: the type's own kind, or kReal for any type.
// Elements of 4 and 2 bits share bytes, the lower bits first.
void Widen(ElementType type, const void* data, int64_t first, size_t n, WideKind kind, Wide* out);

// Stores in[k] as element first + k of the array of `type` at `data`.
// - To a floating-point type: rounds half to even (float8e8m0: up, to a power of two); too large becomes infinity, or
//   NaN where the type has no infinity, or the largest value if `saturate` and the type has 8 bits or fewer. Float4
//   always saturates.
// - Real to integer: truncates; beyond the range of a 32- or 64-bit type saturates, narrower types take the low bits of
//   the value saturated to 64 bits; NaN becomes 0.
// - Integer to integer: the low bits, as in two's complement. To bool: 1 unless zero (NaN is not zero).
// A store of less than a byte reads and writes the byte that it shares: never two threads at neighbouring elements.
void Narrow(ElementType type, const Wide* in, WideKind kind, int64_t first, size_t n, void* data,
            bool saturate = false);

}  // namespace linnet

#endif  // LINNET_ENGINE_WIDEN_H_
