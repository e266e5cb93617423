// Reading and making constants, for passes.
#ifndef LINNET_CONVERTER_PASSES_CONSTANTS_H_
#define LINNET_CONVERTER_PASSES_CONSTANTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "converter/graph.h"

namespace linnet::converter {

// Whether `id` is a constant of that type whose values lie in plain order.
bool IsPlainConstant(const Graph& graph, ValueId id, ElementType type);

// Whether `type` is a floating-point type that elementwise ops compute in (not the 8-bit and 4-bit storage types).
bool IsFloat(ElementType type);

// The value of a plain constant that holds one number, of any type and rank.
bool ReadScalar(const Graph& graph, ValueId id, double* number);

// The values of a plain constant of any type with bits. REQUIRES: is_constant().
std::vector<double> ReadDoubles(const Value& constant);

// The values of a plain int32 or int64 constant of rank 0 or 1.
bool ReadInts(const Graph& graph, ValueId id, std::vector<int64_t>* values);

// The values of a float32 constant that broadcasts along the last dimension only: [], [1], [C], [1, ..., 1, C]. One
// number is repeated `channels` times. False for a rank above `rank`, since it would raise the rank of the result.
bool ReadPerChannel(const Graph& graph, ValueId id, int rank, int64_t channels, std::vector<double>* values);

// A new float32 constant, each value rounded once, named after `base`. kNoValue, and no new constant, if a value does
// not fit: infinite or NaN after rounding.
ValueId AddRounded(Graph* graph, const std::string& base, const Shape& shape, const std::vector<double>& values);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_PASSES_CONSTANTS_H_
