#include "converter/tensor_values.h"

#include <algorithm>
#include <cmath>

#include "engine/op.h"
#include "engine/widen.h"

namespace linnet::converter {
namespace {

// The SplitMix64 sequence.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  // A multiple of 2^-23 in [-1, 1): every float holds it exactly.
  double NextSigned() { return static_cast<double>(Next() >> 40) / (1 << 23) - 1; }

 private:
  uint64_t state_;
};

Wide RandomElement(ElementType type, WideKind kind, Random* random) {
  Wide value;
  if (kind == WideKind::kReal) {
    value.f = random->NextSigned();
  } else {
    const bool whole_range = type == ElementType::kInt8 || type == ElementType::kUint8;
    value.u = random->Next() >> 32 & (whole_range ? 0xff : 1);  // narrowed to the low bits
  }
  return value;
}

}  // namespace

std::string ShapeText(const Shape& shape) {
  std::string text = "[";
  for (int i = 0; i < shape.rank(); ++i) {
    text += (i > 0 ? ", " : "") + (shape[i] < 0 ? std::string("?") : std::to_string(shape[i]));
  }
  return text + "]";
}

std::string TypeText(ElementType type, const Shape& shape) {
  return std::string(ElementTypeName(type)) + " " + ShapeText(shape);
}

std::vector<double> ToDoubles(ElementType type, const void* data, size_t count) {
  std::vector<double> values(count);
  Wide block[kWideBlock];
  for (size_t first = 0; first < count; first += kWideBlock) {
    const size_t n = std::min(kWideBlock, count - first);
    Widen(type, data, static_cast<int64_t>(first), n, WideKind::kReal, block);
    for (size_t i = 0; i < n; ++i) values[first + i] = block[i].f;
  }
  return values;
}

HostTensor RandomTensor(const std::string& name, ElementType type, const Shape& shape, uint64_t seed) {
  HostTensor tensor;
  tensor.name = name;
  tensor.type = type;
  tensor.shape = shape;
  tensor.bytes.resize(TensorBytes(type, shape));
  Random random(seed);
  const WideKind kind = WideKindOf(type);
  const size_t count = static_cast<size_t>(shape.elements());
  Wide block[kWideBlock];
  for (size_t first = 0; first < count; first += kWideBlock) {
    const size_t n = std::min(kWideBlock, count - first);
    for (size_t i = 0; i < n; ++i) block[i] = RandomElement(type, kind, &random);
    Narrow(type, block, kind, static_cast<int64_t>(first), n, tensor.bytes.data());
  }
  return tensor;
}

Difference Compare(const std::vector<double>& expected, const std::vector<double>& found) {
  Difference difference;
  for (size_t i = 0; i < expected.size(); ++i) {
    const double e = expected[i], f = found[i];
    if (std::isfinite(e)) {
      difference.largest_magnitude = std::fmax(difference.largest_magnitude, std::fabs(e));
      difference.signal += e * e;
    }
    const bool same = e == f || (std::isnan(e) && std::isnan(f));
    double error = same ? 0 : std::fabs(f - e);
    if (std::isnan(error)) error = HUGE_VAL;
    if (std::isfinite(error)) difference.noise += error * error;
    if (error > difference.largest) {
      difference.largest = error;
      difference.index = i;
    }
  }
  return difference;
}

}  // namespace linnet::converter
