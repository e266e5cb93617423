// Values of tensors on the host: as numbers, at random, compared.
#ifndef LINNET_CONVERTER_TENSOR_VALUES_H_
#define LINNET_CONVERTER_TENSOR_VALUES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "converter/evaluate.h"

namespace linnet::converter {

// "[1, 3, 224, 224]"; a negative size as "?".
std::string ShapeText(const Shape& shape);
// "float32 [1, 3, 224, 224]"
std::string TypeText(ElementType type, const Shape& shape);


// The values as numbers: exact for all types but int64 and uint64 beyond 2^53. REQUIRES: a type with bits.
std::vector<double> ToDoubles(ElementType type, const void* data, size_t count);

// A tensor of random values that make sense to any op of the type: floats within [-1, 1), 8-bit integers over their
// whole range (images), other integers and bools 0 or 1 (indices). The same seed and shape give the same values on
// every machine. REQUIRES: a type with bits, and a product of sizes that does not overflow.
HostTensor RandomTensor(const std::string& name, ElementType type, const Shape& shape, uint64_t seed);

// The difference of two lists of the same length. NaN equals NaN, an infinity itself.
struct Difference {
  double largest = 0;            // of |found - expected|; infinite where only one is NaN or infinite
  size_t index = 0;              // where it is
  double largest_magnitude = 0;  // of the finite expected values
  double noise = 0;              // sum of squared differences over finite values
  double signal = 0;             // sum of squared expected finite values
  // Relative to the largest magnitude; the plain difference where everything expected is zero.
  double relative() const { return largest_magnitude > 0 ? largest / largest_magnitude : largest; }
};
Difference Compare(const std::vector<double>& expected, const std::vector<double>& found);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_TENSOR_VALUES_H_
