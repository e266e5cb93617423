// The roof of this machine, measured: how fast one thread multiplies and adds in registers with the instruction set in use,
// and how fast it reads memory that no cache holds. Both are what kernels are compared with.
#ifndef LINNET_BENCH_PEAK_H_
#define LINNET_BENCH_PEAK_H_

#include <cstddef>

namespace linnet::bench {

struct Peak {
  double gflops = 0;            // 1e9 fp32 operations a second; a multiply-add is two
  double gbytes_per_second = 0;  // 1e9 bytes a second read from memory
};

// Takes about a fifth of a second. The best of several rounds: what a neighbour on the machine takes is no limit of it.
Peak MeasurePeak();

// Loops of one instruction set; peak-inl.h.
// `rounds` times as many multiply-adds as MultiplyAddsPerRound, in accumulators that do not wait for each other. The
// result depends on all of them.
float MultiplyAddLoop(size_t rounds);
size_t MultiplyAddsPerRound();
// Sum of n floats at p, read once in order.
float ReadLoop(const float* p, size_t n);

}  // namespace linnet::bench

#endif  // LINNET_BENCH_PEAK_H_
