// Layers of well-known networks at their usual input size, batch 1: what kernels are measured on.
#ifndef LINNET_BENCH_LAYERS_H_
#define LINNET_BENCH_LAYERS_H_

#include <cstddef>
#include <string>
#include <vector>

namespace linnet::bench {

// A convolution of x [1, size, size, c] with a square kernel, "same" padding; depthwise: n = c = group.
struct ConvLayer {
  const char* network;
  size_t size, c, n, kernel, stride;
  bool depthwise;
};

// C [m, n] = A [m, k] B [k, n].
struct MatMulLayer {
  const char* network;
  const char* role;
  size_t m, n, k;
  bool constant_b;  // a weight in panels; else two activations
};

const std::vector<ConvLayer>& ConvLayers();
const std::vector<MatMulLayer>& MatMulLayers();

// "mobilenet_v1/1x1/14x14/512-512", "resnet18/3x3s2/56x56/64-128", "mobilenet_v2/dw3x3/56x56/144"
std::string NameOf(const ConvLayer& layer);
// "vit_tiny/qkv/m197_n576_k192"
std::string NameOf(const MatMulLayer& layer);

inline size_t OutputSize(const ConvLayer& layer) { return (layer.size + layer.stride - 1) / layer.stride; }
inline double MultiplyAdds(const ConvLayer& layer) {
  const double outputs = static_cast<double>(OutputSize(layer) * OutputSize(layer) * layer.n);
  return outputs * static_cast<double>(layer.kernel * layer.kernel * (layer.depthwise ? 1 : layer.c));
}
inline double MultiplyAdds(const MatMulLayer& layer) { return static_cast<double>(layer.m * layer.n * layer.k); }

}  // namespace linnet::bench

#endif  // LINNET_BENCH_LAYERS_H_
