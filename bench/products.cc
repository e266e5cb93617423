#include "bench/products.h"

#include <algorithm>
#include <random>

#include "format/storage.h"

namespace linnet::bench {
namespace {

// Panels of n columns: any numbers do, so they are made in the order of the file.
size_t PanelFloats(size_t n, size_t k) {
  const size_t width = format::PanelWidth(n);
  return (n + width - 1) / width * width * k;
}

kernels::WinogradF32 WinogradOf(const ConvLayer& layer) {
  kernels::WinogradF32 w;
  w.batch = 1;
  w.in_h = w.in_w = layer.size;
  w.channels = layer.c;
  w.out_h = w.out_w = OutputSize(layer);
  w.n = layer.n;
  w.pad_top = w.pad_left = PadBegin(layer);
  w.x_stride = layer.c;
  w.y_stride = layer.n;
  return w;
}

}  // namespace

Floats RandomFloats(size_t n) {
  std::minstd_rand random(1);
  Floats values(n);
  for (float& value : values) value = static_cast<float>(random() % 2048) / 1024 - 1;
  return values;
}

size_t PadBegin(const ConvLayer& layer) {
  const size_t needed = (OutputSize(layer) - 1) * layer.stride + layer.kernel;
  return std::min(layer.kernel / 2, needed > layer.size ? needed - layer.size : 0);
}

size_t PadEnd(const ConvLayer& layer) {
  const size_t needed = (OutputSize(layer) - 1) * layer.stride + layer.kernel, there = layer.size + PadBegin(layer);
  return needed > there ? needed - there : 0;
}

Product::Product(const ConvLayer& layer) {
  const size_t out = OutputSize(layer);
  gemm_.m = out * out;
  gemm_.n = layer.n;
  gemm_.k = layer.kernel * layer.kernel * layer.c;
  gemm_.a_stride = layer.c;
  rows_.in_h = rows_.in_w = layer.size;
  rows_.channels = rows_.pixel_stride = layer.c;
  rows_.out_h = rows_.out_w = out;
  rows_.kernel_h = rows_.kernel_w = layer.kernel;
  rows_.stride_h = rows_.stride_w = layer.stride;
  rows_.dilation_h = rows_.dilation_w = 1;
  rows_.pad_top = rows_.pad_left = PadBegin(layer);
  if (layer.kernel > 1 || layer.stride > 1) gemm_.conv = &rows_;
  a_ = RandomFloats(layer.size * layer.size * layer.c);
  b_ = RandomFloats(PanelFloats(gemm_.n, gemm_.k));
  Plan();
}

Product::Product(const MatMulLayer& layer) {
  gemm_.m = layer.m;
  gemm_.n = layer.n;
  gemm_.k = layer.k;
  gemm_.a_stride = layer.k;
  a_ = RandomFloats(layer.m * layer.k);
  b_ = RandomFloats(layer.constant_b ? PanelFloats(layer.n, layer.k) : layer.n * layer.k);
  if (!layer.constant_b) {
    gemm_.b_layout = kernels::GemmB::kRows;
    gemm_.b_stride = layer.n;
  }
  Plan();
}

void Product::Plan() {
  bias_ = RandomFloats(gemm_.n);
  c_.resize(gemm_.m * gemm_.n);
  gemm_.a = a_.data();
  gemm_.b = b_.data();
  gemm_.panel_width = format::PanelWidth(gemm_.n);
  gemm_.bias = bias_.data();
  gemm_.c = c_.data();
  gemm_.c_stride = gemm_.n;
  plan_ = PlanGemmF32(gemm_, /*threads=*/1);
  scratch_.resize(plan_.scratch_bytes / sizeof(float) + 1);
}

void Product::Run() {
  for (size_t task = 0; task < plan_.tasks; ++task) RunGemmF32(gemm_, plan_, task, scratch_.data());
}

bool WinogradProduct::Gains(const ConvLayer& layer) {
  return layer.kernel == 3 && layer.stride == 1 && !layer.depthwise && WinogradGainsF32(WinogradOf(layer));
}

WinogradProduct::WinogradProduct(const ConvLayer& layer) : conv_(WinogradOf(layer)) {
  x_ = RandomFloats(layer.size * layer.size * layer.c);
  filters_ = RandomFloats(PanelFloats(layer.n, 9 * layer.c));
  bias_ = RandomFloats(layer.n);
  y_.resize(conv_.out_h * conv_.out_w * layer.n);
  conv_.x = x_.data();
  conv_.filters = filters_.data();
  conv_.bias = bias_.data();
  conv_.y = y_.data();
  plan_ = PlanWinogradF32(conv_, /*threads=*/1);
  shared_.resize(plan_.shared_bytes / sizeof(float) + 16);
  scratch_.resize(plan_.scratch_bytes / sizeof(float) + 16);
}

void WinogradProduct::Run() {
  for (size_t chunk = 0; chunk < plan_.chunks; ++chunk) {
    for (size_t task = 0; task < plan_.input_tasks; ++task) plan_.transform(conv_, plan_, chunk, task, shared_.data());
    for (size_t task = 0; task < plan_.product_tasks; ++task) {
      plan_.multiply(conv_, plan_, chunk, task, shared_.data(), scratch_.data());
    }
  }
}

DepthwiseProduct::DepthwiseProduct(const ConvLayer& layer) {
  const size_t out = OutputSize(layer);
  x_ = RandomFloats(layer.size * layer.size * layer.c);
  weight_ = RandomFloats((layer.c + 15) / 16 * 16 * layer.kernel * layer.kernel);
  bias_ = RandomFloats(layer.c);
  y_.resize(out * out * layer.c);
  conv_.in_h = conv_.in_w = layer.size;
  conv_.out_h = conv_.out_w = out;
  conv_.channels = conv_.x_stride = conv_.y_stride = layer.c;
  conv_.kernel_h = conv_.kernel_w = layer.kernel;
  conv_.stride_h = conv_.stride_w = layer.stride;
  conv_.dilation_h = conv_.dilation_w = 1;
  conv_.pad_top = conv_.pad_left = PadBegin(layer);
  conv_.x = x_.data();
  conv_.weight = weight_.data();
  conv_.bias = bias_.data();
  conv_.y = y_.data();
}

void DepthwiseProduct::Run() { DepthwiseConvF32(conv_, 0, conv_.out_h); }

}  // namespace linnet::bench
