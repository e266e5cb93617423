// Chains of Transpose and Reshape with fixed sizes become Reshape, or Reshape + one Transpose + Reshape.
//
//   %a = Transpose(%x) {perm=[0, 3, 1, 2]}   // [1, 7, 7, 64] -> [1, 64, 7, 7]
//   %b = Reshape(%a, [1, 64, 49])                                              =>   %c = Reshape(%x, [1, 49, 64])
//   %c = Transpose(%b) {perm=[0, 2, 1]}
//
// A channel shuffle between convolutions (Transpose, Reshape, Transpose, Reshape, Transpose) becomes Reshape, Transpose,
// Reshape in channels-last order. Symbolic dimensions may take part as long as no Reshape cuts or joins them.
#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "converter/passes/layout.h"
#include "converter/passes/shapes.h"

namespace linnet::converter {
namespace {

using format::OpCode;

bool IsReshape(const Node& node) {
  return node.op == OpCode::Reshape || node.op == OpCode::Flatten || node.op == OpCode::Squeeze ||
         node.op == OpCode::Unsqueeze;
}

// Sizes as numbers whose factors can be followed: a symbolic dimension is a prime that no fixed size contains, the same one wherever
// its size is the same at the default and at the probe's sizes.
class SizeCode {
 public:
  // Nothing if a size is not known, is 0, or contains such a prime.
  std::optional<std::vector<int64_t>> Encode(const Value& value) {
    if (!value.has_shape) return std::nullopt;
    std::vector<int64_t> sizes;
    for (int d = 0; d < value.shape.rank(); ++d) {
      const int64_t code = EncodeSize(value, d);
      if (code == 0) return std::nullopt;
      sizes.push_back(code);
    }
    return sizes;
  }

  // The size that a code, or a product of codes, stands for at the default sizes.
  int64_t Default(int64_t code) const {
    int64_t size = 1;
    for (const auto& [sizes, prime] : primes_) {
      for (; code % prime == 0; code /= prime) size *= sizes.first;
    }
    return code * size;
  }
  bool IsFixed(int64_t code) const {
    return std::none_of(primes_.begin(), primes_.end(), [code](const auto& entry) { return code % entry.second == 0; });
  }

  // The target of a Reshape from sizes `from` to sizes `to`: 0 copies a symbolic size, -1 stands for one that changes its place.
  std::optional<std::vector<int64_t>> Target(const std::vector<int64_t>& from, const std::vector<int64_t>& to) const {
    std::vector<int64_t> target;
    for (size_t d = 0; d < to.size(); ++d) {
      const bool copied = d < from.size() && from[d] == to[d];
      target.push_back(IsFixed(to[d]) ? to[d] : copied ? 0 : -1);
    }
    if (std::count(target.begin(), target.end(), -1) > 1) return std::nullopt;
    return target;
  }

 private:
  int64_t EncodeSize(const Value& value, int d) {
    static constexpr int64_t kPrimes[] = {10007, 10009, 10037, 10039, 10061, 10067};
    const int64_t size = value.shape[d];
    if (converter::IsFixed(value, d)) {
      const bool clash = std::any_of(std::begin(kPrimes), std::end(kPrimes), [size](int64_t p) { return size % p == 0; });
      return clash ? 0 : size;
    }
    if (!value.probe.has_shape || value.probe.shape.rank() != value.shape.rank() || size < 1) return 0;
    if (primes_.size() == std::size(kPrimes)) return 0;
    return primes_.try_emplace({size, value.probe.shape[d]}, kPrimes[primes_.size()]).first->second;
  }

  std::map<std::pair<int64_t, int64_t>, int64_t> primes_;  // by default and probe size
};

// The dimensions of a tensor as products of factors that every shape of a chain can be written in.
class Factors {
 public:
  explicit Factors(const std::vector<int64_t>& sizes) {
    for (int64_t size : sizes) {
      sizes_.push_back(size);
      source_.push_back(static_cast<int>(sizes_.size()) - 1);
      groups_.push_back({source_.back()});
    }
  }

  void Transpose(const Perm& perm) {
    std::vector<std::vector<int>> groups;
    for (int d : perm) groups.push_back(groups_[d]);
    groups_ = std::move(groups);
  }

  // False if the new sizes cut a dimension in a way that has no common factors.
  bool Reshape(const std::vector<int64_t>& sizes) {
    std::vector<int> flat;
    for (const auto& group : groups_) flat.insert(flat.end(), group.begin(), group.end());
    std::vector<std::vector<int>> groups;
    size_t next = 0;
    for (int64_t size : sizes) {
      std::vector<int> group;
      int64_t product = 1;
      while (product < size) {
        if (next == flat.size()) return false;
        const int64_t rest = size / product;
        if (size % product != 0) return false;
        const int factor = flat[next];
        if (rest % sizes_[factor] != 0) {
          if (sizes_[factor] % rest != 0) return false;
          flat.insert(flat.begin() + static_cast<int64_t>(next) + 1, Split(factor, rest));
        }
        product *= sizes_[factor];
        group.push_back(factor);
        ++next;
      }
      groups.push_back(group);
    }
    while (next < flat.size() && sizes_[flat[next]] == 1) ++next;
    if (next != flat.size()) return false;
    groups_ = std::move(groups);
    return true;
  }

  // The transpose that the whole chain does, over as few dimensions as possible: `shape` is the source's, merged.
  void Result(std::vector<int64_t>* shape, Perm* perm) const {
    std::vector<int> source, target;
    for (int factor : source_) {
      if (sizes_[factor] != 1) source.push_back(factor);
    }
    for (const auto& group : groups_) {
      for (int factor : group) {
        if (sizes_[factor] != 1) target.push_back(factor);
      }
    }
    // Factors that stay neighbours are one dimension.
    std::vector<int> run_of(sizes_.size(), -1);
    shape->clear();
    for (size_t i = 0; i < source.size(); ++i) {
      const auto at = std::find(target.begin(), target.end(), source[i]);
      const bool joins = i > 0 && at != target.begin() && *(at - 1) == source[i - 1];
      if (!joins) shape->push_back(1);
      shape->back() *= sizes_[source[i]];
      run_of[source[i]] = static_cast<int>(shape->size()) - 1;
    }
    perm->clear();
    for (int factor : target) {
      if (perm->empty() || perm->back() != run_of[factor]) perm->push_back(run_of[factor]);
    }
  }

 private:
  // Cuts `factor` into outer size `outer` (which keeps its number) and the rest, whose number is returned.
  int Split(int factor, int64_t outer) {
    const int added = static_cast<int>(sizes_.size());
    sizes_.push_back(sizes_[factor] / outer);
    sizes_[factor] = outer;
    source_.insert(std::find(source_.begin(), source_.end(), factor) + 1, added);
    return added;
  }

  std::vector<int64_t> sizes_;           // of each factor
  std::vector<int> source_;              // factors in the order of the source
  std::vector<std::vector<int>> groups_;  // factors of each present dimension
};

class ChainMerger {
 public:
  explicit ChainMerger(Graph* graph) : graph_(*graph), index_(*graph) {}

  int Run() {
    int changes = 0;
    std::vector<Node*> nodes;
    for (const auto& node : graph_.nodes()) nodes.push_back(node.get());
    for (Node* node : nodes) {
      if (TryEnd(node)) ++changes;
    }
    return changes;
  }

 private:
  static bool IsLink(const Node& node) {
    return (node.op == OpCode::Transpose || IsReshape(node)) && node.outputs.size() == 1;
  }

  // True if some consumer of the chain's last value would make the chain longer.
  bool GoesOn(const Node& node) const {
    const Node* consumer = index_.only_consumer(node.outputs[0]);
    return consumer != nullptr && IsLink(*consumer) && consumer->inputs[0] == node.outputs[0];
  }

  // Nodes of the chain that ends with `end`, first to last.
  std::vector<const Node*> FindChain(const Node& end) const {
    std::vector<const Node*> chain = {&end};
    const Node* before = index_.producer(end.inputs[0]);
    while (before != nullptr && IsLink(*before) && used_.count(before) == 0) {
      chain.insert(chain.begin(), before);
      before = index_.producer(before->inputs[0]);
    }
    return chain;
  }

  // Transposes of the chain that move data and that nobody else needs.
  int CountTransposes(const std::vector<const Node*>& chain) const {
    int count = 0;
    bool private_so_far = true;
    for (size_t i = chain.size(); i-- > 0;) {
      if (i + 1 < chain.size()) private_so_far = private_so_far && index_.only_consumer(chain[i]->outputs[0]) != nullptr;
      const Perm* perm = TransposePerm(chain[i]);
      if (perm != nullptr && private_so_far && !MovesNothing(graph_.value(chain[i]->inputs[0]), *perm)) ++count;
    }
    return count;
  }

  bool TryEnd(Node* end) {
    if (!IsLink(*end) || GoesOn(*end) || used_.count(end) != 0) return false;
    std::vector<const Node*> chain = FindChain(*end);
    // A shorter chain may do where the whole one has sizes without common factors.
    for (; chain.size() > 1; chain.erase(chain.begin())) {
      if (TryChain(chain, end)) return true;
    }
    return false;
  }

  bool TryChain(const std::vector<const Node*>& chain, Node* end) {
    const int before = CountTransposes(chain);
    if (before == 0) return false;
    const ValueId source = chain[0]->inputs[0];
    SizeCode code;
    const std::optional<std::vector<int64_t>> sizes = code.Encode(graph_.value(source));
    if (!sizes) return false;
    Factors factors(*sizes);
    for (const Node* node : chain) {
      if (!Follow(*node, &code, &factors)) return false;
    }
    std::vector<int64_t> merged;
    Perm perm;
    factors.Result(&merged, &perm);
    if (before <= (IsIdentity(perm) ? 0 : 1)) return false;
    if (!Replace(source, *sizes, merged, perm, &code, end)) return false;
    for (const Node* node : chain) used_.insert(node);
    return true;
  }

  bool Follow(const Node& node, SizeCode* code, Factors* factors) const {
    if (const Perm* perm = TransposePerm(&node)) {
      factors->Transpose(*perm);
      return true;
    }
    const std::optional<std::vector<int64_t>> sizes = code->Encode(graph_.value(node.outputs[0]));
    return sizes.has_value() && factors->Reshape(*sizes);
  }

  // Adds Reshape (+ Transpose + Reshape) from `source` to `end`'s value. False, and nothing changed, where no Reshape can name the
  // sizes.
  bool Replace(ValueId source, const std::vector<int64_t>& sizes, const std::vector<int64_t>& merged, const Perm& perm,
               SizeCode* code, Node* end) {
    const ValueId result = end->outputs[0];
    std::vector<int64_t> turned = sizes;
    if (!IsIdentity(perm)) {
      turned.clear();
      for (int d : perm) turned.push_back(merged[static_cast<size_t>(d)]);
    }
    const std::optional<std::vector<int64_t>> cut = code->Target(sizes, merged);
    const std::optional<std::vector<int64_t>> target = code->Target(turned, *code->Encode(graph_.value(result)));
    if (!cut || !target || merged.size() > static_cast<size_t>(Shape::kMaxRank)) return false;
    ValueId last = source;
    if (!IsIdentity(perm)) {
      Shape shape;
      for (int64_t size : merged) shape.Append(code->Default(size));
      const ValueId split = AddReshape(&graph_, source, *cut, shape, end->name + "_split");
      last = AddTranspose(&graph_, split, perm, end->name);
    }
    const ValueId target_value = graph_.AddInts(graph_.UniqueName(graph_.value(result).name + "_shape"),
                                                {static_cast<int64_t>(target->size())}, *target);
    end->op = OpCode::Reshape;
    end->attrs.Set(format::ReshapeT());
    end->inputs = {last, target_value};
    return true;
  }

  Graph& graph_;
  GraphIndex index_;
  std::set<const Node*> used_;
};

}  // namespace

int MergeChains(Graph* graph) {
  ChainMerger merger(graph);
  return merger.Run();
}

}  // namespace linnet::converter
