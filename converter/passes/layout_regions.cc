// Regions of connected ops that work in any order of dimensions take the order in which fewer bytes are transposed.
//
//   %a = Transpose(%conv1) {perm=[0, 3, 1, 2]}        =>   %y = Add(%conv1, %conv2)
//   %b = Transpose(%conv2) {perm=[0, 3, 1, 2]}
//   %y = Add(%a, %b)
//   %z = Transpose(%y) {perm=[0, 2, 3, 1]}                 // %z is %y
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "converter/passes/layout.h"

namespace linnet::converter {
namespace {

struct Cost {
  int64_t bytes = 0;
  int transposes = 0;
  void Add(int64_t more) {
    bytes += more;
    transposes += more > 0 ? 1 : 0;
  }
  bool operator<(const Cost& other) const {
    return std::tie(bytes, transposes) < std::tie(other.bytes, other.transposes);
  }
};

struct Region {
  int rank = 0;
  std::vector<Node*> nodes;
  Cost present, switched;
};

class RegionSwitcher {
 public:
  explicit RegionSwitcher(Graph* graph) : graph_(*graph), index_(*graph) {}

  int Run(std::vector<std::string>* log) {
    FindRegions();
    int changes = 0;
    for (Region& region : regions_) {
      MeasureInputs(&region);
      MeasureOutputs(&region);
      if (!(region.switched < region.present)) continue;
      log->push_back("channels last: " + std::to_string(region.nodes.size()) + " nodes around '" +
                     region.nodes[0]->name + "'");
      Switch(region);
      ++changes;
    }
    return changes;
  }

 private:
  bool InRegion(const Node* node, const Region& region) const {
    const auto found = region_of_.find(node);
    return found != region_of_.end() && &regions_[found->second] == &region;
  }

  // Connects nodes through the values that carry the order.
  void FindRegions() {
    std::vector<Node*> nodes;
    std::map<const Node*, int> number;
    for (const auto& node : graph_.nodes()) {
      SwitchPorts ports;
      if (!FindSwitchPorts(graph_, *node, &ports)) continue;
      number[node.get()] = static_cast<int>(nodes.size());
      nodes.push_back(node.get());
      ports_[node.get()] = ports;
    }
    std::vector<int> parent(nodes.size());
    std::iota(parent.begin(), parent.end(), 0);
    const auto root = [&](int i) {
      while (parent[i] != i) i = parent[i] = parent[parent[i]];
      return i;
    };
    for (Node* node : nodes) {
      const SwitchPorts& ports = ports_[node];
      for (int i : ports.inputs) {
        const Node* producer = index_.producer(node->inputs[i]);
        if (producer == nullptr || number.count(producer) == 0) continue;
        if (Carries(*producer, node->inputs[i], ports.rank)) parent[root(number[node])] = root(number[producer]);
      }
    }
    std::map<int, size_t> region_of_root;
    for (size_t i = 0; i < nodes.size(); ++i) {
      const auto [found, added] = region_of_root.try_emplace(root(static_cast<int>(i)), regions_.size());
      if (added) regions_.emplace_back();
      Region& region = regions_[found->second];
      region.rank = ports_[nodes[i]].rank;
      region.nodes.push_back(nodes[i]);
      region_of_[nodes[i]] = found->second;
    }
  }

  // True if `value` is an output of `producer` that carries the order of tensors of `rank`.
  bool Carries(const Node& producer, ValueId value, int rank) {
    const SwitchPorts& ports = ports_[&producer];
    if (ports.rank != rank) return false;
    for (int i : ports.outputs) {
      if (producer.outputs[i] == value) return true;
    }
    return false;
  }

  bool MadeInside(ValueId id, const Region& region) {
    const Node* producer = index_.producer(id);
    return producer != nullptr && InRegion(producer, region) && Carries(*producer, id, region.rank);
  }

  int64_t BytesToMove(ValueId id, const Perm& perm) const {
    const Value& value = graph_.value(id);
    if (value.shape.rank() == static_cast<int>(perm.size()) && MovesNothing(value, perm)) return 0;
    return static_cast<int64_t>(TensorBytes(value.type, value.shape));
  }
  static size_t TensorBytes(ElementType type, const Shape& shape) {
    return static_cast<size_t>(shape.elements()) * static_cast<size_t>(ElementBits(type)) / 8;
  }

  const Node* TransposeBefore(ValueId id, const Perm& perm) const {
    const Node* producer = index_.producer(id);
    const Perm* found = TransposePerm(producer);
    return found != nullptr && *found == perm ? producer : nullptr;
  }

  void MeasureInputs(Region* region) {
    std::set<ValueId> seen;
    for (const Node* node : region->nodes) {
      for (int i : ports_[node].inputs) {
        const ValueId id = node->inputs[i];
        if (graph_.value(id).is_constant() || MadeInside(id, *region) || !seen.insert(id).second) continue;
        const bool transposed = TransposeBefore(id, ToChannelsFirst(region->rank)) != nullptr;
        (transposed ? region->present : region->switched).Add(BytesToMove(id, ToChannelsLast(region->rank)));
      }
    }
  }

  // Consumers of a region's value outside of it, told apart by what they want.
  struct Leaving {
    bool transposes = false;  // some Transpose to channels last
    bool as_it_is = false;    // anything else but Shape
  };

  Leaving FindLeaving(ValueId id, const Region& region) {
    Leaving leaving;
    leaving.as_it_is = index_.is_output(id);
    for (const Node* consumer : index_.consumers(id)) {
      const Perm* perm = TransposePerm(consumer);
      if (perm != nullptr && *perm == ToChannelsLast(region.rank)) {
        leaving.transposes = true;
      } else if (!ReadsInside(*consumer, id, region) && consumer->op != format::OpCode::Shape) {
        leaving.as_it_is = true;
      }
    }
    return leaving;
  }

  bool ReadsInside(const Node& consumer, ValueId id, const Region& region) {
    if (!InRegion(&consumer, region)) return false;
    const SwitchPorts& ports = ports_[&consumer];
    for (size_t i = 0; i < consumer.inputs.size(); ++i) {
      if (consumer.inputs[i] != id) continue;
      bool carried = false;
      for (int port : ports.inputs) carried |= port == static_cast<int>(i);
      if (!carried) return false;
    }
    return true;
  }

  template <typename Visit>
  void ForOutputs(const Region& region, const Visit& visit) {
    for (Node* node : region.nodes) {
      for (int i : ports_[node].outputs) visit(node, i);
    }
  }

  void MeasureOutputs(Region* region) {
    ForOutputs(*region, [&](Node* node, int i) {
      const ValueId id = node->outputs[i];
      const Leaving leaving = FindLeaving(id, *region);
      const int64_t bytes = BytesToMove(id, ToChannelsLast(region->rank));
      if (leaving.transposes) region->present.Add(bytes);
      if (leaving.as_it_is) region->switched.Add(bytes);
    });
  }

  // --- the rewrite ---

  // The value in channels-last order, for an operand that comes from outside.
  ValueId Enter(ValueId id, const Region& region) {
    const auto found = moved_.find({id, region.rank});
    if (found != moved_.end()) return found->second;
    ValueId result;
    if (const Node* transpose = TransposeBefore(id, ToChannelsFirst(region.rank))) {
      result = transpose->inputs[0];
    } else {
      const ValueId lifted = Lift(id, region.rank);
      result = AddTranspose(&graph_, lifted, ToChannelsLast(region.rank), graph_.value(id).name + "_nhwc");
    }
    moved_[{id, region.rank}] = result;
    return result;
  }

  // Gives a broadcast operand of lower rank leading dimensions of size 1.
  ValueId Lift(ValueId id, int rank) {
    const int missing = rank - graph_.value(id).shape.rank();
    if (missing <= 0) return id;
    format::AxesT axes;
    Shape shape, symbolic;
    for (int d = 0; d < missing; ++d) {
      axes.axes.push_back(d);
      shape.Append(1);
      symbolic.Append(1);
    }
    const Value& value = graph_.value(id);
    for (int64_t size : value.shape) shape.Append(size);
    for (int64_t size : value.dynamic_shape ? value.symbolic_shape : value.shape) symbolic.Append(size);
    const ValueId output = graph_.AddValue(graph_.UniqueName(value.name + "_lifted"));
    Value& lifted = graph_.value(output);
    lifted.type = graph_.value(id).type;
    lifted.has_shape = true;
    lifted.dynamic_shape = graph_.value(id).dynamic_shape;
    lifted.shape = shape;
    lifted.symbolic_shape = symbolic;
    const std::string name = lifted.name;
    graph_.AddNode(format::OpCode::Unsqueeze, std::move(axes), {id}, {output}, name);
    return output;
  }

  void Switch(const Region& region) {
    // Decided before anything changes: what each value's outside consumers want.
    std::map<ValueId, Leaving> leaving;
    ForOutputs(region, [&](Node* node, int i) {
      leaving[node->outputs[i]] = FindLeaving(node->outputs[i], region);
      AddTwin(node->outputs[i], region.rank);
    });
    for (Node* node : region.nodes) SwitchNode(node, region);
    for (const auto& [id, wanted] : leaving) Leave(id, wanted, region);
  }

  void SwitchNode(Node* node, const Region& region) {
    const SwitchPorts& ports = ports_[node];
    for (int i : ports.inputs) {
      const ValueId id = node->inputs[i];
      const auto twin = twins_.find(id);
      node->inputs[i] = twin != twins_.end() ? twin->second : Enter(id, region);
    }
    for (int i : ports.outputs) node->outputs[i] = twins_.at(node->outputs[i]);
    SwitchAttributes(&graph_, node, ports);
  }

  // The channels-last twin of a value that the region makes.
  void AddTwin(ValueId id, int rank) {
    const Perm perm = ToChannelsLast(rank);
    const ValueId twin = graph_.AddValue(graph_.UniqueName(graph_.value(id).name + "_nhwc"));
    const Value& old = graph_.value(id);
    Value& value = graph_.value(twin);
    value.type = old.type;
    value.has_shape = old.has_shape;
    value.dynamic_shape = old.dynamic_shape;
    value.shape = Permuted(old.shape, perm);
    value.symbolic_shape = Permuted(old.dynamic_shape ? old.symbolic_shape : old.shape, perm);
    twins_[id] = twin;
  }

  // Serves the consumers outside: transposes to channels last read the twin, Shape reads it through a Gather, and
  // all others read the old value, which is made again from the twin.
  void Leave(ValueId id, const Leaving& wanted, const Region& region) {
    const ValueId twin = twins_.at(id);
    const std::vector<Node*> consumers = index_.consumers(id);
    for (Node* consumer : consumers) {
      if (consumer->op == format::OpCode::Shape && consumer->inputs[0] == id) ReadShapeOf(twin, consumer, region.rank);
    }
    if (!wanted.transposes && !wanted.as_it_is) return;
    // Transposes of the old value stay in the graph; MergeTransposes makes them read the twin.
    format::TransposeT attrs;
    attrs.perm = ToChannelsFirst(region.rank);
    graph_.AddNode(format::OpCode::Transpose, std::move(attrs), {twin}, {id}, graph_.value(id).name + "_nchw");
  }

  // Shape(%id)[start:end]  =>  Gather(Shape(%twin), perm[start:end])
  void ReadShapeOf(ValueId twin, Node* shape, int rank) {
    const auto attrs = shape->As<format::ShapeOfT>();
    const auto clamp = [&](int64_t at) { return std::min<int64_t>(rank, std::max<int64_t>(0, at < 0 ? at + rank : at)); };
    const Perm perm = ToChannelsFirst(rank);
    std::vector<int64_t> wanted;
    for (int64_t d = clamp(attrs.start); d < clamp(attrs.end); ++d) wanted.push_back(perm[d]);
    const ValueId output = shape->outputs[0];
    const ValueId whole = graph_.AddValue(graph_.UniqueName(graph_.value(output).name + "_nhwc"));
    Value& whole_value = graph_.value(whole);
    whole_value.type = ElementType::kInt64;
    whole_value.has_shape = true;
    whole_value.shape = whole_value.symbolic_shape = {rank};
    const ValueId indices = graph_.AddInts(graph_.UniqueName(graph_.value(output).name + "_order"),
                                           {static_cast<int64_t>(wanted.size())}, wanted);
    graph_.AddNode(format::OpCode::Gather, format::AxisT(), {whole, indices}, {output}, shape->name + "_order");
    shape->attrs.Set(format::ShapeOfT());
    shape->inputs = {twin};
    shape->outputs = {whole};
  }

  Graph& graph_;
  GraphIndex index_;
  std::map<const Node*, SwitchPorts> ports_;
  std::vector<Region> regions_;
  std::map<const Node*, size_t> region_of_;
  std::map<std::pair<ValueId, int>, ValueId> moved_;
  std::map<ValueId, ValueId> twins_;
};

}  // namespace

int SwitchRegions(Graph* graph, std::vector<std::string>* log) {
  RegionSwitcher switcher(graph);
  return switcher.Run(log);
}

}  // namespace linnet::converter
