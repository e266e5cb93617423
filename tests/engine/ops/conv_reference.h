// Convolutions in double, from values, for the tests of the ops.
#ifndef LINNET_TESTS_ENGINE_OPS_CONV_REFERENCE_H_
#define LINNET_TESTS_ENGINE_OPS_CONV_REFERENCE_H_

#include <cstdint>
#include <vector>

#include "tests/engine/model_builder.h"

namespace linnet::testing {

struct ConvParams {
  int64_t stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1;
  int64_t pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
  int64_t group = 1;

  int64_t OutH(int64_t in, int64_t kernel) const {
    return (in + pad_top + pad_bottom - (kernel - 1) * dilation_h - 1) / stride_h + 1;
  }
  int64_t OutW(int64_t in, int64_t kernel) const {
    return (in + pad_left + pad_right - (kernel - 1) * dilation_w - 1) / stride_w + 1;
  }
  // Sets them on attributes of Conv2D, DepthwiseConv2D or ConvTranspose2D.
  template <typename Attrs>
  void Set(Attrs* a) const {
    a->stride_h = static_cast<int>(stride_h), a->stride_w = static_cast<int>(stride_w);
    a->dilation_h = static_cast<int>(dilation_h), a->dilation_w = static_cast<int>(dilation_w);
    a->pad_top = static_cast<int>(pad_top), a->pad_left = static_cast<int>(pad_left);
    a->pad_bottom = static_cast<int>(pad_bottom), a->pad_right = static_cast<int>(pad_right);
  }
};

// x [n, h, w, c], weight [N, kh, kw, c/group] -> [n, oh, ow, N].
inline Value Convolve(const ConvParams& p, const Value& x, const Value& weight) {
  const std::vector<double> xs = Numbers(x), ws = Numbers(weight);
  const int64_t h = x.shape[1], w = x.shape[2], c = x.shape[3], cg = c / p.group;
  const int64_t n = weight.shape[0], kh = weight.shape[1], kw = weight.shape[2];
  const Shape shape = {x.shape[0], p.OutH(h, kh), p.OutW(w, kw), n};
  std::vector<double> y;
  for (int64_t i = 0; i < shape.elements(); ++i) {
    const int64_t j = i % n, ox = i / n % shape[2], oy = i / n / shape[2] % shape[1], b = i / n / shape[2] / shape[1];
    double sum = 0;
    for (int64_t tap = 0; tap < kh * kw; ++tap) {
      const int64_t iy = oy * p.stride_h + tap / kw * p.dilation_h - p.pad_top;
      const int64_t ix = ox * p.stride_w + tap % kw * p.dilation_w - p.pad_left;
      if (iy < 0 || ix < 0 || iy >= h || ix >= w) continue;
      for (int64_t k = 0; k < cg; ++k) {
        sum += xs[((b * h + iy) * w + ix) * c + j / (n / p.group) * cg + k] * ws[(j * kh * kw + tap) * cg + k];
      }
    }
    y.push_back(sum);
  }
  return MakeValue(x.type, shape, y);
}

// value + bias [its last size], element by element.
inline Value AddBias(const Value& value, const Value& bias) {
  std::vector<double> y = Numbers(value);
  const std::vector<double> b = Numbers(bias);
  for (size_t i = 0; i < y.size(); ++i) y[i] += b[i % b.size()];
  return MakeValue(value.type, value.shape, y);
}

// f applied to each number.
template <typename F>
Value Map(const Value& value, F f) {
  std::vector<double> y = Numbers(value);
  for (double& v : y) v = f(v);
  return MakeValue(value.type, value.shape, y);
}

inline const float* Floats(const Value& value) { return reinterpret_cast<const float*>(value.bytes.data()); }

// `count` zeroed floats as the bytes of a packed constant, and a pointer to them.
inline std::vector<uint8_t> FloatBytes(size_t count) { return std::vector<uint8_t>(count * sizeof(float)); }
inline float* AsFloats(std::vector<uint8_t>& bytes) { return reinterpret_cast<float*>(bytes.data()); }

}  // namespace linnet::testing

#endif  // LINNET_TESTS_ENGINE_OPS_CONV_REFERENCE_H_
