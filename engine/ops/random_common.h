// What the random ops share. A seed fixes the numbers of a session's runs: each run goes on where the one before ended.
// Without one, every session has its own.
#ifndef LINNET_ENGINE_OPS_RANDOM_COMMON_H_
#define LINNET_ENGINE_OPS_RANDOM_COMMON_H_

#include "engine/op.h"

namespace linnet::ops {

// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators).
class RandomStream {
 public:
  void Seed(uint64_t seed) { state_ = seed; }
  uint64_t Next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  // In [0, 1).
  double Uniform() { return static_cast<double>(Next() >> 11) * 0x1p-53; }

 private:
  uint64_t state_;
};

// For Prepare: a stream for Eval, found as ctx.state<RandomStream>().
Status PrepareRandom(OpContext& ctx, const format::Random& attrs);

// For Prepare of RandomUniform and RandomNormal: input 0 is the shape of the output.
Status PrepareRandomShape(OpContext& ctx);

// Fills output 0 with draw(stream, attrs).
Status FillRandom(OpContext& ctx, double (*draw)(RandomStream& stream, const format::Random& attrs));

}  // namespace linnet::ops

#endif  // LINNET_ENGINE_OPS_RANDOM_COMMON_H_
