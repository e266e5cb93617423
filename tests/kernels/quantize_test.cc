#include "kernels/quantize.h"

#include <limits>

#include "kernels/reference/quantize.h"
#include "tests/kernels/kernel_test.h"

namespace linnet::kernels {
namespace {

using QuantizeTest = KernelTest;
LINNET_KERNEL_TEST_SUITE(QuantizeTest);

void Quantize(const QuantizedRow<int8_t>& row, const float* in, int8_t* out) { QuantizeI8(row, in, out); }
void Quantize(const QuantizedRow<uint8_t>& row, const float* in, uint8_t* out) { QuantizeU8(row, in, out); }
void Dequantize(const QuantizedRow<int8_t>& row, const int8_t* in, float* out) { DequantizeI8(row, in, out); }
void Dequantize(const QuantizedRow<uint8_t>& row, const uint8_t* in, float* out) { DequantizeU8(row, in, out); }

std::vector<size_t> ManySizes() {
  std::vector<size_t> sizes = Sizes();
  sizes.insert(sizes.end(), {63, 64, 66, 127, 129});
  return sizes;
}

template <typename T>
void CheckRow(size_t n, size_t misalign, bool uniform, bool zero_points) {
  constexpr int kLo = std::numeric_limits<T>::min(), kHi = std::numeric_limits<T>::max();
  Random random(n + 1);
  const size_t parameters = uniform ? 1 : n;
  Guarded<float> scale(parameters, misalign), in(n, misalign), back(n, misalign);
  Guarded<T> zero_point(zero_points ? parameters : 0, misalign), out(n, misalign);
  for (float& s : scale) s = random.Int(0, 3) == 0 ? 0.25f : random.Uniform(0.001f, 0.9f);
  for (T& z : zero_point) z = static_cast<T>(random.Int(kLo, kHi));
  random.Fill(in, -40, 40);
  for (size_t i = 0; i < n; i += 5) in[i] = 0.125f * static_cast<float>(random.Int(-300, 300));
  const QuantizedRow<T> row = {n, scale.data(), zero_points ? zero_point.data() : nullptr, uniform};
  Quantize(row, in.data(), out.data());
  Dequantize(row, out.data(), back.data());
  for (size_t i = 0; i < n; ++i) {
    const float s = scale[uniform ? 0 : i];
    const int z = zero_points ? zero_point[uniform ? 0 : i] : 0;
    ASSERT_EQ(out[i], reference::Quantize(in[i], s, z, kLo, kHi)) << in[i] << " / " << s << " + " << z;
    ASSERT_EQ(back[i], reference::Dequantize(out[i], s, z));
  }
}

TEST_P(QuantizeTest, EverySizeTypeAndParameters) {
  for (size_t n : ManySizes()) {
    for (size_t misalign : {0, 1, 3}) {
      for (bool uniform : {true, false}) {
        for (bool zero_points : {true, false}) {
          CheckRow<int8_t>(n, misalign, uniform, zero_points);
          CheckRow<uint8_t>(n, misalign, uniform, zero_points);
        }
      }
    }
  }
  EXPECT_EQ(LastDispatchedIsa(), ExpectedIsa());
}

TEST_P(QuantizeTest, WhatIsNoNumberAndWhatIsTooLarge) {
  const float inf = std::numeric_limits<float>::infinity(), nan = std::nanf("");
  const float in[10] = {nan, inf, -inf, 1e38f, -1e38f, 0, -0.0f, 1e-40f, 3e9f, -nan};
  const int8_t zero = 7;
  int8_t out[10];
  for (float scale : {1.0f, 1e-30f, 0.0f}) {
    const QuantizedRow<int8_t> row = {10, &scale, &zero, true};
    QuantizeI8(row, in, out);
    for (int i = 0; i < 10; ++i) {
      const float quotient = in[i] / scale;
      EXPECT_EQ(out[i], reference::Quantized(quotient, 7, -128, 127)) << in[i] << " / " << scale;
    }
  }
  ScaleF32ToI8({2, 7, -100, 100}, 10, in, out);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(out[i], reference::Quantized(in[i] * 2, 7, -100, 100)) << in[i];
}

TEST_P(QuantizeTest, ScaleToI8EverySize) {
  for (size_t n : ManySizes()) {
    for (size_t misalign : {0, 1, 3}) {
      Random random(n);
      Guarded<float> in(n, misalign);
      Guarded<int8_t> out(n, misalign);
      random.Fill(in, -300, 300);
      const int zero = random.Int(-128, 127);
      const ScaleToI8 scale = {random.Uniform(0.1f, 1.5f), zero, -128, random.Int(zero, 127)};
      ScaleF32ToI8(scale, n, in.data(), out.data());
      for (size_t i = 0; i < n; ++i) {
        const float x = reference::Multiply(in[i], scale.multiplier);
        ASSERT_EQ(out[i], reference::Quantized(x, zero, scale.lo, scale.hi));
      }
    }
  }
}

}  // namespace
}  // namespace linnet::kernels
