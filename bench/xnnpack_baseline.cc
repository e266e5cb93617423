#include "bench/xnnpack_baseline.h"

#include <xnnpack.h>

#include <cstdint>
#include <limits>

#include "bench/products.h"

namespace linnet::bench {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

class Operator : public XnnpackProduct {
 public:
  ~Operator() override { xnn_delete_operator(op); }
  void Run() override { xnn_run_operator(op, nullptr); }

  // XNNPACK may read a few elements behind its operands.
  void Allocate(size_t x_floats, size_t weight_floats, size_t n, size_t y_floats) {
    x = RandomFloats(x_floats + XNN_EXTRA_BYTES / sizeof(float));
    weight = RandomFloats(weight_floats);
    bias = RandomFloats(n);
    y.resize(y_floats + XNN_EXTRA_BYTES / sizeof(float));
  }

  xnn_operator_t op = nullptr;
  Floats x, weight, bias, y;
};

bool Initialized() {
  static const bool initialized = xnn_initialize(nullptr) == xnn_status_success;
  return initialized;
}

}  // namespace

std::unique_ptr<XnnpackProduct> MakeXnnpack(const ConvLayer& layer) {
  if (!Initialized()) return nullptr;
  auto product = std::make_unique<Operator>();
  const size_t out = OutputSize(layer), taps = layer.kernel * layer.kernel;
  product->Allocate(layer.size * layer.size * layer.c, taps * (layer.depthwise ? 1 : layer.c) * layer.n, layer.n,
                    out * out * layer.n);
  const auto begin = static_cast<uint32_t>(PadBegin(layer)), end = static_cast<uint32_t>(PadEnd(layer));
  const auto kernel = static_cast<uint32_t>(layer.kernel), stride = static_cast<uint32_t>(layer.stride);
  const size_t groups = layer.depthwise ? layer.c : 1;
  const xnn_status created = xnn_create_convolution2d_nhwc_f32(
      begin, end, end, begin, kernel, kernel, stride, stride, 1, 1, static_cast<uint32_t>(groups), layer.c / groups,
      layer.n / groups, layer.c, layer.n, product->weight.data(), product->bias.data(), -kInfinity, kInfinity, 0,
      &product->op);
  if (created != xnn_status_success) return nullptr;
  const xnn_status ready = xnn_setup_convolution2d_nhwc_f32(product->op, 1, layer.size, layer.size, product->x.data(),
                                                            product->y.data(), nullptr);
  return ready == xnn_status_success ? std::move(product) : nullptr;
}

std::unique_ptr<XnnpackProduct> MakeXnnpack(const MatMulLayer& layer) {
  if (!layer.constant_b || !Initialized()) return nullptr;
  auto product = std::make_unique<Operator>();
  product->Allocate(layer.m * layer.k, layer.n * layer.k, layer.n, layer.m * layer.n);
  const xnn_status created =
      xnn_create_fully_connected_nc_f32(layer.k, layer.n, layer.k, layer.n, product->weight.data(),
                                        product->bias.data(), -kInfinity, kInfinity, 0, &product->op);
  if (created != xnn_status_success) return nullptr;
  const xnn_status ready =
      xnn_setup_fully_connected_nc_f32(product->op, layer.m, product->x.data(), product->y.data(), nullptr);
  return ready == xnn_status_success ? std::move(product) : nullptr;
}

}  // namespace linnet::bench
