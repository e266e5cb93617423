// Linnet's kernels on the layers of layers.h, with operands of their own: what the benchmarks run.
#ifndef LINNET_BENCH_PRODUCTS_H_
#define LINNET_BENCH_PRODUCTS_H_

#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

#include "bench/layers.h"
#include "kernels/depthwise_f32.h"
#include "kernels/gemm_f32.h"
#include "kernels/winograd_f32.h"

namespace linnet::bench {

// Floats that begin with a cache line, as tensors in an arena and in a file do.
template <typename T>
struct CacheLineAllocator {
  using value_type = T;
  CacheLineAllocator() = default;
  template <typename U>
  CacheLineAllocator(const CacheLineAllocator<U>&) {}
  T* allocate(size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t(64))); }
  void deallocate(T* p, size_t) { ::operator delete(p, std::align_val_t(64)); }
  bool operator==(const CacheLineAllocator&) const { return true; }
  bool operator!=(const CacheLineAllocator&) const { return false; }
};
using Floats = std::vector<float, CacheLineAllocator<float>>;

// n random floats of [-1, 1), the same in every run.
Floats RandomFloats(size_t n);

// Padding in front of each row and column so that the output has ceil(size / stride) pixels.
size_t PadBegin(const ConvLayer& layer);
size_t PadEnd(const ConvLayer& layer);

// A full convolution as a matrix product over patches, or a matrix product. Planned for the instruction set in use when
// it is made; Run must be called with the same one in use.
class Product {
 public:
  explicit Product(const ConvLayer& layer);
  explicit Product(const MatMulLayer& layer);
  // What it points to moves with it or not at all.
  Product(const Product&) = delete;
  void Run();

 private:
  // Allocates what the sizes in gemm_ ask for, and plans.
  void Plan();

  Floats a_, b_, bias_, c_, scratch_;
  kernels::ConvRows rows_ = {};
  kernels::GemmF32 gemm_;
  kernels::GemmPlanF32 plan_ = {};
};

// 3x3 with stride 1 by Winograd's method.
class WinogradProduct {
 public:
  // Whether the kernels would choose it.
  static bool Gains(const ConvLayer& layer);
  explicit WinogradProduct(const ConvLayer& layer);
  WinogradProduct(const WinogradProduct&) = delete;
  void Run();

 private:
  Floats x_, filters_, bias_, y_, shared_, scratch_;
  kernels::WinogradF32 conv_;
  kernels::WinogradPlanF32 plan_ = {};
};

class DepthwiseProduct {
 public:
  explicit DepthwiseProduct(const ConvLayer& layer);
  DepthwiseProduct(const DepthwiseProduct&) = delete;
  void Run();

 private:
  Floats x_, weight_, bias_, y_;
  kernels::DepthwiseF32 conv_ = {};
};

}  // namespace linnet::bench

#endif  // LINNET_BENCH_PRODUCTS_H_
