// Choice among the variants of a kernel. A family's .cc lists them, best first:
//
//   LINNET_F32_VARIANTS(ClampF32);   // declares scalar::ClampF32, avx2::ClampF32 ... and lists them
//   void ClampF32(size_t n, const float* in, float lo, float hi, float* out) {
//     LINNET_DISPATCH(ClampF32)(n, in, lo, hi, out);
//   }
//
// A variant is a function of the same name and type in the namespace of its instruction set.
#ifndef LINNET_KERNELS_DISPATCH_H_
#define LINNET_KERNELS_DISPATCH_H_

#include <cstddef>

#include "kernels/isa.h"

namespace linnet::kernels {

template <typename Function>
struct Variant {
  Isa isa;
  Function* function;
  bool canonical = false;  // the same bytes as the scalar variant for the same arguments
};

// The first variant that the instruction set in use includes, of the canonical ones where those are asked for.
// REQUIRES: the last one is scalar.
template <typename Function, size_t kCount>
Function* SelectVariant(const Variant<Function> (&variants)[kCount]) {
  const Isa current = CurrentIsa();
  const bool any = !CanonicalOrder();
  size_t i = 0;
  while (i + 1 < kCount && !((any || variants[i].canonical) && IsaIncludes(current, variants[i].isa))) ++i;
  SetLastDispatchedIsa(variants[i].isa);
  return variants[i].function;
}

}  // namespace linnet::kernels

// Declares the variant of `name` in namespace `isa`.
#define LINNET_DECLARE_VARIANT(isa, name) \
  namespace isa {                         \
  extern decltype(kernels::name) name;    \
  }

// The variants that every family has, best first; `same` tells whether all of them compute the same bytes. Those of four
// lanes without a fused multiply-add, scalar and SSE4.1, always do. Inside namespace linnet::kernels, outside any other.
#if defined(__x86_64__) || defined(__i386__)
#define LINNET_VARIANTS(name, same)                                                                       \
  LINNET_DECLARE_VARIANT(scalar, name)                                                                    \
  LINNET_DECLARE_VARIANT(sse41, name)                                                                     \
  LINNET_DECLARE_VARIANT(avx2, name)                                                                      \
  LINNET_DECLARE_VARIANT(avx512, name)                                                                    \
  static constexpr Variant<decltype(name)> k##name##Variants[] = {{Isa::kAvx512, &avx512::name, same},    \
                                                                  {Isa::kAvx2, &avx2::name, same},        \
                                                                  {Isa::kSse41, &sse41::name, true},      \
                                                                  {Isa::kScalar, &scalar::name, true}}
#elif defined(__aarch64__)
#define LINNET_VARIANTS(name, same)                                                                  \
  LINNET_DECLARE_VARIANT(scalar, name)                                                               \
  LINNET_DECLARE_VARIANT(neon, name)                                                                 \
  static constexpr Variant<decltype(name)> k##name##Variants[] = {{Isa::kNeon, &neon::name, same},   \
                                                                  {Isa::kScalar, &scalar::name, true}}
#else
#define LINNET_VARIANTS(name, same)    \
  LINNET_DECLARE_VARIANT(scalar, name) \
  static constexpr Variant<decltype(name)> k##name##Variants[] = {{Isa::kScalar, &scalar::name, true}}
#endif

// Of a family whose results depend on the number of lanes or on a fused multiply-add, as sums in fp32 do.
#define LINNET_F32_VARIANTS(name) LINNET_VARIANTS(name, false)
// fp32 element by element and unfused. ARM's minimum and maximum take another zero than those of x86.
#if defined(__aarch64__)
#define LINNET_UNFUSED_VARIANTS(name) LINNET_VARIANTS(name, false)
#else
#define LINNET_UNFUSED_VARIANTS(name) LINNET_VARIANTS(name, true)
#endif
// The same bytes with every instruction set: what is stored are integers.
#define LINNET_EXACT_VARIANTS(name) LINNET_VARIANTS(name, true)

// Sums of int8 products, for which there are instructions of their own; exact. Of LINNET_TAPS_VARIANTS there is none for
// products of matrices.
#if defined(__x86_64__) || defined(__i386__)
#define LINNET_TAPS_VARIANTS(name)                                 \
  LINNET_DECLARE_VARIANT(scalar, name)                             \
  LINNET_DECLARE_VARIANT(sse41, name)                              \
  LINNET_DECLARE_VARIANT(avx2, name)                               \
  LINNET_DECLARE_VARIANT(avx_vnni, name)                           \
  LINNET_DECLARE_VARIANT(avx512, name)                             \
  LINNET_DECLARE_VARIANT(avx512vnni, name)                         \
  static constexpr Variant<decltype(name)> k##name##Variants[] = { \
      {Isa::kAvx512Vnni, &avx512vnni::name, true}, {Isa::kAvx512, &avx512::name, true}, {Isa::kAvxVnni, &avx_vnni::name, true}, \
      {Isa::kAvx2, &avx2::name, true}, {Isa::kSse41, &sse41::name, true}, {Isa::kScalar, &scalar::name, true}}
#define LINNET_DOT_VARIANTS(name) LINNET_TAPS_VARIANTS(name)
#elif defined(__aarch64__)
#define LINNET_TAPS_VARIANTS(name)                                 \
  LINNET_DECLARE_VARIANT(scalar, name)                             \
  LINNET_DECLARE_VARIANT(neon, name)                               \
  LINNET_DECLARE_VARIANT(neon_dotprod, name)                       \
  static constexpr Variant<decltype(name)> k##name##Variants[] = { \
      {Isa::kNeonDotprod, &neon_dotprod::name, true}, {Isa::kNeon, &neon::name, true}, {Isa::kScalar, &scalar::name, true}}
#define LINNET_DOT_VARIANTS(name)                                  \
  LINNET_DECLARE_VARIANT(scalar, name)                             \
  LINNET_DECLARE_VARIANT(neon, name)                               \
  LINNET_DECLARE_VARIANT(neon_dotprod, name)                       \
  LINNET_DECLARE_VARIANT(neon_i8mm, name)                          \
  static constexpr Variant<decltype(name)> k##name##Variants[] = { \
      {Isa::kNeonI8mm, &neon_i8mm::name, true}, {Isa::kNeonDotprod, &neon_dotprod::name, true}, {Isa::kNeon, &neon::name, true}, \
      {Isa::kScalar, &scalar::name, true}}
#else
#define LINNET_TAPS_VARIANTS(name)     \
  LINNET_DECLARE_VARIANT(scalar, name) \
  static constexpr Variant<decltype(name)> k##name##Variants[] = {{Isa::kScalar, &scalar::name, true}}
#define LINNET_DOT_VARIANTS(name) LINNET_TAPS_VARIANTS(name)
#endif

// The chosen variant of `name`: a pointer to function.
#define LINNET_DISPATCH(name) SelectVariant(k##name##Variants)

#endif  // LINNET_KERNELS_DISPATCH_H_
