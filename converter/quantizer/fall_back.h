// Which layers stay in float, so that the model's predictions stay.
#ifndef LINNET_CONVERTER_QUANTIZER_FALL_BACK_H_
#define LINNET_CONVERTER_QUANTIZER_FALL_BACK_H_

#include <functional>
#include <set>
#include <vector>

#include "converter/quantizer/simulation.h"

namespace linnet::converter {

// What rounding one tensor or weight costs, and the nodes that must stay in float to save it.
struct Cost {
  double noise;
  std::vector<size_t> nodes;
};

// Most noise for each node first; what costs nothing is left out.
std::vector<Cost> InOrderOfHarm(std::vector<Cost> costs);

// The fewest of the costs, taken from the front, whose nodes must stay in float beside `kept` until `good_enough` says that
// a set of kept nodes is: found by bisection. All of them where that is not enough.
Result<std::set<size_t>> ChooseFallback(const std::vector<Cost>& costs, const std::set<size_t>& kept,
                                        const std::function<Result<bool>(const std::set<size_t>&)>& good_enough);

}  // namespace linnet::converter

#endif  // LINNET_CONVERTER_QUANTIZER_FALL_BACK_H_
