// XNNPACK's operator on a layer of layers.h: the reference of the field. One thread, no activation.
#ifndef LINNET_BENCH_XNNPACK_BASELINE_H_
#define LINNET_BENCH_XNNPACK_BASELINE_H_

#include <memory>

#include "bench/layers.h"

namespace linnet::bench {

class XnnpackProduct {
 public:
  virtual ~XnnpackProduct() = default;
  virtual void Run() = 0;
};

// Null where XNNPACK does not run on this processor, or has no such operator (a product of two activations).
std::unique_ptr<XnnpackProduct> MakeXnnpack(const ConvLayer& layer);
std::unique_ptr<XnnpackProduct> MakeXnnpack(const MatMulLayer& layer);

}  // namespace linnet::bench

#endif  // LINNET_BENCH_XNNPACK_BASELINE_H_
