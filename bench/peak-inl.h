// Body of bench/peak.h over the vector vocabulary (kernels/README.md). Included inside a region and the namespace of an
// instruction set in linnet::kernels; no include guard, no includes.

namespace {

// Keeps the compiler from computing a loop's products once for all: `v` may be anything after it.
LINNET_INLINE void Forget(VecF32& v) {
#if defined(__aarch64__)
  asm volatile("" : "+w"(v));
#else
  asm volatile("" : "+x"(v));
#endif
}

// Most latencies are 4 cycles and most processors start two operations a cycle; where multiply and add are two
// instructions, their chain is longer but the adds of different accumulators overlap all the same.
constexpr int kAccumulators = 12;
constexpr int kUnroll = 4;

}  // namespace

size_t MultiplyAddsPerRound() { return kUnroll * kAccumulators * kLanes; }

float MultiplyAddLoop(size_t rounds) {
  VecF32 sum[kAccumulators];
  for (int i = 0; i < kAccumulators; ++i) sum[i] = Set(static_cast<float>(i));
  VecF32 a = Set(0.5f);
  const VecF32 b = Set(0.25f);
  for (size_t round = 0; round < rounds; ++round) {
    for (int u = 0; u < kUnroll; ++u) {
      for (int i = 0; i < kAccumulators; ++i) {
        if constexpr (!kFusedFma) Forget(a);
        sum[i] = Fma(a, b, sum[i]);
      }
    }
  }
  float total = 0;
  for (int i = 0; i < kAccumulators; ++i) total += SumLanes(sum[i]);
  return total;
}

float ReadLoop(const float* p, size_t n) {
  VecF32 sum[8];
  for (VecF32& s : sum) s = Zero();
  size_t i = 0;
  for (; i + 8 * kLanes <= n; i += 8 * kLanes) {
    for (size_t u = 0; u < 8; ++u) sum[u] = Add(sum[u], Load(p + i + u * kLanes));
  }
  for (; i < n; i += kLanes) sum[0] = Add(sum[0], LoadN(p + i, n - i < kLanes ? n - i : kLanes));
  for (int u = 1; u < 8; ++u) sum[0] = Add(sum[0], sum[u]);
  return SumLanes(sum[0]);
}
