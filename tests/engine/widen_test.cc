#include "engine/widen.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

namespace linnet {
namespace {

constexpr ElementType kReals[] = {ElementType::kFloat16,        ElementType::kBfloat16,   ElementType::kFloat8E4M3FN,
                                  ElementType::kFloat8E4M3FNUZ, ElementType::kFloat8E5M2, ElementType::kFloat8E5M2FNUZ,
                                  ElementType::kFloat4E2M1};
constexpr ElementType kIntegers[] = {ElementType::kBool,   ElementType::kUint8,  ElementType::kInt8,
                                     ElementType::kUint16, ElementType::kInt16,  ElementType::kUint32,
                                     ElementType::kInt32,  ElementType::kUint64, ElementType::kInt64,
                                     ElementType::kUint4,  ElementType::kInt4};

double DecodeOne(ElementType type, uint64_t code) {
  Wide value;
  Widen(type, &code, 0, 1, WideKind::kReal, &value);
  return value.f;
}

uint64_t EncodeOne(ElementType type, double x, bool saturate = false) {
  Wide value;
  value.f = x;
  uint64_t code = 0;
  Narrow(type, &value, WideKind::kReal, 0, 1, &code, saturate);
  return code;
}

TEST(Widen, KnownCodesOfSmallFloats) {
  struct Case {
    ElementType type;
    uint64_t code;
    double value;
  };
  const Case cases[] = {
      {ElementType::kFloat16, 0x3C00, 1},          {ElementType::kFloat16, 0xC500, -5},
      {ElementType::kFloat16, 0x7BFF, 65504},      {ElementType::kFloat16, 0x0001, 0x1p-24},
      {ElementType::kFloat16, 0x7C00, HUGE_VAL},   {ElementType::kBfloat16, 0x3F80, 1},
      {ElementType::kBfloat16, 0xFF80, -HUGE_VAL}, {ElementType::kBfloat16, 0x0001, 0x1p-133},
      {ElementType::kFloat8E4M3FN, 0x7E, 448},     {ElementType::kFloat8E4M3FN, 0x38, 1},
      {ElementType::kFloat8E4M3FN, 0x01, 0x1p-9},  {ElementType::kFloat8E4M3FNUZ, 0x7F, 240},
      {ElementType::kFloat8E4M3FNUZ, 0x40, 1},     {ElementType::kFloat8E5M2, 0x7B, 57344},
      {ElementType::kFloat8E5M2, 0x7C, HUGE_VAL},  {ElementType::kFloat8E5M2, 0x3C, 1},
      {ElementType::kFloat8E5M2FNUZ, 0x7F, 57344}, {ElementType::kFloat8E5M2FNUZ, 0x40, 1},
      {ElementType::kFloat4E2M1, 0x1, 0.5},        {ElementType::kFloat4E2M1, 0x7, 6},
      {ElementType::kFloat4E2M1, 0xD, -3},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(DecodeOne(c.type, c.code), c.value) << static_cast<int>(c.type) << " " << c.code;
    EXPECT_EQ(EncodeOne(c.type, c.value), c.code) << static_cast<int>(c.type) << " " << c.value;
  }
}

TEST(Widen, EveryCodeOfSmallFloatsSurvives) {
  for (ElementType type : kReals) {
    for (uint64_t code = 0; code < uint64_t{1} << ElementBits(type); ++code) {
      const double value = DecodeOne(type, code);
      if (value != value) {
        EXPECT_TRUE(std::isnan(DecodeOne(type, EncodeOne(type, value)))) << static_cast<int>(type) << " " << code;
      } else {
        EXPECT_EQ(EncodeOne(type, value), code) << static_cast<int>(type);
      }
    }
  }
}

// Between two neighbouring codes: below the middle rounds down, above it up, the middle itself to the even code.
TEST(Narrow, RoundsHalfToEven) {
  for (ElementType type : kReals) {
    const uint64_t half = uint64_t{1} << (ElementBits(type) - 1);
    for (uint64_t code = 0; code + 1 < half; ++code) {
      const double low = DecodeOne(type, code), high = DecodeOne(type, code + 1);
      if (!std::isfinite(low) || !std::isfinite(high)) continue;
      const double middle = (low + high) / 2;
      EXPECT_EQ(EncodeOne(type, middle), (code & 1) == 0 ? code : code + 1) << static_cast<int>(type);
      EXPECT_EQ(EncodeOne(type, std::nextafter(middle, low)), code) << static_cast<int>(type);
      EXPECT_EQ(EncodeOne(type, std::nextafter(middle, high)), code + 1) << static_cast<int>(type);
    }
  }
}

// The table of ONNX's Cast.
TEST(Narrow, Float8OverflowAndNaN) {
  struct Case {
    ElementType type;
    uint64_t max, over, infinite, nan;
  };
  const Case cases[] = {{ElementType::kFloat8E4M3FN, 0x7E, 0x7F, 0x7F, 0x7F},
                        {ElementType::kFloat8E4M3FNUZ, 0x7F, 0x80, 0x80, 0x80},
                        {ElementType::kFloat8E5M2, 0x7B, 0x7C, 0x7C, 0x7F},
                        {ElementType::kFloat8E5M2FNUZ, 0x7F, 0x80, 0x80, 0x80}};
  for (const Case& c : cases) {
    EXPECT_EQ(EncodeOne(c.type, 1e9, true), c.max);
    EXPECT_EQ(EncodeOne(c.type, HUGE_VAL, true), c.max);
    EXPECT_EQ(EncodeOne(c.type, -HUGE_VAL, true), c.max | 0x80);
    EXPECT_EQ(EncodeOne(c.type, 1e9), c.over);
    EXPECT_EQ(EncodeOne(c.type, HUGE_VAL), c.infinite);
    EXPECT_EQ(EncodeOne(c.type, NAN, true), c.nan);
  }
  EXPECT_EQ(EncodeOne(ElementType::kFloat8E4M3FNUZ, -0.0), 0u);  // no negative zero
  EXPECT_EQ(EncodeOne(ElementType::kFloat8E4M3FN, -0.0), 0x80u);
  EXPECT_EQ(EncodeOne(ElementType::kFloat16, 1e9, true), 0x7C00u);  // saturate is for 8 bits
  EXPECT_EQ(EncodeOne(ElementType::kFloat4E2M1, 1e9), 7u);
}

TEST(Widen, IntegersKeepSignAndBits) {
  const int8_t signed_bytes[] = {-128, -1, 0, 127};
  Wide out[4];
  Widen(ElementType::kInt8, signed_bytes, 0, 4, WideKind::kSigned, out);
  for (int k = 0; k < 4; ++k) EXPECT_EQ(out[k].i, signed_bytes[k]);
  Widen(ElementType::kUint8, signed_bytes, 1, 1, WideKind::kUnsigned, out);
  EXPECT_EQ(out[0].u, 255u);
  const uint64_t big = UINT64_MAX;
  Widen(ElementType::kUint64, &big, 0, 1, WideKind::kReal, out);
  EXPECT_EQ(out[0].f, 0x1p64);
  Widen(ElementType::kInt64, &big, 0, 1, WideKind::kReal, out);
  EXPECT_EQ(out[0].f, -1);
}

TEST(Widen, NibblesLowFirst) {
  const uint8_t packed[] = {0x8F, 0x17};
  Wide out[4];
  Widen(ElementType::kInt4, packed, 0, 4, WideKind::kSigned, out);
  const int64_t as_signed[] = {-1, -8, 7, 1};
  for (int k = 0; k < 4; ++k) EXPECT_EQ(out[k].i, as_signed[k]);
  Widen(ElementType::kUint4, packed, 1, 2, WideKind::kUnsigned, out);
  EXPECT_EQ(out[0].u, 8u);
  EXPECT_EQ(out[1].u, 7u);
  uint8_t stored[] = {0xAA, 0xAA};
  out[0].i = -3;
  out[1].i = 2;
  Narrow(ElementType::kInt4, out, WideKind::kSigned, 1, 2, stored);
  EXPECT_EQ(stored[0], 0xDA);
  EXPECT_EQ(stored[1], 0xA2);
}

TEST(Widen, PairsOfBitsLowFirst) {
  const uint8_t bytes[] = {0b11100100, 0b00000110};
  Wide values[6];
  Widen(ElementType::kUint2, bytes, 0, 6, WideKind::kUnsigned, values);
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(values[i].u, i);
  EXPECT_EQ(values[4].u, 2u);
  Widen(ElementType::kInt2, bytes, 1, 5, WideKind::kSigned, values);
  const int64_t expected[] = {1, -2, -1, -2, 1};
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(values[i].i, expected[i]) << i;
  uint8_t stored[2] = {0xFF, 0xFF};
  for (size_t i = 0; i < 3; ++i) values[i].i = static_cast<int64_t>(i) - 2;
  Narrow(ElementType::kInt2, values, WideKind::kSigned, 3, 3, stored);
  EXPECT_EQ(stored[0], 0b10111111);
  EXPECT_EQ(stored[1], 0b11110011);
}

TEST(Narrow, PowersOfTwoRoundUp) {
  const auto code = [](double x, bool saturate) { return EncodeOne(ElementType::kFloat8E8M0, x, saturate); };
  for (uint64_t c = 0; c < 255; ++c) EXPECT_EQ(code(DecodeOne(ElementType::kFloat8E8M0, c), false), c);
  EXPECT_EQ(DecodeOne(ElementType::kFloat8E8M0, 127), 1);
  EXPECT_TRUE(std::isnan(DecodeOne(ElementType::kFloat8E8M0, 255)));
  EXPECT_EQ(code(1.25, false), 128u);
  EXPECT_EQ(code(NAN, true), 255u);
  EXPECT_EQ(code(-1, true), 255u);
  EXPECT_EQ(code(0, true), 0u);
  EXPECT_EQ(code(0, false), 255u);
  EXPECT_EQ(code(HUGE_VAL, true), 254u);
  EXPECT_EQ(code(0x1p128, false), 255u);
}

TEST(Narrow, IntegersWrap) {
  for (ElementType type : kIntegers) {
    if (type == ElementType::kBool) continue;
    Wide value = HighestInteger(type);
    value.u += 1;
    uint64_t stored = 0;
    Narrow(type, &value, WideKindOf(type), 0, 1, &stored);
    Wide back;
    Widen(type, &stored, 0, 1, WideKindOf(type), &back);
    EXPECT_EQ(back.u, LowestInteger(type).u) << static_cast<int>(type);
  }
}

TEST(Narrow, RealsTruncateAndSaturate) {
  const auto as = [](ElementType type, double x) {
    const uint64_t stored = EncodeOne(type, x);
    Wide back;
    Widen(type, &stored, 0, 1, WideKindOf(type), &back);
    return back;
  };
  EXPECT_EQ(as(ElementType::kInt32, -2.9).i, -2);
  EXPECT_EQ(as(ElementType::kInt32, 1e20).i, INT32_MAX);
  EXPECT_EQ(as(ElementType::kInt32, -HUGE_VAL).i, INT32_MIN);
  EXPECT_EQ(as(ElementType::kInt64, 1e20).i, INT64_MAX);
  EXPECT_EQ(as(ElementType::kInt64, -1e20).i, INT64_MIN);
  EXPECT_EQ(as(ElementType::kUint64, 0x1p63 * 1.5).u, UINT64_C(3) << 62);
  EXPECT_EQ(as(ElementType::kUint64, 1e30).u, UINT64_MAX);
  EXPECT_EQ(as(ElementType::kUint32, 1e30).u, UINT32_MAX);
  EXPECT_EQ(as(ElementType::kUint8, 300.7).u, 44u);
  EXPECT_EQ(as(ElementType::kUint8, -1.0).u, 255u);
  EXPECT_EQ(as(ElementType::kInt16, NAN).i, 0);
  EXPECT_EQ(as(ElementType::kBool, 0.25).u, 1u);
  EXPECT_EQ(as(ElementType::kBool, NAN).u, 1u);
  EXPECT_EQ(as(ElementType::kBool, -0.0).u, 0u);
}

TEST(Narrow, LongRunsThroughBlocks) {
  std::vector<Wide> wide(3 * kWideBlock + 5);
  for (size_t k = 0; k < wide.size(); ++k) wide[k].i = static_cast<int64_t>(k) - 100;
  std::vector<float> stored(wide.size() + 2, -7.0f);
  Narrow(ElementType::kFloat32, wide.data(), WideKind::kSigned, 1, wide.size(), stored.data());
  EXPECT_EQ(stored.front(), -7.0f);
  EXPECT_EQ(stored.back(), -7.0f);
  for (size_t k = 0; k < wide.size(); ++k) EXPECT_EQ(stored[k + 1], static_cast<float>(k) - 100);
}

}  // namespace
}  // namespace linnet
