#include "converter/quantizer/tensor_groups.h"

#include <algorithm>
#include <map>
#include <set>

namespace linnet::converter {
namespace {

constexpr float kSimilar = 2;  // times narrower than the range of all

// Disjoint sets of values.
class Sets {
 public:
  ValueId Find(ValueId id) {
    const auto found = parents_.try_emplace(id, id).first;
    return found->second == id ? id : found->second = Find(found->second);
  }
  void Join(ValueId a, ValueId b) { parents_[Find(b)] = Find(a); }

 private:
  std::map<ValueId, ValueId> parents_;
};

float WidthOf(const Statistics& statistics, ValueId id) {
  const Range range = statistics.at(id).range();
  return range.hi - range.lo;
}

bool TiesAll(const Node& node, const Statistics& statistics) {
  if (node.op != format::OpCode::Concat) return true;
  const float whole = WidthOf(statistics, node.outputs[0]);
  return std::all_of(node.inputs.begin(), node.inputs.end(),
                     [&](ValueId id) { return WidthOf(statistics, id) * kSimilar >= whole; });
}

}  // namespace

std::vector<ValueId> SiteTensors(const Graph& graph, const std::vector<Site>& sites) {
  std::vector<ValueId> values;
  std::set<ValueId> seen;
  const auto add = [&](ValueId id) {
    if (!graph.value(id).is_constant() && seen.insert(id).second) values.push_back(id);
  };
  for (const Site& site : sites) {
    const Node& node = *graph.nodes()[site.node];
    for (size_t input : site.inputs) add(node.inputs[input]);
    for (ValueId id : node.outputs) add(id);
  }
  return values;
}

std::vector<std::vector<ValueId>> GroupTensors(const Graph& graph, const std::vector<Site>& sites,
                                               const Statistics& statistics) {
  Sets sets;
  for (const Site& site : sites) {
    const Node& node = *graph.nodes()[site.node];
    if (!site.same_scale || !TiesAll(node, statistics)) continue;
    for (size_t input : site.inputs) sets.Join(node.outputs[0], node.inputs[input]);
    for (ValueId id : node.outputs) sets.Join(node.outputs[0], id);
  }
  std::vector<std::vector<ValueId>> groups;
  std::map<ValueId, size_t> positions;
  for (ValueId id : SiteTensors(graph, sites)) {
    const auto [found, added] = positions.try_emplace(sets.Find(id), groups.size());
    if (added) groups.emplace_back();
    groups[found->second].push_back(id);
  }
  return groups;
}

}  // namespace linnet::converter
