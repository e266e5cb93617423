#include "converter/quantizer/fall_back.h"

#include <algorithm>

namespace linnet::converter {

std::vector<Cost> InOrderOfHarm(std::vector<Cost> costs) {
  costs.erase(std::remove_if(costs.begin(), costs.end(), [](const Cost& cost) { return !(cost.noise > 0); }), costs.end());
  std::stable_sort(costs.begin(), costs.end(), [](const Cost& a, const Cost& b) {
    return a.noise * static_cast<double>(b.nodes.size()) > b.noise * static_cast<double>(a.nodes.size());
  });
  return costs;
}

Result<std::set<size_t>> ChooseFallback(const std::vector<Cost>& costs, const std::set<size_t>& kept,
                                        const std::function<Result<bool>(const std::set<size_t>&)>& good_enough) {
  const auto with = [&](size_t count) {
    std::set<size_t> nodes = kept;
    for (size_t i = 0; i < count; ++i) nodes.insert(costs[i].nodes.begin(), costs[i].nodes.end());
    return nodes;
  };
  Result<bool> none = good_enough(kept);
  if (!none.ok()) return std::move(none.status());
  if (*none) return std::set<size_t>(kept);
  size_t too_few = 0, enough = costs.size();
  while (enough - too_few > 1) {
    const size_t middle = too_few + (enough - too_few) / 2;
    Result<bool> found = good_enough(with(middle));
    if (!found.ok()) return std::move(found.status());
    (*found ? enough : too_few) = middle;
  }
  return with(enough);
}

}  // namespace linnet::converter
