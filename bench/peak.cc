#include "bench/peak.h"

#include <algorithm>
#include <ctime>
#include <vector>

#include "kernels/dispatch.h"

namespace linnet::kernels {

// In the engine's namespaces of instruction sets, where the vocabulary is.
float MultiplyAddLoop(size_t rounds);
size_t MultiplyAddsPerRound();
float ReadLoop(const float* p, size_t n);
LINNET_F32_VARIANTS(MultiplyAddLoop);
LINNET_F32_VARIANTS(MultiplyAddsPerRound);
LINNET_F32_VARIANTS(ReadLoop);

}  // namespace linnet::kernels

namespace linnet::bench {
namespace {

using kernels::SelectVariant;

constexpr int kRounds = 7;
constexpr double kRoundSeconds = 0.01;
constexpr size_t kReadFloats = size_t{24} << 20;  // 96 MiB: more than a core's share of any cache

volatile float g_sink;  // results are used

// Of the processor, as Google Benchmark counts for its rates: a busy neighbour lowers neither.
template <typename Body>
double Seconds(const Body& body) {
  const std::clock_t start = std::clock();
  body();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

double MeasureGflops() {
  const double flops = 2.0 * static_cast<double>(MultiplyAddsPerRound());
  size_t rounds = 1024;
  while (Seconds([&] { g_sink = MultiplyAddLoop(rounds); }) < kRoundSeconds) rounds *= 2;
  double best = 0;
  for (int i = 0; i < kRounds; ++i) {
    const double seconds = Seconds([&] { g_sink = MultiplyAddLoop(rounds); });
    best = std::max(best, flops * static_cast<double>(rounds) / seconds / 1e9);
  }
  return best;
}

double MeasureReading() {
  const std::vector<float> memory(kReadFloats, 1.0f);
  double best = 0;
  for (int i = 0; i < kRounds; ++i) {
    const double seconds = Seconds([&] { g_sink = ReadLoop(memory.data(), memory.size()); });
    best = std::max(best, static_cast<double>(memory.size() * sizeof(float)) / seconds / 1e9);
  }
  return best;
}

}  // namespace

float MultiplyAddLoop(size_t rounds) { return SelectVariant(kernels::kMultiplyAddLoopVariants)(rounds); }
size_t MultiplyAddsPerRound() { return SelectVariant(kernels::kMultiplyAddsPerRoundVariants)(); }
float ReadLoop(const float* p, size_t n) { return SelectVariant(kernels::kReadLoopVariants)(p, n); }

Peak MeasurePeak() { return {MeasureGflops(), MeasureReading()}; }

}  // namespace linnet::bench
