// The inner loop of the 2 x 4 tile of gemm_f32 over SSE, in assembler: compilers keep some of the eight sums in memory, or load
// B once for each row, and either costs a fifth of the speed.
#ifndef LINNET_KERNELS_X86_TILE_SSE41_H_
#define LINNET_KERNELS_X86_TILE_SSE41_H_

#include <cstddef>

#include "kernels/x86/simd_sse41.h"

#include "kernels/x86/begin_sse41.h"
namespace linnet::kernels::sse41 {
namespace {

// For quads of p: sum[i][v] += A[i][p] * B[p][v], row i of A at a + i * a_stride floats, B[p] at b + p * b_step floats.
LINNET_INLINE void MultiplyQuads(size_t quads, const float* a, size_t a_stride, const float* b, size_t b_step,
                                 VecF32 (&sum)[2][4]) {
#define LINNET_COLUMN(v)                                \
  "movups " #v "*16(%[b]), %[t]\n\tmovaps %[t], %[u]\n\t" \
  "mulps %[x], %[t]\n\tmulps %[y], %[u]\n\t"              \
  "addps %[t], %[s0" #v "]\n\taddps %[u], %[s1" #v "]\n\t"
#define LINNET_LANE(lane)                                                           \
  "pshufd $" #lane "*85, %[q], %[x]\n\tpshufd $" #lane "*85, %[r], %[y]\n\t"          \
  LINNET_COLUMN(0) LINNET_COLUMN(1) LINNET_COLUMN(2) LINNET_COLUMN(3) "add %[step], %[b]\n\t"
  VecF32 q, r, x, y, t, u;
  asm volatile(
      ".p2align 5\n\t"
      "1:\n\t"
      "movups (%[a]), %[q]\n\tmovups (%[a], %[stride]), %[r]\n\tadd $16, %[a]\n\t"
      LINNET_LANE(0) LINNET_LANE(1) LINNET_LANE(2) LINNET_LANE(3)
      "sub $1, %[n]\n\tjnz 1b"
      : [s00] "+x"(sum[0][0]), [s01] "+x"(sum[0][1]), [s02] "+x"(sum[0][2]), [s03] "+x"(sum[0][3]),
        [s10] "+x"(sum[1][0]), [s11] "+x"(sum[1][1]), [s12] "+x"(sum[1][2]), [s13] "+x"(sum[1][3]),
        [q] "=&x"(q), [r] "=&x"(r), [x] "=&x"(x), [y] "=&x"(y), [t] "=&x"(t), [u] "=&x"(u),
        [a] "+r"(a), [b] "+r"(b), [n] "+r"(quads)
      : [stride] "r"(a_stride * sizeof(float)), [step] "r"(b_step * sizeof(float))
      : "memory", "cc");
#undef LINNET_LANE
#undef LINNET_COLUMN
}

}  // namespace
}  // namespace linnet::kernels::sse41
#include "kernels/region_end.h"

#endif  // LINNET_KERNELS_X86_TILE_SSE41_H_
