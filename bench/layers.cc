#include "bench/layers.h"

namespace linnet::bench {
namespace {

constexpr bool kDepthwise = true, kFull = false;
constexpr bool kWeight = true, kActivation = false;

}  // namespace

const std::vector<ConvLayer>& ConvLayers() {
  static const std::vector<ConvLayer> layers = {
      {"mobilenet_v1", 224, 3, 32, 3, 2, kFull},
      {"mobilenet_v1", 112, 32, 64, 1, 1, kFull},
      {"mobilenet_v1", 56, 64, 128, 1, 1, kFull},
      {"mobilenet_v1", 56, 128, 128, 1, 1, kFull},
      {"mobilenet_v1", 28, 128, 256, 1, 1, kFull},
      {"mobilenet_v1", 28, 256, 256, 1, 1, kFull},
      {"mobilenet_v1", 14, 256, 512, 1, 1, kFull},
      {"mobilenet_v1", 14, 512, 512, 1, 1, kFull},
      {"mobilenet_v1", 7, 512, 1024, 1, 1, kFull},
      {"mobilenet_v1", 7, 1024, 1024, 1, 1, kFull},
      {"mobilenet_v1", 112, 32, 32, 3, 1, kDepthwise},
      {"mobilenet_v1", 112, 64, 64, 3, 2, kDepthwise},
      {"mobilenet_v1", 56, 128, 128, 3, 1, kDepthwise},
      {"mobilenet_v1", 56, 128, 128, 3, 2, kDepthwise},
      {"mobilenet_v1", 28, 256, 256, 3, 1, kDepthwise},
      {"mobilenet_v1", 14, 512, 512, 3, 1, kDepthwise},
      {"mobilenet_v1", 7, 1024, 1024, 3, 1, kDepthwise},
      {"mobilenet_v2", 112, 32, 16, 1, 1, kFull},
      {"mobilenet_v2", 112, 16, 96, 1, 1, kFull},
      {"mobilenet_v2", 56, 96, 24, 1, 1, kFull},
      {"mobilenet_v2", 56, 24, 144, 1, 1, kFull},
      {"mobilenet_v2", 28, 192, 32, 1, 1, kFull},
      {"mobilenet_v2", 14, 384, 64, 1, 1, kFull},
      {"mobilenet_v2", 14, 64, 384, 1, 1, kFull},
      {"mobilenet_v2", 7, 160, 960, 1, 1, kFull},
      {"mobilenet_v2", 7, 960, 320, 1, 1, kFull},
      {"mobilenet_v2", 7, 320, 1280, 1, 1, kFull},
      {"mobilenet_v2", 56, 144, 144, 3, 1, kDepthwise},
      {"mobilenet_v2", 14, 384, 384, 3, 1, kDepthwise},
      {"mobilenet_v3", 28, 72, 72, 5, 1, kDepthwise},
      {"mobilenet_v3", 28, 120, 120, 5, 1, kDepthwise},
      {"mobilenet_v3", 14, 672, 672, 5, 2, kDepthwise},
      {"mobilenet_v3", 7, 960, 960, 5, 1, kDepthwise},
      {"mobilenet_v3", 28, 40, 240, 1, 1, kFull},
      {"mobilenet_v3", 14, 480, 112, 1, 1, kFull},
      {"mobilenet_v3", 7, 960, 160, 1, 1, kFull},
      {"resnet18", 224, 3, 64, 7, 2, kFull},
      {"resnet18", 56, 64, 64, 3, 1, kFull},
      {"resnet18", 56, 64, 128, 3, 2, kFull},
      {"resnet18", 28, 128, 128, 3, 1, kFull},
      {"resnet18", 14, 256, 256, 3, 1, kFull},
      {"resnet18", 7, 512, 512, 3, 1, kFull},
      {"resnet50", 56, 64, 256, 1, 1, kFull},
      {"resnet50", 56, 256, 64, 1, 1, kFull},
      {"resnet50", 28, 512, 128, 1, 1, kFull},
      {"resnet50", 14, 1024, 256, 1, 1, kFull},
      {"resnet50", 14, 256, 1024, 1, 1, kFull},
      {"resnet50", 7, 512, 2048, 1, 1, kFull},
      {"resnet50", 7, 2048, 512, 1, 1, kFull},
      {"squeezenet", 55, 64, 16, 1, 1, kFull},
      {"squeezenet", 55, 16, 64, 3, 1, kFull},
      {"squeezenet", 27, 32, 128, 3, 1, kFull},
      {"squeezenet", 13, 64, 256, 3, 1, kFull},
      {"squeezenet", 13, 512, 1000, 1, 1, kFull},
  };
  return layers;
}

const std::vector<MatMulLayer>& MatMulLayers() {
  static const std::vector<MatMulLayer> layers = {
      {"vit_tiny", "qkv", 197, 576, 192, kWeight},
      {"vit_tiny", "projection", 197, 192, 192, kWeight},
      {"vit_tiny", "mlp_in", 197, 768, 192, kWeight},
      {"vit_tiny", "mlp_out", 197, 192, 768, kWeight},
      {"vit_tiny", "scores", 197, 197, 64, kActivation},
      {"vit_tiny", "values", 197, 64, 197, kActivation},
      {"lstm", "step_256", 1, 1024, 256, kWeight},
      {"lstm", "sequence_256", 64, 1024, 256, kWeight},
      {"classifier", "logits", 1, 1000, 1280, kWeight},
      {"classifier", "vgg", 1, 4096, 4096, kWeight},
  };
  return layers;
}

std::string NameOf(const ConvLayer& layer) {
  const auto text = [](size_t n) { return std::to_string(n); };
  const std::string kernel = text(layer.kernel), size = text(layer.size);
  return std::string(layer.network) + "/" + (layer.depthwise ? "dw" : "") + kernel + "x" + kernel +
         (layer.stride == 1 ? "" : "s" + text(layer.stride)) + "/" + size + "x" + size + "/" + text(layer.c) +
         (layer.depthwise ? "" : "-" + text(layer.n));
}

std::string NameOf(const MatMulLayer& layer) {
  return std::string(layer.network) + "/" + layer.role + "/m" + std::to_string(layer.m) + "_n" + std::to_string(layer.n) +
         "_k" + std::to_string(layer.k);
}

}  // namespace linnet::bench
